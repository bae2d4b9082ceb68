//! `portal`: what a client's browser does.
//!
//! A token or a password says who it is. What a wrong one is told is the same in every case
//! that must not be told apart.

mod accept;
mod log_in;
mod me;
mod open;
mod sign_up;

pub use accept::accept;
pub use log_in::log_in;
pub use me::{Profile, me};
pub use open::{Invitation, open};
pub use sign_up::sign_up;

use super::error::Error;
use super::keys;
use super::tx::Tx;
use super::view::View;
use crate::domain::catalog::Catalog;
use crate::domain::client::{Client, Phase};
use crate::domain::due::Due;
use crate::domain::id::{ClientId, IdentityId};
use crate::domain::identity::Identity;
use crate::domain::keyring::KeyRing;
use crate::domain::password::{Password, PasswordHash, verify_nobody};
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::domain::token::{self, InviteClaim, Token};

/// A session that was opened.
#[derive(Debug)]
pub struct SignedIn {
    /// Its secret.
    pub session: Token,
    /// The person.
    pub identity: IdentityId,
    /// The person as a client of the agency.
    pub client: ClientId,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// What a genuine token is told when it leads nowhere, whatever the reason.
fn no_invite() -> Error {
    Error::NotFound("such invite: it was replaced, used or withdrawn; ask for a new one".to_owned())
}

fn wrong_password() -> Error {
    Error::Denied("wrong e-mail address or password".to_owned())
}

/// What an invite's token says, if it was made here.
fn genuine(token: &str, ring: &KeyRing) -> Result<InviteClaim, Error> {
    InviteClaim::parse(token).filter(|claim| claim.is_genuine(ring)).ok_or_else(no_invite)
}

/// The client that a genuine token leads to, if it is the newest token of that client.
fn invited(view: &mut View<'_>, claim: &InviteClaim) -> Result<Client, Error> {
    let client = view.read(&keys::client(&claim.agency, claim.client))?;
    let newest = |client: &Client| client.invite_versions == claim.version;
    client.filter(newest).ok_or_else(no_invite)
}

/// What a client's own invite is worth at `now`: whether it was accepted before.
fn accepted_before(client: &Client, now: Timestamp) -> Result<bool, Error> {
    match client.phase(now) {
        Phase::Pending => Ok(false),
        Phase::Joined => Ok(true),
        Phase::Expired => Err(Error::Expired(client.access_until().end().unwrap_or(now))),
        Phase::Revoked => Err(no_invite()),
    }
}

/// Opens a session for a client that just proved who it is.
fn open_session(tx: &mut Tx<'_>, identity: IdentityId, client: &Client) -> Result<SignedIn, Error> {
    let agency = tx.agency().id.clone();
    let (token, claim) = token::session(tx.ring(), &agency, tx.random()?);
    let session = Session::open(identity, client.id, client.invite_versions, tx.now());
    let ends_at = session.ends_at(tx.view().catalog());
    tx.schedule(ends_at, Due::SessionEnd(claim.id.clone()))?;
    tx.write(keys::session(&agency, &claim.id), &session)?;
    Ok(SignedIn { session: token, identity, client: client.id, ends_at })
}

/// Password hashing within one call: it is slow on purpose, so a command that starts again
/// after a conflict doesn't do it again.
#[derive(Default)]
struct PasswordWork {
    hashed: Option<PasswordHash>,
    verified: Option<(Option<PasswordHash>, bool)>,
}

impl PasswordWork {
    fn hash(&mut self, tx: &mut Tx<'_>, password: &Password) -> Result<PasswordHash, Error> {
        if let Some(hash) = &self.hashed {
            return Ok(hash.clone());
        }
        let Catalog { password_cost, .. } = *tx.view().catalog();
        let hash = PasswordHash::new(password, tx.random()?, password_cost, tx.ring())?;
        self.hashed = Some(hash.clone());
        Ok(hash)
    }

    /// Whether it is the password of `identity`; no, after the same work, where there is none.
    fn verify(
        &mut self,
        tx: &mut Tx<'_>,
        identity: Option<&Identity>,
        password: &str,
    ) -> Result<bool, Error> {
        let hash = identity.map(|identity| identity.password.clone());
        if let Some((known, verdict)) = &self.verified
            && *known == hash
        {
            return Ok(*verdict);
        }
        let password = Password::attempt(password);
        let verdict = match &hash {
            Some(hash) => hash.verify(&password, tx.ring())?,
            None => {
                verify_nobody(&password, tx.view().catalog().password_cost, tx.ring())?;
                false
            }
        };
        self.verified = Some((hash, verdict));
        Ok(verdict)
    }
}
