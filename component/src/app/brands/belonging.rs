//! Which account a brand belongs to.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::Marker;
use crate::app::resources::{self, BRANDS_MAX, brands_of};
use crate::app::tx::Tx;
use crate::domain::account::{Account, Standing};
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::id::AccountId;
use crate::domain::log::Event;

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
        let found = found.ok_or_else(|| Error::not_found("account", account.as_str()))?;
        if let Standing::Deleted { .. } = found.standing {
            let message = format!("`{}` is deleted, which is for ever", found.name);
            return Err(Error::Conflict { state: "deleted", event, message });
        }
        let has = u32::try_from(brands_of(tx.view(), account)?.len()).unwrap_or(u32::MAX);
        if has >= BRANDS_MAX {
            let (allowed, asked) = (u64::from(BRANDS_MAX), u64::from(has) + 1);
            return Err(Error::Limit { limit: "brands-per-account", allowed, asked, wait: None });
        }
        resources::check_moved(tx, &found, &brand.id)?;
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
    tx.log(Event::BrandMoved {
        brand: id.clone(),
        from: brand.account.clone(),
        to: account.clone(),
    })?;
    tx.write(keys::brand(&agency, &id), &Brand { account, ..brand })
}
