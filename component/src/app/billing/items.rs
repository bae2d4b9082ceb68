//! `billing.items`

use super::standing::{Standing, open};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::domain::billing::rates::Moment;
use crate::domain::billing::{BillingItem, Opening, PayerId};
use crate::domain::id::BrandId;
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
    let mut view = open(ports, &caller)?;
    let now = view.now();
    let standing = Standing::read(&mut view, now, Err)?;
    let running: Vec<(&BrandId, Timestamp)> =
        standing.running(now).map(|(id, item)| (id, item.since)).collect();
    let ids: Vec<BrandId> = running.iter().map(|(id, _)| BrandId::clone(id)).collect();
    let brands = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let together = standing.terms.brands_together(brands, Moment::Start(now))?;
    let extra_through = Opening::extra_through(&ids, together);
    let all = Opening { brands, extra_through, ..Opening::default() };
    let first = asked.place.as_deref().unwrap_or_default();
    let mut page = Page { items: Vec::new(), next: None };
    for (id, since) in running.into_iter().filter(|(id, _)| id.as_str() >= first) {
        if page.items.len() == asked.limit as usize {
            page.next = Some(list.cursor(id));
            break;
        }
        let Some(name) = standing.names.get(id).cloned() else { continue };
        let (item, payer) = (BillingItem::WhiteLabel(id.clone()), PayerId::Agency);
        let price = all.brand_share(id, together)?;
        page.items.push(RunningItem { item, name, payer, price, since });
    }
    Ok(page)
}
