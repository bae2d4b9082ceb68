//! `billing.summary`, `billing.forecast`

use super::items::run_rate_within;
use super::standing::{Expected, Standing, open};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view::{self, View};
use crate::domain::agency::Agency;
use crate::domain::billing::{Invoice, LedgerTotals, PayerId};
use crate::domain::id::AccountId;
use crate::domain::impersonation::Reach;
use crate::domain::money::{Currency, Money};
use crate::domain::period::{Interval, Months, Period};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// What is owed as things stand.
pub struct Summary {
    /// How often white-label is billed.
    pub interval: Interval,
    /// How many brands are charged for.
    pub brands: u32,
    /// How many plans run that the agency pays for.
    pub plans: u32,
    /// What all that runs costs a month.
    pub run_rate: Money,
    /// The running period.
    pub period: Period,
    /// All charges less all credits, what is due included.
    pub total: Money,
    /// The next invoice, as it will be if nothing changes.
    pub next_invoice: Expected,
    /// What invoices left over for the next.
    pub credit: Money,
    /// How many invoices should have been paid.
    pub overdue: u32,
    /// What will change by itself, the earliest first.
    pub planned: Vec<(Timestamp, Planned)>,
    /// The account that it is narrowed to; none: to nothing.
    pub within: Option<AccountId>,
}

/// Something that will change by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// White-label will be billed by another interval.
    Interval(Interval),
    /// Another price begins.
    Price,
    /// A discount begins.
    DiscountBegins(Name),
    /// A discount has had its last month.
    DiscountEnds(Name),
    /// The trial ends.
    TrialEnds,
    /// Something of this account changes, which the agency pays for.
    Account(AccountId),
    /// The volume discount on plans begins, or ends.
    VolumeDiscount(bool),
}

/// How many months a forecast looks ahead.
const MONTHS_AHEAD: u32 = 12;

/// More invoices than a payer ever has.
pub(super) const INVOICES_MAX: u32 = 100_000;

/// What is owed as things stand: the ledger's total, and what is due besides. On an account's behalf, for it
/// and by it.
///
/// It looks at every brand, since any of them may have ended by itself.
pub fn summary(ports: &Ports, call: &Call) -> Result<Summary, Error> {
    let caller = Caller::within(call, functions::BILLING_SUMMARY)?;
    let mut view = open(ports, &caller)?;
    if let Some(acting) = view.acting() {
        return summary_of(&mut view, &acting.reach);
    }
    let now = view.now();
    let closes_at = view.agency().months().next(now);
    let standing = Standing::read(&mut view, closes_at, Err)?;
    let invoices = standing.invoices(closes_at)?;
    let currency = standing.totals.total.currency;
    let none = Expected { closes_at, subtotal: Money::zero(currency), due: Money::zero(currency) };
    let next_invoice = invoices.into_iter().find(|invoice| invoice.closes_at == closes_at);
    let agency = view.agency();
    Ok(Summary {
        interval: agency.periods().interval(now),
        brands: u32::try_from(standing.running(now).count()).unwrap_or(u32::MAX),
        plans: standing.plans(),
        run_rate: standing.run_rate(now)?,
        period: agency.periods().at(now),
        total: standing.total(now)?,
        next_invoice: next_invoice.unwrap_or(none),
        credit: standing.credit(now)?,
        overdue: overdue(&view, &PayerId::Agency)?,
        planned: planned(agency, &standing, now)?,
        within: None,
    })
}

/// What is owed for an account, and by it: what runs is its own, whoever pays; the sums are those of its own
/// ledger, which has nothing in it as long as the agency pays.
fn summary_of(view: &mut View<'_>, reach: &Reach) -> Result<Summary, Error> {
    let (now, id) = (view.now(), &reach.account);
    let payer = PayerId::Account(id.clone());
    let totals: Option<LedgerTotals> =
        view.read(&keys::totals(&view.agency().id.clone(), &payer))?;
    let months = view.agency().months();
    let months = totals.as_ref().map_or(months, |totals| totals.months(months.start(0)));
    let closes_at = months.next(now);
    let standing = Standing::read(view, closes_at, Err)?;
    let overdue = overdue(view, &payer)?;
    let currency = standing.totals.total.currency;
    let totals = totals.unwrap_or_else(|| LedgerTotals::empty(currency));
    let invoices = standing.invoices_of(id, &totals, closes_at)?;
    let next_invoice = invoices.into_iter().find(|invoice| invoice.closes_at == closes_at);
    let account = match standing.accounts.get(id) {
        Some(account) => Some(account.clone().settle(&standing.terms.account(id), now)?.account),
        None => None,
    };
    let mut planned: Vec<_> = account.iter().flat_map(|account| account.planned()).collect();
    planned.sort_by_key(|change| change.at());
    planned.dedup_by_key(|change| change.at());
    let brands = standing.running(now).filter(|(brand, _)| reach.has(brand)).count();
    Ok(Summary {
        interval: view.agency().periods().interval(now),
        brands: u32::try_from(brands).unwrap_or(u32::MAX),
        plans: u32::from(account.is_some_and(|account| account.is_running())),
        run_rate: run_rate_within(&standing, reach, now)?,
        period: view.agency().periods().at(now),
        total: standing.total_of(id, &totals, now)?,
        next_invoice: next_invoice.unwrap_or(Expected {
            closes_at,
            subtotal: Money::zero(currency),
            due: Money::zero(currency),
        }),
        credit: standing.credit_of(id, &totals, now)?,
        overdue,
        planned: planned.into_iter().map(|it| (it.at(), Planned::Account(id.clone()))).collect(),
        within: Some(id.clone()),
    })
}

