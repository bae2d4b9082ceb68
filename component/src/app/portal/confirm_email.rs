//! `portal.confirm-email`

use super::links::{check_client, check_link, genuine_link, no_link};
use crate::app::clients::load::{load_for_change, personal};
use crate::app::clients::save;
use crate::app::command::{Tenant, transact, transact_with};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::id::ClientId;
use crate::domain::identity::{Identity, Membership};
use crate::domain::log::Event;
use crate::domain::token::LinkUse;

/// Opens the link of a confirmation mail.
///
/// The login changes in one commit. The agencies whose client it is learn a new address one
/// after the other: each is a store of its own.
///
/// # Errors
///
/// When the token leads nowhere or is too old, or another login has the address.
pub fn confirm_email(ports: &Ports, token: &str) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let claim = genuine_link(token, LinkUse::ConfirmEmail, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::identity(claim.identity).into_text()];
    let actor = Actor::Client { id: claim.client };
    let identity = transact_with(ports, &ring, &tenant, actor, &keys, |tx| {
        let identity = tx.read(&keys::identity(claim.identity))?;
        let mut identity: Identity = identity.ok_or_else(no_link)?;
        check_client(tx, &claim)?;
        let confirmation = identity.confirmation.take().ok_or_else(no_link)?;
        check_link(Some(confirmation.link), claim.version, tx.now())?;
        let changes = confirmation.email.folded() != identity.email.folded();
        if changes {
            change_address(tx, &mut identity, confirmation.email)?;
        }
        identity.verify();
        tx.write(keys::identity(identity.id), &identity)?;
        let (client, id) = (claim.client, identity.id);
        let event = Event::EmailConfirmed { client, identity: id };
        tx.log_with(event, vec![("email", identity.email.as_str().to_owned())])?;
        Ok(changes.then_some(identity))
    })?;
    let Some(identity) = identity else { return Ok(()) };
    for Membership { agency, client } in &identity.memberships {
        let tenant = Tenant::Existing(agency.clone());
        let actor = Actor::Client { id: *client };
        transact(ports, &tenant, actor, &[], |tx| follow(tx, *client, &identity))?;
    }
    Ok(())
}

fn change_address(tx: &mut Tx<'_>, identity: &mut Identity, email: Email) -> Result<(), Error> {
    if tx.read_first(&keys::identity_emails(&email))?.is_some() {
        return Err(Error::Exists(
            "this e-mail address already belongs to another login".to_owned(),
        ));
    }
    tx.delete(keys::identity_email(&identity.email));
    tx.write(keys::identity_email(&email), &identity.id)?;
    identity.change_address(email);
    Ok(())
}

/// Gives the client its person's new address, unless another client of the agency has it.
fn follow(tx: &mut Tx<'_>, client: ClientId, identity: &Identity) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let taken = tx.read_first(&keys::client_emails(&agency, &identity.email))?;
    let loaded = match load_for_change(tx, client) {
        Ok(loaded) => loaded,
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let here = match loaded.client.phase(tx.now()) {
        Phase::Pending | Phase::Expired | Phase::Joined => true,
        // An agency that removed a client's access learns nothing more of the person.
        Phase::Revoked => false,
    };
    let own = loaded.client.identity == Some(identity.id);
    if !here || !own || taken.is_some_and(|id| id != client) {
        return Ok(());
    }
    let next = Client { email: Some(identity.email.clone()), ..loaded.client.clone() };
    let event = Event::EmailChanged { client, identity: identity.id };
    tx.log_with(event, personal(&next))?;
    save(tx, Some(&loaded.stored), Some(&next))
}
