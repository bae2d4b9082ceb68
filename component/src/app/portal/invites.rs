//! Reading an invite's token.

use crate::app::clients::load::{Loaded, settle_for_change};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::client::{Client, Phase, Standing};
use crate::domain::email::Email;
use crate::domain::identity::Identity;
use crate::domain::keyring::KeyRing;
use crate::domain::time::Timestamp;
use crate::domain::token::InviteClaim;

/// What a genuine token is worth that can't be used any more, or was used already. Who holds
/// one may know: it tells nothing about anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It was accepted.
    Used,
    /// A newer one was made.
    Replaced,
    /// Access was removed.
    Withdrawn,
    /// Its time has passed, or that of all access that it offers.
    Expired(Timestamp),
}

impl Spent {
    /// What became of the invite that `version` of a client's tokens was made for; none while
    /// it is open. `client` is [current](Client::current); one that isn't there any more went
    /// to another client with its link.
    pub fn of(client: Option<&Client>, version: u32, now: Timestamp) -> Option<Spent> {
        let Some(client) = client else { return Some(Spent::Used) };
        let newest = client.invite_versions == version;
        match (client.phase(now), &client.standing) {
            (Phase::Revoked, Standing::Revoked { offer_ended: Some(end), .. }) if newest => {
                Some(Spent::Expired(*end))
            }
            (Phase::Revoked, _) => Some(Spent::Withdrawn),
            (Phase::Pending | Phase::Expired | Phase::Joined, _) if !newest => {
                Some(Spent::Replaced)
            }
            (Phase::Pending, _) => None,
            (Phase::Joined, _) => Some(Spent::Used),
            (Phase::Expired, _) => Some(Spent::Expired(client.offer_until().end().unwrap_or(now))),
        }
    }
}

impl From<Spent> for Error {
    fn from(spent: Spent) -> Error {
        let what = match spent {
            Spent::Expired(at) => return Error::Expired(at),
            Spent::Used => {
                "already used: log in, and choose “Forgot password?” if you can't sign in"
            }
            Spent::Replaced => {
                "replaced by a newer one: use that, or log in if you have joined already"
            }
            Spent::Withdrawn => "withdrawn: ask whoever invited you",
        };
        Error::NotFound(format!("open invite with this token: it was {what}"))
    }
}

/// The error for a token that leads nowhere: no invite was ever made with it.
pub fn no_invite() -> Error {
    Error::NotFound("invite with this token: check that the link is complete".to_owned())
}

/// What an invite's token says, if it was made here.
pub fn genuine(token: &str, ring: &KeyRing) -> Result<InviteClaim, Error> {
    InviteClaim::parse(token).filter(|claim| claim.is_genuine(ring)).ok_or_else(no_invite)
}

/// The client whose open invite a genuine token is for, as it is now.
///
/// # Errors
///
/// When the invite can't be accepted any more, or was.
pub fn invited(view: &mut View<'_>, claim: &InviteClaim) -> Result<Client, Error> {
    let client = view.read(&keys::client(&claim.agency, claim.client))?;
    let (now, archived) = (view.now(), &view.agency().archived);
    let client = client.map(|client| client.current(now, archived));
    match (Spent::of(client.as_ref(), claim.version, now), client) {
        (None, Some(client)) => Ok(client),
        (Some(spent), _) => Err(spent.into()),
        (None, None) => Err(no_invite()),
    }
}

/// What a genuine token leads to, for somebody who accepts it.
pub enum Offer {
    /// This client's open invite.
    Open(Loaded),
    /// This client accepted it before.
    Accepted(Loaded),
    /// Its client is no more: another client took the link's brands over.
    Merged,
}

impl Offer {
    /// The client, if there is one.
    pub const fn client(&self) -> Option<&Client> {
        match self {
            Offer::Open(loaded) | Offer::Accepted(loaded) => Some(&loaded.client),
            Offer::Merged => None,
        }
    }
}

/// The same, to accept the invite, or once more.
///
/// # Errors
///
/// When it can't be accepted any more.
pub fn load_offer(tx: &mut Tx<'_>, claim: &InviteClaim) -> Result<Offer, Error> {
    let stored: Option<Client> = tx.read(&keys::client(&claim.agency, claim.client))?;
    let Some(stored) = stored else { return Ok(Offer::Merged) };
    let loaded = settle_for_change(tx, stored)?;
    match Spent::of(Some(&loaded.client), claim.version, tx.now()) {
        None => Ok(Offer::Open(loaded)),
        Some(Spent::Used) => Ok(Offer::Accepted(loaded)),
        Some(spent @ (Spent::Replaced | Spent::Withdrawn | Spent::Expired(_))) => Err(spent.into()),
    }
}

/// The client that took over what a link offered, if this login's is it: so the person who
/// used the link gets the same answer once more.
pub fn load_merged(
    tx: &mut Tx<'_>,
    claim: &InviteClaim,
    identity: &Identity,
) -> Result<Option<Loaded>, Error> {
    let own = identity.memberships.iter().find(|membership| membership.agency == claim.agency);
    let Some(own) = own else { return Ok(None) };
    let stored: Option<Client> = tx.read(&keys::client(&claim.agency, own.client))?;
    let took = stored.filter(|client| client.merged.contains(&claim.client));
    let Some(stored) = took else { return Ok(None) };
    settle_for_change(tx, stored).map(Some)
}

/// Whether somebody with this address may use the invite: its own address, or one of its
/// domain.
pub fn is_for(client: &Client, email: &Email) -> bool {
    if let Some(own) = &client.email {
        return own.folded() == email.folded();
    }
    match client.open_invite().and_then(|invite| invite.domain.as_ref()) {
        Some(domain) => email.is_of(domain),
        None => true,
    }
}

/// The refusal of somebody with another address.
pub fn other_address() -> Error {
    Error::denied("address", "this invite is for another e-mail address")
}

#[cfg(test)]
#[path = "invites_tests.rs"]
mod tests;
