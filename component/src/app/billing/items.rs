//! `billing.items`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::page::{self, Page, PageRequest};
use super::super::ports::{Ports, Stored};
use super::super::view::View;
use super::settled;
use crate::domain::actor::Role;
use crate::domain::billing::{Posting, WhiteLabel};
use crate::domain::brand::Brand;
use crate::domain::id::{AgencyId, BrandId};
use crate::domain::money::Money;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

const FUNCTION: Function = Function { name: "billing.items", least: Role::Viewer };

/// A brand that is charged for.
pub struct Item {
    /// The brand.
    pub brand: BrandId,
    /// Its name.
    pub brand_name: Name,
    /// The price of one period.
    pub price: Money,
    /// Since when.
    pub since: Timestamp,
}

/// A page of the brands that are charged for now.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn items(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Item>, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let page = page::read(ports, &keys::all_charged(&caller.agency), request)?;
    let brands = brand_keys(&caller.agency, &page.items)?;
    let mut view = query(ports, &caller.agency, brands)?;
    let price = view.catalog().white_label_price(view.agency().billing_interval);
    let mut items = Vec::new();
    for Charged { brand, item, .. } in charged(&mut view, &page.items)? {
        if let Some(item) = item {
            let Brand { id, name, .. } = brand;
            items.push(Item { brand: id, brand_name: name, price, since: item.since });
        }
    }
    Ok(Page { items, next: page.next })
}

/// The keys of the brands that rows of the index of charged brands name.
pub(super) fn brand_keys(agency: &AgencyId, rows: &[Stored]) -> Result<Vec<String>, Error> {
    let range = keys::all_charged(agency);
    let key = |row: &Stored| {
        let id = BrandId::parse(range.suffix(&row.key));
        let id = id.map_err(|why| Error::corrupt(&row.key, why))?;
        Ok(keys::brand(agency, &id).into_text())
    };
    rows.iter().map(key).collect()
}

/// A brand that the index of charged brands names, as it is now.
pub(super) struct Charged {
    brand: Brand,
    /// None when access ended by itself.
    pub(super) item: Option<WhiteLabel>,
    /// What is due for it that wasn't booked.
    pub(super) due: Vec<Posting>,
}

/// What the index of charged brands leads to.
pub(super) fn charged(view: &mut View<'_>, rows: &[Stored]) -> Result<Vec<Charged>, Error> {
    let agency = view.agency().id.clone();
    let range = keys::all_charged(&agency);
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let id = BrandId::parse(range.suffix(&row.key));
        let id = id.map_err(|why| Error::corrupt(&row.key, why))?;
        let mut brand = view.expect(&keys::brand(&agency, &id))?;
        let (item, due) = settled(view, brand.white_label.take())?;
        found.push(Charged { brand, item, due });
    }
    Ok(found)
}
