//! `brands.create`

use serde::Serialize;

use super::belonging::put;
use super::name_taken;
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::brand::Brand;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::log::Event;
use crate::domain::text::Name;

/// A brand to create, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct NewBrand {
    /// The host's own id; none generates one.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// The account that it belongs to; none: the agency's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// Creates a brand.
///
/// # Errors
///
/// When the id or the name is taken.
pub fn create(ports: &Ports, call: &Call, new: &NewBrand) -> Result<BrandId, Error> {
    let (caller, (id, name, account)) =
        Caller::within_with(call, functions::BRANDS_CREATE, |fields| {
            let id = fields.take_optional("brand.id", new.id.as_deref(), BrandId::parse);
            let name = fields.take("brand.name", Name::parse(&new.name));
            let account = new.account.as_deref();
            let account = fields.take_optional("brand.account", account, AccountId::parse);
            Some((id?, name?, account?))
        })?;

    let agency = &caller.agency;
    let names = keys::brand_names(agency, &name);
    let mut keys: Vec<String> = keys::texts(&names).collect();
    keys.extend(id.as_ref().map(|id| keys::brand(agency, id).into_text()));
    command(ports, &caller, new, keys, |tx| {
        let account = within(tx, account.clone())?;
        let who = (caller.function.own_name(), &caller.operator.name);
        add(tx, id.clone(), &name, account.as_ref(), who)
    })
}

/// Adds a brand, in an account or in none; without an id, one is generated.
///
/// # Errors
///
/// When the id or the name is taken.
pub fn add(
    tx: &mut Tx<'_>,
    id: Option<BrandId>,
    name: &Name,
    account: Option<&AccountId>,
    who: (&'static str, &Name),
) -> Result<BrandId, Error> {
    let (agency, now) = (tx.agency().id.clone(), tx.now());
    let id = match id {
        Some(id) => id,
        None => BrandId::generate(now, tx.id_seed()?),
    };
    let by_id = keys::brand(&agency, &id);
    if tx.view().read(&by_id)?.is_some() {
        return Err(Error::Exists(format!("brand `{id}` already exists")));
    }
    let names = keys::brand_names(&agency, name);
    tx.view().fetch(keys::texts(&names))?;
    // One that the same command has just created counts, too.
    for taken in &names {
        if let Some(other) = tx.read(taken)? {
            return Err(name_taken(tx, &other, name));
        }
    }
    tx.write(keys::brand_name(&agency, name), &id)?;
    let brand = Brand::new(id.clone(), name.clone(), now);
    tx.write(by_id, &brand)?;
    tx.log(Event::BrandCreated { brand: id.clone(), name: name.to_string() })?;
    put(tx, brand, account, who)?;
    Ok(id)
}

/// The account that a brand is created in: that on whose behalf the call is, if it is.
fn within(tx: &mut Tx<'_>, account: Option<AccountId>) -> Result<Option<AccountId>, Error> {
    match (tx.view().acting(), account) {
        (None, account) => Ok(account),
        (Some(acting), None) => Ok(Some(acting.reach.account.clone())),
        (Some(_), Some(account)) => {
            check_account(tx.view(), &account)?;
            Ok(Some(account))
        }
    }
}
