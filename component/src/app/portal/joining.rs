//! How a person becomes a client, and how two clients of one person become one.

use super::activity::count_log_in;
use super::invites::no_invite;
use super::sessions::{SignedIn, first_brand, open_session};
use crate::app::clients::load::{Loaded, load_for_change, personal};
use crate::app::clients::{pass_on, save, save_merged};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::id::{BrandId, ClientId, IdentityId, MailId};
use crate::domain::identity::{Identity, OpenLink};
use crate::domain::log::Event;
use crate::domain::mail::Content;
use crate::domain::password::PasswordHash;
use crate::domain::rate::Recent;
use crate::domain::text::Name;
use crate::domain::time::Until;

/// The login with this address.
pub fn login_of(tx: &mut Tx<'_>, email: &Email) -> Result<Option<Identity>, Error> {
    match tx.read_first(&keys::identity_emails(email))? {
        Some(id) => tx.expect(&keys::identity(id)).map(Some),
        None => Ok(None),
    }
}

/// The client that a login is in this agency, or that has its address here.
pub fn client_of(tx: &mut Tx<'_>, identity: &Identity) -> Result<Option<ClientId>, Error> {
    let agency = tx.agency().id.clone();
    let own = identity.memberships.iter().find(|membership| membership.agency == agency);
    match own {
        Some(membership) => Ok(Some(membership.client)),
        None => tx.read_first(&keys::client_emails(&agency, &identity.email)),
    }
}

/// A fresh login, not stored yet.
pub fn new_login(
    tx: &mut Tx<'_>,
    email: Email,
    name: Name,
    password: Option<PasswordHash>,
    verified: bool,
) -> Result<Identity, Error> {
    let now = tx.now();
    Ok(Identity {
        id: IdentityId::generate(now, tx.id_seed()?),
        email,
        verified,
        name,
        password,
        password_version: 0,
        memberships: Vec::new(),
        links: 0,
        reset: None,
        confirmation: None,
        address_changes: Recent::default(),
        created_at: now,
    })
}

/// Makes the login the client that was invited, and opens a session. Where the login is
/// another client here already, that one takes the invite's brands over.
///
/// # Errors
///
/// When the invite can't be used, or the client would have too many brands.
pub fn join(
    tx: &mut Tx<'_>,
    invited: &Loaded,
    identity: Identity,
    new_login: bool,
) -> Result<SignedIn, Error> {
    let other = client_of(tx, &identity)?.filter(|id| *id != invited.client.id);
    match other {
        Some(other) => {
            let other = load_for_change(tx, other)?;
            // It joined with another login, which has another address by now; or was imported, and nobody
            // has proved that this one's person is its own.
            let unproved = other.client.lacks_login() && !identity.verified;
            if unproved || other.client.identity.is_some_and(|id| id != identity.id) {
                let message =
                    "another client of the agency has this e-mail address: ask the agency";
                return Err(Error::Exists(message.to_owned()));
            }
            merge(tx, invited, &other, identity, new_login)
        }
        None => become_client(tx, invited, identity, new_login),
    }
}

fn become_client(
    tx: &mut Tx<'_>,
    invited: &Loaded,
    identity: Identity,
    new_login: bool,
) -> Result<SignedIn, Error> {
    let next = invited.client.accept(identity.id, tx.now()).map_err(|_| no_invite())?;
    let name = if new_login { Some(identity.name.clone()) } else { next.name.clone() };
    let next = Client {
        email: Some(next.email.clone().unwrap_or_else(|| identity.email.clone())),
        name: Some(name.unwrap_or_else(|| identity.name.clone())),
        ..next
    };
    let brand = first_brand(tx.view(), &next)?;
    tx.act_as(Actor::Client { id: next.id });
    log_joined(tx, &next, &identity, new_login)?;
    let next = count_log_in(tx, next, &brand, true)?;
    save(tx, Some(&invited.stored), Some(&next))?;
    let identity = store(tx, identity, next.id)?;
    open_session(tx, &identity, &next, (brand, invited.client.joined_at.is_none()))
}

