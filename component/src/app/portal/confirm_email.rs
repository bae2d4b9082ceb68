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
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::id::ClientId;
use crate::domain::identity::{Identity, Membership};
use crate::domain::log::Event;
use crate::domain::token::LinkUse;

/// Opens the link of a confirmation mail.
///
/// The login changes in one commit. The agencies whose client it is learn a new address one
/// after the other: each is a store of its own. What doesn't get through, a job does.
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
        let valid = tx.view().limits().confirmation_valid_millis;
        check_link(tx, Some(&confirmation.link), claim.version, valid)?;
        let changes = confirmation.email.folded() != identity.email.folded();
        if changes {
            change_address(tx, &mut identity, confirmation.email)?;
            for Membership { agency, client } in &identity.memberships {
                tx.schedule_for(agency.clone(), tx.now(), Due::AddressChange(*client))?;
            }
        }
        identity.verify();
        tx.write(keys::identity(identity.id), &identity)?;
        let (client, id) = (claim.client, identity.id);
        let event = Event::EmailConfirmed { client, identity: id };
        tx.log_with(event, vec![("email", identity.email.as_str().to_owned())])?;
        Ok(changes.then(|| (identity, tx.now())))
    })?;
    let Some((identity, at)) = identity else { return Ok(()) };
    for Membership { agency, client } in &identity.memberships {
        let tenant = Tenant::Existing(agency.clone());
        let _ = transact(ports, &tenant, Actor::System, &[], |tx| {
            tx.unschedule(at, Due::AddressChange(*client));
            follow(tx, *client)
        });
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
pub fn follow(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let stored: Option<Client> = tx.read(&keys::client(&agency, client))?;
    let Some(identity) = stored.and_then(|stored| stored.identity) else { return Ok(()) };
    let Some(identity) = tx.read(&keys::identity(identity))? else { return Ok(()) };
    let taken = tx.read_first(&keys::client_emails(&agency, &identity.email))?;
    let loaded = load_for_change(tx, client)?;
    let here = match loaded.client.phase(tx.now()) {
        Phase::Pending | Phase::Expired | Phase::Joined => true,
        // An agency that removed a client's access learns nothing more of the person.
        Phase::Revoked => false,
    };
    let follows = loaded.client.email.as_ref() == Some(&identity.email);
    if !here || follows || taken.is_some_and(|id| id != client) {
        return Ok(());
    }
    tx.act_as(Actor::Client { id: client });
    let next = Client { email: Some(identity.email.clone()), ..loaded.client.clone() };
    let event = Event::EmailChanged { client, identity: identity.id };
    tx.log_with(event, personal(&next))?;
    save(tx, Some(&loaded.stored), Some(&next))
}
