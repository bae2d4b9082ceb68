//! The offer that turns into a client's access when it is accepted.

use serde::{Deserialize, Serialize};

use super::email::Domain;
use super::id::MailId;
use super::text::Name;
use super::time::{Timestamp, Until};

/// An open invite. A client has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Counts the secrets that were made for this client. A token names the version that it
    /// was made for, and a newer version makes it worthless.
    pub version: u32,
    /// Until when it can be accepted.
    pub until: Until,
    /// Who invites.
    pub inviter: Name,
    /// How it reaches the person.
    pub via: Via,
}

/// How an invite reaches the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// By mail.
    Mail {
        /// The mail that carries it.
        mail: MailId,
    },
    /// By a link that the agency passes on itself.
    Link {
        /// The domain whose addresses may use it; none: any, or the client's own address.
        domain: Option<Domain>,
    },
}

impl Invite {
    /// Whether it has expired: an invite is valid strictly before its end.
    ///
    /// This is the only place that answers it: the list, opening, accepting and inviting
    /// again all ask here. Billing takes [`Invite::until`] as the end of the access that
    /// the invite gives, and compares it the same way.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.until.is_over(now)
    }

    /// The mail that carries it; none for a link.
    pub const fn mail(&self) -> Option<MailId> {
        match &self.via {
            Via::Mail { mail } => Some(*mail),
            Via::Link { .. } => None,
        }
    }

    /// Whether it is a link.
    pub const fn is_link(&self) -> bool {
        matches!(self.via, Via::Link { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::InvitePolicy;
    use crate::domain::time::DAY;

    #[test]
    fn an_invite_is_valid_strictly_before_its_end() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let policy = |email, link| InvitePolicy::new(email, link).unwrap();
        let invite = |until| Invite {
            version: 1,
            until,
            inviter: Name::parse("Olga").unwrap(),
            via: Via::Link { domain: None },
        };
        for (until, end) in [
            (policy(14, None).mailed_until(at(5)), Some(5 + 14 * DAY)),
            (policy(13, None).mailed_until(at(5)), Some(5 + 13 * DAY)),
            (policy(14, Some(2)).link_until(at(5)), Some(5 + 2 * DAY)),
            (policy(14, None).link_until(at(5)), None),
        ] {
            let invite = invite(until);
            let Some(end) = end else {
                assert!(!invite.has_expired(Timestamp::MAX));
                continue;
            };
            assert!(!invite.has_expired(at(end - 1)) && invite.has_expired(at(end)), "{end}");
        }
    }
}
