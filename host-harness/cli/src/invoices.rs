//! `clientdesk invoices`: what was invoiced, and what became of it.

use clap::Args;
use serde_json::Value;

use super::agency_api::{HostApi, Part, some_rows};
use super::answer::{at, number, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::format::thousands;
use super::host::ComponentArgs;
use super::money::money;
use super::output::{self, Form};
use super::payer::PayerArgs;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::times;

const EXAMPLES: &str = "\
Examples:
  clientdesk invoices --agency acme
      lists the invoices, the latest first, and whether they are paid
  clientdesk invoices --agency acme --all --json
      the same for programs, all of them";

/// Lists the invoices of an agency, the latest first
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InvoicesArgs {
    /// The most invoices to show
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Continues after an earlier page: the text that it printed
    #[arg(long, value_name = "TEXT")]
    cursor: Option<String>,
    /// Shows all invoices instead of one page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    #[command(flatten)]
    payer: PayerArgs,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

const COLUMNS: [Column; 6] = [
    Column::stays("#"),
    Column::stays("Closed"),
    Column::may_go("Due", 1),
    Column::may_go("Lines", 2),
    Column::stays("To pay"),
    Column::stays("Payment"),
];

pub(crate) fn run(
    component: &ComponentArgs,
    args: &InvoicesArgs,
    form: Form,
) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let part = Part { cursor: args.cursor.as_deref(), limit: (!args.all).then_some(args.limit) };
    let payer = [args.payer.value()];
    let (invoices, next) =
        some_rows(&api, ("billing.invoices", "invoices"), &payer, &part, |_| true)?;
    if form.is_json() {
        return Ok(output::answer(output::list(invoices, next.as_deref()))?);
    }
    let mut page = Page::on_standard_output();
    if invoices.is_empty() {
        page.line("No invoices yet: `clientdesk jobs` closes them at the start of each month.");
        return Ok(page.print()?);
    }
    page.table(&COLUMNS, &invoices.iter().map(row).collect::<Vec<_>>());
    if let Some(next) = next {
        page.more(&next);
    }
    Ok(page.print()?)
}

fn row(invoice: &Value) -> Vec<Shown> {
    let (status, badge) = payment(invoice);
    vec![
        Shown::Count(thousands(number(invoice, "number"))),
        Shown::Text(times::day(number(invoice, "closed-at"))),
        // The last day of payment: it is over at `due-at`.
        Shown::Text(times::day(number(invoice, "due-at").saturating_sub(1))),
        Shown::Count(thousands(number(invoice, "lines"))),
        Shown::Count(money(at(invoice, "total"))),
        Shown::Badge { status, badge: badge.to_owned() },
    ]
}

/// What became of an invoice, and the colour of that.
fn payment(invoice: &Value) -> (String, &'static str) {
    let is_overdue = at(invoice, "overdue") == true;
    let is_payable = at(at(invoice, "total"), "amount").as_i64().unwrap_or_default() > 0;
    let state = string(invoice, "payment");
    match state.as_str() {
        _ if !is_payable => ("nothing to pay".to_owned(), "grey"),
        "paid" => (state, "green"),
        _ if is_overdue && state == "failed" => ("failed, overdue".to_owned(), "red"),
        _ if is_overdue => ("overdue".to_owned(), "red"),
        "failed" => (state, "orange"),
        _ => (state, "yellow"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn invoice(payment: &str, total: i64, overdue: bool) -> Value {
        json!({"number": 7, "closed-at": 1_790_812_800_000_u64, "due-at": 1_792_022_400_000_u64,
            "lines": 4, "total": {"amount": total, "currency": "USD"}, "payment": payment,
            "overdue": overdue})
    }

    #[test]
    fn what_became_of_an_invoice_is_seen_at_once() {
        for (state, total, overdue, said, colour) in [
            ("open", 8_167, false, "open", "yellow"),
            ("open", 8_167, true, "overdue", "red"),
            ("failed", 8_167, false, "failed", "orange"),
            ("failed", 8_167, true, "failed, overdue", "red"),
            ("paid", 8_167, false, "paid", "green"),
            ("open", 0, false, "nothing to pay", "grey"),
        ] {
            assert_eq!(payment(&invoice(state, total, overdue)), (said.to_owned(), colour));
        }
    }

    #[test]
    fn the_last_day_of_payment_is_shown() {
        let mut page = Page::plain();
        page.table(&COLUMNS, &[row(&invoice("open", 8_167, false))]);
        for told in ["7", "2026-10-01", "2026-10-14", "$81.67", "open"] {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
    }
}
