//! `clientdesk account ID`: a page about one account.

use clap::Args;
use serde_json::{Value, json};

use super::agency_api::{AgencyApi as _, HostApi};
use super::answer::{at, elements, number, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::money::money;
use super::output::{self, Form};
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::times;

const EXAMPLES: &str = "\
Examples:
  clientdesk account nike-inc --agency acme
      shows where the account stands, what comes next, what it has, and what that costs
  clientdesk account nike-inc --agency acme --json
      the same for programs";

/// Shows one account: where it stands, what comes next, what it has, and what that costs
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AccountArgs {
    /// The account, by id
    id: String,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

const HAS: [Column; 5] = [
    Column::stays("What"),
    Column::stays("Which"),
    Column::may_go("Charged since", 2),
    Column::may_go("Paid until", 1),
    Column::stays("A month"),
];

pub(crate) fn run(
    component: &ComponentArgs,
    args: &AccountArgs,
    form: Form,
) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let account = api.get("accounts.get", &[json!(args.id)])?;
    if form.is_json() {
        return Ok(output::answer(account)?);
    }
    let mut page = Page::on_standard_output();
    Account(&account).show(&mut page);
    Ok(page.print()?)
}

/// An account, as the component gives it.
pub(crate) struct Account<'a>(pub(crate) &'a Value);

impl Account<'_> {
    fn show(&self, page: &mut Page) {
        let account = self.0;
        page.heading(&format!("{} ({})", string(account, "name"), string(account, "id")));
        page.line(&self.stands());
        if let Some(description) = at(account, "description").as_str() {
            page.line(description);
        }
        page.line(&match at(account, "email").as_str() {
            Some(email) => format!("Its mail goes to {email}."),
            None => "Its mail goes to the agency.".to_owned(),
        });
        self.planned(page);
        self.brands(page);
        self.money(page);
    }

    /// Where it stands, in a sentence.
    pub(crate) fn stands(&self) -> String {
        let account = self.0;
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

    /// What will happen by itself, if anything.
    pub(crate) fn planned(&self, page: &mut Page) {
        for change in elements(self.0, "planned") {
            let when = times::second(number(change, "at"));
            let what = at(change, "what");
            page.line(&match (at(what, "downgrade").as_str(), at(what, "removal").as_str()) {
                (Some(plan), _) => format!("On {when} it gets the plan {plan}."),
                (_, Some(add_on)) => format!("On {when} the add-on {add_on} goes."),
                _ => format!("On {when} what is paid for is over."),
            });
        }
        if at(self.0, "plan-due") == true {
            page.line("Its owner is to choose a plan: the platform bills it.");
        }
    }

    fn brands(&self, page: &mut Page) {
        let brands: Vec<&str> =
            elements(self.0, "brands").iter().filter_map(Value::as_str).collect();
        page.heading("Brands");
        if brands.is_empty() {
            page.line("None. Put one into it: clientdesk accounts move-brand <BRAND> <ACCOUNT>");
        } else {
            page.line(&brands.join(", "));
        }
    }

    fn money(&self, page: &mut Page) {
        let account = self.0;
        page.heading(&format!(
            "{} a month, paid by {}",
            money(at(account, "run-rate")),
            who_pays(account)
        ));
        let plan = Some(at(account, "plan")).filter(|plan| !plan.is_null());
        let rows = plan.map(|plan| has("plan", plan)).into_iter();
        let rows: Vec<Vec<Shown>> =
            rows.chain(elements(account, "add-ons").iter().map(|one| has("add-on", one))).collect();
        if rows.is_empty() {
            page.line("No plan yet.");
        } else {
            page.table(&HAS, &rows);
        }
        if let Some(price) = Some(at(account, "resale-price")).filter(|price| !price.is_null()) {
            let margin = at(account, "margin");
            let kept = if margin.is_null() {
                String::new()
            } else {
                format!(", of which the agency keeps {}", money(margin))
            };
            page.line(&format!("The client pays the agency {} a month{kept}.", money(price)));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: i64) -> Value {
        json!({"amount": amount, "currency": "USD"})
    }

    fn account() -> Value {
        json!({
            "id": "nike-inc", "name": "Nike Inc", "status": "active", "brands": ["nike"],
            "description": "Shoes, mostly.", "email": "office@nike.example",
            "pays-itself": false, "plan-due": false, "run-rate": usd(2_300),
            "plan": {"id": "medium", "monthly": usd(2_000), "since": 1_789_516_800_000_u64,
                "paid-until": 1_790_812_800_000_u64},
            "add-ons": [{"id": "users", "monthly": usd(300), "since": 1_789_516_800_000_u64,
                "paid-until": 1_790_812_800_000_u64}],
            "resale-price": usd(5_000), "margin": usd(2_700),
            "planned": [
                {"what": {"downgrade": "small"}, "at": 1_790_812_800_000_u64},
                {"what": {"removal": "users"}, "at": 1_790_812_800_000_u64},
            ],
        })
    }

    #[test]
    fn a_page_says_all_of_it() {
        let mut page = Page::plain();
        Account(&account()).show(&mut page);
        for told in [
            "Nike Inc (nike-inc)",
            "Active.",
            "Shoes, mostly.",
            "office@nike.example",
            "gets the plan small",
            "the add-on users goes",
            "$23.00 a month, paid by the agency",
            "2026-09-16",
            "$20.00",
            "$50.00 a month, of which the agency keeps $27.00",
        ] {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
    }

    #[test]
    fn where_it_stands_is_a_sentence() {
        let end = 1_790_812_800_000_u64;
        for (status, reason, trial, told) in [
            ("setup", Value::Null, Value::Null, "hidden from clients"),
            ("trial", Value::Null, json!(end), "On trial until 2026-10-01"),
            ("disabled", json!("by-hand"), json!(end), "Its trial lasts until 2026-10-01"),
            ("disabled", json!("by-hand"), Value::Null, "don't get in."),
            ("disabled", json!("trial-expired"), Value::Null, "activate it to go on"),
            ("deleted", Value::Null, Value::Null, "for good"),
        ] {
            let account =
                json!({"status": status, "disabled-reason": reason, "trial-ends-at": trial});
            let stands = Account(&account).stands();
            assert!(stands.contains(told), "{stands}");
        }
    }

    #[test]
    fn what_it_has_is_short() {
        assert_eq!(plan_words(&account()), "medium + users");
        assert_eq!(plan_words(&json!({"plan": null, "add-ons": []})), "");
        assert_eq!(who_pays(&json!({"pays-itself": true})), "itself");
    }
}
