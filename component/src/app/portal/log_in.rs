//! `portal.log-in`

use super::super::clients::save;
use super::super::command::{Tenant, transact};
use super::super::error::Error;
use super::super::keys;
use super::super::ports::Ports;
use super::super::tx::Tx;
use super::{PasswordWork, SignedIn, open_session, wrong_password};
use crate::domain::actor::Actor;
use crate::domain::client::{Client, Refusal};
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::identity::Identity;
use crate::domain::log::Event;

/// How an attempt to sign in ended. A failed one is committed too: its log entry is.
pub(super) enum Attempt {
    /// With a session.
    Succeeded(SignedIn),
    /// With this error.
    Failed(Error),
}

impl Attempt {
    pub(super) fn into_result(self) -> Result<SignedIn, Error> {
        match self {
            Attempt::Succeeded(signed_in) => Ok(signed_in),
            Attempt::Failed(error) => Err(error),
        }
    }
}

/// Signs in with e-mail address and password.
///
/// # Errors
///
/// When there is no such agency, address or password, the client has no access, or the store
/// fails.
pub fn log_in(ports: &Ports, agency: &str, email: &str, password: &str) -> Result<SignedIn, Error> {
    let unknown = |_| Error::NotFound(format!("agency `{agency}`"));
    let agency = AgencyId::parse(agency).map_err(unknown)?;
    // A malformed address is an unknown one, and costs the same.
    let parsed = Email::parse(email).ok();
    let mut keys = vec![keys::payer(&agency).into_text()];
    if let Some(email) = &parsed {
        keys.push(keys::identity_email(email).into_text());
        keys.push(keys::client_email(&agency, email).into_text());
    }
    let mut work = PasswordWork::default();
    let attempt = transact(ports, &Tenant::Existing(agency), Actor::Visitor, &keys, |tx| {
        let (identity, client) = find(tx, parsed.as_ref())?;
        let right = work.verify(tx, identity.as_ref(), password)?;
        match (identity.filter(|_| right), client) {
            (Some(identity), Some(client)) => enter(tx, &identity, &client),
            (_, client) => fail(tx, client.map(|client| client.id), email, wrong_password()),
        }
    })?;
    attempt.into_result()
}

/// The login with this address, and the agency's client with it.
fn find(
    tx: &mut Tx<'_>,
    email: Option<&Email>,
) -> Result<(Option<Identity>, Option<Client>), Error> {
    let Some(email) = email else { return Ok((None, None)) };
    let agency = tx.agency().id.clone();
    let view = tx.view();
    let identity = view.read(&keys::identity_email(email))?.map(keys::identity);
    let client = view.read(&keys::client_email(&agency, email))?;
    let client = client.map(|id| keys::client(&agency, id));
    let keys = identity.iter().map(|key| key.text().to_owned());
    view.fetch(keys.chain(client.iter().map(|key| key.text().to_owned())))?;
    let identity = identity.map(|key| view.expect(&key)).transpose()?;
    let client = client.map(|key| view.expect(&key)).transpose()?;
    Ok((identity, client))
}

fn enter(tx: &mut Tx<'_>, identity: &Identity, client: &Client) -> Result<Attempt, Error> {
    let now = tx.now();
    let next = match client.log_in(now) {
        Ok(next) => next,
        // Whoever knows the password may know this much.
        Err(refusal) => {
            let message = match refusal {
                Refusal::Revoked => "revoked: your access was removed",
                Refusal::NotJoined | Refusal::Expired | Refusal::Used => {
                    "pending: accept your invite first"
                }
            };
            let email = client.email.as_str();
            return fail(tx, Some(client.id), email, Error::Denied(message.to_owned()));
        }
    };
    tx.act_as(Actor::Client { id: client.id });
    tx.log(Event::SignedIn { client: client.id })?;
    save(tx, Some(client), &next)?;
    open_session(tx, identity.id, client.id).map(Attempt::Succeeded)
}

/// A failed attempt: logged, whoever it was, so that known and unknown addresses cost the
/// same and leave the same trace.
pub(super) fn fail(
    tx: &mut Tx<'_>,
    client: Option<ClientId>,
    email: &str,
    error: Error,
) -> Result<Attempt, Error> {
    let email: String = email.chars().take(254).collect();
    tx.act_as(Actor::Visitor);
    tx.log_with(Event::SignInFailed { client }, vec![("email", email)])?;
    Ok(Attempt::Failed(error))
}
