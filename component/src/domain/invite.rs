//! The offer that turns into a client's access when it is accepted.

use serde::{Deserialize, Serialize};

use super::email::Domain;
use super::id::MailId;
use super::keyring::KeyId;
use super::text::{Name, Note};
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
    pub channel: Channel,
    /// The mail that carries it; none for a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailId>,
    /// The domain whose addresses may use a link; none: any, or the client's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Domain>,
    /// The personal note of its mail, which goes out again when it is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// The key that its tokens are made with; none: an earlier release made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// That its mail didn't arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<Undelivered>,
}

/// Why an invite's mail didn't arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undelivered {
    /// Whether the host took it, and it came back later; else it was given up.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub bounced: bool,
    /// The host's reason. It may well repeat the address.
    pub reason: String,
}

/// How an invite, or one of its tokens, reaches the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// By mail: whoever has the token reads the mails of that address.
    Mail,
    /// By a link that the agency passes on itself: it proves no address.
    Link,
}

impl Channel {
    /// The word for it in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Link => "link",
        }
    }
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

    /// Whether it is a link.
    pub const fn is_link(&self) -> bool {
        matches!(self.channel, Channel::Link)
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
            channel: Channel::Link,
            mail: None,
            domain: None,
            note: None,
            key: None,
            undelivered: None,
        };
        for (until, end) in [
            (policy(14, None).until(Channel::Mail, at(5)), Some(5 + 14 * DAY)),
            (policy(13, None).until(Channel::Mail, at(5)), Some(5 + 13 * DAY)),
            (policy(14, Some(2)).until(Channel::Link, at(5)), Some(5 + 2 * DAY)),
            (policy(14, None).until(Channel::Link, at(5)), None),
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
