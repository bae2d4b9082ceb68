//! The people of an account: its owner, and its users.

use serde_json::Value;

use crate::answer::{at, elements, number, string};
use crate::format::thousands;
use crate::show::{Column, Page, Shown};

const HEADER: [Column; 4] = [
    Column::stays("Name"),
    Column::stays("E-mail"),
    Column::stays("Status"),
    Column::may_go("Brands", 1),
];

pub(super) fn show(page: &mut Page, detail: &Value, options: &str) {
    let (account, people) = (at(detail, "account"), elements(detail, "people"));
    page.heading("People");
    if people.is_empty() {
        page.line("Nobody yet.");
    } else {
        page.table(&HEADER, &people.iter().map(row).collect::<Vec<_>>());
    }
    let all = number(detail, "people-total");
    let shown = u64::try_from(people.len()).unwrap_or(u64::MAX);
    if all > shown {
        page.line(&format!(
            "And {} more. All of the agency's: clientdesk clients --all{options}",
            thousands(all - shown)
        ));
    }
    if at(account, "owner").is_null() {
        page.line(&nobody_owns(account, options));
    }
}

/// Why it has no owner, and what would give it one.
fn nobody_owns(account: &Value, options: &str) -> String {
    let id = string(account, "id");
    match (string(account, "status").as_str(), at(account, "email").as_str()) {
        ("deleted", _) => "Nobody owns it.".to_owned(),
        ("setup", Some(email)) => {
            format!("{email} is invited as its owner when it leaves set-up.")
        }
        (_, Some(_)) => format!(
            "Nobody owns it. Name somebody: clientdesk accounts set-owner {id} <CLIENT>{options}"
        ),
        (_, None) => format!(
            "Nobody owns it, since it has no address. On its behalf: clientdesk sign-in-as {id} \
             --reason <WHY>{options}"
        ),
    }
}

fn row(person: &Value) -> Vec<Shown> {
    let text = |field: &str| at(person, field).as_str().unwrap_or("–").to_owned();
    let status = string(person, "status");
    let badge = match status.as_str() {
        "active" => "green",
        "at-risk" => "orange",
        "pending" | "link-invite" => "yellow",
        "revoked" => "red",
        _ => "grey",
    };
    let brands: Vec<&str> = elements(person, "brands").iter().filter_map(Value::as_str).collect();
    vec![
        match at(person, "owner") == true {
            true => Shown::Strong(format!("{} (owner)", text("name"))),
            false => Shown::Text(text("name")),
        },
        Shown::Text(text("email")),
        Shown::Badge { status: status.replace('-', " "), badge: badge.to_owned() },
        Shown::Text(brands.join(", ")),
    ]
}
