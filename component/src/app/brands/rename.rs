//! `brands.rename`

use super::{name_taken, parse_id, unknown};
use crate::app::acting::check_brand;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::brand::Brand;
use crate::domain::log::Event;
use crate::domain::text::Name;

/// Gives a brand another name.
///
/// # Errors
///
/// When the name is taken.
pub fn rename(ports: &Ports, call: &Call, id: &str, name: &str) -> Result<(), Error> {
    let name = |fields: &mut Fields| fields.take("name", Name::parse(name));
    let (caller, name) = Caller::within_with(call, functions::BRANDS_RENAME, name)?;
    let brand = parse_id(id)?;
    let agency = &caller.agency;
    let (key, names) = (keys::brand(agency, &brand), keys::brand_names(agency, &name));
    let mut keys = vec![key.text().to_owned()];
    keys.extend(keys::texts(&names));
    command(ports, &caller, &(id, &name), keys, |tx| {
        let brand: Brand = tx.view().read(&key)?.ok_or_else(|| unknown(id))?;
        check_brand(tx.view(), &brand)?;
        if brand.archived_at.is_some() {
            return Err(Error::NotFound(format!("brand `{id}` any more: it was archived")));
        }
        if brand.name == name {
            return Ok(());
        }
        let owner = tx.view().read_first(&names)?;
        if let Some(other) = owner.filter(|other| *other != brand.id) {
            return Err(name_taken(tx, &other, &name));
        }
        tx.delete(keys::brand_name(agency, &brand.name));
        tx.write(keys::brand_name(agency, &name), &brand.id)?;
        tx.log(Event::BrandRenamed { brand: brand.id.clone(), name: name.to_string() })?;
        tx.write(keys::brand(agency, &brand.id), &Brand { name: name.clone(), ..brand })
    })
}
