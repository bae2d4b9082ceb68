//! What an item is charged by.

use super::BillingError;
use super::posting::Working;
use crate::domain::catalog::Proration;
use crate::domain::money::Money;
use crate::domain::period::Periods;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// When something is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It starts, by somebody's doing.
    Start(Timestamp),
    /// It renews by itself.
    Renewal(Timestamp),
}

impl Moment {
    /// When it is.
    pub const fn at(self) -> Timestamp {
        match self {
            Moment::Start(at) | Moment::Renewal(at) => at,
        }
    }

    /// Until when something must have been set to count. What is set in the very millisecond in
    /// which something renews counts from its next period on: whether the job or a command has
    /// booked it by then must make no difference.
    pub fn settled(self) -> Timestamp {
        match self {
            Moment::Start(at) => at,
            Moment::Renewal(at) => at.minus(1).unwrap_or(at),
        }
    }
}

/// What one item is charged by. Each kind of item has its own.
pub trait Rates {
    /// The periods that it is billed by.
    fn periods(&self) -> &Periods;

    /// How a share of a period is counted that is charged then.
    fn proration(&self, moment: Moment) -> Proration;

    /// The version of the catalog that counts for a charge.
    fn catalog(&self, moment: Moment) -> u32;

    /// When its agency was closed: no period is charged that begins later. None: it isn't.
    fn closed_at(&self) -> Option<Timestamp>;

    /// Until when nothing is charged; none where that is over then.
    fn trial_after(&self, moment: Moment) -> Option<Timestamp>;

    /// Which of several that take turns it is, to stand on its lines: the plan, by its id.
    fn note(&self) -> Option<Name>;

    /// What a whole period costs if the item starts at `at`.
    ///
    /// # Errors
    ///
    /// When it is more than an amount holds.
    fn start_price(&self, at: Timestamp) -> Result<Price, BillingError>;

    /// What a whole period costs if it begins at `at`.
    ///
    /// # Errors
    ///
    /// As [`Rates::start_price`]; and when it depends on what else runs, and nobody looked.
    fn renewal_price(&self, at: Timestamp) -> Result<Price, BillingError>;

    /// What is taken off a charge.
    ///
    /// # Errors
    ///
    /// As [`Rates::renewal_price`].
    fn discounts(&self, charge: &Charged) -> Result<Vec<Deduction>, BillingError>;
}

/// A price, and the catalog that it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of a whole period.
    pub amount: Money,
    /// The version of the catalog that counted.
    pub catalog: u32,
}

/// A charge, as far as discounts look at it.
#[derive(Clone, Copy, Debug)]
pub struct Charged {
    /// When.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
    /// Whether a period begins.
    pub renewal: bool,
    /// The version of the catalog that counted.
    pub catalog: u32,
}

impl Charged {
    /// When it is, and whether by itself.
    pub const fn moment(&self) -> Moment {
        if self.renewal { Moment::Renewal(self.at) } else { Moment::Start(self.at) }
    }
}

/// What a discount takes off a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deduction {
    /// What the discount is called.
    pub name: Name,
    /// How much it takes off: 0 or more.
    pub amount: Money,
    /// How it was worked out; none for a share of an amount off.
    pub working: Option<Working>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_renews_goes_by_what_was_set_before() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        for (moment, when, settled) in [
            (Moment::Start(at(5)), 5, 5),
            (Moment::Renewal(at(5)), 5, 4),
            (Moment::Renewal(at(0)), 0, 0),
        ] {
            assert_eq!((moment.at(), moment.settled()), (at(when), at(settled)), "{moment:?}");
        }
    }
}
