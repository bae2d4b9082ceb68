//! `accounts.move-brand`

use super::change::conflict;
use super::parse_id;
use crate::app::brands;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::brand::Brand;
use crate::domain::id::BrandId;

/// Moves a brand into an account, or out of the one that it is in.
///
/// # Errors
///
/// When there is no such brand or account, when the brand was archived or the account deleted, when an
/// account would have too many, and when an owner would have none left.
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
            return Err(conflict("archived", caller.function.own_name(), message));
        }
        let who = (caller.function.own_name(), &caller.operator.name);
        brands::put(tx, stored, account.as_ref(), who)
    })
}
