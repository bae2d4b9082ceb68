//! The ledger: what was booked, numbered, and never edited.

use serde::{Deserialize, Serialize};

use super::white_label::{Posting, Reason};
use crate::domain::id::BrandId;
use crate::domain::money::{Currency, Money, MoneyError};
use crate::domain::period::Period;
use crate::domain::time::Timestamp;

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Numbered from 1 without gaps.
    pub number: u64,
    /// The time that it counts from.
    pub at: Timestamp,
    /// The brand that it is about.
    pub brand: BrandId,
    /// Positive for a charge, negative for a credit.
    pub amount: Money,
    /// What it pays for, or gives back.
    pub covers: Period,
    /// Why.
    pub reason: Reason,
    /// The log entry that was written with it.
    pub log_entry: u64,
}

/// What a payer's ledger comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// How many lines it has.
    pub lines: u64,
    /// The sum of their amounts.
    pub total: Money,
}

impl Payer {
    /// A payer who was never charged.
    pub const fn new(currency: Currency) -> Payer {
        Payer { lines: 0, total: Money::zero(currency) }
    }

    /// Books a posting for `brand`: the next line.
    ///
    /// # Errors
    ///
    /// When the total overflows.
    pub fn book(
        &mut self,
        posting: Posting,
        brand: BrandId,
        log_entry: u64,
    ) -> Result<Line, MoneyError> {
        self.total = self.total.plus(posting.amount)?;
        self.lines = self.lines.saturating_add(1);
        let Posting { at, amount, covers, reason } = posting;
        Ok(Line { number: self.lines, at, brand, amount, covers, reason, log_entry })
    }
}
