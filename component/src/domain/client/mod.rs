//! A client: a person with access to brands, or with the offer of it.
//!
//! | to find the rule about | open |
//! | --- | --- |
//! | what may happen to a client, and when | [`phase`] |
//! | active, at risk, churned | [`status`] |

pub mod phase;
pub mod status;

use serde::{Deserialize, Serialize};

pub use phase::{Event, Phase, Refusal};
pub use status::{Badge, Status};

use super::agency::Archived;
use super::email::Email;
use super::fold::Folding;
use super::id::{BrandId, ClientId, IdentityId, MailId};
use super::invite::{Invite, Undelivered};
use super::permissions::Permissions;
use super::ranges;
use super::rate::Recent;
use super::text::{Name, Note};
use super::time::{Timestamp, Until};

/// A person with access to one or more of an agency's brands, or with the offer of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// Counts the agency's clients, from 0: which block of the search it stands in.
    #[serde(default)]
    pub search_slot: u32,
    /// The e-mail address; one client for each address in an agency. None for a link that
    /// is bound to none, and once erased.
    pub email: Option<Email>,
    /// How the rows that lead to it by what it is called were folded.
    #[serde(default, skip_serializing_if = "Folding::is_first")]
    pub folding: Folding,
    /// The name, if anyone gave one.
    pub name: Option<Name>,
    /// What the agency calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Name>,
    /// The agency's own note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Where it stands.
    pub standing: Standing,
    /// What it has access to, or will have once it accepts; nothing once revoked. Some of it
    /// may be over: see [`Client::current`].
    pub grants: Vec<Grant>,
    /// What it may do in the portal.
    #[serde(default)]
    pub permissions: Permissions,
    /// When it was invited for the first time.
    pub created_at: Timestamp,
    /// When the latest invite was made.
    pub invited_at: Timestamp,
    /// When it last accepted an invite.
    pub joined_at: Option<Timestamp>,
    /// The latest log-in; accepting counts as one.
    pub last_log_in: Option<Timestamp>,
    /// How engaged it is, over all its brands, when that was last worked out; none unless
    /// joined.
    #[serde(default, deserialize_with = "ranges::read_score")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// What was last written down about its slipping away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted_crossing: Option<NotedCrossing>,
    /// The login that it joined with; it stays when access is revoked.
    pub identity: Option<IdentityId>,
    /// How many invite secrets were made for it so far.
    pub invite_versions: u32,
    /// Why the host called its address dead: a mail to it came back, or will never be taken.
    /// None once somebody joined with the address, and for a mended one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_address: Option<String>,
    /// When invites were sent again lately.
    #[serde(default, skip_serializing_if = "Recent::is_empty")]
    pub resends: Recent,
    /// The link clients that became part of it: erasing it erases them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<ClientId>,
    /// Whether its personal data was erased.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub erased: bool,
}

/// Access to one brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The brand.
    pub brand: BrandId,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    #[serde(default, skip_serializing_if = "Until::is_forever")]
    pub until: Until,
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
        /// For one that hadn't joined when the time of all that was offered was up: the end
        /// of the offer. Its link has expired, and wasn't withdrawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer_ended: Option<Timestamp>,
    },
}

/// That it was written down that a client turned at-risk or churned: once for each time that
/// it was active before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedCrossing {
    /// The latest log-in then: a later one makes it active again.
    pub log_in: Timestamp,
    /// Whether it had churned already.
    pub churned: bool,
}

impl Client {
    /// Whether it has joined and has no login: it was imported, where somebody had a login with its
    /// address.
    pub const fn lacks_login(&self) -> bool {
        matches!(self.standing, Standing::Joined { .. }) && self.identity.is_none()
    }

