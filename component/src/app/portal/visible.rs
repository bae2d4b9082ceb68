//! Which of its brands a client can look at now: not those of an account that is in set-up,
//! disabled or deleted.
//!
//! The account's own row says so, and every reader asks it: one write, and all of them honour it.

use std::collections::BTreeMap;

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::view::View;
use crate::domain::account::Account;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::id::{AccountId, BrandId};

/// The brands of a client, as it is now, that it can look at.
pub fn visible(view: &mut View<'_>, client: &Client) -> Result<Vec<BrandId>, Error> {
    let granted = || client.grants.iter().map(|grant| grant.brand.clone());
    if !view.agency().has_account_brands {
        return Ok(granted().collect());
    }
    let agency = view.agency().id.clone();
    let keys: Vec<Key<Brand>> = granted().map(|brand| keys::brand(&agency, &brand)).collect();
    view.fetch(keys::texts(&keys))?;
    let mut brands = Vec::with_capacity(keys.len());
    for key in &keys {
        let brand: Brand = view.expect(key)?;
        brands.push((brand.id, brand.account));
    }
    let accounts = brands.iter().filter_map(|(_, account)| account.as_ref());
    let keys: Vec<Key<Account>> = accounts.map(|account| keys::account(&agency, account)).collect();
    view.fetch(keys::texts(&keys))?;
    let mut lets_in: BTreeMap<AccountId, bool> = BTreeMap::new();
    for key in &keys {
        let account = view.expect(key)?;
        let open = account.standing.at(view.now()).lets_clients_in();
        lets_in.insert(account.id, open);
    }
    let open = |account: &Option<AccountId>| {
        account.as_ref().is_none_or(|account| lets_in.get(account) == Some(&true))
    };
    Ok(brands.into_iter().filter(|(_, account)| open(account)).map(|(brand, _)| brand).collect())
}