/// What the next twelve invoices come to if nothing changes.
pub fn forecast(ports: &Ports, call: &Call) -> Result<Vec<Expected>, Error> {
    let caller = Caller::of(call, functions::BILLING_FORECAST)?;
    Ok(next_invoices(&mut open(ports, &caller)?)?.1)
}

/// How things stand, and what the next twelve invoices come to.
pub fn next_invoices(view: &mut View<'_>) -> Result<(Standing, Vec<Expected>), Error> {
    let months = view.agency().months();
    let next = months.number(view.now()).saturating_add(1);
    let until = months.start(next.saturating_add(MONTHS_AHEAD - 1));
    let standing = Standing::read(view, until, Err)?;
    let invoices = standing.invoices(until)?;
    let invoices = month_by_month(months, next, &invoices, standing.totals.total.currency);
    Ok((standing, invoices))
}

/// The same of an account that pays itself, where `totals` is its ledger. What it was charged for at
/// this very moment is the first of them.
pub fn next_invoices_of(
    standing: &Standing,
    id: &AccountId,
    totals: &LedgerTotals,
    now: Timestamp,
) -> Result<Vec<Expected>, Error> {
    let months = totals.months(standing.terms.months().start(0));
    let month = months.number(now);
    let next = if months.start(month) == now { month } else { month.saturating_add(1) };
    let until = months.start(next.saturating_add(MONTHS_AHEAD - 1));
    let invoices = standing.invoices_of(id, totals, until)?;
    Ok(month_by_month(months, next, &invoices, totals.total.currency))
}

/// Twelve invoices from a month on: of nothing, where nothing is booked.
fn month_by_month(
    months: Months,
    next: u32,
    invoices: &[Expected],
    currency: Currency,
) -> Vec<Expected> {
    let nothing = Money::zero(currency);
    let month = |number: u32| {
        let closes_at = months.start(next.saturating_add(number));
        let found = invoices.iter().find(|invoice| invoice.closes_at == closes_at).copied();
        found.unwrap_or(Expected { closes_at, subtotal: nothing, due: nothing })
    };
    (0..MONTHS_AHEAD).map(month).collect()
}

/// How many invoices of a payer are still to be paid although their time is over.
fn overdue(view: &View<'_>, payer: &PayerId) -> Result<u32, Error> {
    let range = keys::invoices(&view.agency().id, payer);
    let mut overdue = 0_u32;
    for row in view::scan(view.ports(), &range, None, INVOICES_MAX, true)? {
        let invoice: Invoice = record::decode(&row.key, &row.value)?;
        overdue = overdue.saturating_add(u32::from(invoice.is_overdue(view.now())));
    }
    Ok(overdue)
}

/// What will change by itself after `now`: of a closed agency, that what its accounts have runs out.
fn planned(
    agency: &Agency,
    standing: &Standing,
    now: Timestamp,
) -> Result<Vec<(Timestamp, Planned)>, Error> {
    if standing.terms.closed_at.is_none() {
        return Ok(planned_at_work(agency, standing, now));
    }
    let mut planned = Vec::new();
    for account in standing.accounts_at(now) {
        let (id, account) = account?;
        if account.paid_by_agency() {
            let times = account.planned().into_iter().map(|change| change.at());
            planned.extend(times.map(|at| (at, Planned::Account(id.clone()))));
        }
    }
    planned.retain(|(at, _)| *at > now);
    planned.sort_by_key(|(at, _)| *at);
    Ok(planned)
}

/// The same of an agency that isn't closed.
fn planned_at_work(
    agency: &Agency,
    standing: &Standing,
    now: Timestamp,
) -> Vec<(Timestamp, Planned)> {
    let (months, terms) = (agency.months(), &agency.terms);
    let intervals = agency
        .interval_changes
        .iter()
        .map(|change| (months.start(change.month), Planned::Interval(change.interval)));
    let prices = terms.prices.iter().map(|price| (price.since, Planned::Price));
    let discounts = terms.discounts.iter().flat_map(|discount| {
        let end = discount.from_month.saturating_add(discount.months);
        [
            (months.start(discount.from_month), Planned::DiscountBegins(discount.name.clone())),
            (months.start(end), Planned::DiscountEnds(discount.name.clone())),
        ]
    });
    let trial = terms.trial_ends_at().map(|end| (end, Planned::TrialEnds));
    let accounts = standing.accounts.iter().filter(|(_, account)| account.paid_by_agency());
    let accounts = accounts.flat_map(|(id, account)| {
        let mut times: Vec<Timestamp> =
            account.planned().into_iter().map(|change| change.at()).collect();
        times.dedup();
        times.into_iter().map(|at| (at, Planned::Account(id.clone())))
    });
    let deletions = standing.deletions.iter();
    let deletions = deletions.map(|(at, id)| (*at, Planned::Account(id.clone())));
    let month = months.number(now);
    let volume_discount = terms
        .volume_discount_ahead(months.start(month))
        .map(|on| (months.start(month.saturating_add(1)), Planned::VolumeDiscount(on)));
    let all = intervals
        .chain(prices)
        .chain(discounts)
        .chain(trial)
        .chain(volume_discount)
        .chain(accounts)
        .chain(deletions);
    let mut planned: Vec<_> = all.filter(|(at, _)| *at > now).collect();
    planned.sort_by_key(|(at, _)| *at);
    planned
}
