//! What is sold, and for how much: the platform's to set.
//!
//! The default until the platform can store a catalog of its own; whatever needs a price
//! takes it from here. How much of everything is allowed is in the
//! [`Limits`](super::limits::Limits).

use super::money::{Currency, Money};
use super::period::Interval;

/// Prices.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    /// White-label of one brand for a month, on monthly billing.
    pub white_label_monthly: Money,
    /// White-label of one brand for a year, on annual billing.
    pub white_label_annual: Money,
}

impl Catalog {
    /// That of a platform that didn't set one.
    pub const DEFAULT: Catalog = Catalog {
        white_label_monthly: Money::new(4_900, Currency::USD),
        white_label_annual: Money::new(49_200, Currency::USD),
    };

    /// What everything is priced in.
    pub const fn currency(&self) -> Currency {
        self.white_label_monthly.currency
    }

    /// What white-label of one brand costs for one period.
    pub const fn white_label_price(&self, interval: Interval) -> Money {
        match interval {
            Interval::Monthly => self.white_label_monthly,
            Interval::Annual => self.white_label_annual,
        }
    }

    /// What white-label of one brand comes to a month.
    pub const fn white_label_run_rate(&self, interval: Interval) -> Money {
        match interval {
            Interval::Monthly => self.white_label_monthly,
            Interval::Annual => {
                let year = self.white_label_annual;
                Money::new(year.amount / 12, year.currency)
            }
        }
    }
}
