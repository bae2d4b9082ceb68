//! What an account says to operators who would sign in on its behalf.

use serde::{Deserialize, Serialize};

use crate::domain::settings::is_default;
use crate::domain::time::{MINUTE, Timestamp, Until};

/// For how many minutes an account allows more at a time: a day.
pub const ALLOWED_MINUTES_MAX: u32 = 24 * 60;

/// What operators may do on an account's behalf, as long as it doesn't allow more for a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInPolicy {
    /// Whatever their role allows.
    #[default]
    Always,
    /// Look.
    ReadOnly,
    /// Nothing.
    WhenAllowed,
}

impl SignInPolicy {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            SignInPolicy::Always => "always",
            SignInPolicy::ReadOnly => "read-only",
            SignInPolicy::WhenAllowed => "when-allowed",
        }
    }
}

/// An account's own say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SignIns {
    /// What always holds.
    #[serde(default)]
    pub policy: SignInPolicy,
    /// Until when everything is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_until: Option<Timestamp>,
    /// Whether it gets a mail at the end of each, with what was done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub report: bool,
}

impl SignIns {
    /// Until when everything is allowed at `now`; none: it isn't.
    pub fn allowed(self, now: Timestamp) -> Option<Timestamp> {
        self.allowed_until.filter(|until| !Until::at(*until).is_over(now))
    }

    /// The same, with everything allowed for so many minutes from `now` on; 0: no longer.
    #[must_use]
    pub fn allow(self, minutes: u32, now: Timestamp) -> SignIns {
        let until = now.plus(u64::from(minutes) * MINUTE);
        SignIns { allowed_until: (minutes > 0).then_some(until), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_for_a_time_ends_with_it() {
        let at = |minute: u64| Timestamp::EPOCH.plus(minute * MINUTE);
        let allowed = SignIns::default().allow(10, at(0));
        for (sign_ins, now, expected) in [
            (SignIns::default(), at(0), None),
            (allowed, at(0), Some(at(10))),
            (allowed, at(10).minus(1).unwrap(), Some(at(10))),
            (allowed, at(10), None),
            (allowed.allow(0, at(1)), at(1), None),
            (allowed.allow(60, at(5)), at(64), Some(at(65))),
        ] {
            assert_eq!(sign_ins.allowed(now), expected, "{sign_ins:?} at {now}");
        }
    }

    #[test]
    fn an_account_that_says_nothing_stores_nothing_of_it() {
        let policy = SignInPolicy::WhenAllowed;
        let said = SignIns { policy, ..SignIns::default() };
        assert_eq!(serde_json::to_string(&said).unwrap(), r#"{"policy":"when-allowed"}"#);
        assert_eq!(serde_json::from_str::<SignIns>("{}").unwrap(), SignIns::default());
    }
}
