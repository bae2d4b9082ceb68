//! A client: where it stands, and what may happen to it then.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::agency::Thresholds;
use super::email::Email;
use super::id::{BrandId, ClientId, IdentityId};
use super::invite::Invite;
use super::text::Name;
use super::time::{Timestamp, Until};

/// A person with access to one or more of an agency's brands, or with the offer of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The e-mail address; one client for each address in an agency.
    pub email: Email,
    /// The name, if anyone gave one.
    pub name: Option<Name>,
    /// Where it stands.
    pub standing: Standing,
    /// What it has access to, or will have once it accepts; nothing once revoked.
    pub grants: Vec<Grant>,
    /// When the latest invite was made.
    pub invited_at: Timestamp,
    /// When it last accepted an invite.
    pub joined_at: Option<Timestamp>,
    /// The latest log-in; accepting counts as one.
    pub last_login: Option<Timestamp>,
    /// The login that it joined with; it stays when access is revoked.
    pub identity: Option<IdentityId>,
    /// How many invite secrets were made for it so far.
    pub invite_versions: u32,
}

/// Access to one brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The brand.
    pub brand: BrandId,
    /// Since when.
    pub since: Timestamp,
}

/// Where a client stands, as far as it is stored. What depends on the time is derived:
/// [`Client::phase`] and [`Client::status`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Invited, and not accepted yet.
    Pending {
        /// The open invite.
        invite: Invite,
    },
    /// Accepted.
    Joined {
        /// The version of the invite that it accepted.
        accepted: u32,
    },
    /// Access was removed.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// Where a client stands, as far as rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Invited, and may accept.
    Pending,
    /// Invited, and too late to accept.
    Expired,
    /// Accepted.
    Joined,
    /// Access was removed.
    Revoked,
}

/// What may happen to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The agency invites the address, for the first time or again.
    Invite,
    /// The person accepts the invite.
    Accept,
    /// The person logs in.
    LogIn,
    /// The agency removes all access.
    Revoke,
}

/// Why something can't happen to a client now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The invite's time is over.
    #[error("the invite has expired")]
    Expired,
    /// The invite was accepted before.
    #[error("the invite was accepted already")]
    Used,
    /// The client hasn't accepted yet.
    #[error("the invite wasn't accepted yet")]
    NotJoined,
    /// Access was removed.
    #[error("access was removed")]
    Revoked,
}

impl Phase {
    /// The phase that `event` leads to.
    ///
    /// # Errors
    ///
    /// When it can't happen in this phase.
    pub const fn next(self, event: Event) -> Result<Phase, Refusal> {
        match (self, event) {
            (Phase::Pending | Phase::Expired | Phase::Revoked, Event::Invite) => Ok(Phase::Pending),
            (Phase::Joined, Event::LogIn | Event::Invite) => Ok(Phase::Joined),
            (Phase::Pending, Event::Accept) => Ok(Phase::Joined),
            (Phase::Pending | Phase::Expired | Phase::Joined, Event::Revoke) => Ok(Phase::Revoked),
            (Phase::Expired, Event::Accept) => Err(Refusal::Expired),
            (Phase::Joined, Event::Accept) => Err(Refusal::Used),
            (Phase::Pending | Phase::Expired, Event::LogIn) => Err(Refusal::NotJoined),
            (Phase::Revoked, Event::Accept | Event::LogIn | Event::Revoke) => Err(Refusal::Revoked),
        }
    }
}

/// Where a client stands, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Invited by e-mail and not accepted yet, also when expired.
    Pending,
    /// Logged in less than the at-risk days ago.
    Active,
    /// Logged in at least the at-risk days ago, and less than the churn days.
    AtRisk,
    /// Logged in at least the churn days ago.
    Churned,
    /// Access was removed.
    Revoked,
}

/// The colour of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    /// Waiting.
    Yellow,
    /// Well.
    Green,
    /// Slipping.
    Orange,
    /// Gone quiet.
    Grey,
    /// Out.
    Red,
}

impl Status {
    /// The status's colour.
    pub const fn badge(self) -> Badge {
        match self {
            Status::Pending => Badge::Yellow,
            Status::Active => Badge::Green,
            Status::AtRisk => Badge::Orange,
            Status::Churned => Badge::Grey,
            Status::Revoked => Badge::Red,
        }
    }
}

impl Client {
    /// Where the client stands at `now`, as far as rules care.
    pub fn phase(&self, now: Timestamp) -> Phase {
        match &self.standing {
            Standing::Pending { invite } if invite.has_expired(now) => Phase::Expired,
            Standing::Pending { .. } => Phase::Pending,
            Standing::Joined { .. } => Phase::Joined,
            Standing::Revoked { .. } => Phase::Revoked,
        }
    }

    /// Where the client stands at `now`, as people see it. Never stored, so never stale.
    pub fn status(&self, now: Timestamp, thresholds: Thresholds) -> Status {
        match (&self.standing, self.last_login) {
            (Standing::Pending { .. }, _) => Status::Pending,
            (Standing::Revoked { .. }, _) => Status::Revoked,
            (Standing::Joined { .. }, Some(login)) if now < thresholds.at_risk_at(login) => {
                Status::Active
            }
            (Standing::Joined { .. }, Some(login)) if now < thresholds.churned_at(login) => {
                Status::AtRisk
            }
            // Joining counts as a log-in, so a client that joined has one.
            (Standing::Joined { .. }, Some(_) | None) => Status::Churned,
        }
    }

