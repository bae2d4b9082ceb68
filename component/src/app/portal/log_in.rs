//! `portal.log-in`

use super::attempts::{Attempt, PasswordWork, Tries, wrong_password};
use super::joining::sign_in;
use super::sessions::{SignedIn, closed};
use super::visible::visible;
use crate::app::clients::load::{Loaded, settle_for_change};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, IdentityId};
use crate::domain::identity::Identity;

/// Signs in with e-mail address and password.
///
/// # Errors
///
/// When address or password is wrong, the client has no access, its accounts let nobody in, or too many
/// attempts failed.
pub fn log_in(
    ports: &Ports,
    agency: &str,
    email: &str,
    password: &str,
    origin: Option<&str>,
) -> Result<SignedIn, Error> {
    let unknown = |_| Error::not_found("agency", agency);
    let agency = AgencyId::parse(agency).map_err(unknown)?;
    let tries = Tries::with(email, origin)?;
    // A malformed address is an unknown one, and costs the same.
    let parsed = Email::parse(email).ok();
    let mut keys = vec![
        keys::agency_totals(&agency).into_text(),
        keys::catalog().into_text(),
        keys::tally(&agency).into_text(),
        tries.key().into_text(),
    ];
    if let Some(email) = &parsed {
        keys.extend(keys::texts(&keys::identity_emails(email)));
        keys.extend(keys::texts(&keys::client_emails(&agency, email)));
    }
    let mut work = PasswordWork::default();
    let attempt = transact(ports, &Tenant::Existing(agency), Actor::Visitor, &keys, |tx| {
        tries.check(tx)?;
        let (identity, client) = find(tx, parsed.as_ref())?;
        let right = work.verify(tx, identity.as_ref(), password)?;
        match (identity.filter(|_| right), client) {
            (Some(identity), Some(client)) if belongs(&client, &identity) => {
                let client = settle_for_change(tx, client)?;
                enter(tx, &tries, (identity, password, &mut work), &client)
            }
            (_, client) => tries.fail(tx, client.as_ref(), wrong_password()),
        }
    })?;
    attempt.into_result()
}

/// A client belongs to the login that it joined with, not to whoever has its address now. One that has
/// joined and has none was imported, where somebody had a login with its address: whether that is its
/// person, a link to the address has to prove.
fn belongs(client: &Client, identity: &Identity) -> bool {
    client.identity.map_or(!client.is_joined(), |id| id == identity.id)
}

/// The login with this address, and the client that it is in the agency; else the client
/// that has the address here.
fn find(
    tx: &mut Tx<'_>,
    email: Option<&Email>,
) -> Result<(Option<Identity>, Option<Client>), Error> {
    let Some(email) = email else { return Ok((None, None)) };
    let agency = tx.agency().id.clone();
    let view = tx.view();
    let identity = view.read_first(&keys::identity_emails(email))?.map(keys::identity);
    let client = view.read_first(&keys::client_emails(&agency, email))?;
    let client = client.map(|id| keys::client(&agency, id));
    // Where there is nothing to read, something is read all the same: it must not show.
    let nobody = keys::identity(IdentityId::from_bytes([0; 16]));
    let keys = identity.iter().map(keys::Key::text).chain(client.iter().map(keys::Key::text));
    view.fetch(keys.chain([nobody.text()]).map(str::to_owned))?;
    let identity: Option<Identity> = identity.map(|key| view.expect(&key)).transpose()?;
    let own = identity.iter().flat_map(|identity| &identity.memberships);
    let mut own =
        own.filter(|own| own.agency == agency).map(|own| keys::client(&agency, own.client));
    let client = own.next().or(client).map(|key| view.read(&key)).transpose()?.flatten();
    Ok((identity, client))
}

fn enter(
    tx: &mut Tx<'_>,
    tries: &Tries,
    (identity, password, work): (Identity, &str, &mut PasswordWork),
    client: &Loaded,
) -> Result<Attempt<SignedIn>, Error> {
    // Whoever knows the password may know this much.
    let denied = match client.client.phase(tx.now()) {
        Phase::Joined => visible(tx.view(), &client.client)?.is_empty().then(closed),
        Phase::Revoked => Some(Error::denied("revoked", "your access was removed")),
        Phase::Pending | Phase::Expired => {
            Some(Error::denied("pending", "accept your invite first"))
        }
    };
    match denied {
        Some(error) => tries.fail(tx, Some(&client.client), error),
        None => {
            let identity = work.renew(tx, identity, password)?;
            sign_in(tx, client, &identity).map(Attempt::Succeeded)
        }
    }
}
