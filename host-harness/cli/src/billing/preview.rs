//! `clientdesk billing preview`: what a command would come to, and the quote to keep it to.

use clap::Args;
use clientdesk_host::Host;
use clientdesk_host::suggest::{close_names, did_you_mean};
use clientdesk_host::values::to_json;
use serde_json::{Value, json};
use wasmtime::component::Type;

use super::{item, payer};
use crate::agency_api::{AgencyApi as _, HostApi};
use crate::answer::{at, elements, number, string};
use crate::call;
use crate::failure::Failure;
use crate::format::{cut, shell_word, thousands};
use crate::money::{amount, change, money};
use crate::output::{self, Form};
use crate::refusal;
use crate::show::{Column, Page, Shown};
use crate::times;
use clientdesk_contract::words::command_of;

/// The function that looks at an agency's own commands, and the one for the platform's.
const FUNCTIONS: [&str; 2] = ["billing.preview", PLATFORMS];
const PLATFORMS: &str = "billing.preview-platform";

/// What to look at.
#[derive(Args)]
pub(crate) struct PreviewArgs {
    /// The change: `invite-by-email`, `revoke`, `set-interval` and so on, or the platform's
    /// `set-catalog`, `set-terms` and `adjust`
    #[arg(value_name = "CHANGE")]
    change: String,
    /// What the command would be given: JSON, or plain text where text is expected
    #[arg(value_name = "WHAT")]
    what: String,
    /// Looks at a later date instead, up to 400 days ahead; there is no quote for it
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    at: Option<u64>,
    /// The key that a list of invites was given: rows that are done already cost nothing
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

const LINES: [Column; 6] = [
    Column::stays("Item"),
    Column::may_go("What", 1),
    Column::may_go("Why", 2),
    Column::may_go("How", 3),
    Column::stays("Amount"),
    Column::may_go("Pays until", 4),
];
const INVOICES: [&str; 4] = ["Invoice of", "Without", "With", "Change"];
const GOING_ON: [&str; 4] = ["Item", "Who pays", "Until", "Amount"];
const REFUSED: [&str; 2] = ["Row", "Why it would be refused"];

pub(super) fn run(api: HostApi, args: &PreviewArgs, form: Form) -> Result<(), Failure> {
    let (function, ty) = args.case(api.host())?;
    let what = call::argument(api.host(), function, &args.change, &ty, &args.what)?;
    let what = to_json(&what).map_err(|error| Failure::failed(format!("{error:#}")))?;
    let change = json!({ args.change.as_str(): what });
    if function == PLATFORMS {
        let agency = api.agency().unwrap_or_default();
        return platforms(api.host(), agency, &change, args.at, form);
    }
    let agency = api.agency().unwrap_or_default().to_owned();
    let api = api.with_key(args.key.as_deref());
    let quote = api.get(function, &[change, json!(args.at)])?;
    if form.is_json() {
        return Ok(output::answer(quote)?);
    }
    let mut page = Page::on_standard_output();
    fill(&mut page, &quote);
    if let Some(text) = at(&quote, "quote").as_str() {
        carry_out(&mut page, text, &agency, command_of(&args.change).unwrap_or_default());
    }
    Ok(page.print()?)
}

/// Shows what a command of the platform would change for an agency.
pub(crate) fn platforms(
    host: &Host,
    agency: &str,
    change: &Value,
    at: Option<u64>,
    form: Form,
) -> Result<(), Failure> {
    let quote = host.call(PLATFORMS, &[json!(agency), change.clone(), json!(at)]);
    let quote = quote.map_err(refusal::failed)?;
    if form.is_json() {
        return Ok(output::answer(quote)?);
    }
    let mut page = Page::on_standard_output();
    fill(&mut page, &quote);
    Ok(page.print()?)
}

impl PreviewArgs {
    /// The function that knows the change, and what it takes.
    fn case(&self, host: &Host) -> Result<(&'static str, Type), Failure> {
        let mut names = Vec::new();
        for function in FUNCTIONS {
            for (name, ty) in cases(host, function)? {
                if name == self.change
                    && let Some(ty) = ty
                {
                    return Ok((function, ty));
                }
                names.push(name);
            }
        }
        let close = did_you_mean(&close_names(&self.change, names.iter().map(String::as_str)));
        let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let given = cut(&self.change);
        Err(Failure::Usage(format!(
            "there is no change `{given}`{close}; there are {}",
            all.join(", ")
        )))
    }
}

/// The cases of what a function looks at.
fn cases(host: &Host, function: &str) -> Result<Vec<(String, Option<Type>)>, Failure> {
    let function = host.function(function).map_err(refusal::failed)?;
    let change = function.params().iter().find(|param| param.name == "change");
    Ok(match change.map(|param| &param.ty) {
        Some(Type::Variant(variant)) => {
            variant.cases().map(|case| (case.name.to_owned(), case.ty)).collect()
        }
        _ => Vec::new(),
    })
}

fn fill(page: &mut Page, quote: &Value) {
    page.heading(&format!(
        "{} now, {} a month",
        change(at(quote, "now")),
        change(at(quote, "monthly")),
    ));
    page.line(&format!("As of {}. Nothing is changed yet.", times::full(number(quote, "as-of"))));
    page.line("");
    let lines = elements(quote, "lines");
    match lines {
        [] => page.line("Nothing would be booked at once."),
        lines => page.table(&LINES, &lines.iter().map(line).collect::<Vec<_>>()),
    }
    going_on(page, elements(quote, "going-on"));
    refused(page, elements(quote, "refused"));
    invoices(page, elements(quote, "invoices"));
}

fn line(line: &Value) -> Vec<Shown> {
    let kind = string(line, "kind");
    let what = match at(line, "note").as_str().filter(|_| kind == "discount") {
        Some(name) => format!("{kind}: {name}"),
        None => kind,
    };
    vec![
        Shown::Strong(item(at(line, "item"))),
        Shown::Text(what),
        Shown::Text(string(line, "reason")),
        Shown::Text(working(line)),
        amount(at(line, "amount")),
        Shown::Text(times::second(number(line, "covers-to"))),
    ]
}

const DAY: u64 = 86_400_000;
/// The longest period in days: what is counted in so many isn't counted in milliseconds.
const DAYS_MAX: u64 = 366;

/// How an amount was worked out: `$49.00 × 15 of 30 days`; empty where it is all of its base.
fn working(line: &Value) -> String {
    let working = at(line, "working");
    let (part, whole) = (number(working, "numerator"), number(working, "denominator"));
    let base = money(at(working, "base"));
    if string(line, "kind") == "discount" && whole > 0 {
        return format!("{} of {base}", crate::catalog::percent(part));
    }
    let (part, whole, unit) = match (part, whole) {
        (part, whole) if part >= whole => return String::new(),
        (_, 1) => return format!("nothing of {base}"),
        (part, whole) if whole <= DAYS_MAX => (part, whole, "days"),
        (part, whole) if part % DAY == 0 && whole % DAY == 0 => (part / DAY, whole / DAY, "days"),
        (part, whole) => (part, whole, "ms"),
    };
    format!("{base} × {} of {} {unit}", thousands(part), thousands(whole))
}

/// The invoices that would change; where none does, it is said.
fn invoices(page: &mut Page, invoices: &[Value]) {
    let changed = invoices.iter().filter(|invoice| at(invoice, "before") != at(invoice, "after"));
    let rows: Vec<Vec<Shown>> = changed
        .map(|invoice| {
            let (before, after) = (at(invoice, "before"), at(invoice, "after"));
            let minor = |money: &Value| at(money, "amount").as_i64().unwrap_or_default();
            let difference = minor(after).saturating_sub(minor(before));
            vec![
                Shown::Text(times::day(number(invoice, "closes-at"))),
                Shown::Count(money(before)),
                Shown::Count(money(after)),
                amount(&json!({"amount": difference, "currency": at(after, "currency")})),
            ]
        })
        .collect();
    page.heading("The next invoices, if nothing else changes");
    match rows.as_slice() {
        [] => page.line(&format!("None of the next {} would be another.", invoices.len())),
        rows => page.table(&INVOICES, rows),
    }
}

/// What disabling or deleting an account doesn't end.
fn going_on(page: &mut Page, items: &[Value]) {
    if items.is_empty() {
        return;
    }
    page.heading("What goes on costing");
    let row = |running: &Value| {
        let until = at(running, "until").as_u64();
        vec![
            Shown::Strong(item(at(running, "item"))),
            Shown::Text(payer(at(running, "payer"))),
            Shown::Text(until.map_or_else(|| "renewed".to_owned(), times::day)),
            amount(at(running, "amount")),
        ]
    };
    page.table(&GOING_ON, &items.iter().map(row).collect::<Vec<_>>());
}

fn refused(page: &mut Page, rows: &[Value]) {
    if rows.is_empty() {
        return;
    }
    page.line("");
    let row = |row: &Value| {
        let why = refusal::sentence(at(row, "why"), str::to_owned);
        vec![Shown::Count(thousands(number(row, "place") + 1)), Shown::Text(why)]
    };
    page.table(&REFUSED, &rows.iter().map(row).collect::<Vec<_>>());
}

/// How to have exactly this.
fn carry_out(page: &mut Page, quote: &str, agency: &str, command: &str) {
    page.heading("To carry it out for this price");
    page.line("Within 15 minutes, give the quote with the command. It then books exactly this, or is refused:");
    page.line(&format!(
        "  clientdesk call --agency {} --quote {quote} {command} …",
        shell_word(agency),
    ));
}

#[cfg(test)]
#[path = "preview_tests.rs"]
mod tests;
