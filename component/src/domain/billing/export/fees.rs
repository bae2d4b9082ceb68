//! Fees of invoices, for a program that knows no negative ones: one for each item that comes to
//! more than nothing. What items are credited with, and credit from earlier invoices, is taken off
//! the others, the first ones first, so that an invoice's fees come to what is due.

use super::{Closed, ExportError, Part, exact, kind_of};
use crate::domain::billing::ledger::Line;
use crate::domain::billing::words::{amount_text, item_words};
use crate::domain::csv;
use crate::domain::money::{Money, MoneyError};
use crate::domain::period::Period;

const HEADING: [&str; 10] = [
    "invoice",
    "external_customer_id",
    "currency",
    "add_on_code",
    "invoice_display_name",
    "description",
    "units",
    "unit_amount_cents",
    "from_datetime",
    "to_datetime",
];

pub(super) fn written(part: &Part<'_>, invoices: &[Closed]) -> Result<String, ExportError> {
    let mut rows = Vec::new();
    for closed in invoices {
        for fee in fees(closed)? {
            rows.push(row(part, closed, &fee));
        }
    }
    Ok(csv::lines(part.heading(HEADING), rows)?)
}

/// What an item comes to on an invoice, after all credit.
struct Fee<'a> {
    lines: Vec<&'a Line>,
    amount: Money,
    /// What of others' credit was taken off it.
    less: Money,
}

fn fees(closed: &Closed) -> Result<Vec<Fee<'_>>, MoneyError> {
    let nothing = Money::zero(closed.invoice.total.currency);
    let mut credit = closed.invoice.credit_used;
    let mut fees: Vec<Fee<'_>> = Vec::new();
    for lines in by_item(&closed.lines) {
        let amount = lines.iter().try_fold(nothing, |sum, line| sum.plus(line.amount))?;
        if amount.amount < 0 {
            credit = credit.plus(amount.negated()?)?;
        } else {
            fees.push(Fee { lines, amount, less: nothing });
        }
    }
    for fee in &mut fees {
        let taken = Money::new(credit.amount.min(fee.amount.amount), credit.currency);
        credit = credit.plus(taken.negated()?)?;
        fee.amount = fee.amount.plus(taken.negated()?)?;
        fee.less = taken;
    }
    fees.retain(|fee| fee.amount.amount > 0);
    Ok(fees)
}

/// The lines of each item, in the order of their first ones.
fn by_item(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut items: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        let same = |of: &&mut Vec<&Line>| of.first().is_some_and(|first| first.item == line.item);
        match items.iter_mut().find(same) {
            Some(of) => of.push(line),
            None => items.push(vec![line]),
        }
    }
    items
}

fn row(part: &Part<'_>, closed: &Closed, fee: &Fee<'_>) -> [String; 10] {
    let invoice = &closed.invoice;
    let covers = covered(&fee.lines);
    let [code, title] = match fee.lines.first() {
        Some(line) => {
            [kind_of(&line.item).replace('-', "_"), item_words(&line.item, part.names).to_string()]
        }
        None => [String::new(), String::new()],
    };
    let mut said: Vec<String> = fee.lines.iter().map(|line| part.priced(line)).collect();
    if fee.less.amount > 0 {
        said.push(format!("less {} of credit", amount_text(fee.less)));
    }
    [
        invoice.number.to_string(),
        part.customer(&invoice.payer),
        invoice.total.currency.code().to_owned(),
        code,
        title,
        said.join("; "),
        "1".to_owned(),
        fee.amount.amount.to_string(),
        covers.map(|covers| exact(covers.start)).unwrap_or_default(),
        covers.map(|covers| exact(covers.end)).unwrap_or_default(),
    ]
}

/// From the first to the last moment that lines pay for.
fn covered(lines: &[&Line]) -> Option<Period> {
    let start = lines.iter().map(|line| line.covers.start).min()?;
    let end = lines.iter().map(|line| line.covers.end).max()?;
    Some(Period { start, end })
}