    /// The client as it is at `now`: without the grants whose time is over or whose brand
    /// was archived, and revoked when none is left. Everything that reads or changes a client
    /// begins here; a job writes it down later.
    #[must_use]
    pub fn current(mut self, now: Timestamp, archived: &[Archived]) -> Client {
        let mut ended: Option<Timestamp> = None;
        let mut expires = self.open_invite().is_some();
        self.grants.retain(|grant| {
            let taken = archived.iter().find(|archived| archived.brand == grant.brand);
            let taken = taken.map(|archived| archived.at);
            let over = grant.until.end().filter(|_| grant.until.is_over(now));
            let end = taken.into_iter().chain(over).min();
            expires &= end == over;
            ended = ended.max(end);
            end.is_none()
        });
        if let (true, Some(at)) = (self.grants.is_empty(), ended) {
            let offer_end = self.invite_until().min(Until::at(at)).end();
            let offer_ended = offer_end.filter(|_| expires);
            self.standing = Standing::Revoked { at, offer_ended };
            self.score = None;
        }
        self
    }

    /// The same client spelled and folded as this release does it. Whatever changes a client
    /// begins here, so that it is stored so from then on. Its address stays as it is: it is
    /// the same one in every spelling, and rows lead from it.
    #[must_use]
    pub fn respelled(self) -> Client {
        if self.folding == Folding::CURRENT {
            return self;
        }
        let (name, label) = (self.name.as_ref(), self.label.as_ref());
        Client {
            name: name.map(Name::respelled),
            label: label.map(Name::respelled),
            folding: Folding::CURRENT,
            ..self
        }
    }

    /// Whether it has joined, and wasn't revoked since.
    pub const fn is_joined(&self) -> bool {
        matches!(self.standing, Standing::Joined { .. })
    }

    /// Where the client stands at `now`, as far as rules care.
    pub fn phase(&self, now: Timestamp) -> Phase {
        match &self.standing {
            Standing::Pending { invite } if invite.has_expired(now) => Phase::Expired,
            Standing::Pending { .. } => Phase::Pending,
            Standing::Joined { .. } => Phase::Joined,
            Standing::Revoked { .. } => Phase::Revoked,
        }
    }

    /// The open invite; none once joined or revoked.
    pub const fn open_invite(&self) -> Option<&Invite> {
        match &self.standing {
            Standing::Pending { invite } => Some(invite),
            Standing::Joined { .. } | Standing::Revoked { .. } => None,
        }
    }

