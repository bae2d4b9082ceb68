//! Clients as rows of a table, and what stands around it.

use serde_json::Value;

use crate::answer::{at, number, string};
use crate::format::{count, shell_word, thousands};
use crate::show::{Column, Shown};
use crate::times::day;

/// How many brands a row names; more are counted.
const BRANDS_MAX: usize = 3;

/// The headers of the table; `about_mails` keeps the column that it is about.
pub(super) fn header(ids: bool, about_mails: bool) -> Vec<Column> {
    let id = ids.then_some(Column::stays_whole("Id"));
    // With an id in the line, there may be no room for anything else.
    let status = if ids { Column::may_go("Status", 0) } else { Column::stays("Status") };
    let mail = match (about_mails, ids) {
        (true, false) => Column::stays("Mail"),
        (true, true) => Column::may_go("Mail", 0),
        (false, _) => Column::may_go("Mail", 4),
    };
    let others = [
        Column::stays("Name"),
        Column::may_go("E-mail", 1),
        status,
        Column::may_go("Health", 3),
        Column::may_go("Last log-in", 5),
        Column::may_go("Brands", 2),
        Column::may_go("Invite", 6),
        mail,
    ];
    id.into_iter().chain(others).collect()
}

/// A client's row.
pub(super) fn row(client: &Value, ids: bool) -> Vec<Shown> {
    let id = ids.then(|| Shown::Text(string(client, "id")));
    let status = string(client, "status").replace('-', " ");
    let login = at(client, "last-log-in").as_u64().map(day);
    let others = [
        Shown::Text(name(client)),
        Shown::Text(address(client)),
        Shown::Badge { status, badge: string(client, "badge") },
        health(client),
        Shown::Text(login.unwrap_or_else(|| "never".into())),
        Shown::Text(brands(client)),
        Shown::Text(invite(client)),
        mail(client),
    ];
    id.into_iter().chain(others).collect()
}

/// The score, in the colour of its band; nothing for those who have none.
fn health(client: &Value) -> Shown {
    let mark = at(client, "health");
    let score = at(mark, "score").as_u64().map(|score| score.to_string());
    let badge = badge_of(&string(mark, "band")).to_owned();
    Shown::Badge { status: score.unwrap_or_default(), badge }
}

/// The colour of a band.
pub(crate) fn badge_of(band: &str) -> &'static str {
    match band {
        "active" => "green",
        "at-risk" => "orange",
        _ => "grey",
    }
}

/// The name, or what the agency calls somebody without one.
fn name(client: &Value) -> String {
    if at(client, "erased") == true {
        return "(erased)".into();
    }
    let named = ["name", "label"].iter().find_map(|field| at(client, field).as_str());
    named.unwrap_or_default().to_owned()
}

/// The e-mail address, or what a link without one is for.
fn address(client: &Value) -> String {
    let text = |field| at(client, field).as_str();
    match (text("email"), text("link-domain"), text("label")) {
        (Some(email), _, _) => email.into(),
        (None, _, _) if at(client, "status") != "link-invite" => String::new(),
        (None, Some(domain), _) => format!("link for @{domain}"),
        (None, None, Some(label)) => format!("link: {label}"),
        (None, None, None) => "link".into(),
    }
}

fn brands(client: &Value) -> String {
    let grants = at(client, "grants").as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> = grants.iter().map(|grant| string(grant, "brand-name")).collect();
    if names.len() <= BRANDS_MAX {
        return names.join(", ");
    }
    let shown = BRANDS_MAX - 1;
    let first: Vec<&str> = names.iter().take(shown).map(String::as_str).collect();
    format!("{} and {} more", first.join(", "), thousands((names.len() - shown) as u64))
}

/// Until when the open invite can be accepted; nothing for those who have none.
fn invite(client: &Value) -> String {
    let is_open = ["pending", "link-invite"].iter().any(|status| at(client, "status") == *status);
    match (is_open, at(client, "expired") == true, at(client, "expires-at").as_u64()) {
        (false, _, _) => String::new(),
        (true, true, _) => "expired".into(),
        (true, false, Some(time)) => format!("expires {}", day(time)),
        (true, false, None) => "doesn't expire".into(),
    }
}

