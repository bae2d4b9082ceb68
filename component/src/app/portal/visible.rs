//! Which of its brands a client can look at now: not those of an account that is in set-up,
//! disabled or deleted.
//!
//! The account's own row says so, and every reader asks it: one write, and all of them honour it. It
//! says as well since when it lets clients in again, which ends the sessions from before a rest.

use std::collections::BTreeMap;

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::view::View;
use crate::domain::account::Account;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::session::Session;
use crate::domain::time::Timestamp;

/// The brands of a client, as it is now, that it can look at.
pub fn visible(view: &mut View<'_>, client: &Client) -> Result<Vec<BrandId>, Error> {
    Ok(open(view, client)?.into_iter().map(|(brand, _)| brand).collect())
}

/// The same for a session. None where it has ended: at no brand that the client can look at now was it
/// let in without a break since the session was used last.
pub fn visible_in(
    view: &mut View<'_>,
    client: &Client,
    session: &Session,
) -> Result<Vec<BrandId>, Error> {
    let open = open(view, client)?;
    let lasts = open.iter().any(|(_, since)| session.outlasts(*since));
    let open = open.into_iter().map(|(brand, _)| brand);
    Ok(if lasts { open.collect() } else { Vec::new() })
}

/// The same, each with since when it lets clients in again; none: as long as it is there.
fn open(view: &mut View<'_>, client: &Client) -> Result<Vec<(BrandId, Option<Timestamp>)>, Error> {
    let granted = || client.grants.iter().map(|grant| grant.brand.clone());
    if !view.agency().has_account_brands {
        return Ok(granted().map(|brand| (brand, None)).collect());
    }
    let agency = view.agency().id.clone();
    let keys: Vec<Key<Brand>> = granted().map(|brand| keys::brand(&agency, &brand)).collect();
    view.fetch(keys::texts(&keys))?;
    let mut brands: Vec<Brand> = Vec::with_capacity(keys.len());
    for key in &keys {
        brands.push(view.expect(key)?);
    }
    let accounts = brands.iter().filter_map(|brand| brand.account.as_ref());
    let keys: Vec<Key<Account>> = accounts.map(|account| keys::account(&agency, account)).collect();
    view.fetch(keys::texts(&keys))?;
    let mut lets_in: BTreeMap<AccountId, Option<Timestamp>> = BTreeMap::new();
    for key in &keys {
        let account = view.expect(key)?;
        if account.standing.at(view.now()).lets_clients_in() {
            lets_in.insert(account.id, account.let_in_since);
        }
    }
    let (whose, now) = (view.agency(), view.now());
    let happened = |time| whose.happened_at(time, now);
    let since = |brand: &Brand| {
        let account = match &brand.account {
            None => None,
            Some(account) => *lets_in.get(account)?,
        };
        Some(brand.lets_in_since(account, happened).map(happened))
    };
    let brands = brands.into_iter();
    Ok(brands.filter_map(|brand| since(&brand).map(|since| (brand.id, since))).collect())
}
