//! `accounts.move-brand`, and which brands an account has.

use super::change::not_deleted;
use super::{parse_id, unknown};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record::Marker;
use crate::app::tx::Tx;
use crate::app::view::{self, View};
use crate::domain::account::Account;
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::log::Event;

/// How many brands an account has at most: they are archived with it, in one commit.
const BRANDS_MAX: u32 = 100;

/// Moves a brand into an account, or out of the one that it is in.
///
/// # Errors
///
/// When there is no such brand or account, when the brand was archived or the account deleted, and
/// when an account would have too many.
pub fn move_brand(
    ports: &Ports,
    call: &Call,
    brand: &str,
    account: Option<&str>,
) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_MOVE_BRAND)?;
    let no_brand = |_| Error::not_found("brand", brand);
    let id = BrandId::parse(brand).map_err(no_brand)?;
    let account = account.map(parse_id).transpose()?;
    let key = keys::brand(&caller.agency, &id);
    command(ports, &caller, &(brand, &account), vec![key.text().to_owned()], |tx| {
        let stored: Option<Brand> = tx.read(&key)?;
        let stored = stored.ok_or_else(|| Error::not_found("brand", brand))?;
        if stored.archived_at.is_some() {
            let message = format!("brand `{brand}` was archived");
            return Err(super::change::conflict("archived", caller.function.own_name(), message));
        }
        put(tx, stored, account.as_ref(), caller.function.own_name())
    })
}

/// Puts a brand into an account, or into none.
pub fn put(
    tx: &mut Tx<'_>,
    brand: Brand,
    account: Option<&AccountId>,
    event: &'static str,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    if brand.account.as_ref() == account {
        return Ok(());
    }
    if let Some(account) = account {
        let found: Option<Account> = tx.read(&keys::account(&agency, account))?;
        let found = found.ok_or_else(|| unknown(account.as_str()))?;
        not_deleted(&found, event)?;
        let has = u32::try_from(brands_of(tx.view(), account)?.len()).unwrap_or(u32::MAX);
        if has >= BRANDS_MAX {
            let (allowed, asked) = (u64::from(BRANDS_MAX), u64::from(has) + 1);
            return Err(Error::Limit { limit: "brands-per-account", allowed, asked, wait: None });
        }
        tx.write(keys::account_brand(&agency, account, &brand.id), &Marker {})?;
        if !tx.agency().has_account_brands {
            let known = Agency { has_account_brands: true, ..tx.agency().clone() };
            tx.write(keys::agency(&agency), &known)?;
        }
    }
    if let Some(before) = &brand.account {
        tx.delete(keys::account_brand(&agency, before, &brand.id));
    }
    let (id, account) = (brand.id.clone(), account.cloned());
    tx.log(Event::BrandMoved { brand: id.clone(), from: brand.account.clone(), to: account.clone() })?;
    tx.write(keys::brand(&agency, &id), &Brand { account, ..brand })
}

/// The brands of an account, by id.
pub fn brands_of(view: &View<'_>, account: &AccountId) -> Result<Vec<BrandId>, Error> {
    let range = keys::account_brands(&view.agency().id, account);
    let rows = view::scan(view.ports(), &range, None, BRANDS_MAX + 1, false)?;
    let id = |row: &crate::app::ports::Stored| {
        let text = range.suffix(&row.key);
        BrandId::parse(text).map_err(|why| Error::corrupt(&row.key, why))
    };
    rows.iter().map(id).collect()
}
