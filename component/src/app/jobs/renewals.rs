//! Booking that a new period began: every running item is charged for it.
//!
//! An entry of the due index stands for the start of a period. Its job goes through the
//! agency's brands in the order of their ids, some at a time, and books what was due at that
//! time, however late it is: after any silence, period follows period as if the jobs had been
//! on time. How far it has come stands in a row of its own, which every step checks: workers
//! that meet share the work.
//!
//! A brand that is damaged, or that somebody left far behind, doesn't hold up the others: it
//! gets a job of its own.

use core::slice::from_ref;

use super::progress::{Progress, Step, Then};
use crate::app::booking::closing::close;
use crate::app::booking::openings::open_until;
use crate::app::booking::{BRANDS_AT_ONCE, book_white_label, brand_terms, catch_up};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Ports, Stored};
use crate::app::record::{self, RenewalProgress};
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::billing::white_label::{RENEWALS_AT_ONCE, RENEWALS_MAX};
use crate::domain::billing::{BillingError, Posting};
use crate::domain::brand::Brand;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::BrandId;
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
    let (totals, range) = (keys::agency_totals(agency), keys::brands(agency));
    let catalog = keys::catalog();
    let keys = [due.text(), progress.text(), totals.text(), catalog.text()].map(str::to_owned);
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
        if tx.read(&due)?.is_none() {
            return Ok(Step { done: 0, then: Then::Stop });
        }
        let far = tx.read(&progress)?.filter(|far| far.period == period);
        let after = far.and_then(|far| far.after);
        let progress_before = after.clone();
        if after.is_none() {
            check_clock(tx, period)?;
        }
        open_until(tx, period)?;
        let rows = next_brands(tx, after)?;
        let brands = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let last = rows.last().map(|row| range.suffix(&row.key).to_owned());
        for row in rows {
            renew_one(tx, row, period)?;
        }
        let (after, then) = if brands == BRANDS_AT_ONCE {
            (last, Then::GoOn)
        } else if close(tx, period)? {
            // The last brands are looked at once more, which changes nothing.
            (progress_before, Then::GoOn)
        } else {
            tx.delete(keys::due(entry));
            (None, follow(tx, period))
        };
        tx.write(keys::renewals(agency), &RenewalProgress { period, after })?;
        Ok(Step { done: brands.div_ceil(BRANDS_IN_ONE), then })
    })
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

/// The rows of the brands after this one.
fn next_brands(tx: &mut Tx<'_>, after: Option<String>) -> Result<Vec<Stored>, Error> {
    let range = keys::brands(&tx.agency().id);
    let bound = after.map(|after| format!("{}{after}!", range.start()));
    view::scan(tx.view().ports(), &range, bound, BRANDS_AT_ONCE, false)
}

/// Books what was due for a brand when `period` began.
fn renew_one(tx: &mut Tx<'_>, row: Stored, period: Timestamp) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let Some((brand, postings)) = renewed(tx, &row, period)? else {
        let id = BrandId::parse(keys::brands(&agency).suffix(&row.key));
        return id.map_or(Ok(()), |id| tx.schedule(tx.now(), Due::BrandRenewals(id)));
    };
    if let Some(item) = &brand.white_label {
        tx.schedule(item.covers.end, Due::Renewals)?;
    }
    if postings.is_empty() {
        return Ok(());
    }
    tx.view().adopt(vec![row]);
    tx.write(keys::brand(&agency, &brand.id), &brand)?;
    book_white_label(tx, &brand.id, &postings)
}

/// The brand after that, and what it comes to; none where it needs a job of its own.
fn renewed(
    tx: &mut Tx<'_>,
    row: &Stored,
    period: Timestamp,
) -> Result<Option<(Brand, Vec<Posting>)>, Error> {
    let Ok(mut brand) = record::decode::<Brand>(&row.key, &row.value) else { return Ok(None) };
    let terms = brand_terms(tx, &brand, period)?;
    let item = brand.white_label.as_ref();
    if item.is_some_and(|item| item.is_behind(&terms.brand(&brand.id), period)) {
        return Ok(None);
    }
    let postings = brand.settle(&terms, period, RENEWALS_AT_ONCE).ok();
    Ok(postings.map(|postings| (brand, postings)))
}

/// Books what is due for one brand, some periods in each commit, `left` commits at most.
pub fn renew_brand(
    ports: &Ports,
    entry: &DueEntry,
    brand: &BrandId,
    left: u32,
) -> Result<Progress, Error> {
    let (agency, due) = (&entry.agency, keys::due(entry));
    let (totals, catalog) = (keys::agency_totals(agency), keys::catalog());
    let keys = [due.text(), totals.text(), catalog.text()].map(str::to_owned);
    Progress::steps(left, || {
        transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
            if tx.read(&due)?.is_some() && catch_up(tx, from_ref(brand))? {
                return Ok(Step { done: 1, then: Then::GoOn });
            }
            tx.delete(keys::due(entry));
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
