//! `portal.reset-password`

use super::attempts::{PasswordWork, Tries};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::MailId;
use crate::domain::identity::{Identity, OpenLink};
use crate::domain::keyring::KeyRing;
use crate::domain::log::Event;
use crate::domain::mail::Content;
use crate::domain::password::Password;
use crate::domain::time::Timestamp;
use crate::domain::token::{LinkClaim, LinkUse};

/// Chooses a new password with the token of a mailed link.
///
/// # Errors
///
/// When the token leads nowhere or is too old, the password isn't good enough, or the store
/// fails.
pub fn reset_password(ports: &Ports, token: &str, password: &str) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let claim = genuine_link(token, LinkUse::ResetPassword, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::identity(claim.identity).into_text()];
    let mut work = PasswordWork::default();
    let actor = Actor::Client { id: claim.client };
    transact_with(ports, &ring, &tenant, actor, &keys, |tx| {
        let identity = tx.read(&keys::identity(claim.identity))?;
        let mut identity: Identity = identity.ok_or_else(no_link)?;
        check_client(tx, &claim)?;
        check_link(identity.reset, claim.version, tx.now())?;
        let mut fields = Fields::default();
        let chosen = fields.take("password", Password::choose(password, &identity.email));
        let hash = work.hash(tx, &fields.finish(chosen)?)?;
        identity.set_password(hash);
        identity.verify();
        tx.write(keys::identity(identity.id), &identity)?;
        // Whoever reads the mails of the address may try again.
        Tries::with(identity.email.as_str(), None)?.forget(tx)?;
        tx.log(Event::PasswordReset { client: claim.client, identity: identity.id })?;
        let mail = MailId::generate(tx.now(), tx.id_seed()?);
        tx.mail(mail, identity.email, claim.client, Content::PasswordChanged)
    })
}

/// The error for a mailed token that leads nowhere, the same for every reason.
pub(super) fn no_link() -> Error {
    Error::NotFound("link with this token: it was used or replaced; ask for a new one".to_owned())
}

/// What a mailed link's token says, if it was made here, for this use.
pub(super) fn genuine_link(
    token: &str,
    purpose: LinkUse,
    ring: &KeyRing,
) -> Result<LinkClaim, Error> {
    let claim = LinkClaim::parse(token).filter(|claim| claim.purpose == purpose);
    claim.filter(|claim| claim.is_genuine(ring)).ok_or_else(no_link)
}

/// A link is worth something while its person is a client of the agency that mailed it: not
/// any more once the client was erased.
pub(super) fn check_client(tx: &mut Tx<'_>, claim: &LinkClaim) -> Result<(), Error> {
    let client = tx.read(&keys::client(&claim.agency, claim.client))?;
    let own = client.is_some_and(|client| {
        client.identity.is_none_or(|identity| identity == claim.identity) && !client.erased
    });
    if own { Ok(()) } else { Err(no_link()) }
}

/// Whether a link of this version still works.
pub(super) fn check_link(
    open: Option<OpenLink>,
    version: u32,
    now: Timestamp,
) -> Result<(), Error> {
    let link = open.filter(|link| link.version == version).ok_or_else(no_link)?;
    if link.until.is_over(now) {
        return Err(Error::Expired(link.until.end().unwrap_or(now)));
    }
    Ok(())
}
