//! How long invites are valid.

use serde::{Deserialize, Serialize};

use crate::domain::invite::Channel;
use crate::domain::time::{DAY, Timestamp, Until};

/// How long invites are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePolicy {
    email_days: u16,
    link_days: Option<u16>,
}

impl Default for InvitePolicy {
    /// 14 days by e-mail, for ever by link.
    fn default() -> Self {
        InvitePolicy { email_days: 14, link_days: None }
    }
}

impl InvitePolicy {
    /// How many days an invite may be valid.
    pub const DAYS: core::ops::RangeInclusive<u16> = 1..=365;

    /// These days; none unless each is 1 to 365.
    pub fn new(email_days: u16, link_days: Option<u16>) -> Option<InvitePolicy> {
        let fits = |days: u16| Self::DAYS.contains(&days);
        (fits(email_days) && link_days.is_none_or(fits))
            .then_some(InvitePolicy { email_days, link_days })
    }

    /// Days that an invite by e-mail is valid.
    pub const fn email_days(self) -> u16 {
        self.email_days
    }

    /// Days that a link is valid; none: for ever.
    pub const fn link_days(self) -> Option<u16> {
        self.link_days
    }

    /// Until when an invite of `now` by this channel can be accepted.
    pub fn until(self, channel: Channel, now: Timestamp) -> Until {
        let days = match channel {
            Channel::Mail => Some(self.email_days),
            Channel::Link => self.link_days,
        };
        days.map_or(Until::FOREVER, |days| Until::at(now.plus(u64::from(days) * DAY)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invites_are_valid_for_1_to_365_days() {
        for (email, link, good) in [
            (14, None, true),
            (1, Some(1), true),
            (365, Some(365), true),
            (0, None, false),
            (366, None, false),
            (14, Some(0), false),
            (14, Some(366), false),
        ] {
            assert_eq!(InvitePolicy::new(email, link).is_some(), good, "{email}, {link:?}");
        }
    }
}
