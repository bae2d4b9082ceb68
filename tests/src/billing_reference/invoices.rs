//! From lines to invoices.

use crate::billing_reference::calendar::{DAY, month, share};
use crate::billing_reference::frame::Frame;
use crate::billing_reference::history::{Amount, History, Moment, Payer, Terms, Time};
use crate::billing_reference::line::{Invoice, Line};
use crate::billing_reference::reckon;

/// The invoices of a payer that have closed, the earliest first.
pub fn invoices(history: &History, lines: &[Line], payer: &Payer, now: Time) -> Vec<Invoice> {
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let mut invoices: Vec<Invoice> = Vec::new();
    for closed_at in closings(&frame, payer, now) {
        let on: Vec<&Line> = lines
            .iter()
            .filter(|line| line.payer == *payer && line.invoiced_at == closed_at)
            .collect();
        if on.is_empty() {
            continue;
        }
        let subtotal: Amount = on.iter().map(|line| line.amount).sum();
        let before = invoices.last().map_or(0, |last| last.credit_left);
        let (credit_used, due, credit_left) = settle(subtotal, before);
        let taxes: Vec<Amount> = tax_rates(&frame, closed_at)
            .into_iter()
            .map(|rate| share(due, i64::from(rate), 10_000))
            .collect();
        let days = frame.catalog(closed_at).map_or(0, |(_, version)| version.catalog.payment_days);
        invoices.push(Invoice {
            number: invoices.last().map_or(1, |last| last.number + 1),
            closed_at,
            due_at: closed_at + i64::from(days) * DAY,
            lines: on.iter().map(|_| 1).sum(),
            subtotal,
            credit_used,
            due,
            credit_left,
            total: due + taxes.iter().sum::<Amount>(),
            taxes,
        });
    }
    invoices
}

/// How an invoice is paid for: what is taken off carried credit, what is due, and what is
/// carried on.
pub fn settle(subtotal: Amount, credit: Amount) -> (Amount, Amount, Amount) {
    if subtotal < 0 {
        return (0, 0, credit - subtotal);
    }
    let used = credit.min(subtotal);
    (used, subtotal - used, credit - used)
}

/// When a payer's invoices close up to `until`, whether there is something on them or not.
pub fn closings(frame: &Frame, payer: &Payer, until: Time) -> Vec<Time> {
    let Some(anchor) = frame.anchor(payer) else { return Vec::new() };
    let first = if *payer == Payer::Agency { 1 } else { 0 };
    (first..).map(|k| month(anchor, k)).take_while(|closing| *closing <= until).collect()
}

fn tax_rates(frame: &Frame, at: Time) -> Vec<u32> {
    let rates = frame.terms(Moment::due(at)).filter_map(|(_, terms)| match terms {
        Terms::Taxes(rates) => Some(rates.clone()),
        _ => None,
    });
    rates.last().unwrap_or_default()
}

/// The lines and invoices of all payers.
pub fn books(history: &History, now: Time) -> Vec<(Payer, Vec<Line>, Vec<Invoice>)> {
    let lines = reckon::lines(history, now);
    let known = history.up_to(now);
    let payers = Frame::new(&known, now).payers().into_iter();
    let books = payers.map(|payer| {
        let invoices = invoices(history, &lines, &payer, now);
        let own = lines.iter().filter(|line| line.payer == payer).cloned().collect();
        (payer, own, invoices)
    });
    books.collect()
}
