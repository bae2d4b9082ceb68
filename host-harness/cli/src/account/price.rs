//! What an account costs, who pays it, and what the agency keeps.

use serde_json::Value;

use crate::answer::{at, elements, number, string};
use crate::money::money;
use crate::show::{Column, Page, Shown};
use crate::times;

const HAS: [Column; 5] = [
    Column::stays("What"),
    Column::stays("Which"),
    Column::may_go("Charged since", 2),
    Column::may_go("Paid until", 1),
    Column::stays("A month"),
];

pub(super) fn show(page: &mut Page, account: &Value) {
    page.heading(&format!(
        "{} a month, paid by {}",
        money(at(account, "run-rate")),
        who_pays(account)
    ));
    let plan = Some(at(account, "plan")).filter(|plan| !plan.is_null());
    let rows = plan.map(|plan| has("plan", plan)).into_iter();
    let rows: Vec<Vec<Shown>> =
        rows.chain(elements(account, "add-ons").iter().map(|one| has("add-on", one))).collect();
    match at(account, "intended-plan").as_str() {
        _ if !rows.is_empty() => page.table(&HAS, &rows),
        Some(plan) => page.line(&format!(
            "Nothing is charged before it is activated. It is to have the plan {plan}."
        )),
        None => page.line("No plan yet."),
    }
    resale(page, account);
}

fn resale(page: &mut Page, account: &Value) {
    let price = at(account, "resale-price");
    if price.is_null() {
        return;
    }
    let margin = at(account, "margin");
    let kept = match at(margin, "amount").as_i64() {
        None => String::new(),
        Some(..0) => format!(", which is {} for the agency", money(margin)),
        Some(_) => format!(", of which the agency keeps {}", money(margin)),
    };
    page.line(&format!("The client pays the agency {} a month{kept}.", money(price)));
}

fn has(what: &str, one: &Value) -> Vec<Shown> {
    vec![
        Shown::Text(what.to_owned()),
        Shown::Strong(string(one, "id")),
        Shown::Text(times::second(number(one, "since"))),
        Shown::Text(times::second(number(one, "paid-until"))),
        Shown::Count(money(at(one, "monthly"))),
    ]
}

/// `small + users`; empty where there is no plan.
pub(crate) fn plan_words(account: &Value) -> String {
    let plan = at(at(account, "plan"), "id").as_str().map(str::to_owned);
    let add_ons = elements(account, "add-ons").iter().map(|one| string(one, "id"));
    plan.into_iter().chain(add_ons).collect::<Vec<_>>().join(" + ")
}

/// Who pays for an account, in words.
pub(crate) fn who_pays(account: &Value) -> String {
    if at(account, "pays-itself") == true { "itself" } else { "the agency" }.to_owned()
}