/// The client `other` takes over what `invited` offers, and the accounts that it is to own; `invited` is no more.
fn merge(
    tx: &mut Tx<'_>,
    invited: &Loaded,
    other: &Loaded,
    identity: Identity,
    new_login: bool,
) -> Result<SignedIn, Error> {
    let now = tx.now();
    let next = other.client.take_over(&invited.client, identity.id, now);
    let next = next.map_err(|_| no_invite())?;
    let (asked, allowed) = (next.grants.len(), tx.view().limits().brands_per_client_max);
    if asked > allowed {
        return Err(Error::too_many_brands(allowed, asked));
    }
    let brand = first_brand(tx.view(), &next)?;
    tx.act_as(Actor::Client { id: next.id });
    tx.log(Event::ClientMerged { client: invited.client.id, into: next.id })?;
    let joins = other.client.phase(now) != Phase::Joined;
    if joins {
        log_joined(tx, &next, &identity, new_login)?;
    } else {
        tx.log(signed_in(&next, &brand))?;
    }
    let next = count_log_in(tx, next, &brand, joins)?;
    save_merged(tx, &other.stored, &next, &invited.stored)?;
    pass_on(tx, invited.client.id, Some(next.id), false)?;
    let identity = store(tx, identity, next.id)?;
    open_session(tx, &identity, &next, (brand, other.client.joined_at.is_none()))
}

/// The entry that says that a client logged in, at the brand where its session begins.
fn signed_in(client: &Client, brand: &BrandId) -> Event {
    Event::SignedIn { client: client.id, brand: Some(brand.clone()) }
}

/// Makes the login that of a client who was imported without one, since somebody had a login with its
/// address: its owner has just proved the address.
pub fn take_imported(
    tx: &mut Tx<'_>,
    client: ClientId,
    identity: &mut Identity,
) -> Result<(), Error> {
    let stored: Option<Client> = tx.read(&keys::client(&tx.agency().id.clone(), client))?;
    let is_its = stored.is_some_and(|stored| {
        let email = stored.email.as_ref().map(Email::folded);
        stored.lacks_login() && email == Some(identity.email.folded())
    });
    if !is_its {
        return Ok(());
    }
    let loaded = load_for_change(tx, client)?;
    if !loaded.client.lacks_login() {
        return Ok(());
    }
    let next = Client { identity: Some(identity.id), ..loaded.client.clone() };
    tx.act_as(Actor::Client { id: client });
    log_joined(tx, &next, identity, false)?;
    save(tx, Some(&loaded.stored), Some(&next))?;
    identity.join(&tx.agency().id.clone(), client);
    Ok(())
}

fn log_joined(
    tx: &mut Tx<'_>,
    client: &Client,
    identity: &Identity,
    new_login: bool,
) -> Result<(), Error> {
    let (id, verified) = (identity.id, identity.verified);
    let event = Event::ClientJoined { client: client.id, identity: id, new_login, verified };
    tx.log_with(event, personal(client)).map(|_| ())
}

/// Stores the login as this client of the agency; one whose address nobody proved is asked to.
fn store(tx: &mut Tx<'_>, mut identity: Identity, client: ClientId) -> Result<Identity, Error> {
    let agency = tx.agency().id.clone();
    identity.join(&agency, client);
    if !identity.verified && identity.confirmation.is_none() {
        ask_confirmation(tx, &mut identity, client)?;
    }
    let by_email = keys::identity_email(&identity.email);
    if tx.read(&by_email)?.is_none() {
        tx.write(by_email, &identity.id)?;
    }
    tx.write(keys::identity(identity.id), &identity)?;
    Ok(identity)
}

fn ask_confirmation(
    tx: &mut Tx<'_>,
    identity: &mut Identity,
    client: ClientId,
) -> Result<(), Error> {
    let until = Until::at(tx.now().plus(tx.view().limits().confirmation_valid_millis));
    let link = identity.ask_confirmation(identity.email.clone(), until, tx.ring().newest().id());
    let mail = MailId::generate(tx.now(), tx.id_seed()?);
    let OpenLink { version, until, key } = link;
    let content = Content::EmailConfirmation { identity: identity.id, version, key, until };
    tx.mail(mail, identity.email.clone(), (client, Some(&identity.name)), content)
}

/// Signs a client in that has joined already.
pub fn sign_in(tx: &mut Tx<'_>, loaded: &Loaded, identity: &Identity) -> Result<SignedIn, Error> {
    let next = loaded.client.log_in(tx.now()).map_err(|_| no_invite())?;
    let brand = first_brand(tx.view(), &next)?;
    tx.act_as(Actor::Client { id: next.id });
    tx.log(signed_in(&next, &brand))?;
    let next = count_log_in(tx, next, &brand, false)?;
    save(tx, Some(&loaded.stored), Some(&next))?;
    open_session(tx, identity, &next, (brand, false))
}
