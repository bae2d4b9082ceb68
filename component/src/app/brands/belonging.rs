//! Which account a brand belongs to.

use super::owner::{give_to_owner, take_from_owner};
use crate::app::acting::{BRANDS_MAX, brands_of};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::Marker;
use crate::app::resources;
use crate::app::tx::Tx;
use crate::domain::account::{Account, Standing};
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::id::{AccountId, BrandId, ClientId};
use crate::domain::log::Event;
use crate::domain::text::Name;

/// Puts a brand into an account, or into none. The account's owner has its brands, now and later:
/// `inviter` gives this one to it.
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
    tx.write(keys::brand(&agency, &id), &Brand { account: to, ..brand })?;
    // Given first: a brand that goes from one owner to the other is paid for without a break.
    let given = match entered {
        Some(account) => give_to_owner(tx, account, vec![id.clone()], inviter)?.owner,
        None => None,
    };
    match left {
        Some(left) if left.owner != given => take_from_owner(tx, &left, &id),
        Some(_) | None => Ok(()),
    }
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
    let has = u32::try_from(brands_of(tx.view(), id)?.len()).unwrap_or(u32::MAX);
    if has >= BRANDS_MAX {
        let (allowed, asked) = (u64::from(BRANDS_MAX), u64::from(has) + 1);
        return Err(Error::Limit { limit: "brands-per-account", allowed, asked, wait: None });
    }
    resources::check_moved(tx, &account, brand, loser(left, &account))?;
    tx.write(keys::account_brand(&agency, id, brand), &Marker {})?;
    if !tx.has_account_brands()? {
        let known = Agency { has_account_brands: true, ..tx.agency().clone() };
        tx.write(keys::agency(&agency), &known)?;
    }
    Ok(account)
}

/// Whoever has a brand as the owner of the account that it leaves, and hasn't it afterwards. Where somebody is
/// invited to own the account that it enters, that may be the same person.
fn loser(left: Option<&Account>, entered: &Account) -> Option<ClientId> {
    let owner = left?.owner?;
    let invites = match entered.standing {
        Standing::Setup => false,
        Standing::Trial(_)
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => entered.owner.is_none() && entered.email.is_some(),
    };
    (entered.owner != Some(owner) && !invites).then_some(owner)
}
