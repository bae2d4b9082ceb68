//! The ledger as tables for other programs; `docs/exports.md` says what each column holds.
//!
//! | layout | a row is | file |
//! | --- | --- | --- |
//! | [`Layout::Ledger`] | a line with all its fields, for people and spreadsheets | `ledger.rs` |
//! | [`Layout::InvoiceItems`] | a line that another program puts on its next invoice | `items.rs` |
//! | [`Layout::Fees`] | what an item comes to on an invoice: never below 0 | `fees.rs` |
//! | [`Layout::InvoiceRows`] | a line of an invoice, and credit that it takes or leaves | `rows.rs` |

mod fees;
mod items;
mod ledger;
mod rows;

use thiserror::Error;

use super::invoice::Invoice;
use super::item::{BillingItem, PayerId};
use super::ledger::Line;
use super::words::{Names, amount_text, days_words, item_words, line_words, working_words};
use crate::domain::csv::CsvError;
use crate::domain::id::AgencyId;
use crate::domain::money::MoneyError;
use crate::domain::time::Timestamp;

/// How an export is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All fields of each line.
    Ledger,
    /// Items of invoices that another program makes.
    InvoiceItems,
    /// Fees of invoices that can't have negative ones.
    Fees,
    /// Rows of invoices that are made already.
    InvoiceRows,
}

impl Layout {
    /// Whether it is made of whole invoices rather than of lines.
    pub const fn is_of_invoices(self) -> bool {
        match self {
            Layout::Ledger | Layout::InvoiceItems => false,
            Layout::Fees | Layout::InvoiceRows => true,
        }
    }
}

/// Why an export can't be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// Amounts come to more than an amount holds.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The table can't be written.
    #[error("can't write the table")]
    Csv(#[from] CsvError),
}

/// A part of an export.
pub struct Part<'a> {
    /// How it is laid out.
    pub layout: Layout,
    /// Whether it begins with the heading.
    pub has_heading: bool,
    /// Whose ledger it is of.
    pub agency: &'a AgencyId,
    /// What brands are called now.
    pub names: &'a Names,
}

/// An invoice with its lines.
pub struct Closed {
    /// The invoice.
    pub invoice: Invoice,
    /// All of its lines.
    pub lines: Vec<Line>,
}

/// A line, and the number of the invoice on which it stands, if that is closed.
pub type Numbered = (Line, Option<u64>);

impl Part<'_> {
    /// Lines as a layout of lines; nothing in one of invoices.
    ///
    /// # Errors
    ///
    /// When an amount is beyond what the other program takes.
    pub fn of_lines(&self, lines: &[Numbered]) -> Result<String, ExportError> {
        match self.layout {
            Layout::Ledger => Ok(ledger::written(self, lines)?),
            Layout::InvoiceItems => items::written(self, lines),
            Layout::Fees | Layout::InvoiceRows => Ok(String::new()),
        }
    }

    /// Invoices as a layout of invoices; nothing in one of lines.
    ///
    /// # Errors
    ///
    /// When what an item comes to is more than an amount holds.
    pub fn of_invoices(&self, invoices: &[Closed]) -> Result<String, ExportError> {
        match self.layout {
            Layout::Fees => fees::written(self, invoices),
            Layout::InvoiceRows => rows::written(self, invoices),
            Layout::Ledger | Layout::InvoiceItems => Ok(String::new()),
        }
    }

    fn heading<const COLUMNS: usize>(
        &self,
        heading: [&'static str; COLUMNS],
    ) -> Option<[&'static str; COLUMNS]> {
        self.has_heading.then_some(heading)
    }

    /// What a payer is called across agencies: `acme`, `acme/nike-inc`.
    fn customer(&self, payer: &PayerId) -> String {
        match payer {
            PayerId::Agency => self.agency.to_string(),
            PayerId::Account(account) => format!("{}/{account}", self.agency),
        }
    }

    /// A line in one sentence, which begins with a word of ours, so that no spreadsheet takes it
    /// for a formula: `White-label of Nike (nike): Started, 16 Sep 2026 – 30 Sep 2026 ($49.00 × 15
    /// of 30 days)`.
    fn sentence(&self, line: &Line) -> String {
        let working = working_words(line).map(|words| format!(" ({words})")).unwrap_or_default();
        let (item, what) = (item_words(&line.item, self.names), line_words(line, self.names));
        format!("{item}: {what}, {}{working}", days_words(line.covers))
    }

    /// The same with its amount, where several lines share a cell.
    fn priced(&self, line: &Line) -> String {
        let working = working_words(line).map(|words| format!(" ({words})")).unwrap_or_default();
        let (what, amount) = (line_words(line, self.names), amount_text(line.amount));
        format!("{what}, {}: {amount}{working}", days_words(line.covers))
    }
}

/// The word for the kind of an item, the same as in the contract.
const fn kind_of(item: &BillingItem) -> &'static str {
    match item {
        BillingItem::WhiteLabel(_) => "white-label",
        BillingItem::Plan(_) => "plan",
        BillingItem::AddOn { .. } => "add-on",
        BillingItem::Adjustment(_) => "adjustment",
    }
}

/// A time to the millisecond where it has some.
fn exact(at: Timestamp) -> String {
    let (text, millis) = (at.rfc3339(), at.millis() % 1_000);
    match text.strip_suffix('Z').filter(|_| millis > 0) {
        Some(second) => format!("{second}.{millis:03}Z"),
        None => text,
    }
}

#[cfg(test)]
mod tests;
