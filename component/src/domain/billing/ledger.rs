//! The ledger: what was booked, numbered, and never edited.

use serde::{Deserialize, Serialize};

use super::item::{BillingItem, PayerId};
use super::white_label::{Posting, Reason};
use crate::domain::money::{Currency, Money, MoneyError};
use crate::domain::period::Period;
use crate::domain::ranges;
use crate::domain::time::Timestamp;

/// A line of a payer's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Numbered from 1 without gaps, for each payer.
    #[serde(deserialize_with = "ranges::read_number")]
    pub number: u64,
    /// The time that it counts from.
    pub at: Timestamp,
    /// Whose ledger it is in.
    pub payer: PayerId,
    /// What it is about.
    pub item: BillingItem,
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
pub struct LedgerTotals {
    /// How many lines it has.
    #[serde(deserialize_with = "ranges::read_number")]
    pub lines: u64,
    /// The sum of their amounts.
    pub total: Money,
}

impl LedgerTotals {
    /// Those of a payer who was never charged.
    pub const fn empty(currency: Currency) -> LedgerTotals {
        LedgerTotals { lines: 0, total: Money::zero(currency) }
    }

    /// Counts a posting in: it becomes the next line of the payer's ledger.
    ///
    /// # Errors
    ///
    /// When the total overflows.
    pub fn book(
        &mut self,
        payer: PayerId,
        item: BillingItem,
        posting: Posting,
        log_entry: u64,
    ) -> Result<Line, MoneyError> {
        self.total = self.total.plus(posting.amount)?;
        self.lines = self.lines.saturating_add(1);
        let Posting { at, amount, covers, reason } = posting;
        Ok(Line { number: self.lines, at, payer, item, amount, covers, reason, log_entry })
    }
}

/// The postings that share a log entry: renewals that follow one another, and any other alone.
pub fn entries(postings: &[Posting]) -> impl Iterator<Item = &[Posting]> {
    let renewed = |posting: &Posting| posting.reason == Reason::Renewed;
    postings.chunk_by(move |a, b| renewed(a) && renewed(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::BrandId;

    fn posting(reason: Reason, amount: i64) -> Posting {
        let at = Timestamp::EPOCH;
        let amount = Money::new(amount, Currency::USD);
        Posting { at, amount, covers: Period { start: at, end: at.plus(1) }, reason }
    }

    #[test]
    fn lines_are_numbered_and_added_up() {
        let item = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let mut totals = LedgerTotals::empty(Currency::USD);
        for (number, amount, total) in [(1, 4_900, 4_900), (2, -1_633, 3_267), (3, 0, 3_267)] {
            let posting = posting(Reason::Started, amount);
            let line = totals.book(PayerId::Agency, item.clone(), posting, 7).unwrap();
            assert_eq!((line.number, line.amount.amount, line.log_entry), (number, amount, 7));
            assert_eq!((totals.lines, totals.total.amount), (number, total));
        }
        let too_much = totals.book(PayerId::Agency, item, posting(Reason::Started, i64::MAX), 7);
        assert_eq!(too_much, Err(MoneyError::Overflow));
    }

    #[test]
    fn only_renewals_share_a_log_entry() {
        use Reason::{Expired as E, Renewed as R, Started as S, Stopped as X};
        for (reasons, sizes) in [
            (vec![], vec![]),
            (vec![S], vec![1]),
            (vec![R, R, R, X], vec![3, 1]),
            (vec![R, E, S], vec![1, 1, 1]),
            (vec![S, X, S, X], vec![1, 1, 1, 1]),
        ] {
            let postings: Vec<_> = reasons.iter().map(|reason| posting(*reason, 1)).collect();
            let found: Vec<usize> = entries(&postings).map(<[Posting]>::len).collect();
            assert_eq!(found, sizes, "{reasons:?}");
        }
    }
}
