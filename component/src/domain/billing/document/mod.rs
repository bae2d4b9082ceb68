//! An invoice as a document: in plain text, as a page that prints well, and as JSON.
//!
//! It is a function of the invoice, its lines, and what brands are called. What stands on it is
//! decided here, in words and once; the writers only lay it out.

mod html;
mod json;
mod text;

use core::fmt;
use std::collections::BTreeMap;

use thiserror::Error;

use super::invoice::{Invoice, Party, PaymentState};
use super::item::BillingItem;
use super::ledger::Line;
use super::posting::LineKind;
use super::words::{
    Names, Phrase, amount_text, days_words, item_words, line_words, percent, working_words,
};
use crate::domain::money::{Money, MoneyError};
use crate::domain::period::Period;
use crate::domain::time::Timestamp;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text of at most 80 columns.
    Text,
    /// A page of HTML.
    Html,
    /// JSON.
    Json,
}

/// Why a document can't be written.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// An item's lines come to more than an amount holds.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The page can't be written.
    #[error("can't write the page")]
    Html(#[from] askama::Error),
    /// The JSON can't be written.
    #[error("can't write the JSON")]
    Json(#[from] serde_json::Error),
    /// The text can't be written.
    #[error("can't write the text")]
    Text(#[from] fmt::Error),
}

/// An invoice with all that is needed to write it down.
pub struct Document<'a> {
    invoice: &'a Invoice,
    groups: Vec<Group<'a>>,
    names: &'a Names,
    now: Timestamp,
}

/// The lines about one item.
struct Group<'a> {
    item: &'a BillingItem,
    lines: Vec<&'a Line>,
    subtotal: Money,
}

impl<'a> Document<'a> {
    /// The document of an invoice whose lines are these, as it is looked at at `now`.
    ///
    /// # Errors
    ///
    /// When an item's lines come to more than an amount holds.
    pub fn of(
        invoice: &'a Invoice,
        lines: &'a [Line],
        names: &'a Names,
        now: Timestamp,
    ) -> Result<Document<'a>, DocumentError> {
        Ok(Document { invoice, groups: by_item(lines)?, names, now })
    }

    /// The document in a format.
    ///
    /// # Errors
    ///
    /// Never with these formats; the writers' signatures allow for it.
    pub fn written(&self, format: Format) -> Result<String, DocumentError> {
        match format {
            Format::Text => Ok(text::written(&self.sheet())?),
            Format::Html => Ok(html::written(&self.sheet())?),
            Format::Json => Ok(json::written(self)?),
        }
    }

    fn sheet(&self) -> Sheet {
        let invoice = self.invoice;
        Sheet {
            number: invoice.number,
            parties: [("From", &invoice.seller), ("To", &invoice.payer_party)]
                .into_iter()
                .filter(|(_, party)| **party != Party::default())
                .map(|(role, party)| Signed::of(role, party))
                .collect(),
            facts: self.facts(),
            sections: self.groups.iter().map(|group| self.section(group)).collect(),
            sums: sums(invoice),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let invoice = self.invoice;
        let mut facts = vec![
            ("Closed on", invoice.closed_at.date()),
            ("Due on", due_on(invoice)),
            ("Currency", invoice.currency_code()),
            ("Payment", self.payment()),
        ];
        if let Some(covered) = covered(&self.groups) {
            facts.insert(2, ("Pays for", days_words(covered)));
        }
        facts
    }

    fn payment(&self) -> String {
        let state = match self.invoice.payment {
            _ if !self.invoice.is_payable() => "nothing to pay",
            PaymentState::Paid => "paid",
            PaymentState::Failed if self.invoice.is_overdue(self.now) => "failed, overdue",
            PaymentState::Failed => "failed",
            PaymentState::Open if self.invoice.is_overdue(self.now) => "overdue",
            PaymentState::Open => "open",
        };
        match &self.invoice.reference {
            Some(reference) => format!("{state} (reference {reference})"),
            None => state.to_owned(),
        }
    }

    fn section(&self, group: &Group<'_>) -> Section {
        let row = |line: &&Line| Row {
            what: line_words(line, self.names),
            working: working_words(line),
            days: days_words(line.covers),
            amount: amount_text(line.amount),
            is_discount: line.kind() == LineKind::Discount,
        };
        let subtotal = (group.lines.len() > 1).then(|| amount_text(group.subtotal));
        let title = item_words(group.item, self.names);
        Section { title, rows: group.lines.iter().map(row).collect(), subtotal }
    }
}