    /// When access was removed; none unless revoked.
    pub const fn revoked_at(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Revoked { at, .. } => Some(at),
            Standing::Pending { .. } | Standing::Joined { .. } => None,
        }
    }

    /// Until when the open invite is valid: for ever without one. What people are told is
    /// [`Client::offer_until`].
    pub fn invite_until(&self) -> Until {
        self.open_invite().map_or(Until::FOREVER, |invite| invite.until)
    }

    /// Until when there is something to accept: the invite's end, or that of the access which
    /// it offers, if all of that is over before. For ever without an open invite.
    pub fn offer_until(&self) -> Until {
        let ends = self.open_invite().and_then(|_| self.last_access_end());
        self.invite_until().min(ends.map_or(Until::FOREVER, Until::at))
    }

    /// How long access by `grant` lasts by itself. A pending client's counts until its
    /// invite expires.
    pub fn access_until(&self, grant: &Grant) -> Until {
        self.invite_until().min(grant.until)
    }

    /// When the first of its grants ends by itself; none when none does.
    pub fn first_access_end(&self) -> Option<Timestamp> {
        self.grants.iter().filter_map(|grant| grant.until.end()).min()
    }

    /// When the last of its grants ends by itself, and it is revoked with it; none when one
    /// of them doesn't end, or none is left.
    pub fn last_access_end(&self) -> Option<Timestamp> {
        let ends: Option<Vec<Timestamp>> =
            self.grants.iter().map(|grant| grant.until.end()).collect();
        ends?.into_iter().max()
    }

    /// Whether it has access to `brand`, or the offer of it.
    pub fn has(&self, brand: &BrandId) -> bool {
        self.grants.iter().any(|grant| grant.brand == *brand)
    }

    /// What it is called in lists: the name, the label, the address, or nothing.
    pub fn title(&self) -> &str {
        let name = self.name.as_ref().or(self.label.as_ref()).map(Name::as_str);
        name.or(self.email.as_ref().map(Email::as_str)).unwrap_or_default()
    }

    /// Whom a mail to it is for: the client, and what its person is called. What the agency
    /// calls it is for the agency only.
    pub const fn addressee(&self) -> (ClientId, Option<&Name>) {
        (self.id, self.name.as_ref())
    }

    /// The client after accepting its invite at `now`, with this login.
    ///
    /// # Errors
    ///
    /// When there is no open invite, or it has expired.
    pub fn accept(&self, identity: IdentityId, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::Accept)?;
        Ok(self.joined(identity, self.grants.clone(), now))
    }

    /// The client after its person used the link invite of `link`: it has the link's brands
    /// too, and those that it had. An invite of its own that is still open counts as accepted.
    ///
    /// # Errors
    ///
    /// When the link can't be used any more.
    pub fn take_over(
        &self,
        link: &Client,
        identity: IdentityId,
        now: Timestamp,
    ) -> Result<Client, Refusal> {
        link.phase(now).next(Event::Accept)?;
        let mut grants = match self.phase(now) {
            Phase::Joined | Phase::Pending => self.grants.clone(),
            Phase::Expired | Phase::Revoked => Vec::new(),
        };
        let further =
            link.grants.iter().filter(|grant| !grants.iter().any(|own| own.brand == grant.brand));
        let further: Vec<Grant> = further.cloned().collect();
        grants.extend(further);
        let merged = [&self.merged[..], &link.merged, &[link.id]].concat();
        match self.phase(now) {
            Phase::Joined => Ok(Client { grants, merged, last_log_in: Some(now), ..self.clone() }),
            Phase::Pending | Phase::Expired | Phase::Revoked => {
                let versions = self.invite_versions.saturating_add(1);
                let next = Client { invite_versions: versions, merged, ..self.clone() };
                Ok(next.joined(identity, grants, now))
            }
        }
    }

    fn joined(&self, identity: IdentityId, grants: Vec<Grant>, now: Timestamp) -> Client {
        Client {
            standing: Standing::Joined { accepted: self.invite_versions },
            grants,
            identity: Some(identity),
            joined_at: Some(now),
            last_log_in: Some(now),
            dead_address: None,
            ..self.clone()
        }
    }

    /// The client after logging in at `now`.
    ///
    /// # Errors
    ///
    /// When it hasn't joined, or was revoked.
    pub fn log_in(&self, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::LogIn)?;
        Ok(Client { last_log_in: Some(now), ..self.clone() })
    }

    /// The client after losing all access at `now`.
    ///
    /// # Errors
    ///
    /// When it has none.
    pub fn revoke(&self, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::Revoke)?;
        let (standing, grants) = (Standing::Revoked { at: now, offer_ended: None }, Vec::new());
        Ok(Client { standing, grants, score: None, ..self.clone() })
    }

    /// The client without anything that tells who it was. What it did stays, by its id.
    ///
    /// # Errors
    ///
    /// Unless it was revoked.
    pub fn erase(&self, now: Timestamp) -> Result<Client, Refusal> {
        self.phase(now).next(Event::Erase)?;
        let (email, name, label, note, identity) = (None, None, None, None, None);
        let dead_address = None;
        Ok(Client {
            email,
            name,
            label,
            note,
            identity,
            dead_address,
            erased: true,
            ..self.clone()
        })
    }

    /// The client after its mail `id` to `address` didn't arrive, for `problem`; `dead`: and
    /// none to this address will. A mail that went elsewhere, or that carried an earlier
    /// invite, says nothing about today's.
    #[must_use]
    pub fn not_delivered(
        &self,
        id: MailId,
        address: &Email,
        problem: &Undelivered,
        dead: bool,
    ) -> Client {
        let mut next = self.clone();
        if let Standing::Pending { invite } = &mut next.standing
            && invite.mail == Some(id)
        {
            invite.undelivered = Some(problem.clone());
        }
        if dead && self.email.as_ref() == Some(address) {
            next.dead_address = Some(problem.reason.clone());
        }
        next
    }

    /// Why the mail of its open invite didn't arrive; none if it did, or may still.
    pub fn undelivered(&self) -> Option<&Undelivered> {
        self.open_invite()?.undelivered.as_ref()
    }
}

#[cfg(test)]
pub(crate) mod tests;
