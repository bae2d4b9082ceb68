//! Which account a brand belongs to.

use super::owner::{give_to_owner, next_owner, take_from_owner};
use crate::app::acting::{BRANDS_MAX, brands_of};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::Marker;
use crate::app::resources;
use crate::app::tx::Tx;
use crate::domain::account::{Account, Standing};
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::log::Event;
use crate::domain::text::Name;

/// Puts a brand into an account, or into none. The account's owner has its brands, now and later:
/// `inviter` gives this one to it.
///
/// # Errors
///
/// When the account has no room for it, or the owner of the one that it leaves would have no brand left.
pub fn put(
    tx: &mut Tx<'_>,
    brand: Brand,
    account: Option<&AccountId>,
    (event, inviter): (&'static str, &Name),
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    if brand.account.as_ref() == account {
        return Ok(());
    }
    let left: Option<Account> = match &brand.account {
        Some(before) => tx.read(&keys::account(&agency, before))?,
        None => None,
    };
    let entered = account.map(|account| enter(tx, (&brand.id, left.as_ref()), account, event));
    let entered = entered.transpose()?;
    if let Some(before) = &brand.account {
        tx.delete(keys::account_brand(&agency, before, &brand.id));
    }
    let (id, from, to) = (brand.id.clone(), brand.account.clone(), account.cloned());
    tx.log(Event::BrandMoved { brand: id.clone(), from, to: to.clone() })?;
    // What was due for it may have been written down meanwhile.
    let brand: Brand = tx.expect(&keys::brand(&agency, &id))?;
    let (now, whose) = (tx.now(), tx.agency());
    let left_since = left.as_ref().and_then(|left| left.leaving_lets_in_since(now));
    let let_in_since = brand.lets_in_since(left_since, |time| whose.happened_at(time, now));
    let brand = Brand { account: to, moved_at: Some(now), let_in_since, ..brand };
    tx.write(keys::brand(&agency, &id), &brand)?;
    // Given first: a brand that goes from one owner to the other is paid for without a break.
    let given = match entered {
        Some(account) => give_to_owner(tx, account, vec![id.clone()], (event, inviter))?.owner,
        None => None,
    };
    match left {
        Some(left) if left.owner != given => take_from_owner(tx, &left, &id, event),
        Some(_) | None => Ok(()),
    }
}

/// How many brands an account has that weren't archived. None comes back, so a commit needn't check them.
fn in_use(tx: &mut Tx<'_>, account: &AccountId) -> Result<u32, Error> {
    let agency = tx.agency().id.clone();
    let brands = brands_of(tx.view(), account)?;
    let mut count = u32::try_from(brands.len()).unwrap_or(u32::MAX);
    if count < BRANDS_MAX {
        return Ok(count);
    }
    for brand in brands {
        let brand: Option<Brand> = tx.peek(&keys::brand(&agency, &brand))?;
        if brand.is_some_and(|brand| brand.archived_at.is_some()) {
            count = count.saturating_sub(1);
        }
    }
    Ok(count)
}

/// The account that a brand is about to enter, with the index of its brands, and out of which other.
fn enter(
    tx: &mut Tx<'_>,
    (brand, left): (&BrandId, Option<&Account>),
    id: &AccountId,
    event: &'static str,
) -> Result<Account, Error> {
    let agency = tx.agency().id.clone();
    let account: Option<Account> = tx.read(&keys::account(&agency, id))?;
    let account = account.ok_or_else(|| Error::not_found("account", id.as_str()))?;
    if let Standing::Deleted { .. } = account.standing {
        let message = format!("`{}` is deleted, which is for ever", account.name);
        return Err(Error::Conflict { state: "deleted", event, message });
    }
    let has = in_use(tx, id)?;
    if has >= BRANDS_MAX {
        let (allowed, asked) = (u64::from(BRANDS_MAX), u64::from(has) + 1);
        return Err(Error::Limit { limit: "brands-per-account", allowed, asked, wait: None });
    }
    if let Some(owner) = left.and_then(|left| left.owner)
        && next_owner(tx, &account)? != Some(owner)
    {
        tx.will_take(brand, owner);
    }
    resources::check_moved(tx, &account, brand)?;
    tx.write(keys::account_brand(&agency, id, brand), &Marker {})?;
    if !tx.agency_has(|agency| agency.has_account_brands)? {
        let known = tx.agency_so_far()?;
        tx.write(keys::agency(&agency), &Agency { has_account_brands: true, ..known })?;
    }
    Ok(account)
}
