//! Reading an invite's token.

use crate::app::clients::load::{Loaded, settle_for_change};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::keyring::KeyRing;
use crate::domain::time::Timestamp;
use crate::domain::token::InviteClaim;

/// The error for a genuine token that leads nowhere, the same for every reason.
pub fn no_invite() -> Error {
    Error::NotFound(
        "invite with this token: it was replaced, used or withdrawn; ask for a new one".to_owned(),
    )
}

/// What an invite's token says, if it was made here.
pub fn genuine(token: &str, ring: &KeyRing) -> Result<InviteClaim, Error> {
    InviteClaim::parse(token).filter(|claim| claim.is_genuine(ring)).ok_or_else(no_invite)
}

/// The client that a genuine token leads to, as it is now, if it is the newest token of that
/// client.
pub fn invited(view: &mut View<'_>, claim: &InviteClaim) -> Result<Client, Error> {
    let client = view.read(&keys::client(&claim.agency, claim.client))?;
    let client = client.filter(|client| client.invite_versions == claim.version);
    let client = client.ok_or_else(no_invite)?;
    Ok(client.current(view.now(), &view.agency().archived))
}

/// The same client, to change it.
pub fn load_invited(tx: &mut Tx<'_>, claim: &InviteClaim) -> Result<Loaded, Error> {
    let stored: Option<Client> = tx.read(&keys::client(&claim.agency, claim.client))?;
    let newest = stored.filter(|client| client.invite_versions == claim.version);
    settle_for_change(tx, newest.ok_or_else(no_invite)?)
}

/// What a client's own invite is worth at `now`: whether it was accepted before.
///
/// # Errors
///
/// When it can't be accepted any more.
pub fn accepted_before(client: &Client, now: Timestamp) -> Result<bool, Error> {
    match client.phase(now) {
        Phase::Pending => Ok(false),
        Phase::Joined => Ok(true),
        Phase::Expired => Err(Error::Expired(client.invite_until().end().unwrap_or(now))),
        Phase::Revoked => Err(no_invite()),
    }
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
