//! What an account may use and uses, as bars, when it runs out, and which features it has.

use serde_json::Value;

use crate::answer::{at, elements, number};
use crate::format::{bar, thousands};
use crate::show::{Column, Page, Shown};
use crate::times::day;

/// The resources: what the contract calls each, and what people do.
const RESOURCES: [(&str, &str); 3] =
    [("dashboards", "Dashboards"), ("users", "Users"), ("api-calls", "API calls today")];

/// The keys of the features that an account can have.
const FEATURES: [&str; 6] = [
    "download-reports",
    "email-reports",
    "embedded-links",
    "private-links",
    "public-links",
    "single-sign-on",
];

const HEADER: [Column; 6] = [
    Column::stays("Resource"),
    Column::stays("Used"),
    Column::stays("Of"),
    Column::may_go("", 1),
    Column::may_go("Share", 2),
    Column::may_go("Runs out", 0),
];

/// From this share on, in percent, a bar warns.
const NEARLY: u64 = 80;

pub(super) fn show(page: &mut Page, detail: &Value) {
    let account = at(detail, "account");
    page.heading(match at(account, "own-resources").is_null() {
        true => "Resources",
        false => "Resources: an allocation of its own",
    });
    let rows: Vec<Vec<Shown>> =
        RESOURCES.iter().map(|(key, name)| resource(detail, key, name)).collect();
    page.table(&HEADER, &rows);
    if !elements(detail, "running-out").is_empty() {
        page.line("It runs out then if it goes on as in the last 30 days.");
    }
    features(page, account);
}

fn resource(detail: &Value, key: &str, name: &str) -> Vec<Shown> {
    let one = at(at(detail, "usage"), key);
    let (allowance, used) = (at(one, "allowance"), number(one, "used"));
    let most = at(allowance, "at-most").as_u64();
    let of = most.map_or_else(|| "unlimited".to_owned(), thousands);
    let percent = most.map(|most| percent(used, most));
    let colour = match percent {
        Some(100..) => "red",
        Some(NEARLY..) => "orange",
        _ => "green",
    };
    // Of nothing, there is no share to draw.
    let drawn = most.filter(|most| *most > 0);
    let drawn = drawn.map(|most| bar(used, most)).unwrap_or_default();
    let share = percent.filter(|_| most != Some(0));
    vec![
        Shown::Text(name.to_owned()),
        Shown::Count(thousands(used)),
        Shown::Count(of),
        Shown::Badge { status: drawn, badge: colour.to_owned() },
        Shown::Count(share.map(|share| format!("{share}%")).unwrap_or_default()),
        runs_out(detail, key),
    ]
}

/// How much of it is used, rounded down: 100 only where nothing is left.
fn percent(used: u64, most: u64) -> u64 {
    let share = u128::from(used) * 100;
    let share = share.checked_div(u128::from(most)).unwrap_or_else(|| share.min(100));
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// The day on which nothing will be left, if the use foretells one.
fn runs_out(detail: &Value, key: &str) -> Shown {
    let as_of = number(detail, "as-of");
    let foreseen = elements(detail, "running-out").iter().find(|one| at(one, "resource") == key);
    let text = match foreseen.map(|one| number(one, "runs-out-at")) {
        None => String::new(),
        Some(when) if when <= as_of => "now".to_owned(),
        Some(when) => day(when),
    };
    Shown::Badge { status: text, badge: "orange".to_owned() }
}

fn features(page: &mut Page, account: &Value) {
    page.heading(match at(account, "own-features") == true {
        true => "Features of its own",
        false => "Features",
    });
    let has: Vec<&str> = elements(account, "features").iter().filter_map(Value::as_str).collect();
    let lacks: Vec<&str> = FEATURES.into_iter().filter(|key| !has.contains(key)).collect();
    for (mark, keys) in [('✓', has), ('✗', lacks)] {
        let words: Vec<String> = keys.iter().map(|key| key.replace('-', " ")).collect();
        if !words.is_empty() {
            page.line(&format!("{mark} {}", words.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_full_only_where_nothing_is_left() {
        for (used, most, share) in [
            (0, 5, 0),
            (4, 5, 80),
            (999, 1_000, 99),
            (5, 5, 100),
            (7, 5, 140),
            (0, 0, 0),
            (1, 0, 100),
            (u64::MAX, 1, u64::MAX),
        ] {
            assert_eq!(percent(used, most), share, "{used} of {most}");
        }
    }
}
