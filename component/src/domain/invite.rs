//! The offer that turns into a client's access when it is accepted.

use serde::{Deserialize, Serialize};

use super::catalog::Catalog;
use super::id::MailId;
use super::time::{Timestamp, Until};

/// An open invite. A client has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Counts the secrets that were made for this client. A token names the version that it
    /// was made for, and a newer version makes it worthless.
    pub version: u32,
    /// Until when it can be accepted.
    pub until: Until,
    /// The mail that carries it.
    pub mail: MailId,
}

impl Invite {
    /// An invite by e-mail, made at `now`.
    pub fn by_email(version: u32, mail: MailId, catalog: &Catalog, now: Timestamp) -> Invite {
        Invite { version, until: Until::at(now.plus(catalog.invite_valid_millis)), mail }
    }

    /// Whether it has expired: an invite is valid strictly before its end.
    ///
    /// This is the only place that answers it: the list, opening, accepting and inviting
    /// again all ask here. Billing takes [`Invite::until`] as the end of the access that
    /// the invite gives, and compares it the same way.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.until.is_over(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    #[test]
    fn an_invite_by_email_is_valid_for_14_days_less_a_millisecond() {
        let mail = MailId::from_bytes([0; 16]);
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let invite = Invite::by_email(1, mail, &Catalog::DEFAULT, at(5));
        for (now, expired) in [(5, false), (5 + 14 * DAY - 1, false), (5 + 14 * DAY, true)] {
            assert_eq!(invite.has_expired(at(now)), expired, "at {now}");
        }
    }
}
