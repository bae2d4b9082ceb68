//! `clientdesk ledger`: what was booked, and what it comes to.

mod export;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi, Part, some_rows};
use super::answer::{at, number, string};
use super::caller::CallerArgs;
use super::choice::contract_name;
use super::failure::Failure;
use super::find;
use super::format::thousands;
use super::host::ComponentArgs;
use super::money::{amount, money};
use super::output::{self, Form};
use super::payer::PayerArgs;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::times;
use export::ExportArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk ledger --agency acme
      shows the first 50 lines, what they come to, and what a month costs now
  clientdesk ledger --agency acme --brand Nike --since 2026-09-01 --until 2026-10-01
      shows what was booked for a brand in a month
  clientdesk ledger --agency acme --export csv --out ledger.csv
      writes all of it as a table for a spreadsheet";

/// Shows what an agency was charged, and why
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LedgerArgs {
    /// Only lines about this brand, by id or name
    #[arg(long, value_name = "BRAND")]
    brand: Option<String>,
    /// Only lines that count from this time or later
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    since: Option<u64>,
    /// Only lines that count from before this time
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    until: Option<u64>,
    /// Only lines of the invoice with this number
    #[arg(long, value_name = "N")]
    invoice: Option<u64>,
    /// Only lines that were written for this reason
    #[arg(long, value_name = "REASON")]
    reason: Option<Reason>,
    /// The most lines to show
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Continues after an earlier page: the text that it printed
    #[arg(long, value_name = "TEXT")]
    cursor: Option<String>,
    /// Shows all lines instead of one page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    #[command(flatten)]
    export: ExportArgs,
    #[command(flatten)]
    payer: PayerArgs,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// The contract's `reason`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reason {
    /// It began
    Started,
    /// A new period began
    Renewed,
    /// Somebody ended it
    Stopped,
    /// It ended by itself
    Expired,
    /// It gave way to another plan, or came in place of one
    Changed,
    /// Another payer took over
    Switched,
    /// The platform booked it by hand
    Adjusted,
}

const COLUMNS: [Column; 9] = [
    Column::stays("#"),
    Column::stays("From"),
    Column::stays("Item"),
    Column::may_go("What", 1),
    Column::may_go("Why", 2),
    Column::stays("Amount"),
    Column::may_go("Pays until", 4),
    Column::may_go("Invoice", 3),
    Column::may_go("Log entry", 5),
];

pub(crate) fn run(component: &ComponentArgs, args: &LedgerArgs, form: Form) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let filter = args.filter(&api)?;
    if args.export.is_wanted() {
        return args.export.run(&api, &filter, form);
    }
    let (lines, next) = lines(&api, args, &filter)?;
    if form.is_json() {
        return Ok(output::answer(output::list(lines, next.as_deref()))?);
    }
    let summary = api.get("billing.summary", &[])?;
    let mut page = Page::on_standard_output();
    fill(&mut page, &lines, &summary);
    if let Some(next) = next {
        page.more(&next);
    }
    Ok(page.print()?)
}

/// The lines that are wanted, and the cursor behind them. Pages are asked for until there are
/// enough: the contract's filter knows no reasons.
fn lines(
    api: &impl AgencyApi,
    args: &LedgerArgs,
    filter: &Value,
) -> Result<(Vec<Value>, Option<String>), Failure> {
    let part = Part { cursor: args.cursor.as_deref(), limit: (!args.all).then_some(args.limit) };
    let reason = contract_name(args.reason);
    let filter = std::slice::from_ref(filter);
    some_rows(api, ("billing.ledger", "lines"), filter, &part, |line| {
        reason.as_ref().is_none_or(|reason| at(line, "reason") == reason.as_str())
    })
}

impl LedgerArgs {
    /// The contract's `ledger-filter`.
    fn filter(&self, api: &impl AgencyApi) -> Result<Value, Failure> {
        let item = match &self.brand {
            Some(brand) => json!({"white-label": at(&find::brand(api, brand)?, "id")}),
            None => Value::Null,
        };
        let invoiced_at = match self.invoice {
            Some(number) => at(&self.payer.invoice(api, number)?, "closed-at").clone(),
            None => Value::Null,
        };
        Ok(json!({
            "payer": self.payer.value(),
            "item": item,
            "since": self.since,
            "until": self.until,
            "invoiced-at": invoiced_at,
        }))
    }
}

fn fill(page: &mut Page, lines: &[Value], summary: &Value) {
    page.line(&format!(
        "{} a month now, for {}; {} in all since the beginning",
        money(at(summary, "run-rate")),
        super::format::count(usize::try_from(number(summary, "brands")).unwrap_or(0), "brand"),
        money(at(summary, "total")),
    ));
    page.line("");
    if lines.is_empty() {
        page.line("No line matches.");
        return;
    }
    let mut rows: Vec<Vec<Shown>> = lines.iter().map(row).collect();
    rows.extend(sum(lines));
    page.table(&COLUMNS, &rows);
}

fn row(line: &Value) -> Vec<Shown> {
    let invoice = at(line, "invoiced-at").as_u64().map(times::day);
    vec![
        Shown::Count(thousands(number(line, "number"))),
        Shown::Text(times::second(number(line, "at"))),
        Shown::Text(item(at(line, "item"))),
        Shown::Text(what(line)),
        Shown::Text(string(line, "reason")),
        amount(at(line, "amount")),
        Shown::Text(times::second(number(line, "covers-to"))),
        Shown::Text(invoice.unwrap_or_default()),
        Shown::Count(thousands(number(line, "log-entry"))),
    ]
}

