//! `clientdesk billing`: what is charged and why, and what comes next.

pub(crate) mod preview;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi, each_page};
use super::answer::{at, elements, number, rows_of, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::format::{bar, count};
use super::host::ComponentArgs;
use super::ledger::item;
use super::money::money;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::times;
use preview::PreviewArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk billing --agency acme
      shows what is charged for, the next invoice, and what the next months will come to
  clientdesk billing --agency acme --json
      the same for programs
  clientdesk billing preview --agency acme invite-by-email \\
      '{\"email\": \"ben@nike.example\", \"brands\": [\"nike\"]}'
      says what an invite would cost, and gives a quote that `call --quote` keeps to
  clientdesk billing preview --agency acme set-interval annual
      says what the coming invoices would be on annual billing";

/// Shows what an agency is charged for, and what its next invoices will come to
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BillingArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Says what a command would cost or give back; nothing is changed
    ///
    /// It is the command's own decision, with its writes dropped. For what an agency does, there is a
    /// quote: within 15 minutes, `clientdesk call --quote` carries the command out for exactly
    /// that, or not at all.
    Preview(PreviewArgs),
}

const ITEMS: [Column; 5] = [
    Column::stays("Item"),
    Column::stays("Name"),
    Column::may_go("Who pays", 2),
    Column::may_go("Charged since", 1),
    Column::stays("A period"),
];
const PLANNED: [&str; 2] = ["When", "What"];
const MONTHS: [Column; 3] =
    [Column::stays("Invoice of"), Column::may_go("", 1), Column::stays("To pay")];

pub(crate) fn run(
    component: &ComponentArgs,
    args: &BillingArgs,
    form: Form,
) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    if let Some(What::Preview(args)) = &args.what {
        return preview::run(api, args, form);
    }
    let summary = api.get("billing.summary", &[])?;
    let mut items = Vec::new();
    each_page(&api, "billing.items", &[], None, |page| {
        items.extend(rows_of(page, "items")?);
        Ok(())
    })?;
    let forecast = api.get("billing.forecast", &[])?;
    if form.is_json() {
        let all = json!({"summary": summary, "items": items, "forecast": forecast});
        return Ok(output::answer(all)?);
    }
    let mut page = Page::on_standard_output();
    charged(&mut page, &summary, &items, is_closed(&api)?);
    next(&mut page, &summary);
    planned(&mut page, elements(&summary, "planned"));
    months(&mut page, forecast.as_array().map(Vec::as_slice).unwrap_or_default());
    Ok(page.print()?)
}

fn is_closed(api: &HostApi) -> Result<bool, Failure> {
    let agency = api.host().call("agencies.get", &[json!(api.agency())]);
    Ok(at(&agency.map_err(refusal::failed)?, "status") == "closed")
}

fn charged(page: &mut Page, summary: &Value, items: &[Value], is_closed: bool) {
    page.heading(&format!(
        "{} a month for {}, on {} billing",
        money(at(summary, "run-rate")),
        charged_for(summary),
        string(summary, "interval"),
    ));
    page.line(&format!(
        "The period began on {} and ends on {}.",
        times::second(number(summary, "period-start")),
        times::second(number(summary, "period-end")),
    ));
    page.line("");
    if items.is_empty() {
        page.line(if is_closed {
            "Nothing is charged for any more: the agency is closed. What is paid for runs out by itself."
        } else {
            "Nothing is charged for: nobody has access to a brand, and no account's plan runs."
        });
        return;
    }
    let row = |running: &Value| {
        vec![
            Shown::Text(item(at(running, "item"))),
            Shown::Strong(string(running, "name")),
            Shown::Text(payer(at(running, "payer"))),
            Shown::Text(times::second(number(running, "since"))),
            Shown::Count(money(at(running, "price"))),
        ]
    };
    page.table(&ITEMS, &items.iter().map(row).collect::<Vec<_>>());
}

/// `2 brands`, `3 plans`, `2 brands and 3 plans`.
fn charged_for(summary: &Value) -> String {
    let brands = counted(number(summary, "brands"), "brand");
    let plans = counted(number(summary, "plans"), "plan");
    match (number(summary, "brands"), number(summary, "plans")) {
        (_, 0) => brands,
        (0, _) => plans,
        _ => format!("{brands} and {plans}"),
    }
}

/// Who pays, where it isn't the agency.
fn payer(payer: &Value) -> String {
    at(payer, "account").as_str().unwrap_or("the agency").to_owned()
}

fn next(page: &mut Page, summary: &Value) {
    page.heading("The next invoice");
    page.line(&format!(
        "It closes on {}, and comes to {} if nothing changes.",
        times::second(number(summary, "next-invoice-at")),
        money(at(summary, "next-invoice")),
    ));
    let credit = at(summary, "credit");
    if at(credit, "amount").as_i64().unwrap_or_default() > 0 {
        page.line(&format!("{} of credit from earlier invoices counts for it.", money(credit)));
    }
    page.line(&format!("Since the beginning, {} was owed in all.", money(at(summary, "total"))));
    match number(summary, "overdue") {
        0 => (),
        overdue => {
            let are = if overdue == 1 { "is" } else { "are" };
            let invoices = counted(overdue, "invoice");
            page.line(&format!("! {invoices} {are} overdue: see `clientdesk invoices`."));
        }
    }
}

fn planned(page: &mut Page, changes: &[Value]) {
    if changes.is_empty() {
        return;
    }
    page.heading("Planned");
    let row = |change: &Value| {
        let at_time = times::second(number(change, "at"));
        vec![Shown::Text(at_time), Shown::Text(planned_words(at(change, "what")))]
    };
    page.table(&PLANNED, &changes.iter().map(row).collect::<Vec<_>>());
}

