//! An item that runs: what a start, a new period and a stop come to.

use super::BillingError;
use super::posting::{LineKind, Posting, Reason, Working};
use super::rates::{Charged, Deduction, Moment, Price, Rates};
use crate::domain::catalog::Proration;
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::text::Name;
use crate::domain::time::{DAY, Timestamp};

/// An item that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Since when, and how it came to be.
    pub since: Moment,
    /// What was debited last, net of discounts.
    pub debited: Money,
    /// What that debit covers.
    pub covers: Period,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    numerator: u64,
    denominator: u64,
}

impl Part {
    const WHOLE: Part = Part { numerator: 1, denominator: 1 };

    const fn of(self, base: Money, catalog: u32) -> Working {
        let Part { numerator, denominator } = self;
        Working { base, numerator, denominator, catalog }
    }
}

impl Charge {
    /// A start at `at`: what is left of the period is charged.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn start(
        rates: &dyn Rates,
        at: Timestamp,
        reason: Reason,
    ) -> Result<(Charge, Vec<Posting>), BillingError> {
        let price = rates.start_price(at)?;
        debit(rates, price, at, reason).map(|(debited, covers, postings)| {
            (Charge { since: Moment::Start(at), debited, covers }, postings)
        })
    }

    /// The next period, charged in advance when what was charged last is over.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or the price depends on what nobody looked at.
    pub fn renew(&mut self, rates: &dyn Rates) -> Result<Vec<Posting>, BillingError> {
        let at = self.covers.end;
        let price = rates.renewal_price(at)?;
        let (debited, covers, postings) = debit(rates, price, at, Reason::Renewed)?;
        (self.debited, self.covers) = (debited, covers);
        Ok(postings)
    }

    /// A stop at `at`: what is left of the last debit is credited, never more than it; and of
    /// those before, where periods were charged that haven't begun, since a clock that ran
    /// ahead was set back.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn stop(
        &self,
        rates: &dyn Rates,
        at: Timestamp,
        reason: Reason,
    ) -> Result<Vec<Posting>, BillingError> {
        // As it was debited: another policy counts from the next debit on.
        let debited = match self.covers.start {
            start if start == self.since.at() => self.since,
            start => Moment::Renewal(start),
        };
        let (proration, catalog) = (rates.proration(debited), rates.catalog(debited));
        let part = left(proration, at, self.covers);
        let note = rates.note();
        let working = part.of(self.debited, catalog);
        let mut postings = vec![credit(working, at, self.covers, reason, note.clone())?];
        let (from, mut start) = (at.max(self.since.at()), self.covers.start);
        while from < start {
            let before = rates.periods().at(start.minus(1).unwrap_or(Timestamp::EPOCH));
            let price = rates.renewal_price(before.start)?;
            let net = net_of(price, rates, before.start)?;
            let part = left(proration, from, before);
            postings.push(credit(part.of(net, price.catalog), at, before, reason, note.clone())?);
            start = before.start;
        }
        Ok(postings)
    }
}

/// What a charge at `at` comes to, net, what it covers, and how it is booked.
fn debit(
    rates: &dyn Rates,
    price: Price,
    at: Timestamp,
    reason: Reason,
) -> Result<(Money, Period, Vec<Posting>), BillingError> {
    let renewal = reason == Reason::Renewed;
    let moment = if renewal { Moment::Renewal(at) } else { Moment::Start(at) };
    let (working, covers) = worked_out(rates, price, moment);
    let amount = working.amount()?;
    let mut net = amount;
    let kind = LineKind::Charge;
    let (note, working) = (rates.note(), Some(working));
    let mut postings = vec![Posting { at, kind, amount, covers, reason, note, working }];
    for deduction in rates.discounts(&Charged { at, amount, renewal, catalog: price.catalog })? {
        let Deduction { name, amount, working } = deduction;
        if amount.amount == 0 {
            continue;
        }
        let amount = amount.negated()?;
        net = net.plus(amount)?;
        let (kind, note) = (LineKind::Discount, Some(name));
        postings.push(Posting { at, kind, amount, covers, reason, note, working });
    }
    Ok((net, covers, postings))
}

/// How what is charged at a moment is worked out where a whole period has this price, before
/// discounts; and what it covers.
pub(super) fn worked_out(rates: &dyn Rates, price: Price, moment: Moment) -> (Working, Period) {
    let at = moment.at();
    let period = rates.periods().at(at);
    let (part, end) = match rates.trial_after(moment) {
        Some(trial_end) => (Part { numerator: 0, denominator: 1 }, trial_end.min(period.end)),
        None => (charged(rates.proration(moment), at, period), period.end),
    };
    (part.of(price.amount, price.catalog), Period { start: at, end })
}

/// What a whole period that begins at `at` costs after discounts.
fn net_of(price: Price, rates: &dyn Rates, at: Timestamp) -> Result<Money, BillingError> {
    let Price { amount, catalog } = price;
    let mut net = amount;
    for deduction in rates.discounts(&Charged { at, amount, renewal: true, catalog })? {
        net = net.plus(deduction.amount.negated()?)?;
    }
    Ok(net)
}

fn credit(
    working: Working,
    at: Timestamp,
    covered: Period,
    reason: Reason,
    note: Option<Name>,
) -> Result<Posting, BillingError> {
    let amount = working.amount()?.negated()?;
    let covers = Period { start: at.max(covered.start), end: covered.end.max(at) };
    let kind = LineKind::Credit;
    Ok(Posting { at, kind, amount, covers, reason, note, working: Some(working) })
}

/// The part of a period that is charged from `at` on.
fn charged(proration: Proration, at: Timestamp, period: Period) -> Part {
    match proration {
        _ if at <= period.start => Part::WHOLE,
        Proration::None => Part::WHOLE,
        Proration::Millisecond => Part { numerator: period.left(at), denominator: period.millis() },
        Proration::Day => Part {
            numerator: period.left(at).div_ceil(DAY),
            denominator: period.millis().div_ceil(DAY),
        },
    }
}

/// The part of what a debit covers that is left at `at`.
fn left(proration: Proration, at: Timestamp, covers: Period) -> Part {
    match proration {
        _ if at < covers.start => Part::WHOLE,
        Proration::None => Part { numerator: 0, denominator: 1 },
        Proration::Millisecond => Part { numerator: covers.left(at), denominator: covers.millis() },
        Proration::Day => Part {
            numerator: covers.left(at).saturating_sub(1) / DAY,
            denominator: covers.millis().div_ceil(DAY),
        },
    }
}
