//! `brands.create`

use serde::Serialize;

use super::belonging::put;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
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
    let (caller, (id, name, account)) = Caller::with(call, functions::BRANDS_CREATE, |fields| {
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
        let now = tx.now();
        let id = match &id {
            Some(id) => id.clone(),
            None => BrandId::generate(now, tx.id_seed()?),
        };
        let by_id = keys::brand(agency, &id);
        if tx.view().read(&by_id)?.is_some() {
            return Err(Error::Exists(format!("brand `{id}` already exists")));
        }
        if let Some(other) = tx.view().read_first(&names)? {
            return Err(Error::Exists(format!("brand `{other}` already has the name `{name}`")));
        }
        tx.write(keys::brand_name(agency, &name), &id)?;
        let brand = Brand::new(id.clone(), name.clone(), now);
        tx.write(by_id, &brand)?;
        tx.log(Event::BrandCreated { brand: id.clone(), name: name.to_string() })?;
        put(tx, brand, account.as_ref(), (caller.function.own_name(), &caller.operator.name))?;
        Ok(id)
    })
}
