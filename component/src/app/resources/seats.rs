//! Whether there is room in an account for one more user.
//!
//! An offer takes a seat when it is made: whoever is invited counts at once. Where an account got
//! smaller since, fewer can accept than were invited, and those who come first do.

use std::collections::BTreeSet;

use super::allotment::allotment;
use super::running_out::{NOTED_AT_ONCE, WARNED_AT_ONCE, note_users};
use super::users::{users_left, users_of_brand};
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::{Account, Standing};
use crate::domain::brand::Brand;
use crate::domain::catalog::Resource;
use crate::domain::client::Client;
use crate::domain::id::{AccountId, BrandId, ClientId};
use crate::domain::sets::one_by_one;
use crate::domain::time::Timestamp;

/// How many clients are read at a time.
const CLIENTS_AT_ONCE: usize = 500;

/// Refuses a client's change by which an account would get more users than it may have. `before` is
/// the client as it is stored; `takes_over` whether another one becomes part of it, whose seat it
/// takes.
///
/// # Errors
///
/// When an account would.
pub fn check_seats(
    tx: &mut Tx<'_>,
    before: Option<&Client>,
    after: &Client,
    takes_over: bool,
) -> Result<(), Error> {
    if !tx.agency_has(|agency| agency.has_account_brands)? {
        return Ok(());
    }
    let now = tx.now();
    let had = before.map(|client| offered(client, now)).unwrap_or_default();
    let has = offered(after, now);
    let joins = after.is_joined() && before.is_none_or(|before| !before.is_joined());
    // Whoever is a user already takes no further seat.
    let concerned = if joins { has.clone() } else { &has - &had };
    if concerned.is_empty() {
        return Ok(());
    }
    let had = accounts_of(tx, &had)?;
    let mut accounts = accounts_of(tx, &concerned)?;
    if !joins {
        accounts.retain(|account| !had.contains(account));
    }
    for (place, account) in accounts.iter().enumerate() {
        let account: Account = tx.expect(&keys::account(&tx.agency().id.clone(), account))?;
        let Some(allowed) = limit(tx, &account)? else { continue };
        let mut users = users_left(tx, &account.id)?;
        if joins || takes_over {
            check_accepting(tx, allowed, &users, after.id)?;
            continue;
        }
        users.insert(after.id);
        exceeds(allowed, count(&users))?;
        if place < NOTED_AT_ONCE {
            let may_warn = place < WARNED_AT_ONCE;
            note_users(tx, &account, (count(&users), allowed), may_warn)?;
        }
    }
    Ok(())
}

/// Refuses to put a brand into an account that would have more users then than it may have.
///
/// # Errors
///
/// When it would.
pub fn check_moved(tx: &mut Tx<'_>, account: &Account, brand: &BrandId) -> Result<(), Error> {
    let Some(allowed) = limit(tx, account)? else { return Ok(()) };
    let before = users_left(tx, &account.id)?;
    let after = &before | &users_of_brand(tx, brand)?;
    if after.len() == before.len() {
        return Ok(());
    }
    let asked = count(&after);
    exceeds(allowed, asked)?;
    note_users(tx, account, (asked, allowed), true)
}

/// The brands that a client has, or is offered, at `now`.
fn offered(client: &Client, now: Timestamp) -> BTreeSet<BrandId> {
    let lasts = client.grants.iter().filter(|grant| !client.access_until(grant).is_over(now));
    one_by_one(lasts.map(|grant| grant.brand.clone()))
}

/// The accounts that these brands belong to.
fn accounts_of(tx: &mut Tx<'_>, brands: &BTreeSet<BrandId>) -> Result<BTreeSet<AccountId>, Error> {
    let agency = tx.agency().id.clone();
    let keys: Vec<Key<Brand>> = brands.iter().map(|brand| keys::brand(&agency, brand)).collect();
    tx.view().fetch(keys::texts(&keys))?;
    let mut accounts = BTreeSet::new();
    for key in &keys {
        accounts.extend(tx.expect(key)?.account);
    }
    Ok(accounts)
}

/// Refuses a client who accepts where as many have joined as there may be: the offer took a seat, but
/// there may be fewer by now. Nobody need be looked at while there is room for all.
fn check_accepting(
    tx: &mut Tx<'_>,
    allowed: u64,
    users: &BTreeSet<ClientId>,
    accepts: ClientId,
) -> Result<(), Error> {
    if exceeds(allowed, count(users)).is_ok() {
        return Ok(());
    }
    let others = one_by_one(users.iter().copied().filter(|user| *user != accepts));
    exceeds(allowed, joined(tx, &others)? + 1)
}

/// How many of these have joined.
fn joined(tx: &mut Tx<'_>, clients: &BTreeSet<ClientId>) -> Result<u64, Error> {
    let (agency, ports) = (tx.agency().id.clone(), tx.view().ports());
    let keys = clients.iter().map(|client| keys::client(&agency, *client)).collect::<Vec<_>>();
    let mut joined = 0;
    for keys in keys.chunks(CLIENTS_AT_ONCE) {
        let rows = view::get(ports, keys::texts(keys).collect())?;
        for key in keys {
            let client = view::parse(&rows, key)?;
            joined += u64::from(client.is_some_and(|client| client.is_joined()));
        }
    }
    Ok(joined)
}

/// How many users an account may have; none: as many as it likes.
fn limit(tx: &mut Tx<'_>, account: &Account) -> Result<Option<u64>, Error> {
    match account.standing {
        // Nobody gets into its brands, which are archived.
        Standing::Deleted { .. } => Ok(None),
        Standing::Setup | Standing::Trial(_) | Standing::Active | Standing::Disabled { .. } => {
            Ok(allotment(tx.view(), account)?.resources.of(Resource::Users).limit())
        }
    }
}

fn exceeds(allowed: u64, asked: u64) -> Result<(), Error> {
    if asked <= allowed {
        return Ok(());
    }
    Err(Error::Limit { limit: Resource::Users.key(), allowed, asked, wait: None })
}

fn count(users: &BTreeSet<ClientId>) -> u64 {
    users.len() as u64
}
