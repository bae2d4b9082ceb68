//! `portal.accept`

use super::attempts::{Attempt, PasswordWork, Tries, wrong_password};
use super::invites::{Offer, Spent, genuine, is_for, load_merged, load_offer, other_address};
use super::joining::{join, login_of, sign_in};
use super::sessions::SignedIn;
use crate::app::clients::load;
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::client::Phase;
use crate::domain::email::Email;
use crate::domain::identity::Identity;

/// Accepts an invite as somebody who has a login.
///
/// # Errors
///
/// When the token leads nowhere, the invite has expired, the address isn't the invite's, the
/// password is wrong or was tried too often, or the login's address isn't proved.
pub fn accept(
    ports: &Ports,
    token: &str,
    email: &str,
    password: &str,
    origin: Option<&str>,
) -> Result<SignedIn, Error> {
    let ring = view::key_ring(ports)?;
    let claim = genuine(token, &ring)?;
    let tries = Tries::with(email, origin)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let agency = &claim.agency;
    let email = Email::parse(email).ok();
    let mut keys = vec![
        keys::client(agency, claim.client).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
        keys::tally(agency).into_text(),
        tries.key().into_text(),
    ];
    if let Some(email) = &email {
        keys.extend(keys::texts(&keys::identity_emails(email)));
        keys.extend(keys::texts(&keys::client_emails(agency, email)));
    }
    let mut work = PasswordWork::default();
    let actor = Actor::Client { id: claim.client };
    let attempt = transact_with(ports, &ring, &tenant, actor, &keys, |tx| {
        let offer = load_offer(tx, &claim)?;
        tries.check(tx)?;
        let identity = match &email {
            Some(email) => login_of(tx, email)?,
            None => None,
        };
        let right = work.verify(tx, identity.as_ref(), password)?;
        let client = offer.client().cloned();
        let Some(identity) = identity.filter(|_| right) else {
            return tries.fail(tx, client.as_ref(), wrong_password());
        };
        let invited = match offer {
            Offer::Open(invited) => invited,
            Offer::Accepted(client) if client.client.identity == Some(identity.id) => {
                let identity = work.renew(tx, identity, password)?;
                return sign_in(tx, &client, &identity).map(Attempt::Succeeded);
            }
            Offer::Accepted(client) => {
                return tries.fail(tx, Some(&client.client), wrong_password());
            }
            Offer::Merged => {
                let client = load_merged(tx, &claim, &identity)?.ok_or(Spent::Used)?;
                let identity = work.renew(tx, identity, password)?;
                return sign_in(tx, &client, &identity).map(Attempt::Succeeded);
            }
        };
        let client = &invited.client;
        if !is_for(client, &identity.email) {
            // A bound invite doesn't tell whose it is; a domain is no secret.
            let error = if client.email.is_some() { wrong_password() } else { other_address() };
            return tries.fail(tx, Some(client), error);
        }
        check_proved(tx, &identity)?;
        let identity = work.renew(tx, identity, password)?;
        join(tx, &invited, identity, false).map(Attempt::Succeeded)
    })?;
    attempt.into_result()
}

/// A login whose address nobody proved may be somebody else's than the invited person's: it
/// gets into no further agency by its password.
fn check_proved(tx: &mut Tx<'_>, identity: &Identity) -> Result<(), Error> {
    if identity.verified || is_in(tx, identity)? {
        return Ok(());
    }
    let message = "the login's e-mail address isn't confirmed: open the link in the mail, or choose a new password with “Forgot password?”";
    Err(Error::denied("unverified", message))
}

/// Whether the login has access to this agency's portal already.
fn is_in(tx: &mut Tx<'_>, identity: &Identity) -> Result<bool, Error> {
    let agency = tx.agency().id.clone();
    let own = identity.memberships.iter().find(|membership| membership.agency == agency);
    let Some(own) = own else { return Ok(false) };
    let client = load::current(tx.view(), own.client)?;
    Ok(client.is_some_and(|client| client.phase(tx.now()) == Phase::Joined))
}
