//! What the domain's code booked, and what the reference says, each in a line of text.

use std::collections::BTreeMap;

use clientdesk_component::domain::billing::account::State;
use clientdesk_component::domain::billing::{Invoice, Line, LineKind, PayerId, Reason, Working};
use clientdesk_component::domain::time::Timestamp;
use clientdesk_tests::billing_reference::history::{History, Time};
use clientdesk_tests::billing_reference::invoices::books;
use clientdesk_tests::billing_reference::line::{self, Item, Kind, Running};
use clientdesk_tests::billing_reference::reading::{items, run_rate};

use super::engine::{Engine, Ledger};
use super::said::{payer_id, time};

/// All that is owed, by payer and what it is about: the lines of each item in the order in which
/// they are booked, invoices, what runs.
pub type Told = BTreeMap<String, Vec<String>>;

/// What the reference says.
pub fn expected(history: &History, now: Time) -> Told {
    let mut told = Told::new();
    for (payer, lines, invoices) in books(history, now) {
        let key = payer_id(&payer).to_string();
        for line in lines {
            let of_item = told.entry(format!("{key} {}", place(&line.item))).or_default();
            of_item.push(reference_line(&line));
        }
        let invoices = invoices.iter().map(reference_invoice).collect();
        told.insert(format!("{key} invoices"), invoices);
        let mut runs: Vec<String> = items(history, &payer, now).iter().map(running).collect();
        runs.push(format!("{} a month", run_rate(history, &payer, now)));
        told.insert(format!("{key} runs"), runs);
    }
    told
}

/// What was booked.
pub fn found(engine: &Engine, now: Time) -> Told {
    let mut told = Told::new();
    for (payer, Ledger { lines, invoices, .. }) in &engine.ledgers {
        for line in lines {
            let of_item = told.entry(format!("{payer} {}", line.item.place())).or_default();
            of_item.push(engine_line(line));
        }
        told.insert(format!("{payer} invoices"), invoices.iter().map(engine_invoice).collect());
        told.insert(format!("{payer} runs"), engine_runs(engine, payer, time(now)));
        assert!(lines.iter().zip(1..).all(|(line, number)| line.number == number), "{lines:?}");
    }
    told
}

fn engine_runs(engine: &Engine, payer: &PayerId, now: Timestamp) -> Vec<String> {
    let (mut runs, mut rate) = (Vec::new(), 0);
    if *payer == PayerId::Agency {
        let goes_on = engine.terms.closed_at.is_none();
        let running = engine.brands.iter().filter(|(_, item)| goes_on && item.runs_at(now));
        runs.extend(running.map(|(id, item)| format!("brand/{id} since {}", item.since.millis())));
        let brands = u32::try_from(runs.len()).unwrap();
        rate += engine.terms.run_rate(brands, now).unwrap().amount;
    }
    for (id, account) in &engine.accounts {
        let terms = engine.terms.account(id);
        // A closed agency's accounts are written down as their terms end.
        let account = account.clone().settle(&terms, now).unwrap().account;
        if terms.payer_id(account.payer) != *payer {
            continue;
        }
        rate += account.run_rate(&terms, engine.plans(), now).unwrap().amount;
        let running = account.items().filter(|_| account.state == State::Running);
        runs.extend(running.map(|(sold, item)| {
            let rates = terms.rates(account.payer, sold, item.price);
            let price = rates.run_rate(engine.plans(), now).unwrap().amount;
            format!("{} since {} for {price}", terms.item(sold).place(), item.since.millis())
        }));
    }
    runs.push(format!("{rate} a month"));
    runs
}

fn running(running: &Running) -> String {
    let (place, since) = (place(&running.item), running.since);
    match running.item {
        // What a brand costs today depends on the others: the run-rate says it of all.
        Item::WhiteLabel(_) => format!("{place} since {since}"),
        _ => format!("{place} since {since} for {}", running.price),
    }
}

fn place(item: &Item) -> String {
    match item {
        Item::WhiteLabel(brand) => format!("brand/{brand}"),
        Item::Plan(account) => format!("plan/{account}/"),
        Item::AddOn(account, add_on) => format!("plan/{account}/{add_on}"),
        Item::Adjustment(note) => format!("~/{note}"),
    }
}

fn reference_line(line: &line::Line) -> String {
    let kind = match line.kind {
        Kind::Credit => LineKind::Credit,
        Kind::Charge => LineKind::Charge,
        Kind::Discount => LineKind::Discount,
        Kind::Adjustment => LineKind::Adjustment,
    };
    let reason = match line.reason {
        line::Reason::Started => Reason::Started,
        line::Reason::Renewed => Reason::Renewed,
        line::Reason::Stopped => Reason::Stopped,
        line::Reason::Expired => Reason::Expired,
        line::Reason::Changed => Reason::Changed,
        line::Reason::Switched => Reason::Switched,
        line::Reason::Adjusted => Reason::Adjusted,
    };
    let working = line.working.map(|working| {
        let (part, whole) = (working.numerator, working.denominator);
        let [part, whole] = [part, whole].map(|number| u64::try_from(number).unwrap());
        share(working.base, part, whole, working.catalog.to_string())
    });
    format!(
        "{} {kind:?} {} for {}-{}, {reason:?} {}: {}, on {}",
        line.at,
        line.amount,
        line.covers_from,
        line.covers_to,
        line.note.as_deref().unwrap_or("-"),
        working.unwrap_or_default(),
        line.invoiced_at,
    )
}

fn engine_line(line: &Line) -> String {
    let working = line.working.map(|working| {
        let Working { base, numerator, denominator, catalog } = working;
        share(base.amount, numerator, denominator, catalog.to_string())
    });
    format!(
        "{} {:?} {} for {}-{}, {:?} {}: {}, on {}",
        line.at.millis(),
        line.kind(),
        line.amount.amount,
        line.covers.start.millis(),
        line.covers.end.millis(),
        line.reason,
        line.note.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        working.unwrap_or_default(),
        line.invoiced_at.unwrap().millis(),
    )
}

/// A share in its lowest terms: all of a month may be 1 of 1, or all its milliseconds.
fn share(base: i64, part: u64, whole: u64, catalog: String) -> String {
    let (mut divisor, mut rest) = (part, whole);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    format!("{base} × {} ÷ {} by {catalog}", part / divisor, whole / divisor)
}

fn reference_invoice(invoice: &line::Invoice) -> String {
    let line::Invoice { number, closed_at, due_at, lines, subtotal, .. } = invoice;
    let line::Invoice { credit_used, due, credit_left, taxes, total, .. } = invoice;
    format!(
        "{number} {closed_at} {due_at}, {lines} lines: {subtotal} − {credit_used} = {due} + {taxes:?} = {total}, {credit_left} left"
    )
}

fn engine_invoice(invoice: &Invoice) -> String {
    let Invoice { number, closed_at, due_at, lines, subtotal, credit_used, .. } = invoice;
    let taxes: Vec<i64> = invoice.taxes.iter().map(|tax| tax.amount.amount).collect();
    format!(
        "{number} {} {}, {lines} lines: {} − {} = {} + {taxes:?} = {}, {} left",
        closed_at.millis(),
        due_at.millis(),
        subtotal.amount,
        credit_used.amount,
        invoice.due.amount,
        invoice.total.amount,
        invoice.credit_left.amount,
    )
}