    /// The open invite; none once joined or revoked.
    pub const fn open_invite(&self) -> Option<&Invite> {
        match &self.standing {
            Standing::Pending { invite } => Some(invite),
            Standing::Joined { .. } | Standing::Revoked { .. } => None,
        }
    }

    /// How long the client's access lasts by itself. A pending client's counts until its
    /// invite expires.
    pub fn access_until(&self) -> Until {
        self.open_invite().map_or(Until::FOREVER, |invite| invite.until)
    }

    /// The client after accepting its invite at `now`, with this login.
    ///
    /// # Errors
    ///
    /// When there is no open invite, or it has expired.
    pub fn accept(&self, identity: IdentityId, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::Accept)?;
        Ok(Client {
            standing: Standing::Joined { accepted: self.invite_versions },
            identity: Some(identity),
            joined_at: Some(now),
            last_login: Some(now),
            ..self.clone()
        })
    }

    /// The client after logging in at `now`.
    ///
    /// # Errors
    ///
    /// When it hasn't joined, or was revoked.
    pub fn log_in(&self, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::LogIn)?;
        Ok(Client { last_login: Some(now), ..self.clone() })
    }

    /// The client after losing all access at `now`.
    ///
    /// # Errors
    ///
    /// When it has none.
    pub fn revoke(&self, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::Revoke)?;
        Ok(Client { standing: Standing::Revoked { at: now }, grants: Vec::new(), ..self.clone() })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use core::fmt::Write as _;

    use super::*;
    use crate::domain::catalog::Catalog;
    use crate::domain::id::MailId;
    use crate::domain::time::DAY;

    pub(in super::super) fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    pub(in super::super) fn pending(number: u8, brands: &[&str], now: Timestamp) -> Client {
        let grant = |id: &&str| Grant { brand: BrandId::parse(id).unwrap(), since: now };
        let mail = MailId::from_bytes([number; 16]);
        Client {
            id: ClientId::from_bytes([number; 16]),
            email: Email::parse(&format!("client{number}@nike.example")).unwrap(),
            name: None,
            standing: Standing::Pending {
                invite: Invite::by_email(1, mail, &Catalog::DEFAULT, now),
            },
            grants: brands.iter().map(grant).collect(),
            invited_at: now,
            joined_at: None,
            last_login: None,
            identity: None,
            invite_versions: 1,
        }
    }

    #[test]
    fn the_table_of_phases_and_events_is_what_it_says() {
        let mut table = String::from("phase    event    next\n");
        for phase in [Phase::Pending, Phase::Expired, Phase::Joined, Phase::Revoked] {
            for event in [Event::Invite, Event::Accept, Event::LogIn, Event::Revoke] {
                let next = match phase.next(event) {
                    Ok(next) => format!("{next:?}"),
                    Err(refusal) => format!("refused: {refusal}"),
                };
                let (phase, event) = (format!("{phase:?}"), format!("{event:?}"));
                writeln!(table, "{phase:<8} {event:<8} {next}").unwrap();
            }
        }
        assert_eq!(table, include_str!("client_phases.txt"), "\n{table}");
    }

    #[test]
    fn a_status_turns_at_its_very_millisecond() {
        let login = at(1_000);
        let client = pending(1, &["nike"], at(0)).accept(IdentityId::from_bytes([1; 16]), login);
        let client = client.unwrap();
        let other = Thresholds::new(1, 2).unwrap();
        for (thresholds, age, status) in [
            (Thresholds::DEFAULT, 0, Status::Active),
            (Thresholds::DEFAULT, 14 * DAY - 1, Status::Active),
            (Thresholds::DEFAULT, 14 * DAY, Status::AtRisk),
            (Thresholds::DEFAULT, 45 * DAY - 1, Status::AtRisk),
            (Thresholds::DEFAULT, 45 * DAY, Status::Churned),
            (other, DAY - 1, Status::Active),
            (other, DAY, Status::AtRisk),
            (other, 2 * DAY, Status::Churned),
        ] {
            assert_eq!(client.status(login.plus(age), thresholds), status, "after {age} ms");
        }
        let back = client.log_in(login.plus(50 * DAY)).unwrap();
        assert_eq!(back.status(login.plus(50 * DAY), Thresholds::DEFAULT), Status::Active);
    }

    #[test]
    fn pending_and_revoked_stay_what_they_are() {
        let client = pending(1, &["nike"], at(0));
        assert_eq!(client.status(at(99 * DAY), Thresholds::DEFAULT), Status::Pending);
        assert_eq!(client.phase(at(99 * DAY)), Phase::Expired);
        let revoked = client.revoke(at(5)).unwrap();
        assert_eq!(revoked.status(at(99 * DAY), Thresholds::DEFAULT), Status::Revoked);
        assert!(revoked.grants.is_empty());
    }
}