/// Where the open invite's latest mail stands; nothing where there is none.
fn mail(client: &Value) -> Shown {
    let state = delivery(client);
    let badge = match state {
        "handed-over" => "green",
        "failed" | "bounced" => "red",
        _ => "yellow",
    };
    Shown::Badge { status: state.replace('-', " "), badge: badge.to_owned() }
}

/// The case of the contract's `delivery`; empty where there is none.
fn delivery(client: &Value) -> &str {
    match at(client, "delivery") {
        Value::String(state) => state,
        Value::Object(reason) => reason.keys().next().map_or("", String::as_str),
        _ => "",
    }
}

/// Whether somebody who was invited has no mail.
pub(super) fn is_undelivered(client: &Value) -> bool {
    ["failed", "bounced"].contains(&delivery(client))
}

/// Where to see why a mail didn't arrive: that of the first such client.
pub(super) fn why_undelivered(client: &Value, agency: &str, store: &str) -> String {
    let who = ["email", "id"].iter().find_map(|field| at(client, field).as_str());
    let who = shell_word(who.unwrap_or_default());
    format!(
        "Why a mail failed or bounced: clientdesk mails --agency {agency} --client {who}{store}"
    )
}

/// How many clients there are, by status: `120 clients: 80 active · 40 at risk`.
pub(super) fn counts(counts: &Value, narrowed: bool) -> String {
    let all = usize::try_from(number(counts, "all")).unwrap_or(usize::MAX);
    let by_status = ["active", "at-risk", "churned", "pending", "revoked"];
    let parts = by_status.iter().map(|status| (number(counts, status), status.replace('-', " ")));
    let parts = parts.filter(|(count, _)| *count > 0);
    let parts = parts.map(|(count, status)| format!("{} {status}", thousands(count)));
    let parts: Vec<String> = parts.collect();
    let noun = if narrowed { "matching client" } else { "client" };
    let colon = if parts.is_empty() { "" } else { ": " };
    format!("{}{colon}{}", count(all, noun), parts.join(" · "))
}

