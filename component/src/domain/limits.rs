//! How much of everything is allowed, and what passwords cost: the platform's to set.

use super::password::Cost;
use super::rate::{Rule, SignInRules};
use super::time::{DAY, HOUR, MINUTE};

/// Limits and costs. What things are sold for is in the [`Catalog`](super::catalog::Catalog).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many brands a client may have.
    pub brands_per_client_max: usize,
    /// How often one client's invite may be sent again.
    pub resends: Rule,
    /// How often signing in with one address may fail.
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
    /// How long sessions last.
    pub sessions: SessionLimits,
    /// What hashing a password costs.
    pub password_cost: Cost,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Without use, in milliseconds.
    pub idle_millis_max: u64,
    /// However much it is used, in milliseconds.
    pub millis_max: u64,
}

impl Limits {
    /// Those of a platform that didn't set any.
    pub const DEFAULT: Limits = Limits {
        brands_per_client_max: 200,
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
        sessions: SessionLimits { idle_millis_max: 12 * HOUR, millis_max: 30 * DAY },
        password_cost: Cost { memory_kib: 19 * 1024, passes: 2 },
    };
}
