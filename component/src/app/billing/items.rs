//! `billing.items`

use core::ops::ControlFlow;

use super::{Charged, each_brand};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::domain::billing::{BillingItem, PayerId};
use crate::domain::brand::Brand;
use crate::domain::money::Money;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Something that is charged for, period after period.
pub struct RunningItem {
    /// What it is.
    pub item: BillingItem,
    /// What it is called: the brand's name.
    pub name: Name,
    /// Who pays.
    pub payer: PayerId,
    /// The price of one period.
    pub price: Money,
    /// Since when.
    pub since: Timestamp,
}

/// A page of what is charged for now.
pub fn items(
    ports: &Ports,
    call: &Call,
    request: &PageRequest,
) -> Result<Page<RunningItem>, Error> {
    let list = List::of("billing.items", &call.agency, &());
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::with(call, functions::BILLING_ITEMS, page)?;
    let view = query(ports, &caller.agency, Vec::new())?;
    let price = view.catalog().white_label_price(view.agency().billing_interval);
    let (bound, limit) = (asked.bound(&keys::brands(&caller.agency)), asked.limit);
    let mut page = Page { items: Vec::new(), next: None };
    each_brand(&view, bound, |charged| {
        let Charged { brand, item, .. } = charged?;
        let Some(item) = item else { return Ok(ControlFlow::Continue(())) };
        if page.items.len() == limit as usize {
            page.next = Some(list.cursor(&brand.id));
            return Ok(ControlFlow::Break(()));
        }
        let Brand { id, name, .. } = brand;
        let (since, item, payer) = (item.since, BillingItem::WhiteLabel(id), PayerId::Agency);
        page.items.push(RunningItem { item, name, payer, price, since });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(page)
}