/// What is said instead of an empty table.
pub(super) fn nobody(all: u64, narrowed: bool, agency: &str, store: &str) -> String {
    if all > 0 || narrowed {
        return "No client matches.".into();
    }
    format!(
        "This agency has no clients yet. Invite someone, or everyone in a file:\n  \
         clientdesk call --agency {agency}{store} clients.invite-by-email \
         '{{\"email\": \"ann@nike.example\", \"brands\": [\"nike\"]}}'\n  \
         clientdesk import roster.csv --agency {agency}{store}"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(client: &Value) -> Vec<String> {
        let text = |shown: Shown| match shown {
            Shown::Text(text) => text,
            Shown::Badge { status, .. } if status.is_empty() => status,
            Shown::Badge { status, badge } => format!("{status} ({badge})"),
            _ => panic!("no other kind of cell"),
        };
        row(client, false).into_iter().map(text).collect()
    }

    #[test]
    fn a_row_says_where_a_client_stands() {
        let day = 1_788_264_000_000_u64;
        let grants = |names: &[&str]| -> Value {
            names.iter().map(|name| json!({"brand": "b", "brand-name": name})).collect()
        };
        for (client, cells) in [
            (
                json!({"name": "Ann", "email": "ann@x", "status": "active", "badge": "green",
                    "health": {"score": 62, "band": "at-risk"},
                    "last-log-in": day, "grants": grants(&["Nike", "Puma", "Fila"])}),
                [
                    "Ann",
                    "ann@x",
                    "active (green)",
                    "62 (orange)",
                    "2026-09-01",
                    "Nike, Puma, Fila",
                    "",
                    "",
                ],
            ),
            (
                json!({"label": "Boss", "email": "ben@x", "status": "pending", "badge": "yellow",
                    "expires-at": day, "expired": false, "delivery": "handed-over",
                    "grants": grants(&["A", "B", "C", "D"])}),
                [
                    "Boss",
                    "ben@x",
                    "pending (yellow)",
                    "",
                    "never",
                    "A, B and 2 more",
                    "expires 2026-09-01",
                    "handed over (green)",
                ],
            ),
            (
                json!({"email": "ben@x", "status": "pending", "badge": "yellow",
                    "expires-at": day, "expired": true, "grants": [],
                    "delivery": {"bounced": "no such box"}}),
                ["", "ben@x", "pending (yellow)", "", "never", "", "expired", "bounced (red)"],
            ),
            (
                json!({"email": "ben@x", "status": "pending", "badge": "yellow",
                    "expires-at": day, "expired": false, "grants": [], "delivery": "queued"}),
                [
                    "",
                    "ben@x",
                    "pending (yellow)",
                    "",
                    "never",
                    "",
                    "expires 2026-09-01",
                    "queued (yellow)",
                ],
            ),
            (
                json!({"status": "link-invite", "badge": "yellow", "label": "Team"}),
                [
                    "Team",
                    "link: Team",
                    "link invite (yellow)",
                    "",
                    "never",
                    "",
                    "doesn't expire",
                    "",
                ],
            ),
            (
                json!({"status": "link-invite", "badge": "yellow", "link-domain": "nike.example"}),
                [
                    "",
                    "link for @nike.example",
                    "link invite (yellow)",
                    "",
                    "never",
                    "",
                    "doesn't expire",
                    "",
                ],
            ),
            (
                json!({"status": "revoked", "badge": "red", "erased": true, "last-log-in": day}),
                ["(erased)", "", "revoked (red)", "", "2026-09-01", "", "", ""],
            ),
        ] {
            assert_eq!(texts(&client), cells, "{client}");
        }
    }

    #[test]
    fn ids_are_shown_when_asked_for() {
        let cells = row(&json!({"id": "0198"}), true);
        assert!(matches!(&cells[0], Shown::Text(id) if id == "0198"));
        assert_eq!(header(true, false).len(), cells.len());
        assert_eq!(header(false, true).len(), cells.len() - 1);
    }

    #[test]
    fn who_has_no_mail_is_told_why() {
        for (delivery, undelivered) in [
            (Value::Null, false),
            (json!("queued"), false),
            (json!("handed-over"), false),
            (json!({"failed": "no"}), true),
            (json!({"bounced": "no"}), true),
        ] {
            assert_eq!(is_undelivered(&json!({"delivery": delivery})), undelivered, "{delivery}");
        }
        let client = json!({"id": "0198", "email": "o'neil@nike.example"});
        assert_eq!(
            why_undelivered(&client, "acme", " --store s.db"),
            r"Why a mail failed or bounced: clientdesk mails --agency acme --client 'o'\''neil@nike.example' --store s.db"
        );
    }

    #[test]
    fn counts_are_a_line() {
        let some = json!({"all": 1_120, "pending": 0, "active": 1_080, "at-risk": 20,
            "churned": 15, "revoked": 5});
        let one = json!({"all": 1, "pending": 1});
        for (numbers, narrowed, line) in [
            (&some, false, "1,120 clients: 1,080 active · 20 at risk · 15 churned · 5 revoked"),
            (&one, false, "1 client: 1 pending"),
            (&one, true, "1 matching client: 1 pending"),
            (&json!({"all": 0}), true, "0 matching clients"),
        ] {
            assert_eq!(counts(numbers, narrowed), line);
        }
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let text = nobody(0, false, "acme", " --store s.db");
        assert!(text.ends_with("import roster.csv --agency acme --store s.db"), "{text}");
        for (all, narrowed) in [(3, false), (0, true)] {
            assert_eq!(nobody(all, narrowed, "acme", ""), "No client matches.");
        }
    }
}
