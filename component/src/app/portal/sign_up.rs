//! `portal.sign-up`

use super::super::clients::save;
use super::super::command::{Tenant, transact};
use super::super::error::Error;
use super::super::fields::Fields;
use super::super::keys;
use super::super::ports::Ports;
use super::super::tx::Tx;
use super::super::view;
use super::log_in::{Attempt, fail};
use super::{PasswordWork, SignedIn, accepted_before, genuine, invited, no_invite, open_session};
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::id::IdentityId;
use crate::domain::identity::Identity;
use crate::domain::log::Event;
use crate::domain::password::Password;
use crate::domain::text::Name;
use crate::domain::token::InviteClaim;

/// Accepts an invite as somebody new.
///
/// # Errors
///
/// When the token leads nowhere, the invite has expired, the address has a login, the name
/// or the password isn't good enough, or the store fails.
pub fn sign_up(ports: &Ports, token: &str, name: &str, password: &str) -> Result<SignedIn, Error> {
    let claim = genuine(token, &view::key_ring(ports)?)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let actor = Actor::Client { id: claim.client };
    let client = keys::client(&claim.agency, claim.client);
    let keys = [client.into_text(), keys::payer(&claim.agency).into_text()];
    let mut work = PasswordWork::default();
    let attempt = transact(ports, &tenant, actor, &keys, |tx| {
        let client = invited(tx.view(), &claim)?;
        if accepted_before(&client, tx.now())? {
            return again(tx, &client, password, &mut work);
        }
        join(tx, &claim, &client, name, password, &mut work).map(Attempt::Succeeded)
    })?;
    attempt.into_result()
}

/// The same person once more: the right password gives a new session. A wrong one is a
/// failed attempt to sign in, and is told no more than anybody else with a used token.
fn again(
    tx: &mut Tx<'_>,
    client: &Client,
    password: &str,
    work: &mut PasswordWork,
) -> Result<Attempt, Error> {
    let id = client.identity.ok_or_else(no_invite)?;
    let identity = tx.view().expect(&keys::identity(id))?;
    if !work.verify(tx, Some(&identity), password)? {
        return fail(tx, Some(client.id), Some(&client.email), no_invite());
    }
    let next = client.log_in(tx.now()).map_err(|_| no_invite())?;
    tx.log(Event::SignedIn { client: client.id })?;
    save(tx, Some(client), &next)?;
    open_session(tx, id, &next).map(Attempt::Succeeded)
}

fn join(
    tx: &mut Tx<'_>,
    claim: &InviteClaim,
    client: &Client,
    name: &str,
    password: &str,
    work: &mut PasswordWork,
) -> Result<SignedIn, Error> {
    let by_email = keys::identity_email(&client.email);
    let brands = client.grants.iter().map(|grant| keys::brand(&claim.agency, &grant.brand));
    let brands = brands.map(keys::Key::into_text);
    tx.view().fetch(brands.chain([by_email.text().to_owned()]))?;
    if tx.view().read(&by_email)?.is_some() {
        let message = "the e-mail address has a login already: log in to accept the invite";
        return Err(Error::Exists(message.to_owned()));
    }
    let mut fields = Fields::default();
    let name = fields.take("name", Name::parse(name));
    let password = fields.take("password", Password::choose(password, &client.email));
    let (name, password) = fields.finish(name.zip(password))?;

    let now = tx.now();
    let id = IdentityId::generate(now, tx.id_seed()?);
    let password = work.hash(tx, &password)?;
    let email = client.email.clone();
    let memberships = Vec::new();
    let mut identity =
        Identity { id, email, name: name.clone(), password, memberships, created_at: now };
    identity.join(&claim.agency, client.id);
    let mut next = client.accept(id, now).map_err(|_| no_invite())?;
    next.name = Some(name);

    let personal =
        vec![("email", next.email.as_str().to_owned()), ("name", identity.name.to_string())];
    let event = Event::ClientJoined { client: client.id, identity: id, new_login: true };
    tx.log_with(event, personal)?;
    tx.write(by_email, &id)?;
    tx.write(keys::identity(id), &identity)?;
    save(tx, Some(client), &next)?;
    open_session(tx, id, &next)
}