/// What stands on a document, in words.
struct Sheet {
    number: u64,
    parties: Vec<Signed>,
    facts: Vec<(&'static str, String)>,
    sections: Vec<Section>,
    sums: Vec<Sum>,
}

/// Somebody with an address, in lines.
struct Signed {
    role: &'static str,
    name: String,
    address: Vec<String>,
}

/// What there is about one item.
struct Section {
    title: Phrase,
    rows: Vec<Row>,
    subtotal: Option<String>,
}

/// A line.
struct Row {
    what: Phrase,
    working: Option<String>,
    days: String,
    amount: String,
    is_discount: bool,
}

/// A sum below all lines.
struct Sum {
    what: Phrase,
    amount: String,
    /// What the document is for.
    is_total: bool,
}

impl Signed {
    fn of(role: &'static str, party: &Party) -> Signed {
        let address = party.address.lines().map(str::trim_end).map(str::to_owned).collect();
        Signed { role, name: party.name.clone(), address }
    }
}

impl Invoice {
    fn currency_code(&self) -> String {
        self.total.currency.code().to_owned()
    }
}

/// The last day of payment: it is over at `due_at`.
fn due_on(invoice: &Invoice) -> String {
    let last = invoice.due_at.minus(1).unwrap_or(invoice.due_at).max(invoice.closed_at);
    last.date()
}

/// The lines by item: white-label by brand, then plans and add-ons by account, then what was
/// booked by hand. Each discount stands below the charge that it is taken off.
fn by_item(lines: &[Line]) -> Result<Vec<Group<'_>>, MoneyError> {
    let mut items: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        items.entry(line.item.place()).or_default().push(line);
    }
    let mut groups = Vec::with_capacity(items.len());
    for lines in items.into_values() {
        let Some(first) = lines.first() else { continue };
        let nothing = Money::zero(first.amount.currency);
        let subtotal = lines.iter().try_fold(nothing, |sum, line| sum.plus(line.amount))?;
        groups.push(Group { item: &first.item, lines: below_their_charges(lines), subtotal });
    }
    Ok(groups)
}

fn below_their_charges(lines: Vec<&Line>) -> Vec<&Line> {
    let mut ordered: Vec<&Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let belongs = |other: &&Line| {
            let is_charge = matches!(other.kind(), LineKind::Charge | LineKind::Discount);
            is_charge && other.at == line.at && other.covers == line.covers
        };
        let charge = ordered.iter().rposition(belongs);
        match charge.filter(|_| line.kind() == LineKind::Discount) {
            Some(place) => ordered.insert(place + 1, line),
            None => ordered.push(line),
        }
    }
    ordered
}

/// From when to when the lines pay; none where none of them is about a time.
fn covered(groups: &[Group<'_>]) -> Option<Period> {
    let covers = || {
        let lines = groups.iter().flat_map(|group| &group.lines);
        lines.map(|line| line.covers).filter(|covers| covers.start < covers.end)
    };
    let start = covers().map(|covers| covers.start).min()?;
    let end = covers().map(|covers| covers.end).max()?;
    Some(Period { start, end })
}

fn sums(invoice: &Invoice) -> Vec<Sum> {
    let sum = |what, money: Money| Sum { what, amount: amount_text(money), is_total: false };
    let ours = Phrase::ours;
    let mut sums = vec![sum(ours("Subtotal"), invoice.subtotal)];
    if invoice.credit_used.amount != 0 {
        let taken = Money::new(-invoice.credit_used.amount, invoice.credit_used.currency);
        sums.push(sum(ours("Credit from earlier invoices"), taken));
    }
    let carries = invoice.credit_used.amount != 0 || invoice.credit_left.amount != 0;
    if carries || !invoice.taxes.is_empty() {
        sums.push(sum(ours("Due before taxes"), invoice.due));
    }
    for tax in &invoice.taxes {
        let after = format!(", {}", percent(u64::from(tax.tax.rate.points())));
        let what = Phrase { before: "", name: tax.tax.name.to_string(), after };
        sums.push(sum(what, tax.amount));
    }
    sums.push(Sum { is_total: true, ..sum(ours("Total to pay"), invoice.total) });
    if invoice.credit_left.amount != 0 {
        sums.push(sum(ours("Credit left for later invoices"), invoice.credit_left));
    }
    sums
}

#[cfg(test)]
pub mod tests;
