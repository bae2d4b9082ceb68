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
use crate::domain::id::{AgencyId, ClientId, IdentityId};
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
            (_, client) => {
                fail(tx, client.map(|client| client.id), parsed.as_ref(), wrong_password())
            }
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
    // Where there is nothing to read, something is read all the same: it must not show.
    let nobody = keys::identity(IdentityId::from_bytes([0; 16]));
    let keys = identity.iter().map(keys::Key::text).chain(client.iter().map(keys::Key::text));
    view.fetch(keys.chain([nobody.text()]).map(str::to_owned))?;
    let identity: Option<Identity> = identity.map(|key| view.expect(&key)).transpose()?;
    let client: Option<Client> = client.map(|key| view.expect(&key)).transpose()?;
    // A client belongs to the login that it joined with, not to whoever has its address now.
    let owner = |client: &Client| {
        client.identity.is_none()
            || client.identity == identity.as_ref().map(|identity| identity.id)
    };
    let client = client.filter(owner);
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
            let denied = Error::Denied(message.to_owned());
            return fail(tx, Some(client.id), Some(&client.email), denied);
        }
    };
    tx.act_as(Actor::Client { id: client.id });
    tx.log(Event::SignedIn { client: client.id })?;
    save(tx, Some(client), &next)?;
    open_session(tx, identity.id, &next).map(Attempt::Succeeded)
}

/// A failed attempt: logged, whoever it was, so that known and unknown addresses cost the
/// same and leave the same trace.
pub(super) fn fail(
    tx: &mut Tx<'_>,
    client: Option<ClientId>,
    email: Option<&Email>,
    error: Error,
) -> Result<Attempt, Error> {
    // Only what is an address: people type their password into the wrong field.
    let personal = email.map(|email| ("email", email.as_str().to_owned()));
    tx.act_as(Actor::Visitor);
    tx.log_with(Event::SignInFailed { client }, personal.into_iter().collect())?;
    Ok(Attempt::Failed(error))
}
