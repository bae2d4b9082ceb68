//! Who was signed in on an account's behalf.

use serde_json::Value;

use crate::answer::{at, elements, number, string};
use crate::show::{Column, Page, Shown};
use crate::times;

const HEADER: [Column; 5] = [
    Column::stays("Since"),
    Column::stays("Who"),
    Column::may_go("May", 2),
    Column::may_go("Ended", 1),
    Column::stays("Why"),
];

pub(super) fn show(page: &mut Page, sign_ins: &Value, options: &str) {
    page.heading("Signed in on its behalf");
    page.line(&allowed(sign_ins));
    let rows = elements(sign_ins, "sign-ins");
    if rows.is_empty() {
        return page.line("Nobody was so far.");
    }
    page.table(&HEADER, &rows.iter().map(row).collect::<Vec<_>>());
    for running in rows.iter().filter(|one| at(one, "ended").is_null()) {
        page.line(&format!(
            "Stop that of {}: clientdesk sign-in-as --stop {}{options}",
            string(running, "operator-name"),
            string(running, "id")
        ));
    }
}

/// What the account lets operators do, in a sentence.
fn allowed(sign_ins: &Value) -> String {
    let policy = match string(sign_ins, "policy").as_str() {
        "always" => "Operators may sign in, to do whatever their role allows",
        "read-only" => "Operators may sign in to look only",
        "when-allowed" => "Operators may sign in only when its owner allows it for a time",
        other => other,
    }
    .to_owned();
    match at(sign_ins, "allowed-until").as_u64() {
        Some(end) => format!("{policy}; its owner allows everything until {}.", times::second(end)),
        None => format!("{policy}."),
    }
}

fn row(sign_in: &Value) -> Vec<Shown> {
    let ended = at(sign_in, "ended");
    let (status, badge) = match at(ended, "at").as_u64() {
        Some(at) => (format!("{}, {}", times::second(at), how_it_ended(ended)), "grey"),
        None => (format!("runs until {}", times::second(number(sign_in, "ends-at"))), "yellow"),
    };
    vec![
        Shown::Text(times::second(number(sign_in, "started-at"))),
        Shown::Text(string(sign_in, "operator-name")),
        Shown::Text(may(sign_in).to_owned()),
        Shown::Badge { status, badge: badge.to_owned() },
        Shown::Text(string(sign_in, "reason")),
    ]
}

/// What may be done, in a word or two.
fn may(sign_in: &Value) -> &'static str {
    if at(sign_in, "mode") == "full" { "everything" } else { "look" }
}

/// Why a sign-in is over.
fn how_it_ended(ended: &Value) -> String {
    match string(ended, "how").as_str() {
        "stopped" => "stopped",
        "time" => "its time was over",
        "account" => "the account was disabled or deleted",
        "role" => "the operator's role was lowered",
        "actor" => "somebody else came with its token",
        "left" => "the operator left",
        "policy" => "the account doesn't allow it any more",
        other => return other.to_owned(),
    }
    .to_owned()
}