/// What will change, in words; a case of a newer component as it is called.
fn planned_words(what: &Value) -> String {
    let text = |field| at(what, field).as_str();
    if let Some(account) = text("account") {
        return format!("the account {account} changes");
    }
    match (text("interval"), text("discount-begins"), text("discount-ends"), what.as_str()) {
        (Some(interval), ..) => format!("{interval} billing begins"),
        (_, Some(name), ..) => format!("the discount “{name}” begins"),
        (_, _, Some(name), _) => format!("the discount “{name}” ends"),
        (.., Some("price")) => "another price begins".to_owned(),
        (.., Some("trial-ends")) => "the trial ends: what runs is charged for".to_owned(),
        (.., Some(other)) => other.to_owned(),
        _ if at(what, "volume-discount") == true => {
            "the volume discount on plans begins".to_owned()
        }
        _ if at(what, "volume-discount") == false => "the volume discount on plans ends".to_owned(),
        _ => what.to_string(),
    }
}

fn months(page: &mut Page, forecast: &[Value]) {
    let due = |month: &Value| at(at(month, "due"), "amount").as_u64().unwrap_or_default();
    let most = forecast.iter().map(due).max().unwrap_or_default();
    if most == 0 {
        return;
    }
    page.heading("The next invoices, if nothing changes");
    let row = |month: &Value| {
        vec![
            Shown::Text(times::day(number(month, "closes-at"))),
            Shown::Text(bar(due(month), most)),
            Shown::Count(money(at(month, "due"))),
        ]
    };
    page.table(&MONTHS, &forecast.iter().map(row).collect::<Vec<_>>());
}

fn counted(number: u64, one: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: i64) -> Value {
        json!({"amount": amount, "currency": "USD"})
    }

    fn summary(credit: i64, overdue: u64) -> Value {
        json!({"interval": "monthly", "brands": 2, "run-rate": usd(9_800),
            "period-start": 1_788_220_800_000_u64, "period-end": 1_790_812_800_000_u64,
            "total": usd(2_450), "next-invoice-at": 1_790_812_800_000_u64,
            "next-invoice": usd(8_167), "credit": usd(credit), "overdue": overdue})
    }

    #[test]
    fn what_is_charged_says_since_when_and_how_much() {
        let items = [json!({"item": {"white-label": "nike"}, "name": "Nike", "price": usd(4_900),
            "since": 1_789_516_800_000_u64})];
        let mut page = Page::plain();
        charged(&mut page, &summary(0, 0), &items, false);
        for told in
            ["$98.00 a month for 2 brands, on monthly billing", "nike", "2026-09-16", "$49.00"]
        {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
        for (is_closed, told) in [(false, "nobody has access"), (true, "the agency is closed")] {
            let mut page = Page::plain();
            charged(&mut page, &summary(0, 0), &[], is_closed);
            assert!(page.text().contains(told), "{}", page.text());
        }
    }

    #[test]
    fn the_heading_counts_what_there_is() {
        for (brands, plans, told) in [
            (0, 0, "0 brands"),
            (1, 0, "1 brand"),
            (0, 1, "1 plan"),
            (2, 3, "2 brands and 3 plans"),
        ] {
            assert_eq!(charged_for(&json!({"brands": brands, "plans": plans})), told);
        }
        assert_eq!(payer(&json!({"account": "nike-inc"})), "nike-inc");
        assert_eq!(payer(&json!("agency")), "the agency");
    }

    #[test]
    fn credit_and_overdue_invoices_are_told_where_there_are_any() {
        for (credit, overdue, told, kept) in [
            (0, 0, vec!["comes to $81.67"], vec!["credit", "overdue"]),
            (500, 1, vec!["$5.00 of credit", "1 invoice is overdue"], vec![]),
            (0, 2, vec!["2 invoices are overdue"], vec!["credit"]),
        ] {
            let mut page = Page::plain();
            next(&mut page, &summary(credit, overdue));
            assert!(told.iter().all(|told| page.text().contains(told)), "{}", page.text());
            assert!(!kept.iter().any(|kept| page.text().contains(kept)), "{}", page.text());
        }
    }

    #[test]
    fn changes_are_told_in_words() {
        for (what, words) in [
            (json!({"interval": "annual"}), "annual billing begins"),
            (json!("price"), "another price begins"),
            (json!({"discount-begins": "Launch"}), "the discount “Launch” begins"),
            (json!({"discount-ends": "Launch"}), "the discount “Launch” ends"),
            (json!({"account": "nike-inc"}), "the account nike-inc changes"),
            (json!("trial-ends"), "the trial ends: what runs is charged for"),
            (json!({"volume-discount": true}), "the volume discount on plans begins"),
            (json!({"volume-discount": false}), "the volume discount on plans ends"),
            (json!("something-new"), "something-new"),
            (json!({"something": 1}), r#"{"something":1}"#),
        ] {
            assert_eq!(planned_words(&what), words);
        }
    }

    #[test]
    fn the_months_are_a_chart() {
        let month = |due: i64| json!({"closes-at": 1_790_812_800_000_u64, "due": usd(due)});
        let mut page = Page::plain();
        months(&mut page, &[month(9_800), month(4_900), month(0)]);
        let bars: Vec<usize> =
            page.text().lines().map(|line| line.matches('█').count()).filter(|n| *n > 0).collect();
        assert_eq!(bars, [20, 10], "{}", page.text());
        assert!(page.text().contains("2026-10-01") && page.text().contains("$0.00"));
        let mut page = Page::plain();
        months(&mut page, &[month(0)]);
        assert_eq!(page.text(), "", "nothing to show");
    }
}
