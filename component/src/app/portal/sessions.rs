//! Sessions: opening one, and what one is worth.

use super::visible::{visible, visible_in};
use crate::app::admission;
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::client::{Client, Standing};
use crate::domain::due::Due;
use crate::domain::id::{BrandId, ClientId, IdentityId};
use crate::domain::identity::Identity;
use crate::domain::keyring::KeyRing;
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::domain::token::{self, SessionClaim, Token};

/// A session that was opened.
#[derive(Debug)]
pub struct SignedIn {
    /// Its secret.
    pub session: Token,
    /// The person.
    pub identity: IdentityId,
    /// The person as a client of the agency.
    pub client: ClientId,
    /// The latest that it can end.
    pub ends_at: Timestamp,
}

/// The refusal of a session that has ended, the same for every reason.
pub fn ended() -> Error {
    Error::denied("session-ended", "the session has ended: log in again")
}

/// The refusal of a client whose brands are all of accounts that nobody gets into now.
pub fn closed() -> Error {
    let message = "this account isn't open now: ask whoever invited you";
    Error::denied("account", message)
}

/// The brand where a client's session begins: the first that it can look at.
///
/// # Errors
///
/// When there is none.
pub fn first_brand(view: &mut View<'_>, client: &Client) -> Result<BrandId, Error> {
    if client.grants.is_empty() {
        return Err(ended());
    }
    visible(view, client)?.into_iter().next().ok_or_else(closed)
}

/// Opens a session at `brand` for a client that just proved who it is.
pub fn open_session(
    tx: &mut Tx<'_>,
    identity: &Identity,
    client: &Client,
    (brand, first): (BrandId, bool),
) -> Result<SignedIn, Error> {
    let agency = tx.agency().id.clone();
    let (token, claim) = token::session(tx.ring(), &agency, tx.random()?);
    let session = Session {
        identity: identity.id,
        client: client.id,
        accepted: client.invite_versions,
        password_version: identity.password_version,
        looked_at: vec![brand.clone()],
        brand,
        key: Some(tx.ring().newest().id().clone()),
        first,
        opened_at: tx.now(),
        used_at: tx.now(),
    };
    let ends_at = session.ends_at(tx.view().limits().sessions);
    tx.schedule(ends_at, Due::SessionEnd(claim.id.clone()))?;
    tx.write(keys::session(&agency, &claim.id), &session)?;
    Ok(SignedIn { session: token, identity: identity.id, client: client.id, ends_at })
}

/// A session that is worth something, and whose it is.
pub struct Opened {
    /// The session.
    pub session: Session,
    /// Where it lies.
    pub key: Key<Session>,
    /// The client, as it is now.
    pub client: Client,
    /// The brands that it can look at: at least one.
    pub brands: Vec<BrandId>,
    /// The login.
    pub identity: Identity,
}

impl Opened {
    /// The brand that the session is at: the one that was switched to, while the client has it.
    pub fn brand(&self) -> Option<&BrandId> {
        let current = self.brands.iter().find(|brand| **brand == self.session.brand);
        current.or_else(|| self.brands.first())
    }
}

/// What a session's token says, if its key is still there.
///
/// # Errors
///
/// When it isn't a session's.
pub fn claim(token: &str, ring: &KeyRing) -> Result<SessionClaim, Error> {
    SessionClaim::parse(token, ring).ok_or_else(ended)
}

/// The session that a token names, if it hasn't ended. It is worth what its client and its
/// login are: nothing from the moment that access is removed or the password changes, or that the
/// accounts of all its brands, or the agency, are at rest.
///
/// # Errors
///
/// When it has ended.
pub fn opened(view: &mut View<'_>, claim: &SessionClaim) -> Result<Opened, Error> {
    let agency = view.agency().id.clone();
    let key = keys::session(&agency, &claim.id);
    let session = view.read(&key)?.ok_or_else(ended)?;
    let rested = !session.outlasts(view.agency().standing.let_in_since);
    if rested || session.is_over(view.limits().sessions, view.now()) {
        return Err(ended());
    }
    let (client, identity) =
        (keys::client(&agency, session.client), keys::identity(session.identity));
    view.fetch([client.text().to_owned(), identity.text().to_owned()])?;
    let client = view.read(&client)?.ok_or_else(ended)?;
    let client = client.current(view.now(), &view.agency().archived);
    let identity = view.read(&identity)?.ok_or_else(ended)?;
    let current = client.standing == Standing::Joined { accepted: session.accepted }
        && client.identity == Some(identity.id)
        && identity.password_version == session.password_version;
    if !current {
        return Err(ended());
    }
    let brands = visible_in(view, &client, &session)?;
    if brands.is_empty() {
        return Err(ended());
    }
    Ok(Opened { session, key, client, brands, identity })
}

/// An agency that isn't there has no sessions, nor does one that lets nobody in.
pub fn no_agency(error: Error) -> Error {
    match error {
        Error::NotFound(_) => ended(),
        refused if admission::is_portal_refusal(&refused) => ended(),
        other => other,
    }
}