/// What a line does: `charge`, `discount: Launch offer`, `charge: small` of a plan.
fn what(line: &Value) -> String {
    let kind = string(line, "kind");
    let is_plan = at(at(line, "item"), "plan").is_string();
    match at(line, "note").as_str().filter(|_| kind == "discount" || is_plan) {
        Some(name) => format!("{kind}: {name}"),
        None => kind,
    }
}

/// What is paid for: `nike`, `plan of acc-1`.
pub(super) fn item(item: &Value) -> String {
    let text = |field| at(item, field).as_str();
    match (text("white-label"), text("plan"), text("adjustment")) {
        (Some(brand), _, _) => brand.to_owned(),
        (_, Some(account), _) => format!("plan of {account}"),
        (_, _, Some(name)) => name.to_owned(),
        _ => {
            let add_on = at(item, "add-on");
            format!("{} of {}", string(add_on, "add-on"), string(add_on, "account"))
        }
    }
}

/// What the lines come to, where they are in one currency.
fn sum(lines: &[Value]) -> Option<Vec<Shown>> {
    let first = lines.first()?;
    let currency = at(at(first, "amount"), "currency");
    let mut sum: i64 = 0;
    for line in lines {
        let money = at(line, "amount");
        if at(money, "currency") != currency {
            return None;
        }
        sum = sum.checked_add(at(money, "amount").as_i64()?)?;
    }
    let empty = || Shown::Text(String::new());
    let amount = amount(&json!({"amount": sum, "currency": currency}));
    let label = Shown::Strong("sum".to_owned());
    let [a, b, c, d] = [empty(), empty(), empty(), empty()];
    Some(vec![a, b, label, c, d, amount, empty(), empty(), empty()])
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use clientdesk_host::CallError;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        ledger: LedgerArgs,
    }

    fn line(number: u64) -> Value {
        let brand = if number.is_multiple_of(2) { "nike" } else { "puma" };
        let reason = if number == 1 { "started" } else { "renewed" };
        json!({"number": number, "at": number * 1_000, "item": {"white-label": brand},
            "kind": "charge", "reason": reason, "invoiced-at": 1 + number / 4,
            "amount": {"amount": number, "currency": "USD"}})
    }

    /// A ledger of six lines.
    fn api(function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        if function == "brands.list" {
            return Ok(json!({"brands": [{"id": "nike", "name": "Nike"}]}));
        }
        if function == "billing.get-invoice" {
            assert_eq!(arguments[0], json!({"account": "acc-1"}));
            return Ok(json!({"closed-at": arguments[1]}));
        }
        let (filter, page) = (&arguments[0], &arguments[1]);
        let time = |field: &str| filter[field].as_u64();
        let first = page["cursor"].as_str().map_or(1, |text| text.parse().unwrap());
        let wanted: Vec<Value> = (first..7)
            .map(line)
            .filter(|line| filter["item"].is_null() || filter["item"] == line["item"])
            .filter(|line| time("since").is_none_or(|since| number(line, "at") >= since))
            .filter(|line| time("until").is_none_or(|until| number(line, "at") < until))
            .filter(|line| time("invoiced-at").is_none_or(|at| number(line, "invoiced-at") == at))
            .collect();
        let limit = page["limit"].as_u64().unwrap() as usize;
        let next = wanted.get(limit).map(|line| number(line, "number").to_string());
        Ok(json!({"lines": wanted.into_iter().take(limit).collect::<Value>(), "next": next}))
    }

    #[test]
    fn lines_are_picked_and_paged() {
        for (words, numbers, next) in [
            ("", vec![1, 2, 3, 4, 5, 6], None),
            ("--limit 2", vec![1, 2], Some("3")),
            ("--limit 2 --cursor 5", vec![5, 6], None),
            ("--all --brand nike", vec![2, 4, 6], None),
            ("--limit 1 --brand NIKE", vec![2], Some("4")),
            ("--since 1970-01-01T00:00:02Z --until 1970-01-01T00:00:04Z", vec![2, 3], None),
            ("--since 1970-01-01T00:00:05Z", vec![5, 6], None),
            ("--reason started", vec![1], None),
            ("--reason adjusted", vec![], None),
            ("--account acc-1 --invoice 2", vec![4, 5, 6], None),
        ] {
            let words = std::iter::once("test").chain(words.split_whitespace());
            let args = Options::parse_from(words).ledger;
            let filter = args.filter(&api).unwrap();
            let (lines, cursor) = lines(&api, &args, &filter).unwrap();
            let found: Vec<u64> = lines.iter().map(|line| number(line, "number")).collect();
            assert_eq!((found, cursor.as_deref()), (numbers, next));
        }
    }

    #[test]
    fn a_discount_is_named_and_the_invoice_dated() {
        let mut discount = line(1);
        discount["kind"] = json!("discount");
        discount["note"] = json!("Launch");
        discount["invoiced-at"] = json!(1_788_220_800_000_u64);
        let mut page = Page::plain();
        let summary = json!({"brands": 1, "run-rate": {"amount": 4_900, "currency": "USD"},
            "total": {"amount": 3, "currency": "USD"}});
        fill(&mut page, &[discount, line(2)], &summary);
        for told in ["discount: Launch", "2026-09-01", "charge", "+ $0.03", "for 1 brand;"] {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
    }

    #[test]
    fn a_sum_needs_one_currency() {
        let other = json!({"amount": {"amount": 1, "currency": "EUR"}});
        assert!(sum(&[line(1), other]).is_none());
        let summed = sum(&[line(1), line(2)]).unwrap();
        assert_eq!(summed.len(), COLUMNS.len());
        assert!(matches!(&summed[5], Shown::Amount { text, credit: false } if text == "+ $0.03"));
    }
}
