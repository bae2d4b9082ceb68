//! Where an account stands, and what will happen to it by itself.

use serde_json::Value;

use crate::answer::{at, elements, number, string};
use crate::format::span;
use crate::show::{Column, Page, Shown};
use crate::times;

const NEXT: [Column; 3] =
    [Column::stays("When"), Column::may_go("In", 1), Column::stays("What comes next")];

/// Shows both, at a time.
pub(super) fn show(page: &mut Page, account: &Value, as_of: u64, options: &str) {
    page.coloured(badge(account), &stands(account));
    if let Some(description) = at(account, "description").as_str() {
        page.line(description);
    }
    page.line(&match at(account, "email").as_str() {
        Some(email) => format!("Its mail goes to {email}."),
        None => "Its mail goes to the agency, which is the only way in.".to_owned(),
    });
    let rows = next(account, as_of);
    if !rows.is_empty() {
        page.line("");
        page.table(&NEXT, &rows);
    }
    if at(account, "plan-due") == true {
        page.line(&plan_due(account));
    }
    if let Some(way_on) = way_on(account) {
        page.line(&format!("{way_on}{options}"));
    }
}

/// Where it stands, in a sentence.
pub(crate) fn stands(account: &Value) -> String {
    let trial_ends = at(account, "trial-ends-at").as_u64().map(times::second);
    match (string(account, "status").as_str(), trial_ends) {
        ("setup", _) => "In set-up: its brands are hidden from clients.".to_owned(),
        ("trial", Some(end)) => format!("On trial until {end}."),
        ("active", _) => "Active.".to_owned(),
        ("disabled", Some(end)) => {
            format!("Disabled: its clients don't get in. Its trial lasts until {end}.")
        }
        ("disabled", None) if at(account, "disabled-reason") == "trial-expired" => {
            "Disabled since its trial was over: activate it to go on.".to_owned()
        }
        ("disabled", None) => "Disabled: its clients don't get in.".to_owned(),
        ("deleted", _) => "Deleted for good.".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// What is planned, in sentences, for whoever changed the account.
pub(crate) fn planned(account: &Value, page: &mut Page) {
    for change in elements(account, "planned") {
        let when = times::second(number(change, "at"));
        page.line(&format!("On {when} {}.", step(at(change, "what"))));
    }
    if at(account, "plan-due") == true {
        page.line(&plan_due(account));
    }
}

fn plan_due(account: &Value) -> String {
    let who = match at(account, "owner").as_str() {
        Some(_) => "Its owner is to choose a plan, since the platform bills it",
        None => {
            "A plan is due, since the platform bills it, and nobody owns it who could choose one"
        }
    };
    format!("{who}. Until then the agency pays.")
}

fn badge(account: &Value) -> &'static str {
    match string(account, "status").as_str() {
        "setup" | "trial" => "yellow",
        "active" => "green",
        "disabled" => "orange",
        "deleted" => "red",
        _ => "grey",
    }
}

/// What happens by itself: a row for each, the earliest first.
fn next(account: &Value, as_of: u64) -> Vec<Vec<Shown>> {
    let mut steps: Vec<(u64, String)> = Vec::new();
    if let Some(end) = at(account, "trial-ends-at").as_u64() {
        let then = match at(account, "status") == "trial" {
            true => ": it is disabled, unless it is activated",
            false => "",
        };
        steps.push((end, format!("its trial is over{then}")));
    }
    if let Some(end) = at(account, "deletes-at").as_u64() {
        steps.push((end, "it is deleted for good, unless it is activated".to_owned()));
    }
    let planned = elements(account, "planned").iter();
    steps.extend(planned.map(|change| (number(change, "at"), step(at(change, "what")))));
    let renewed = at(at(account, "plan"), "paid-until").as_u64();
    let ends = elements(account, "planned").iter().any(|change| at(change, "what") == "end");
    if let Some(end) = renewed.filter(|_| at(account, "status") == "active" && !ends) {
        steps.push((end, "another month is charged".to_owned()));
    }
    steps.sort_by_key(|(when, _)| *when);
    let row = |(when, what): (u64, String)| {
        vec![
            Shown::Text(times::second(when)),
            Shown::Text(span(when.saturating_sub(as_of))),
            Shown::Text(what),
        ]
    };
    steps.into_iter().map(row).collect()
}

/// A planned step as a clause.
fn step(what: &Value) -> String {
    match (at(what, "downgrade").as_str(), at(what, "removal").as_str()) {
        (Some(plan), _) => format!("it gets the plan {plan}"),
        (_, Some(add_on)) => format!("the add-on {add_on} goes"),
        _ => "what is paid for is over".to_owned(),
    }
}

/// What a person can do to bring it further, where it waits for that.
fn way_on(account: &Value) -> Option<String> {
    let id = string(account, "id");
    let is_platforms = at(account, "billing-owner") == "platform";
    match string(account, "status").as_str() {
        "setup" => Some(format!("Reveal it: clientdesk accounts trial {id} 14")),
        "disabled" if at(account, "disabled-reason") == "trial-expired" => {
            Some(format!("Go on with it: clientdesk accounts activate {id} <PLAN>"))
        }
        "disabled" => Some(format!("End the rest: clientdesk accounts resume {id}")),
        "trial" if !is_platforms => {
            Some(format!("Keep it: clientdesk accounts activate {id} <PLAN>"))
        }
        _ => None,
    }
}
