//! `portal.accept`

use super::super::clients::save;
use super::super::command::{Tenant, transact};
use super::super::error::Error;
use super::super::keys;
use super::super::ports::Ports;
use super::super::tx::Tx;
use super::super::view;
use super::log_in::{Attempt, fail};
use super::{PasswordWork, accepted_before, genuine, invited, no_invite, open_session};
use super::{SignedIn, wrong_password};
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::email::Email;
use crate::domain::identity::Identity;
use crate::domain::log::Event;

/// Accepts an invite as somebody who has a login.
///
/// # Errors
///
/// When the token leads nowhere, the invite has expired, the address isn't the invite's, the
/// password is wrong, or the store fails.
pub fn accept(ports: &Ports, token: &str, email: &str, password: &str) -> Result<SignedIn, Error> {
    let claim = genuine(token, &view::key_ring(ports)?)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let actor = Actor::Client { id: claim.client };
    let client = keys::client(&claim.agency, claim.client).into_text();
    let email = Email::parse(email).ok();
    let mut keys = vec![client, keys::payer(&claim.agency).into_text()];
    keys.extend(email.as_ref().map(|email| keys::identity_email(email).into_text()));
    let mut work = PasswordWork::default();
    let attempt = transact(ports, &tenant, actor, &keys, |tx| {
        let client = invited(tx.view(), &claim)?;
        let again = accepted_before(&client, tx.now())?;
        let identity = owner(tx, &client, email.as_ref())?;
        let right = work.verify(tx, identity.as_ref(), password)?;
        let joined_with = |identity: &Identity| !again || client.identity == Some(identity.id);
        match identity.filter(|identity| right && joined_with(identity)) {
            Some(identity) => join(tx, &client, identity, again).map(Attempt::Succeeded),
            None => fail(tx, Some(client.id), Some(&client.email), wrong_password()),
        }
    })?;
    attempt.into_result()
}

/// The login with this address, if it is the address that the invite is for.
fn owner(
    tx: &mut Tx<'_>,
    client: &Client,
    email: Option<&Email>,
) -> Result<Option<Identity>, Error> {
    let Some(email) = email.filter(|email| email.folded() == client.email.folded()) else {
        return Ok(None);
    };
    match tx.view().read(&keys::identity_email(email))? {
        Some(id) => tx.view().expect(&keys::identity(id)).map(Some),
        None => Ok(None),
    }
}

fn join(
    tx: &mut Tx<'_>,
    client: &Client,
    mut identity: Identity,
    again: bool,
) -> Result<SignedIn, Error> {
    let now = tx.now();
    let next = if again {
        tx.log(Event::SignedIn { client: client.id })?;
        client.log_in(now)
    } else {
        let (client_id, identity_id) = (client.id, identity.id);
        identity.join(&tx.agency().id.clone(), client_id);
        tx.write(keys::identity(identity_id), &identity)?;
        let event =
            Event::ClientJoined { client: client_id, identity: identity_id, new_login: false };
        tx.log_with(event, vec![("email", client.email.as_str().to_owned())])?;
        client.accept(identity.id, now)
    };
    let mut next = next.map_err(|_| no_invite())?;
    next.name.get_or_insert(identity.name);
    save(tx, Some(client), &next)?;
    open_session(tx, identity.id, &next)
}
