//! Arguments that functions about clients share: brands, permissions, times that are ahead.

use std::collections::BTreeSet;

use serde::Serialize;

use super::shown::with_shown;
use crate::app::acting::check_brand;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::id::{BrandId, FeatureKey};
use crate::domain::inviting::InvitedBrand;
use crate::domain::permissions::Permissions;
use crate::domain::settings::Settings;
use crate::domain::time::{Timestamp, Until};

/// What a client may do, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct RawPermissions {
    /// PDF and CSV exports.
    pub can_export: bool,
    /// Looking without changing anything.
    pub read_only: bool,
    /// The keys of the features that it sees.
    pub features: Option<Vec<String>>,
}

/// The brands that are named, each once.
pub fn parse_brands(fields: &mut Fields, field: &str, ids: &[String]) -> Vec<BrandId> {
    let mut brands: Vec<BrandId> = Vec::with_capacity(ids.len());
    let mut seen: BTreeSet<BrandId> = BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        let field = format!("{field}[{index}]");
        match fields.take(&field, BrandId::parse(id)) {
            Some(id) if seen.insert(id.clone()) => brands.push(id),
            Some(id) => {
                fields.refuse(&field, "duplicate", format!("brand `{id}` is listed twice"));
            }
            None => (),
        }
    }
    if ids.is_empty() {
        fields.refuse(field, "empty", "must name at least one brand");
    }
    brands
}

/// The permissions that are asked for, as far as they can be read without the agency.
pub fn parse_permissions(
    fields: &mut Fields,
    field: &str,
    raw: Option<&RawPermissions>,
) -> Option<Option<Permissions>> {
    let Some(raw) = raw else { return Some(None) };
    let mut parse = |(index, key): (usize, &String)| {
        fields.take(&format!("{field}.features[{index}]"), FeatureKey::parse(key))
    };
    let features = match &raw.features {
        // Gathered before it is asked whether all are right: each wrong one is noted.
        Some(keys) => {
            let keys: Vec<Option<FeatureKey>> = keys.iter().enumerate().map(&mut parse).collect();
            Some(keys.into_iter().collect::<Option<_>>()?)
        }
        None => None,
    };
    let RawPermissions { can_export, read_only, .. } = *raw;
    Some(Some(Permissions { can_export, read_only, features }))
}

/// Checks that all features of the permissions are the agency's.
pub fn check_features(
    fields: &mut Fields,
    field: &str,
    permissions: Option<&Permissions>,
    settings: &Settings,
) {
    let keys = permissions.and_then(|permissions| permissions.features.as_deref());
    for (index, key) in keys.unwrap_or_default().iter().enumerate() {
        if !settings.features.iter().any(|feature| feature.key == *key) {
            let field = format!("{field}.features[{index}]");
            fields.refuse(&field, "unknown", format!("the portal has no feature `{key}`"));
        }
    }
}

/// A time that must be in the future.
pub fn parse_future(
    fields: &mut Fields,
    field: &str,
    at: Option<u64>,
    now: Timestamp,
) -> Option<Until> {
    let at = at?;
    let at = fields.time(field, at)?;
    if at > now {
        return Some(Until::at(at));
    }
    fields.refuse(field, "out-of-range", "must be in the future");
    None
}

/// Refuses a time that is past by the host's clock, together with whatever else is wrong. The
/// agency may have seen a later time: [`parse_future`] has the last word.
pub fn check_future(ports: &Ports, fields: &mut Fields, field: &str, at: Option<u64>) {
    if at.is_some() {
        // A clock that can't be read fails the call later, for all to see.
        let clock = view::clock(ports).unwrap_or(Timestamp::EPOCH);
        parse_future(fields, field, at, clock);
    }
}

/// The brands with their names. One that is unknown or archived is refused, and so are more
/// than a client may have, before any of them is looked at.
pub fn look_up(
    tx: &mut Tx<'_>,
    fields: &mut Fields,
    field: &str,
    ids: &[BrandId],
) -> Result<Vec<InvitedBrand>, Error> {
    let (asked, allowed) = (ids.len(), tx.view().limits().brands_per_client_max);
    if asked > allowed {
        return Err(Error::too_many_brands(allowed, asked));
    }
    let agency = tx.agency().id.clone();
    tx.view().fetch(ids.iter().map(|id| keys::brand(&agency, id).into_text()))?;
    let mut brands = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        match tx.view().read(&keys::brand(&agency, id))? {
            Some(brand) if brand.archived_at.is_none() => {
                check_brand(tx.view(), &brand)?;
                brands.push(brand);
            }
            other => {
                let field = format!("{field}[{index}]");
                let message = match other {
                    Some(_) => format!("brand `{id}` was archived: choose another"),
                    None => format!("there is no brand `{id}`"),
                };
                fields.refuse(&field, "unknown", message);
            }
        }
    }
    with_shown(tx, brands)
}
