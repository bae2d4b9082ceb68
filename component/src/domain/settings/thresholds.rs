//! From when a client counts as at risk, and as churned.

use serde::{Deserialize, Serialize};

use crate::domain::time::{DAY, Timestamp};

/// After how many days without a log-in a client is at risk, and churned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Days")]
pub struct Thresholds {
    at_risk_days: u16,
    churn_days: u16,
}

/// As they are stored.
#[derive(Deserialize)]
struct Days {
    at_risk_days: u16,
    churn_days: u16,
}

impl TryFrom<Days> for Thresholds {
    type Error = &'static str;

    fn try_from(days: Days) -> Result<Thresholds, Self::Error> {
        let Days { at_risk_days, churn_days } = days;
        Thresholds::new(at_risk_days, churn_days).ok_or("thresholds that aren't in order")
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds::DEFAULT
    }
}

impl Thresholds {
    /// 14 and 45 days.
    pub const DEFAULT: Thresholds = Thresholds { at_risk_days: 14, churn_days: 45 };

    /// These days; none unless 1 ≤ at-risk < churn ≤ 730.
    pub const fn new(at_risk_days: u16, churn_days: u16) -> Option<Thresholds> {
        if 1 <= at_risk_days && at_risk_days < churn_days && churn_days <= 730 {
            Some(Thresholds { at_risk_days, churn_days })
        } else {
            None
        }
    }

    /// Days until at risk, and until churned.
    pub const fn days(self) -> (u16, u16) {
        (self.at_risk_days, self.churn_days)
    }

    /// When a client who last logged in at `last_log_in` becomes at risk.
    pub fn at_risk_at(self, last_log_in: Timestamp) -> Timestamp {
        last_log_in.plus(u64::from(self.at_risk_days) * DAY)
    }

    /// When a client who last logged in at `last_log_in` is churned.
    pub fn churned_at(self, last_log_in: Timestamp) -> Timestamp {
        last_log_in.plus(u64::from(self.churn_days) * DAY)
    }

    /// The latest log-ins that count as at risk, and as churned, at `now`; none where not
    /// even the epoch is so long ago.
    pub fn last_log_ins(self, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let before = |days: u16| now.minus(u64::from(days) * DAY);
        (before(self.at_risk_days), before(self.churn_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_in_order() {
        for (at_risk, churn, good) in [
            (14, 45, true),
            (1, 2, true),
            (729, 730, true),
            (0, 45, false),
            (14, 14, false),
            (45, 14, false),
            (14, 731, false),
        ] {
            assert_eq!(Thresholds::new(at_risk, churn).is_some(), good, "{at_risk}, {churn}");
        }
    }
}
