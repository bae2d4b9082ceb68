//! Scores as bars, a history as a small chart.

use serde_json::Value;

use crate::answer::{at, number, string};
use crate::clients::badge_of;
use crate::find::client_name;
use crate::format::{bar, count, thousands};
use crate::show::{Column, Page, Shown};
use crate::times::{day, full};

/// How the clients of an agency are.
pub(super) fn overview(page: &mut Page, overview: &Value) {
    let (bands, statuses) = (at(overview, "bands"), at(overview, "statuses"));
    let names = ["active", "at-risk", "churned"];
    let all: u64 = names.iter().map(|band| number(bands, band)).sum();
    let average = match at(overview, "average").as_u64() {
        Some(average) => format!("{}, with an average score of {average} out of 100", scored(all)),
        None => "Nobody has a score yet: clients get one when they join.".to_owned(),
    };
    page.line(&average);
    let rows: Vec<Vec<Shown>> = names
        .iter()
        .map(|band| {
            vec![
                badge(&band.replace('-', " "), band),
                Shown::Count(thousands(number(bands, band))),
                Shown::Text(bar(number(bands, band), all)),
                Shown::Count(thousands(number(statuses, band))),
            ]
        })
        .collect();
    page.line("");
    let bar = Column::may_go("", 1);
    let [name, score, days] = ["", "By score", "By days"].map(Column::stays);
    page.table(&[name, score, bar, days], &rows);
    for (field, title) in
        [("falls", "Biggest drops in 7 days"), ("rises", "Biggest rises in 7 days")]
    {
        let movers = at(overview, field).as_array().map(Vec::as_slice).unwrap_or_default();
        if !movers.is_empty() {
            page.heading(title);
            page.table(
                &["Client", "Before", "After"],
                &movers.iter().map(mover).collect::<Vec<_>>(),
            );
        }
    }
    page.line("");
    page.line(&match at(overview, "scored-at").as_u64() {
        Some(at) => format!("The scores were last updated at {}.", full(at)),
        None => "Run `clientdesk jobs` once a day to keep the scores up to date.".to_owned(),
    });
}

fn scored(all: u64) -> String {
    count(usize::try_from(all).unwrap_or(usize::MAX), "client")
}

fn mover(mover: &Value) -> Vec<Shown> {
    let score = |field| Shown::Count(number(mover, field).to_string());
    vec![Shown::Text(string(mover, "title")), score("before"), score("after")]
}

/// Why a client's score is what it is.
pub(super) fn client(page: &mut Page, client: &Value, explained: &Value, history: &Value) {
    page.heading(&client_name(client));
    let status = string(explained, "status").replace('-', " ");
    let score = at(explained, "score");
    if score.is_null() {
        page.line(&format!("{status}: no score, since only clients who have joined get one"));
    } else {
        let band = string(score, "band").replace('-', " ");
        let value = number(score, "score");
        page.line(&format!("{value} out of 100: {band} by score, {status} by days"));
        page.line("");
        let factors = at(score, "factors").as_array().map(Vec::as_slice).unwrap_or_default();
        page.table(
            &[
                Column::stays("Factor"),
                Column::may_go("Weight", 1),
                Column::stays("Value"),
                Column::may_go("", 2),
                Column::stays("Why, and what would help"),
            ],
            &factors.iter().map(factor).collect::<Vec<_>>(),
        );
        signals(page, score);
    }
    brands(page, explained);
    activity(page, at(explained, "activity"));
    weeks(page, history);
}

fn factor(factor: &Value) -> Vec<Shown> {
    let value = at(factor, "value").as_u64();
    vec![
        Shown::Strong(string(factor, "kind")),
        Shown::Count(number(factor, "weight").to_string()),
        Shown::Count(value.map_or_else(|| "missing".to_owned(), |value| value.to_string())),
        Shown::Text(value.map(|value| bar(value, 100)).unwrap_or_default()),
        Shown::Text(string(factor, "sentence")),
    ]
}

fn signals(page: &mut Page, score: &Value) {
    let signals = at(score, "signals").as_array().map(Vec::as_slice).unwrap_or_default();
    for signal in signals {
        page.line(&format!("! {}", in_words(signal.as_str().unwrap_or_default())));
    }
}

/// A signal as a sentence; one of a newer component as it is called.
fn in_words(signal: &str) -> &str {
    match signal {
        "single-feature" => "Only one feature is used.",
        "no-recent-export" => "Nothing was exported in the last 30 days.",
        "log-ins-falling" => "Log-ins are becoming rarer.",
        "status-and-band-differ" => {
            "The days since the last log-in say one thing, the score another."
        }
        other => other,
    }
}

