//! `portal.sign-up`

use super::attempts::{Attempt, PasswordWork, Tries};
use super::invites::{Offer, Spent, genuine, is_for, load_offer, other_address};
use super::joining::{join, login_of, new_login, sign_in};
use super::sessions::{SignedIn, first_brand};
use crate::app::clients::load::Loaded;
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::invite::Channel;
use crate::domain::password::Password;
use crate::domain::text::Name;
use crate::domain::token::InviteClaim;

/// Somebody new, as they arrive.
pub struct SignUp<'a> {
    /// The invite's token.
    pub token: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// The password that they choose.
    pub password: &'a str,
    /// Their address, where the invite is bound to none.
    pub email: Option<&'a str>,
    /// Where the attempt comes from.
    pub origin: Option<&'a str>,
}

/// Accepts an invite as somebody new.
///
/// # Errors
///
/// When the token leads nowhere, the invite has expired, the address has a login or isn't the
/// invite's, or the name or the password isn't good enough.
pub fn sign_up(ports: &Ports, person: &SignUp<'_>) -> Result<SignedIn, Error> {
    let ring = view::key_ring(ports)?;
    let claim = genuine(person.token, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let agency = &claim.agency;
    let keys = [
        keys::client(agency, claim.client).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
        keys::tally(agency).into_text(),
    ];
    let mut work = PasswordWork::default();
    let actor = Actor::Client { id: claim.client };
    let attempt = transact_with(ports, &ring, &tenant, actor, &keys, |tx| {
        match load_offer(tx, &claim)? {
            Offer::Open(invited) => first(tx, &claim, &invited, person, &mut work),
            Offer::Accepted(client) => again(tx, &client, person, &mut work),
            // Whoever took it over has had a login before, and accepts.
            Offer::Merged => Err(Spent::Used.into()),
        }
    })?;
    attempt.into_result()
}

/// The same person once more: the right password gives a new session. A wrong one is a
/// failed attempt to log in, and the error says no more than for any other used token.
fn again(
    tx: &mut Tx<'_>,
    invited: &Loaded,
    person: &SignUp<'_>,
    work: &mut PasswordWork,
) -> Result<Attempt<SignedIn>, Error> {
    let client = &invited.client;
    let id = client.identity.ok_or(Spent::Used)?;
    let identity = tx.expect(&keys::identity(id))?;
    let tries = Tries::with(identity.email.as_str(), person.origin)?;
    tries.check(tx)?;
    if !work.verify(tx, Some(&identity), person.password)? {
        return tries.fail(tx, Some(client), Spent::Used.into());
    }
    let identity = work.renew(tx, identity, person.password)?;
    sign_in(tx, invited, &identity).map(Attempt::Succeeded)
}

fn first(
    tx: &mut Tx<'_>,
    claim: &InviteClaim,
    invited: &Loaded,
    person: &SignUp<'_>,
    work: &mut PasswordWork,
) -> Result<Attempt<SignedIn>, Error> {
    let client = &invited.client;
    let bound = client.email.clone();
    let guessing = bound.is_none();
    let (email, name, password) = parse(bound, person)?;
    if guessing {
        check_tries(tx, client)?;
    }
    if !is_for(client, &email) {
        return refused(tx, client, guessing, other_address());
    }
    fetch(tx, claim, client, &email)?;
    // Known before a password is worked on for nothing.
    first_brand(tx.view(), client)?;
    let here = tx.read_first(&keys::client_emails(&claim.agency, &email))?;
    let taken = login_of(tx, &email)?.is_some() || here.is_some_and(|id| id != client.id);
    if taken {
        let message = "this e-mail address can't be used to sign up here: log in to accept the invite, or use the invite that was mailed to the address";
        return refused(tx, client, guessing, Error::Exists(message.to_owned()));
    }
    let hash = work.hash(tx, &password)?;
    let identity = new_login(tx, email, name, Some(hash), claim.channel == Channel::Mail)?;
    join(tx, invited, identity, true).map(Attempt::Succeeded)
}

fn parse(bound: Option<Email>, person: &SignUp<'_>) -> Result<(Email, Name, Password), Error> {
    let mut fields = Fields::default();
    let name = fields.take("name", Name::parse(person.name));
    let email = match bound {
        Some(email) => Some(email),
        None => fields.take("email", Email::parse(person.email.unwrap_or_default())),
    };
    let password = email
        .as_ref()
        .and_then(|email| fields.take("password", Password::choose(person.password, email)));
    fields.finish((|| Some((email?, name?, password?)))())
}

/// Reads all that signing up touches, in one go.
fn fetch(
    tx: &mut Tx<'_>,
    claim: &InviteClaim,
    client: &Client,
    email: &Email,
) -> Result<(), Error> {
    let brands = client.grants.iter().map(|grant| keys::brand(&claim.agency, &grant.brand));
    let block = crate::domain::search::block_of(client.search_slot);
    let by_email = keys::texts(&keys::identity_emails(email)).collect::<Vec<_>>();
    let here = keys::texts(&keys::client_emails(&claim.agency, email)).collect::<Vec<_>>();
    let block = keys::search(&claim.agency, block).into_text();
    let keys = brands.map(keys::Key::into_text).chain(by_email).chain(here);
    tx.view().fetch(keys.chain([block]))
}

/// Whoever has an unbound link may ask a few times which addresses are known, no more.
fn check_tries(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let key = keys::sign_up_tries(&tx.agency().id.clone(), client.id);
    let (rule, now) = (tx.view().limits().sign_up_tries, tx.now());
    let tries = tx.read(&key)?.unwrap_or_default();
    Ok(tries.once_more(rule, now).map(|_| ())?)
}

/// A try that was refused: on an unbound link, it counts.
fn refused(
    tx: &mut Tx<'_>,
    client: &Client,
    counts: bool,
    error: Error,
) -> Result<Attempt<SignedIn>, Error> {
    if !counts {
        return Err(error);
    }
    count(tx, client)?;
    Ok(Attempt::Failed(error))
}

fn count(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let key = keys::sign_up_tries(&tx.agency().id.clone(), client.id);
    let (rule, now) = (tx.view().limits().sign_up_tries, tx.now());
    let before = tx.read(&key)?;
    let tries = before.clone().unwrap_or_default().once_more(rule, now)?;
    if before.is_none()
        && let Some(at) = tries.forgotten_at(rule)
    {
        tx.schedule(at, Due::AttemptsEnd(format!("link/{}", client.id)))?;
    }
    tx.write(key, &tries)
}
