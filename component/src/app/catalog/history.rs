//! `catalog.history`

use super::get::get;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::catalog::CatalogVersion;

/// A version may fill a row, so that a page of them is shorter than others.
const VERSIONS_AT_ONCE: usize = 50;

/// A page of the versions, the latest first; the default is the last.
pub fn history(ports: &Ports, request: &PageRequest) -> Result<Page<CatalogVersion>, Error> {
    let mut fields = Fields::default();
    let list = List::of("catalog.history", "", &());
    let asked = request.numbered(&mut fields, &list);
    let asked = fields.finish(asked)?;
    let latest = get(ports)?;
    // There is no row of the default, and the latest was read.
    let first = asked.place.and_then(|place| u32::try_from(place).ok());
    let first = first.map_or(latest.version, |first| first.min(latest.version));
    let count = VERSIONS_AT_ONCE.min(asked.limit as usize);
    let numbers: Vec<u32> = (0..=first).rev().take(count).collect();
    let next = numbers.last().and_then(|last| last.checked_sub(1)).map(|next| list.cursor(next));
    let stored = numbers.iter().filter(|number| (1..latest.version).contains(*number));
    let rows = view::get(ports, stored.map(|n| keys::catalog_version(*n).into_text()).collect())?;
    let version = |number: u32| -> Result<CatalogVersion, Error> {
        if number == latest.version {
            return Ok(latest.clone());
        }
        if number == 0 {
            return Ok(CatalogVersion::default());
        }
        let key = keys::catalog_version(number);
        view::parse(&rows, &key)?.ok_or_else(|| Error::corrupt(key.text(), "it is missing"))
    };
    let items = numbers.into_iter().map(version).collect::<Result<_, _>>()?;
    Ok(Page { items, next, within: None })
}
