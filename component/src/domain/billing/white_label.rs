//! White-label: a brand is charged while at least one client has access to it.
//!
//! A running item knows how long access lasts by itself and what was debited last. From
//! these two and the time, everything else follows: [`WhiteLabel::settle`] books what is due
//! however late it is called, and a reader gets the same answer by settling a copy.

use serde::{Deserialize, Serialize};

use super::BillingError;
use super::charge::Charge;
use super::posting::{Posting, Reason};
use super::rates::{Moment, Rates};
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::time::{Timestamp, Until};

/// A brand that is charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhiteLabel {
    /// Since when.
    pub since: Timestamp,
    /// How long at least one client has access, if nothing changes.
    pub until: Until,
    /// What was debited last, net of discounts.
    pub debited: Money,
    /// What that debit covers.
    pub covers: Period,
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
        rates: &dyn Rates,
        now: Timestamp,
    ) -> Result<(Option<WhiteLabel>, Vec<Posting>), BillingError> {
        let (item, mut postings) = match item {
            Some(item) => item.settle(rates, now)?,
            None => (None, Vec::new()),
        };
        let item = match (item, access.filter(|until| !until.is_over(now))) {
            (None, None) => None,
            // What was paid for is over, and a closed agency starts nothing.
            (None, Some(_)) if rates.closed_at().is_some_and(|closed| closed <= now) => None,
            (Some(item), Some(until)) => Some(WhiteLabel { until, ..item }),
            (None, Some(until)) => {
                let (charge, started) = Charge::start(rates, now, Reason::Started)?;
                postings.extend(started);
                Some(WhiteLabel::of(charge, until))
            }
            // It is paid for until its term ends.
            (Some(_), None) if rates.closed_at().is_some_and(|closed| closed <= now) => None,
            (Some(item), None) => {
                postings.extend(item.charge().stop(rates, now, Reason::Stopped)?);
                None
            }
        };
        Ok((item, postings))
    }

    /// Books everything that is due by `now`: a renewal at the start of each period, and
    /// the end of access by itself, each with its own time. In an agency that was closed, nothing
    /// is booked as what was charged last is over: the item is.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or more than [`RENEWALS_MAX`] renewals are due.
    pub fn settle(
        self,
        rates: &dyn Rates,
        now: Timestamp,
    ) -> Result<(Option<WhiteLabel>, Vec<Posting>), BillingError> {
        self.settle_some(rates, now, RENEWALS_MAX)
    }

    /// The same, but for what comes after the first `most` renewals: an item that is still
    /// behind then is settled on from there.
    ///
    /// # Errors
    ///
    /// As [`WhiteLabel::settle`].
    pub fn settle_some(
        self,
        rates: &dyn Rates,
        now: Timestamp,
        most: u32,
    ) -> Result<(Option<WhiteLabel>, Vec<Posting>), BillingError> {
        if self.renewals_due(rates, now) > RENEWALS_MAX {
            return Err(BillingError::TooFarBehind);
        }
        let (mut charge, until) = (self.charge(), self.until);
        let mut postings = Vec::new();
        let last = self.last_renewal(rates, now);
        for _ in 0..most {
            if last < charge.covers.end || charge.covers.end == Timestamp::MAX {
                break;
            }
            postings.extend(charge.renew(rates)?);
        }
        let end = until.end().filter(|end| *end <= now && *end <= charge.covers.end);
        if let Some(end) = end {
            postings.extend(charge.stop(rates, end, Reason::Expired)?);
            return Ok((None, postings));
        }
        if runs_out(rates, &charge, now) {
            return Ok((None, postings));
        }
        Ok((Some(WhiteLabel::of(charge, until)), postings))
    }

    /// Whether anything is due by `now`.
    pub fn is_due(&self, rates: &dyn Rates, now: Timestamp) -> bool {
        self.until.is_over(now)
            || self.renewals_due(rates, now) > 0
            || runs_out(rates, &self.charge(), now)
    }

    /// Whether more renewals are due by `now` than one commit books.
    pub fn is_behind(&self, rates: &dyn Rates, now: Timestamp) -> bool {
        self.renewals_due(rates, now) > RENEWALS_AT_ONCE
    }

    /// When periods begin for which it isn't charged yet, by `now`: the first, and no more than
    /// `most`.
    pub fn renewal_times(&self, rates: &dyn Rates, now: Timestamp, most: u32) -> Vec<Timestamp> {
        let last = self.last_renewal(rates, now);
        let mut times = Vec::new();
        let mut time = self.covers.end;
        for _ in 0..most {
            if last < time || time == Timestamp::MAX {
                break;
            }
            times.push(time);
            let end = rates.periods().at(time).end;
            time = rates
                .trial_after(Moment::Renewal(time))
                .map_or(end, |trial_end| trial_end.min(end));
        }
        times
    }

    /// Whether a period begins at `at` that it is charged for.
    pub fn renews_at(&self, rates: &dyn Rates, at: Timestamp) -> bool {
        self.covers.end <= at
            && self.runs_at(at)
            && self.renewal_times(rates, at, RENEWALS_MAX).last() == Some(&at)
    }

    /// Whether it runs at `at`, whatever is due for it.
    pub fn runs_at(&self, at: Timestamp) -> bool {
        self.since <= at && !self.until.is_over(at)
    }

    /// The latest time at which a period may begin that it is charged for by `now`: one that
    /// begins when access is over isn't, nor one that begins after its agency was closed.
    fn last_renewal(&self, rates: &dyn Rates, now: Timestamp) -> Timestamp {
        let now = rates.closed_at().map_or(now, |closed| closed.min(now));
        match self.until.end().filter(|end| *end <= now) {
            Some(end) => end.minus(1).unwrap_or(Timestamp::EPOCH),
            None => now,
        }
    }

    /// How many periods it runs into that weren't charged by `now`.
    fn renewals_due(&self, rates: &dyn Rates, now: Timestamp) -> u32 {
        let last = self.last_renewal(rates, now);
        if last < self.covers.end || self.covers.end == Timestamp::MAX {
            return 0;
        }
        rates.periods().begun_between(self.covers.end, last).saturating_add(1)
    }

    const fn charge(&self) -> Charge {
        let since = Moment::Start(self.since);
        Charge { since, debited: self.debited, covers: self.covers }
    }

    const fn of(charge: Charge, until: Until) -> WhiteLabel {
        let Charge { since, debited, covers } = charge;
        WhiteLabel { since: since.at(), until, debited, covers }
    }
}

/// Whether what was charged last is over by `now`, and nothing comes after it: the agency was closed
/// before.
fn runs_out(rates: &dyn Rates, charge: &Charge, now: Timestamp) -> bool {
    let end = charge.covers.end;
    rates.closed_at().is_some_and(|closed| closed < end) && end <= now
}

#[cfg(test)]
#[path = "white_label_tests.rs"]
mod tests;
