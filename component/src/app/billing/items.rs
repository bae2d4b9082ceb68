//! `billing.items`

use super::standing::{Standing, open};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::domain::billing::account::State;
use crate::domain::billing::rates::Moment;
use crate::domain::billing::{BillingItem, Opening, PayerId};
use crate::domain::id::BrandId;
use crate::domain::impersonation::Reach;
use crate::domain::money::Money;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Something that is charged for, period after period.
pub struct RunningItem {
    /// What it is.
    pub item: BillingItem,
    /// What it is called: the name of the brand or the account.
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
    let (caller, asked) = Caller::within_with(call, functions::BILLING_ITEMS, page)?;
    let mut view = open(ports, &caller)?;
    let (now, acting) = (view.now(), view.acting());
    let standing = Standing::read(&mut view, now, Err)?;
    let first = asked.place.as_deref().unwrap_or_default();
    let mut page = Page { items: Vec::new(), next: None, within: view.within() };
    let brands = brands(&standing, now)?.into_iter();
    for (place, item) in brands.chain(accounts(&standing, now)?) {
        let shown = acting.as_ref().is_none_or(|acting| acting.reach.is_charged_for(&item.item));
        if place.as_str() < first || !shown {
            continue;
        }
        if page.items.len() == asked.limit as usize {
            page.next = Some(list.cursor(&place));
            break;
        }
        page.items.push(item);
    }
    Ok(page)
}

/// Items, each with its place in order.
type Placed = Vec<(String, RunningItem)>;

/// White-label: each brand has its share of what all cost together.
fn brands(standing: &Standing, now: Timestamp) -> Result<Placed, Error> {
    let running: Vec<(&BrandId, Timestamp)> =
        standing.running(now).map(|(id, item)| (id, item.since)).collect();
    let ids: Vec<BrandId> = running.iter().map(|(id, _)| BrandId::clone(id)).collect();
    let brands = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let together = standing.terms.brands_together(brands, Moment::Start(now))?;
    let extra_through = Opening::extra_through(&ids, together);
    let all = Opening { brands, extra_through, ..Opening::default() };
    let mut placed = Vec::with_capacity(running.len());
    for (id, since) in running {
        let Some(name) = standing.names.get(id).cloned() else { continue };
        let (item, payer) = (BillingItem::WhiteLabel(id.clone()), PayerId::Agency);
        let price = all.brand_share(id, together)?;
        placed.push((format!("brand/{id}"), RunningItem { item, name, payer, price, since }));
    }
    Ok(placed)
}

/// White-label of some brands, as far as it runs: until when if nothing changes (none: for ever), and the
/// price of one period.
pub fn white_label_of(
    standing: &Standing,
    of: &[BrandId],
    now: Timestamp,
) -> Result<Vec<(BrandId, Option<Timestamp>, Money)>, Error> {
    let until = |brand: &BrandId| standing.charged.get(brand).and_then(|item| item.until.end());
    let all = brands(standing, now)?.into_iter();
    let running = all.filter_map(|(_, RunningItem { item, price, .. })| match item {
        BillingItem::WhiteLabel(brand) if of.contains(&brand) => {
            let until = until(&brand);
            Some((brand, until, price))
        }
        BillingItem::WhiteLabel(_)
        | BillingItem::Plan(_)
        | BillingItem::AddOn { .. }
        | BillingItem::Adjustment(_) => None,
    });
    Ok(running.collect())
}

/// What all of an account's own that runs costs a month, whoever pays: of white-label, what its brands have
/// of the price of all together.
pub fn run_rate_within(standing: &Standing, reach: &Reach, now: Timestamp) -> Result<Money, Error> {
    let account = standing.run_rate_whoever_pays(&reach.account, now)?;
    let own: Vec<BrandId> = reach.brands.iter().cloned().collect();
    let prices = white_label_of(standing, &own, now)?.into_iter().map(|(_, _, price)| price);
    let brands = prices.into_iter().try_fold(Money::zero(account.currency), Money::plus)?;
    Ok(account.plus(standing.terms.a_month(brands, now)?)?)
}

/// Plans and add-ons that run, account by account, at what each costs a month.
fn accounts(standing: &Standing, now: Timestamp) -> Result<Placed, Error> {
    let (plans, mut placed) = (standing.plans(), Vec::new());
    for account in standing.accounts_at(now) {
        let (id, account) = account?;
        let Some(name) = standing.companies.get(id).filter(|_| account.state == State::Running)
        else {
            continue;
        };
        let terms = standing.terms.account(id);
        for (number, (sold, item)) in account.items().enumerate() {
            let rates = terms.rates(account.payer, sold, item.price);
            let running = RunningItem {
                item: terms.item(sold),
                name: name.clone(),
                payer: terms.payer_id(account.payer),
                price: rates.run_rate(plans, now)?,
                since: item.since,
            };
            // `!` sorts before all that an id may go on with.
            placed.push((format!("of-account/{id}!{number:06}"), running));
        }
    }
    Ok(placed)
}
