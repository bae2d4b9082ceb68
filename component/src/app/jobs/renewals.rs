//! Booking that a new period began: every running item that the agency pays for is charged for it.
//!
//! An entry of the due index stands for the start of a period. Its job goes through the
//! agency's brands in the order of their ids, then through its accounts, some at a time, and books what was due at that
//! time, however late it is: after any silence, period follows period as if the jobs had been
//! on time. How far it has come stands in a row of its own, which every step checks: workers
//! that meet share the work.
//!
//! A brand or an account that is damaged, or that somebody left far behind, doesn't hold up the
//! others: it gets a job of its own. So does what an account pays itself.

use core::slice::from_ref;

use super::progress::{Progress, Step, Then};
use crate::app::booking::accounts::{self, ACCOUNTS_AT_ONCE, schedule, settle};
use crate::app::booking::closing::{close, close_account};
use crate::app::booking::openings::open_until;
use crate::app::booking::{BRANDS_AT_ONCE, book_white_label, brand_terms, catch_up, terms};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys::{self, Range};
use crate::app::ports::{Ports, Stored};
use crate::app::record::{self, Record, RenewalProgress};
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::billing::white_label::{RENEWALS_AT_ONCE, RENEWALS_MAX};
use crate::domain::billing::{BillingError, Posting};
use crate::domain::brand::Brand;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::{AccountId, BrandId};
use crate::domain::time::Timestamp;

/// How many brands count as one thing done.
const BRANDS_IN_ONE: u32 = 5;

/// Renews the items of some brands, `left` × 5 of them or some more.
pub fn renew(ports: &Ports, entry: &DueEntry, left: u32) -> Result<Progress, Error> {
    Progress::steps(left, || step(ports, entry))
}

fn step(ports: &Ports, entry: &DueEntry) -> Result<Step, Error> {
    let (agency, period) = (&entry.agency, entry.at);
    let (due, progress) = (keys::due(entry), keys::renewals(agency));
    let (totals, catalog) = (keys::agency_totals(agency), keys::catalog());
    let keys = [due.text(), progress.text(), totals.text(), catalog.text()].map(str::to_owned);
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
        if tx.read(&due)?.is_none() {
            return Ok(Step { done: 0, then: Then::Stop });
        }
        let far = tx.read(&progress)?.filter(|far| far.period == period);
        let far = far.unwrap_or(RenewalProgress { period, accounts: false, after: None });
        if !far.accounts && far.after.is_none() {
            check_clock(tx, period)?;
        }
        open_until(tx, period)?;
        let (far, then, looked_at) = go_on(tx, entry, far)?;
        tx.write(keys::renewals(agency), &far)?;
        Ok(Step { done: looked_at.div_ceil(BRANDS_IN_ONE), then })
    })
}

/// Looks at the next brands; at the next accounts, when there are no more brands; and closes
/// invoices, when there are no more accounts. Gives how far that is, what comes then, and how many
/// brands and accounts were looked at.
fn go_on(
    tx: &mut Tx<'_>,
    entry: &DueEntry,
    far: RenewalProgress,
) -> Result<(RenewalProgress, Then, u32), Error> {
    let period = entry.at;
    let (mut looked_at, mut after) = (0, far.after);
    if !far.accounts {
        let range = keys::brands(&entry.agency);
        let rows = next_rows(tx, &range, after, BRANDS_AT_ONCE)?;
        let last = last_of(&range, &rows);
        looked_at = count(&rows);
        rows.into_iter().try_for_each(|row| renew_one(tx, row, period))?;
        if looked_at == BRANDS_AT_ONCE {
            let far = RenewalProgress { period, accounts: false, after: last };
            return Ok((far, Then::GoOn, looked_at));
        }
        after = None;
    }
    let range = keys::accounts(&entry.agency);
    let rows = next_rows(tx, &range, after.clone(), ACCOUNTS_AT_ONCE)?;
    let last = last_of(&range, &rows);
    let accounts = count(&rows);
    looked_at += accounts;
    rows.into_iter().try_for_each(|row| renew_account_one(tx, row, period))?;
    if accounts == ACCOUNTS_AT_ONCE {
        return Ok((
            RenewalProgress { period, accounts: true, after: last },
            Then::GoOn,
            looked_at,
        ));
    }
    if close(tx, period)? {
        // The last accounts are looked at once more, which changes nothing.
        return Ok((RenewalProgress { period, accounts: true, after }, Then::GoOn, looked_at));
    }
    tx.delete(keys::due(entry));
    let done = RenewalProgress { period, accounts: false, after: None };
    Ok((done, follow(tx, period), looked_at))
}

/// Refuses what only a clock that is wrong leaves behind.
fn check_clock(tx: &Tx<'_>, period: Timestamp) -> Result<(), BillingError> {
    let begun = tx.agency().periods().begun_between(period, tx.now());
    if begun > RENEWALS_MAX { Err(BillingError::TooFarBehind) } else { Ok(()) }
}

/// What is to be done when all brands are charged for a period: the next may have begun.
fn follow(tx: &Tx<'_>, period: Timestamp) -> Then {
    let next = tx.agency().months().next(period);
    if next <= tx.now() { Then::Follow } else { Then::Stop }
}

