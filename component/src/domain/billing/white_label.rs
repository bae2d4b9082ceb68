//! White-label: a brand is charged while at least one client has access to it.
//!
//! A running item knows how long access lasts by itself and what was debited last. From
//! these two and the time, everything else follows: [`WhiteLabel::settle`] books what is due
//! however late it is called, and a reader gets the same answer by settling a copy.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::money::{Money, MoneyError};
use crate::domain::period::{Period, Periods};
use crate::domain::time::{Timestamp, Until};

/// A brand that is charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhiteLabel {
    /// Since when.
    pub since: Timestamp,
    /// How long at least one client has access, if nothing changes.
    pub until: Until,
    /// What was debited last.
    pub debited: Money,
    /// What that debit covers.
    pub covers: Period,
}

/// What a payer is charged by.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The price of a whole period.
    pub price: Money,
    /// The payer's periods.
    pub periods: Periods,
}

/// Why something was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The first client got access.
    Started,
    /// A new period began.
    Renewed,
    /// The last client lost access.
    Stopped,
    /// The last access ended by itself: an open invite expired, or its time was over.
    Expired,
}

impl Reason {
    /// Whether nobody did it: its time had come.
    pub const fn is_by_itself(self) -> bool {
        match self {
            Reason::Renewed | Reason::Expired => true,
            Reason::Started | Reason::Stopped => false,
        }
    }
}

/// An amount to book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The time that it counts from.
    pub at: Timestamp,
    /// Positive for a charge, negative for a credit.
    pub amount: Money,
    /// What it pays for, or gives back.
    pub covers: Period,
    /// Why.
    pub reason: Reason,
}

/// Why something can't be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BillingError {
    /// An amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// More renewals are due at once than a clock that is right could have left.
    #[error("more than {max} billing periods are due at once: is the host's clock right?", max = RENEWALS_MAX)]
    TooFarBehind,
}

/// How many renewals of an item may be due: a hundred years of months.
pub const RENEWALS_MAX: u32 = 1_200;
/// How many renewals of an item one commit books, at most: a year of months.
pub const RENEWALS_AT_ONCE: u32 = 12;

impl WhiteLabel {
    /// Brings an item from what it was to what it is at `now`, where access lasts until
    /// `access` (none: nobody has any): settles what is due, then starts, stops or goes on.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or billing is too far behind the clock.
    pub fn advance(
        item: Option<WhiteLabel>,
        access: Option<Until>,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<(Option<WhiteLabel>, Vec<Posting>), BillingError> {
        let (item, mut postings) = match item {
            Some(item) => item.settle(terms, now)?,
            None => (None, Vec::new()),
        };
        let item = match (item, access.filter(|until| !until.is_over(now))) {
            (None, None) => None,
            (Some(item), Some(until)) => Some(WhiteLabel { until, ..item }),
            (None, Some(until)) => {
                let (item, posting) = WhiteLabel::start(until, terms, now)?;
                postings.push(posting);
                Some(item)
            }
            (Some(item), None) => {
                postings.push(item.stop(terms, Reason::Stopped, now)?);
                None
            }
        };
        Ok((item, postings))
    }

    /// Books everything that is due by `now`: a renewal at the start of each period, and
    /// the end of access by itself, each with its own time.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or more than [`RENEWALS_MAX`] renewals are due.
    pub fn settle(
        self,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<(Option<WhiteLabel>, Vec<Posting>), BillingError> {
        self.settle_some(terms, now, RENEWALS_MAX)
    }

    /// The same, but for what comes after the first `most` renewals: an item that is still
    /// behind then is settled on from there.
    ///
    /// # Errors
    ///
    /// As [`WhiteLabel::settle`].
    pub fn settle_some(
        mut self,
        terms: &Terms,
        now: Timestamp,
        most: u32,
    ) -> Result<(Option<WhiteLabel>, Vec<Posting>), BillingError> {
        let due = self.renewals_due(terms, now);
        if due > RENEWALS_MAX {
            return Err(BillingError::TooFarBehind);
        }
        let mut postings = Vec::new();
        for _ in 0..due.min(most) {
            postings.push(self.renew(terms));
        }
        let end = self.until.end().filter(|end| *end <= now && *end <= self.covers.end);
        if let Some(end) = end {
            postings.push(self.stop(terms, Reason::Expired, end)?);
            return Ok((None, postings));
        }
        Ok((Some(self), postings))
    }

    /// Whether anything is due by `now`.
    pub fn is_due(&self, terms: &Terms, now: Timestamp) -> bool {
        self.until.is_over(now) || self.renewals_due(terms, now) > 0
    }

    /// Whether more renewals are due by `now` than one commit books.
    pub fn is_behind(&self, terms: &Terms, now: Timestamp) -> bool {
        self.renewals_due(terms, now) > RENEWALS_AT_ONCE
    }

    /// How many periods it runs into that weren't charged by `now`: one that begins when
    /// access is over isn't.
    fn renewals_due(&self, terms: &Terms, now: Timestamp) -> u32 {
        let last = match self.until.end().filter(|end| *end <= now) {
            Some(end) => end.minus(1).unwrap_or(Timestamp::EPOCH),
            None => now,
        };
        if last < self.covers.end || self.covers.end == Timestamp::MAX {
            return 0;
        }
        terms.periods.begun_between(self.covers.end, last).saturating_add(1)
    }

    /// A start at `now`: what is left of the period is charged.
    fn start(
        until: Until,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<(WhiteLabel, Posting), BillingError> {
        let period = terms.periods.at(now);
        let amount = terms.price.share(period.left(now), period.millis())?;
        let covers = Period { start: now, end: period.end };
        let item = WhiteLabel { since: now, until, debited: amount, covers };
        Ok((item, Posting { at: now, amount, covers, reason: Reason::Started }))
    }

    /// A new period: charged whole, in advance.
    fn renew(&mut self, terms: &Terms) -> Posting {
        self.covers = terms.periods.at(self.covers.end);
        self.debited = terms.price;
        let Period { start: at, .. } = self.covers;
        Posting { at, amount: self.debited, covers: self.covers, reason: Reason::Renewed }
    }

    /// A stop at `end`: what is left of the last debit is credited, never more than it; and of
    /// those before, where periods were charged that haven't begun, since a clock that ran
    /// ahead was set back.
    fn stop(&self, terms: &Terms, reason: Reason, end: Timestamp) -> Result<Posting, BillingError> {
        let mut left = self.debited.share(self.covers.left(end), self.covers.millis())?;
        let (from, mut start) = (end.max(self.since), self.covers.start);
        while from < start {
            let before = terms.periods.at(start.minus(1).unwrap_or(Timestamp::EPOCH));
            left = left.plus(terms.price.share(before.left(from), before.millis())?)?;
            start = before.start;
        }
        let covers = Period { start: end, end: self.covers.end };
        Ok(Posting { at: end, amount: left.negated()?, covers, reason })
    }
}

#[cfg(test)]
#[path = "white_label_tests.rs"]
mod tests;
