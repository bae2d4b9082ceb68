//! A person's login: one for each e-mail address, for the whole platform.

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::id::{AgencyId, ClientId, IdentityId};
use super::password::PasswordHash;
use super::text::Name;
use super::time::Timestamp;

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The address to log in with. A mailed invite proved that it is the person's own.
    pub email: Email,
    /// The person's name.
    pub name: Name,
    /// The password, hashed.
    pub password: PasswordHash,
    /// The agencies that the person is a client of, in the order of joining; those that
    /// revoked the client included.
    pub memberships: Vec<Membership>,
    /// When the person signed up.
    pub created_at: Timestamp,
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
    /// Notes that the login is this client of this agency; changes nothing when it is known.
    pub fn join(&mut self, agency: &AgencyId, client: ClientId) {
        let known = |m: &Membership| m.agency == *agency && m.client == client;
        if !self.memberships.iter().any(known) {
            self.memberships.push(Membership { agency: agency.clone(), client });
        }
    }
}