fn brands(page: &mut Page, explained: &Value) {
    let brands = at(explained, "brands").as_array().map(Vec::as_slice).unwrap_or_default();
    let row = |brand: &Value| {
        let (score, activity) = (at(brand, "score"), at(brand, "activity"));
        let value = at(score, "score").as_u64();
        vec![
            Shown::Text(string(brand, "brand-name")),
            badge(&value.map(|v| v.to_string()).unwrap_or_default(), &string(score, "band")),
            Shown::Text(value.map(|value| bar(value, 100)).unwrap_or_default()),
            Shown::Count(thousands(number(activity, "recent-log-ins"))),
            Shown::Count(thousands(number(activity, "recent-page-views"))),
        ]
    };
    if brands.len() > 1 {
        page.heading("By brand");
        let header = [
            Column::stays("Brand"),
            Column::stays("Score"),
            Column::may_go("", 1),
            Column::stays("Log-ins, 30 days"),
            Column::stays("Page views, 30 days"),
        ];
        page.table(&header, &brands.iter().map(row).collect::<Vec<_>>());
    }
}

fn activity(page: &mut Page, activity: &Value) {
    let both = |all, recent| {
        format!(
            "{} ({} in the last 30 days)",
            thousands(number(activity, all)),
            number(activity, recent)
        )
    };
    page.heading("Activity");
    page.line(&format!("Log-ins     {}", both("log-ins", "recent-log-ins")));
    page.line(&format!("Page views  {}", both("page-views", "recent-page-views")));
    page.line(&format!("Exports     {}", both("exports", "recent-exports")));
    let features = at(activity, "features").as_array().map(Vec::as_slice).unwrap_or_default();
    let most = features.iter().map(|feature| number(feature, "views")).max().unwrap_or(0);
    let row = |feature: &Value| {
        let views = number(feature, "views");
        let name = Shown::Text(string(feature, "feature"));
        vec![name, Shown::Count(thousands(views)), Shown::Text(bar(views, most))]
    };
    if !features.is_empty() {
        page.line("");
        let header = [Column::stays("Feature"), Column::stays("Views"), Column::may_go("", 1)];
        page.table(&header, &features.iter().map(row).collect::<Vec<_>>());
    }
}

fn weeks(page: &mut Page, history: &Value) {
    let weeks = history.as_array().map(Vec::as_slice).unwrap_or_default();
    let scores: Vec<Option<u64>> = weeks.iter().map(|week| at(week, "score").as_u64()).collect();
    if scores.iter().all(Option::is_none) {
        return;
    }
    let first = weeks.first().map(|week| day(number(week, "starts-at"))).unwrap_or_default();
    let last = scores.iter().rev().find_map(|score| *score).unwrap_or_default();
    page.heading("The last 26 weeks");
    page.line(&format!("{}  {last}", chart(&scores)));
    page.line(&format!("one bar a week, since {first}"));
}

/// A character for each score, as high as it is; a dot where there is none.
fn chart(scores: &[Option<u64>]) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let height = |score: u64| usize::try_from(score.min(100) * 7 / 100).unwrap_or(0);
    let character = |score: &Option<u64>| match score {
        Some(score) => HEIGHTS.get(height(*score)).copied().unwrap_or('█'),
        None => '·',
    };
    scores.iter().map(character).collect()
}

fn badge(status: &str, band: &str) -> Shown {
    Shown::Badge { status: status.to_owned(), badge: badge_of(band).to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bars_and_charts_are_as_long_as_they_should() {
        for (part, whole, full) in
            [(0, 100, 0), (50, 100, 10), (100, 100, 20), (1, 3, 7), (0, 0, 0)]
        {
            assert_eq!(bar(part, whole).chars().filter(|c| *c == '█').count(), full);
            assert_eq!(bar(part, whole).chars().count(), 20);
        }
        assert_eq!(chart(&[None, Some(0), Some(50), Some(100)]), "·▁▄█");
    }

    #[test]
    fn a_client_is_explained() {
        let factor = |kind: &str, value: Option<u64>| json!({"kind": kind, "weight": 40, "value": value, "sentence": "Because."});
        let explained = json!({
            "status": "active",
            "score": {
                "score": 73, "band": "active", "signals": ["single-feature"],
                "factors": [factor("recency", Some(85)), factor("trend", None)],
            },
            "activity": {"log-ins": 1_200, "recent-log-ins": 12, "features": []},
            "brands": [],
        });
        let history = json!([{"starts-at": 1_788_264_000_000_u64, "score": 73}]);
        let mut page = Page::plain();
        client(&mut page, &json!({"name": "Ann", "email": "ann@x"}), &explained, &history);
        let text = page.text();
        for part in [
            "Ann <ann@x>",
            "73 out of 100: active by score, active by days",
            "recency",
            "█████████████████░░░",
            "missing",
            "Because.",
            "! Only one feature is used.",
            "1,200 (12 in the last 30 days)",
            "▆  73",
            "since 2026-09-01",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn an_agency_without_scores_is_told_so() {
        let mut page = Page::plain();
        overview(&mut page, &json!({"bands": {}, "statuses": {}}));
        assert!(page.text().starts_with("Nobody has a score yet"), "{}", page.text());
    }
}
