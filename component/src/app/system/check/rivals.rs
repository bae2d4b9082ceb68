//! Rows that only one can have: a brand's name, a client's address, a log-in's address.

use super::walk::{Found, Walk, keys_of};
use crate::app::clients::derived_rows;
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::record::{self, Record};
use crate::domain::brand::Brand;
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId};
use crate::domain::identity::Identity;

/// Who else has a right to the row under `key`: whom it names, where it follows from them as well.
/// Then nothing tells whose it is.
pub(super) fn rival(walk: &mut Walk<'_>, key: &str, said: &str) -> Result<Option<String>, Error> {
    let of = key.strip_prefix("a/").and_then(|rest| rest.split_once('/'));
    let of = of.and_then(|(agency, _)| AgencyId::parse(agency).ok());
    match (keys::kind_of(key), of) {
        ("brand-name", Some(agency)) => {
            let brand = named(walk, key, said, |id: &BrandId| keys::brand(&agency, id))?;
            Ok(brand
                .filter(|brand| is_called(&agency, brand, key))
                .map(|brand| format!("brand `{}`", brand.id)))
        }
        ("client-email", Some(agency)) => {
            let client = named(walk, key, said, |id: &ClientId| keys::client(&agency, *id))?;
            let Some(client) = client else { return Ok(None) };
            let claims = keys_of(derived_rows(&agency, &client))?.iter().any(|own| own == key);
            Ok(claims.then(|| format!("client `{}`", client.id)))
        }
        ("identity-email", None) => {
            let login = named(walk, key, said, |id: &IdentityId| keys::identity(*id))?;
            let has = |login: &Identity| keys::identity_email(&login.email).text() == key;
            Ok(login.filter(has).map(|login| format!("log-in `{}`", login.id)))
        }
        _ => Ok(None),
    }
}

fn is_called(agency: &AgencyId, brand: &Brand, key: &str) -> bool {
    brand.archived_at.is_none() && keys::brand_name(agency, &brand.name).text() == key
}

/// What the row under `key` names, if it is there.
fn named<Id: Record, R: Record>(
    walk: &mut Walk<'_>,
    key: &str,
    said: &str,
    at: impl FnOnce(&Id) -> Key<R>,
) -> Result<Option<R>, Error> {
    let Ok(id) = record::decode::<Id>(key, said) else { return Ok(None) };
    Ok(match walk.find(&at(&id))? {
        Found::Whole(record) => Some(record),
        Found::Nothing | Found::Broken => None,
    })
}
