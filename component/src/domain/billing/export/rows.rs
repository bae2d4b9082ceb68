//! Rows of invoices that are made already: one for each line, one for credit that an invoice
//! takes from earlier ones, and one for credit that it leaves. So an invoice's rows come to what
//! is due.

use super::{Closed, ExportError, Part};
use crate::domain::billing::invoice::Invoice;
use crate::domain::billing::item::{BillingItem, PayerId};
use crate::domain::billing::words::decimal;
use crate::domain::csv::{self, shown_as_text};
use crate::domain::money::{Money, MoneyError};
use crate::domain::time::Timestamp;

const HEADING: [&str; 10] = [
    "*InvoiceNo",
    "*Customer",
    "*InvoiceDate",
    "*DueDate",
    "Item(Product/Service)",
    "ItemDescription",
    "ItemQuantity",
    "ItemRate",
    "*ItemAmount",
    "Service Date",
];

/// The longest number of an invoice that the other program takes.
const NUMBER_CHARS_MAX: usize = 21;

pub(super) fn written(part: &Part<'_>, invoices: &[Closed]) -> Result<String, ExportError> {
    let mut rows = Vec::new();
    for closed in invoices {
        add(part, closed, &mut rows)?;
    }
    Ok(csv::lines(part.heading(HEADING), rows)?)
}

fn add(
    part: &Part<'_>,
    Closed { invoice, lines }: &Closed,
    rows: &mut Vec<[String; 10]>,
) -> Result<(), MoneyError> {
    let head = [
        number(part, invoice),
        shown_as_text(&invoice.payer_party.name),
        date(invoice.closed_at),
        // The last day of payment: it is over at `due_at`.
        date(invoice.due_at.minus(1).unwrap_or(invoice.due_at).max(invoice.closed_at)),
    ];
    let row = |product: &str, description: String, amount: Money, at: Timestamp| {
        let [number, customer, closed, due] = head.clone();
        let (amount, one) = (decimal(amount), "1".to_owned());
        let product = product.to_owned();
        [number, customer, closed, due, product, description, one, amount.clone(), amount, date(at)]
    };
    for line in lines {
        let sentence = part.sentence(line);
        rows.push(row(product(&line.item), sentence, line.amount, line.covers.start));
    }
    // What earlier invoices left and this one leaves too stays out: it is no part of either.
    let kept = Money::new(invoice.subtotal.amount.min(0), invoice.subtotal.currency).negated()?;
    for (what, amount) in [
        ("Credit from earlier invoices", invoice.credit_used.negated()?),
        ("Credit kept for later invoices", kept),
    ] {
        if amount.amount != 0 {
            rows.push(row("Credit", what.to_owned(), amount, invoice.closed_at));
        }
    }
    Ok(())
}

/// An invoice's number with as much of its payer's id as there is room for.
fn number(part: &Part<'_>, invoice: &Invoice) -> String {
    let payer = match &invoice.payer {
        PayerId::Agency => part.agency.as_str(),
        PayerId::Account(account) => account.as_str(),
    };
    let number = invoice.number.to_string();
    let room = NUMBER_CHARS_MAX.saturating_sub(number.len() + 1);
    // Ids are ASCII.
    let payer = payer.get(..room.min(payer.len())).unwrap_or_default();
    shown_as_text(&format!("{payer}-{number}"))
}

/// What the other program calls it.
const fn product(item: &BillingItem) -> &'static str {
    match item {
        BillingItem::WhiteLabel(_) => "White-label",
        BillingItem::Plan(_) => "Plan",
        BillingItem::AddOn { .. } => "Add-on",
        BillingItem::Adjustment(_) => "Adjustment",
    }
}

/// A day as `09/16/2026`.
fn date(at: Timestamp) -> String {
    let text = at.rfc3339();
    let day = text.split('T').next().unwrap_or_default();
    match day.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => format!("{month}/{day}/{year}"),
        _ => text,
    }
}
