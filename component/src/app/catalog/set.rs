//! `catalog.set`

use super::arguments::{self, RawCatalog};
use crate::app::commit::TRIES_MAX;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Commit, Ports, Stored, Write};
use crate::app::record;
use crate::app::view;
use crate::domain::catalog::{Catalog, CatalogVersion};
use crate::domain::time::Timestamp;

/// A version is kept well below the 64 KiB that a row holds.
const BYTES_MAX: usize = 60 * 1024;

/// Sets the catalog, and gives its version: that of before, where it says the same.
///
/// # Errors
///
/// When somebody else set it meanwhile; when it changes what can't change any more since there is
/// an agency; `Busy` when others get in between eight times.
pub fn set(ports: &Ports, raw: &RawCatalog, expected: u32) -> Result<u32, Error> {
    let catalog = arguments::parse(raw)?;
    let now = view::clock(ports)?;
    for _ in 0..TRIES_MAX {
        if let Some(version) = try_to(ports, &catalog, expected, now)? {
            return Ok(version);
        }
    }
    Err(Error::Busy)
}

/// One try; none where others got in between. It is a commit of its own, beside all agencies:
/// it checks both rows that it relies on, and commands that rely on the catalog check the latest.
fn try_to(
    ports: &Ports,
    catalog: &Catalog,
    expected: u32,
    now: Timestamp,
) -> Result<Option<u32>, Error> {
    let (latest, in_use) = (keys::catalog(), keys::catalog_in_use());
    let rows = view::get(ports, vec![latest.text().to_owned(), in_use.text().to_owned()])?;
    let before: CatalogVersion = view::parse(&rows, &latest)?.unwrap_or_default();
    if before.catalog == *catalog {
        return Ok(Some(before.version));
    }
    if before.version != expected {
        let version = before.version;
        let message = format!(
            "the catalog is version {version} by now, not {expected}: get it, and make the change in that one"
        );
        return Err(Error::Conflict { state: "version", event: EVENT, message });
    }
    if let Some(field) = fixed(&before.catalog, catalog)
        && (view::parse(&rows, &in_use)?.is_some() || any_agency(ports)?)
    {
        let message = format!("`{field}` can't be changed any more: there is an agency");
        return Err(Error::Conflict { state: "in-use", event: EVENT, message });
    }
    // Time may jump back; versions follow one another all the same.
    let since = now.max(before.since.plus(1));
    let after = CatalogVersion {
        version: before.version.saturating_add(1),
        since,
        catalog: catalog.clone(),
    };
    let mut writes = vec![write(latest.into_text(), &after)?];
    if before.version > 0 {
        writes.push(write(keys::catalog_version(before.version).into_text(), &before)?);
    }
    let check =
        |(key, row): (String, Option<Stored>)| Check { key, version: row.map(|row| row.version) };
    match ports.storage.commit(rows.into_iter().map(check).collect(), writes)? {
        Commit::Committed => Ok(Some(after.version)),
        Commit::Conflict(_) => Ok(None),
    }
}

/// The function, as conflicts name it.
const EVENT: &str = "set";

/// What differs of what stays once there is an agency.
fn fixed(before: &Catalog, after: &Catalog) -> Option<&'static str> {
    if before.currency != after.currency {
        Some("currency")
    } else if before.policies.white_label_start != after.policies.white_label_start {
        Some("policies.white-label-start")
    } else {
        None
    }
}

/// Whether there is any agency. Stores of older releases have some without a row that says so.
fn any_agency(ports: &Ports) -> Result<bool, Error> {
    Ok(!view::scan(ports, &keys::agencies(), None, 1, false)?.is_empty())
}

fn write(key: String, version: &CatalogVersion) -> Result<Write, Error> {
    let value = record::encode(version)?;
    if value.len() > BYTES_MAX {
        let message = format!(
            "takes {} bytes, at most {BYTES_MAX} fit: use shorter names, or fewer plans and add-ons",
            value.len()
        );
        return Err(Error::invalid("catalog", "too-long", message));
    }
    Ok(Write { key, value: Some(value) })
}
