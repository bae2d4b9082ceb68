//! What things cost, and how much of everything is allowed: the platform's to set.
//!
//! One catalog, the default, until the platform can store its own; everything that needs a
//! price or a limit takes it from here.

use super::limit::{Rule, SignInRules};
use super::money::{Currency, Money};
use super::password::Cost;
use super::period::Interval;
use super::time::{DAY, HOUR, MINUTE};

/// Prices and limits.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    /// White-label of one brand for a month, on monthly billing.
    pub white_label_monthly: Money,
    /// White-label of one brand for a year, on annual billing.
    pub white_label_annual: Money,
    /// How many brands a client may have.
    pub brands_per_client_max: usize,
    /// How often one client's invite may be sent again.
    pub resends: Rule,
    /// How often logging in with one address may fail.
    pub failed_log_ins: SignInRules,
    /// How often a new password may be asked for with one address.
    pub reset_requests: Rule,
    /// How often one login may ask for another address.
    pub address_changes: Rule,
    /// How often signing up by one unbound link may be refused.
    pub sign_up_tries: Rule,
    /// How long a link to choose a new password works, in milliseconds.
    pub reset_valid_millis: u64,
    /// How long a link to prove an address works, in milliseconds.
    pub confirmation_valid_millis: u64,
    /// How long a session lasts without use, in milliseconds.
    pub session_idle_millis: u64,
    /// How long a session lasts at most, in milliseconds.
    pub session_millis_max: u64,
    /// What hashing a password costs.
    pub password_cost: Cost,
}

impl Catalog {
    /// The default catalog.
    pub const DEFAULT: Catalog = Catalog {
        white_label_monthly: Money::new(4_900, Currency::USD),
        white_label_annual: Money::new(49_200, Currency::USD),
        resends: Rule { name: "resends-per-day", max: 10, window: DAY },
        failed_log_ins: SignInRules {
            per_origin: Rule { name: "failed-log-ins", max: 5, window: 15 * MINUTE },
            in_all: Rule { name: "failed-log-ins", max: 50, window: 15 * MINUTE },
        },
        reset_requests: Rule { name: "reset-requests", max: 3, window: HOUR },
        address_changes: Rule { name: "address-changes", max: 3, window: HOUR },
        sign_up_tries: Rule { name: "sign-up-tries", max: 5, window: HOUR },
        reset_valid_millis: HOUR,
        confirmation_valid_millis: 7 * DAY,
        brands_per_client_max: 200,
        session_idle_millis: 12 * HOUR,
        session_millis_max: 30 * DAY,
        password_cost: Cost { memory_kib: 19 * 1024, passes: 2 },
    };

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