/// The rows of a range after this one.
fn next_rows<R: Record>(
    tx: &mut Tx<'_>,
    range: &Range<R>,
    after: Option<String>,
    limit: u32,
) -> Result<Vec<Stored>, Error> {
    let bound = after.map(|after| format!("{}{after}!", range.start()));
    view::scan(tx.view().ports(), range, bound, limit, false)
}

fn last_of<R: Record>(range: &Range<R>, rows: &[Stored]) -> Option<String> {
    rows.last().map(|row| range.suffix(&row.key).to_owned())
}

fn count(rows: &[Stored]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

/// Books what was due for a brand when `period` began.
fn renew_one(tx: &mut Tx<'_>, row: Stored, period: Timestamp) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let Some((brand, changed, postings)) = renewed(tx, &row, period)? else {
        let id = BrandId::parse(keys::brands(&agency).suffix(&row.key));
        return id.map_or(Ok(()), |id| tx.schedule(tx.now(), Due::BrandRenewals(id)));
    };
    if let Some(item) = &brand.white_label {
        tx.schedule(item.covers.end, Due::Renewals)?;
    }
    if !changed {
        return Ok(());
    }
    tx.view().adopt(vec![row]);
    tx.write(keys::brand(&agency, &brand.id), &brand)?;
    book_white_label(tx, &brand.id, &postings)
}

/// The brand after that, whether it changed, and what it comes to; none where it needs a job of its own.
fn renewed(
    tx: &mut Tx<'_>,
    row: &Stored,
    period: Timestamp,
) -> Result<Option<(Brand, bool, Vec<Posting>)>, Error> {
    let Ok(mut brand) = record::decode::<Brand>(&row.key, &row.value) else { return Ok(None) };
    let terms = brand_terms(tx, &brand, period)?;
    let item = brand.white_label.as_ref();
    if item.is_some_and(|item| item.is_behind(&terms.brand(&brand.id), period)) {
        return Ok(None);
    }
    let before = brand.white_label.clone();
    let postings = brand.settle(&terms, period, RENEWALS_AT_ONCE).ok();
    Ok(postings.map(|postings| {
        let changed = brand.white_label != before;
        (brand, changed, postings)
    }))
}

/// Books what was due for an account when `period` began, where the agency pays for it. One that
/// is damaged or far behind gets a job of its own.
fn renew_account_one(tx: &mut Tx<'_>, row: Stored, period: Timestamp) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let Ok(account) = record::decode::<Account>(&row.key, &row.value) else {
        return leave_account(tx, keys::accounts(&agency).suffix(&row.key));
    };
    if !account.billing.paid_by_agency() {
        return Ok(());
    }
    let terms = terms(tx.view(), period)?;
    if account.billing.is_behind(&terms.account(&account.id), period) {
        return leave_account(tx, account.id.as_str());
    }
    if !account.billing.is_due(period) {
        return schedule(tx, &account);
    }
    tx.view().adopt(vec![row]);
    settle(tx, account, period).map(drop)
}

fn leave_account(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let id = AccountId::parse(id);
    id.map_or(Ok(()), |id| tx.schedule(tx.now(), Due::AccountRenewals(id)))
}

/// Books what is due for one account, some months in each commit, and closes its own invoices;
/// `left` commits at most.
pub fn renew_account(
    ports: &Ports,
    entry: &DueEntry,
    account: &AccountId,
    left: u32,
) -> Result<Progress, Error> {
    in_steps(ports, entry, left, &|tx| {
        Ok(accounts::catch_up(tx, account)? || close_account(tx, account)?)
    })
}

/// Books what is due for one brand, some periods in each commit, `left` commits at most.
pub fn renew_brand(
    ports: &Ports,
    entry: &DueEntry,
    brand: &BrandId,
    left: u32,
) -> Result<Progress, Error> {
    in_steps(ports, entry, left, &|tx| catch_up(tx, from_ref(brand)))
}

/// Does a job in commits of its own, which say whether there is more; with the last its entry
/// goes.
fn in_steps(
    ports: &Ports,
    entry: &DueEntry,
    left: u32,
    step: &dyn Fn(&mut Tx<'_>) -> Result<bool, Error>,
) -> Result<Progress, Error> {
    let (agency, due) = (&entry.agency, keys::due(entry));
    let (totals, catalog) = (keys::agency_totals(agency), keys::catalog());
    let keys = [due.text(), totals.text(), catalog.text()].map(str::to_owned);
    Progress::steps(left, || {
        transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
            if tx.read(&due)?.is_none() {
                return Ok(Step { done: 1, then: Then::Stop });
            }
            // First, so that what falls due at the same time has its way.
            tx.delete(keys::due(entry));
            if step(tx)? {
                tx.schedule(entry.at, entry.due.clone())?;
                return Ok(Step { done: 1, then: Then::GoOn });
            }
            Ok(Step { done: 1, then: Then::Stop })
        })
    })
}

/// Makes the job begin in a store of a release that had none. Gives whether it did.
pub fn begin(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let begun = tx.read(&keys::renewals(&tx.agency().id.clone()))?.is_some();
    if !begun {
        let period = tx.agency().periods().at(tx.now());
        tx.schedule(period.start, Due::Renewals)?;
    }
    Ok(!begun)
}
