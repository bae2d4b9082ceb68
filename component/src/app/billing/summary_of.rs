//! `billing.summary` on an account's behalf: the account's own.

use super::standing::{Expected, Standing};
use super::summary::{Planned, Summary, overdue};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::view::View;
use crate::domain::billing::{LedgerTotals, PayerId};
use crate::domain::impersonation::Reach;
use crate::domain::money::Money;

/// What is owed for an account, and by it: what runs is its own, whoever pays; the sums are those of its own
/// ledger, which has nothing in it as long as the agency pays.
pub(super) fn summary_of(view: &mut View<'_>, reach: &Reach) -> Result<Summary, Error> {
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
        run_rate: standing.run_rate_whoever_pays(id, now)?,
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
    })
}
