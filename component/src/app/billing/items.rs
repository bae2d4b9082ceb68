//! `billing.items`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::page::{self, Page, PageRequest};
use super::super::ports::Ports;
use super::super::record;
use super::settled;
use crate::domain::actor::Role;
use crate::domain::billing::WhiteLabel;
use crate::domain::brand::Brand;
use crate::domain::id::BrandId;
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

/// A page of the brands that are charged for now: a page of all brands, less the others.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn items(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Item>, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let view = query(ports, &caller.agency, Vec::new())?;
    let price = view.catalog().white_label_price(view.agency().billing_interval);
    let page = page::read(ports, &keys::brands(&caller.agency), request)?;
    let mut items = Vec::new();
    for row in &page.items {
        let Brand { id, name, white_label, .. } = record::decode(&row.key, &row.value)?;
        if let (Some(WhiteLabel { since, .. }), _) = settled(&view, white_label)? {
            items.push(Item { brand: id, brand_name: name, price, since });
        }
    }
    Ok(Page { items, next: page.next })
}
