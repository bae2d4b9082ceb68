//! How much of each thing there may be, and how such limits are added and compared.

use serde::{Deserialize, Serialize};

/// How much of a thing there may be. The order is by how much that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allowance {
    /// No more than this.
    AtMost(u64),
    /// As much as one likes.
    Unlimited,
}

/// What a plan gives, an add-on adds, or an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Dashboards.
    pub dashboards: Allowance,
    /// Clients with access to the account's brands.
    pub users: Allowance,
    /// Calls of the host's API in a day.
    pub api_calls: Allowance,
}

/// A thing of which there may be so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Dashboards.
    Dashboards,
    /// Clients with access to the account's brands.
    Users,
    /// Calls of the host's API in a day.
    ApiCalls,
}

impl Resource {
    /// All of them.
    pub const ALL: [Resource; 3] = [Resource::Dashboards, Resource::Users, Resource::ApiCalls];

    /// Its word in the contract.
    pub const fn key(self) -> &'static str {
        match self {
            Resource::Dashboards => "dashboards",
            Resource::Users => "users",
            Resource::ApiCalls => "api-calls",
        }
    }
}

impl Allowance {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Allowance) -> Allowance {
        match (self, other) {
            (Allowance::AtMost(one), Allowance::AtMost(more)) => {
                Allowance::AtMost(one.saturating_add(more))
            }
            (Allowance::Unlimited, _) | (_, Allowance::Unlimited) => Allowance::Unlimited,
        }
    }

    /// The limit, where there is one.
    pub const fn limit(self) -> Option<u64> {
        match self {
            Allowance::AtMost(limit) => Some(limit),
            Allowance::Unlimited => None,
        }
    }

    /// Whether there may be so many.
    pub fn holds(self, number: u64) -> bool {
        self.limit().is_none_or(|limit| number <= limit)
    }
}

impl Resources {
    /// As much as one likes of everything.
    pub const UNLIMITED: Resources = Resources {
        dashboards: Allowance::Unlimited,
        users: Allowance::Unlimited,
        api_calls: Allowance::Unlimited,
    };

    /// Nothing.
    pub const NONE: Resources = Resources {
        dashboards: Allowance::AtMost(0),
        users: Allowance::AtMost(0),
        api_calls: Allowance::AtMost(0),
    };

    /// How much of one thing there may be.
    pub const fn of(self, resource: Resource) -> Allowance {
        match resource {
            Resource::Dashboards => self.dashboards,
            Resource::Users => self.users,
            Resource::ApiCalls => self.api_calls,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Resources) -> Resources {
        self.with(other, Allowance::plus)
    }

    /// The larger of both, thing by thing.
    #[must_use]
    pub fn or_more(self, other: Resources) -> Resources {
        self.with(other, Allowance::max)
    }

    /// The smaller of both, thing by thing.
    #[must_use]
    pub fn or_less(self, other: Resources) -> Resources {
        self.with(other, Allowance::min)
    }

    /// Whether an account can run on them: it needs at least one dashboard and one user.
    pub fn are_enough(self) -> bool {
        self.dashboards.holds(1) && self.users.holds(1)
    }

    fn with(self, other: Resources, both: fn(Allowance, Allowance) -> Allowance) -> Resources {
        Resources {
            dashboards: both(self.dashboards, other.dashboards),
            users: both(self.users, other.users),
            api_calls: both(self.api_calls, other.api_calls),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Allowance::{AtMost, Unlimited};

    #[test]
    fn limits_add_up_and_compare() {
        for (one, other, sum, more, less) in [
            (AtMost(2), AtMost(3), AtMost(5), AtMost(3), AtMost(2)),
            (AtMost(0), AtMost(0), AtMost(0), AtMost(0), AtMost(0)),
            (AtMost(u64::MAX), AtMost(1), AtMost(u64::MAX), AtMost(u64::MAX), AtMost(1)),
            (AtMost(2), Unlimited, Unlimited, Unlimited, AtMost(2)),
            (Unlimited, AtMost(2), Unlimited, Unlimited, AtMost(2)),
            (Unlimited, Unlimited, Unlimited, Unlimited, Unlimited),
        ] {
            let all = |allowance| Resources {
                dashboards: allowance,
                users: allowance,
                api_calls: allowance,
            };
            assert_eq!(all(one).plus(all(other)), all(sum), "{one:?} and {other:?}");
            assert_eq!(all(one).or_more(all(other)), all(more), "{one:?} or {other:?}");
            assert_eq!(all(one).or_less(all(other)), all(less), "{one:?} or {other:?}");
        }
    }

    #[test]
    fn a_limit_holds_up_to_itself() {
        for (allowance, number, holds) in [
            (AtMost(0), 0, true),
            (AtMost(0), 1, false),
            (AtMost(3), 3, true),
            (AtMost(3), 4, false),
            (Unlimited, u64::MAX, true),
        ] {
            assert_eq!(allowance.holds(number), holds, "{number} of {allowance:?}");
        }
    }

    #[test]
    fn an_account_needs_a_dashboard_and_a_user() {
        for (dashboards, users, enough) in [
            (AtMost(1), AtMost(1), true),
            (AtMost(0), AtMost(1), false),
            (AtMost(1), AtMost(0), false),
            (Unlimited, Unlimited, true),
        ] {
            let resources = Resources { dashboards, users, api_calls: AtMost(0) };
            assert_eq!(resources.are_enough(), enough, "{dashboards:?}, {users:?}");
        }
    }

    #[test]
    fn resources_have_their_words() {
        for resource in Resource::ALL {
            assert_eq!(serde_json::to_value(resource).unwrap(), resource.key());
        }
    }
}
