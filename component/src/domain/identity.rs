//! A person's login: one for each e-mail address, for the whole platform.

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::id::{AgencyId, ClientId, IdentityId};
use super::keyring::KeyId;
use super::password::PasswordHash;
use super::rate::Recent;
use super::text::Name;
use super::time::{Timestamp, Until};

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The address to log in with.
    pub email: Email,
    /// Whether it was proved that the address is the person's own: by a mailed link, or by
    /// the host.
    pub verified: bool,
    /// The person's name.
    pub name: Name,
    /// The password, hashed; none for somebody whom the host verifies.
    pub password: Option<PasswordHash>,
    /// Counts the passwords: sessions that were opened under an earlier one have ended.
    #[serde(default)]
    pub password_version: u32,
    /// The agencies that the person is a client of, in the order of joining; those that
    /// revoked the client included.
    pub memberships: Vec<Membership>,
    /// How many links were mailed to it so far.
    #[serde(default)]
    pub links: u32,
    /// The link to choose a new password, if one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<OpenLink>,
    /// The link to prove an address, if one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// When another address was asked for lately.
    #[serde(default, skip_serializing_if = "Recent::is_empty")]
    pub address_changes: Recent,
    /// When the person signed up.
    pub created_at: Timestamp,
}

/// A mailed link that works once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLink {
    /// Its token names this version.
    pub version: u32,
    /// Until when it works.
    pub until: Until,
    /// The key that its token is made with; none: an earlier release made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
}

/// An address that is to be proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The link.
    pub link: OpenLink,
    /// The address: the login's own, or the one that it is to become.
    pub email: Email,
}

/// A login's place in an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The agency.
    pub agency: AgencyId,
    /// The person there.
    pub client: ClientId,
}

impl Identity {
    /// Opens a link to choose a new password, signed by `key`; an earlier one dies.
    pub fn ask_reset(&mut self, until: Until, key: &KeyId) -> OpenLink {
        let link = self.next_link(until, key);
        self.reset = Some(link.clone());
        link
    }

    /// Opens a link to prove `email`, signed by `key`; an earlier one dies.
    pub fn ask_confirmation(&mut self, email: Email, until: Until, key: &KeyId) -> OpenLink {
        let link = self.next_link(until, key);
        self.confirmation = Some(Confirmation { link: link.clone(), email });
        link
    }

    fn next_link(&mut self, until: Until, key: &KeyId) -> OpenLink {
        self.links = self.links.saturating_add(1);
        OpenLink { version: self.links, until, key: Some(key.clone()) }
    }

    /// Takes `password` for the earlier one: all sessions of the earlier one end, and so do
    /// the links that were asked for with it, also one that would change the address.
    pub fn set_password(&mut self, password: PasswordHash) {
        self.end_password();
        self.password = Some(password);
    }

    /// Keeps the same password under another hash: nothing ends with that.
    pub fn keep_password(&mut self, hash: PasswordHash) {
        self.password = Some(hash);
    }

    /// Ends the password, with everything that was done with it. Whoever chose it may not be
    /// the person whose address this is.
    pub fn end_password(&mut self) {
        self.password = None;
        self.password_version = self.password_version.saturating_add(1);
        self.reset = None;
        let own = self.email.folded();
        self.confirmation = self.confirmation.take().filter(|c| c.email.folded() == own);
    }

    /// Takes another address, which was proved. Links that were mailed to the old one die.
    pub fn change_address(&mut self, email: Email) {
        self.email = email;
        self.reset = None;
        self.verify();
    }

    /// Notes that the address was proved. A link to prove the same address is of no more use.
    pub fn verify(&mut self) {
        self.verified = true;
        let own = self.email.folded();
        self.confirmation = self.confirmation.take().filter(|c| c.email.folded() != own);
    }

    /// The login as if it were in this agency alone.
    #[must_use]
    pub fn within(self, agency: &AgencyId) -> Identity {
        let mut memberships = self.memberships;
        memberships.retain(|membership| membership.agency == *agency);
        Identity { memberships, ..self }
    }

    /// Forgets that the login is any client of this agency. Gives whether it is one elsewhere.
    pub fn leave_all(&mut self, agency: &AgencyId) -> bool {
        self.memberships.retain(|membership| membership.agency != *agency);
        !self.memberships.is_empty()
    }

    /// Forgets that the login is a client of this agency. Gives whether it is one elsewhere.
    pub fn leave(&mut self, agency: &AgencyId, client: ClientId) -> bool {
        self.memberships.retain(|m| m.agency != *agency || m.client != client);
        !self.memberships.is_empty()
    }

    /// Notes that the login is this client of this agency; changes nothing when it is known.
    pub fn join(&mut self, agency: &AgencyId, client: ClientId) {
        let known = |m: &Membership| m.agency == *agency && m.client == client;
        if !self.memberships.iter().any(known) {
            self.memberships.push(Membership { agency: agency.clone(), client });
        }
    }
}
