//! `portal.admit`

use super::features::check_single_sign_on;
use super::invites::{
    Offer, Spent, genuine, is_for, load_merged, load_offer, no_invite, other_address,
};
use super::joining::{client_of, join, login_of, new_login, sign_in, take_imported};
use super::sessions::SignedIn;
use crate::app::clients::load::{Loaded, load_for_change};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::client::Phase;
use crate::domain::email::Email;
use crate::domain::id::AgencyId;
use crate::domain::identity::Identity;
use crate::domain::text::Name;
use crate::domain::token::InviteClaim;

/// Somebody whom the host has verified, as it tells.
pub struct Admission<'a> {
    /// The agency whose portal it is.
    pub agency: &'a str,
    /// The person's address.
    pub email: &'a str,
    /// The person's name.
    pub name: Option<&'a str>,
    /// An invite's token.
    pub token: Option<&'a str>,
}

/// Signs in somebody whom the host has verified by itself.
///
/// # Errors
///
/// When access was removed, and when the client's accounts don't have single sign-on.
pub fn admit(ports: &Ports, person: &Admission<'_>) -> Result<SignedIn, Error> {
    let unknown = |_| Error::not_found("agency", person.agency);
    let agency = AgencyId::parse(person.agency).map_err(unknown)?;
    let ring = view::key_ring(ports)?;
    let claim = person.token.map(|token| genuine(token, &ring)).transpose()?;
    if claim.as_ref().is_some_and(|claim| claim.agency != agency) {
        return Err(no_invite());
    }
    let mut fields = Fields::default();
    let email = fields.take("email", Email::parse(person.email));
    let name = person.name.filter(|name| !name.trim().is_empty());
    let name = fields.take_optional("name", name, Name::parse);
    let (email, name) = fields.finish(email.zip(name))?;
    let mut keys = vec![
        keys::agency_totals(&agency).into_text(),
        keys::catalog().into_text(),
        keys::tally(&agency).into_text(),
    ];
    keys.extend(keys::texts(&keys::identity_emails(&email)));
    keys.extend(keys::texts(&keys::client_emails(&agency, &email)));
    keys.extend(claim.as_ref().map(|claim| keys::client(&agency, claim.client).into_text()));
    let tenant = Tenant::Existing(agency);
    transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let known = login_of(tx, &email)?;
        let invited = find(tx, claim.as_ref(), known.as_ref(), &email)?;
        check_single_sign_on(tx, &invited.client)?;
        let (identity, is_new) = login(tx, known, &invited, &email, name.as_ref())?;
        if invited.client.phase(tx.now()) == Phase::Joined {
            let (mut invited, mut identity) = (invited, identity);
            if invited.client.lacks_login() {
                // The host has proved the address.
                take_imported(tx, invited.client.id, &mut identity)?;
                invited = load_for_change(tx, invited.client.id)?;
            }
            if invited.client.identity != Some(identity.id) {
                return Err(no_client());
            }
            tx.write(keys::identity(identity.id), &identity)?;
            return sign_in(tx, &invited, &identity);
        }
        if !is_for(&invited.client, &email) {
            return Err(other_address());
        }
        join(tx, &invited, identity, is_new)
    })
}

fn no_client() -> Error {
    Error::NotFound("client with this e-mail address".to_owned())
}

/// The client that the token or the address leads to.
fn find(
    tx: &mut Tx<'_>,
    claim: Option<&InviteClaim>,
    known: Option<&Identity>,
    email: &Email,
) -> Result<Loaded, Error> {
    if let Some(claim) = claim {
        return match (load_offer(tx, claim)?, known) {
            (Offer::Open(client) | Offer::Accepted(client), _) => Ok(client),
            (Offer::Merged, Some(known)) => Ok(load_merged(tx, claim, known)?.ok_or(Spent::Used)?),
            (Offer::Merged, None) => Err(Spent::Used.into()),
        };
    }
    let agency = tx.agency().id.clone();
    let id = match known {
        Some(identity) => client_of(tx, identity)?,
        None => tx.read_first(&keys::client_emails(&agency, email))?,
    };
    let client = load_for_change(tx, id.ok_or_else(no_client)?)?;
    match client.client.phase(tx.now()) {
        Phase::Revoked => Err(Error::denied("revoked", "your access was removed")),
        Phase::Expired => {
            let end = client.client.offer_until().end();
            Err(Error::Expired(end.unwrap_or_else(|| tx.now())))
        }
        Phase::Pending | Phase::Joined => Ok(client),
    }
}

/// The person's login, whose address counts as proved. A password that was chosen before
/// anybody proved the address may be somebody else's: it goes.
fn login(
    tx: &mut Tx<'_>,
    known: Option<Identity>,
    invited: &Loaded,
    email: &Email,
    name: Option<&Name>,
) -> Result<(Identity, bool), Error> {
    if let Some(mut identity) = known {
        if !identity.verified {
            identity.end_password();
            identity.verify();
        }
        return Ok((identity, false));
    }
    let given = name.or(invited.client.name.as_ref()).cloned();
    let name = match given {
        Some(name) => name,
        // An address may be longer than a name.
        None => {
            let start: String = email.as_str().chars().take(Name::CHARS_MAX).collect();
            Name::parse(&start).map_err(Error::internal)?
        }
    };
    new_login(tx, email.clone(), name, None, true).map(|identity| (identity, true))
}
