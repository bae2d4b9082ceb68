//! Looking at all that renews at one moment, where the price of one item depends on the others.
//!
//! What was found is a row of its own, written before the first of them is renewed and never
//! changed: whoever books one of them later, in whichever order, finds the same.

use std::collections::{BTreeMap, BTreeSet};

use super::terms;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record;
use crate::app::tx::Tx;
use crate::app::view::{self, View};
use crate::domain::account::Account;
use crate::domain::agency::Agency;
use crate::domain::billing::account::AccountBilling;
use crate::domain::billing::white_label::{RENEWALS_AT_ONCE, RENEWALS_MAX};
use crate::domain::billing::{Opening, Terms, WhiteLabel};
use crate::domain::brand::Brand;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::time::Timestamp;

/// Reads what was found at the times at which a brand is to be renewed, and looks where nobody
/// has.
pub fn load(
    tx: &mut Tx<'_>,
    terms: &mut Terms,
    brand: &Brand,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(item) = &brand.white_label else { return Ok(()) };
    let times = item.renewal_times(&terms.brand(&brand.id), now, RENEWALS_AT_ONCE);
    load_at(tx, terms, times)
}

/// The same for an account: also at the start of the month in which it is now, since what starts
/// within it has the volume discount of then.
pub fn load_account(
    tx: &mut Tx<'_>,
    terms: &mut Terms,
    account: &Account,
    now: Timestamp,
) -> Result<(), Error> {
    let Account { id, billing, .. } = account;
    let times = billing.renewal_times(&terms.account(id), now, RENEWALS_AT_ONCE);
    load_at(tx, terms, with_months(terms, times, now))
}

/// These times, and those at which their months and that of `now` begin, where plans have a
/// volume discount then.
pub fn with_months(terms: &Terms, mut times: Vec<Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    let months = times.iter().copied().chain([now]).map(|time| terms.month_of(time));
    let months: Vec<Timestamp> = months.filter(|month| terms.has_volume_discount(*month)).collect();
    times.extend(months);
    times
}

fn load_at(tx: &mut Tx<'_>, terms: &mut Terms, times: Vec<Timestamp>) -> Result<(), Error> {
    for time in times {
        if terms.needs_opening(time) && !terms.openings.contains_key(&time) {
            let opening = open(tx, time)?;
            terms.openings.insert(time, opening);
        }
    }
    Ok(())
}

/// What all that renews at `time` comes to, as it was found first; looks now, and writes it down,
/// if nobody has.
pub fn open(tx: &mut Tx<'_>, time: Timestamp) -> Result<Opening, Error> {
    let key = keys::opening(&tx.agency().id.clone(), time);
    if let Some(opening) = tx.read(&key)? {
        return Ok(opening);
    }
    let (brands, accounts) = (charged_brands(tx)?, charged_accounts(tx)?);
    let months = tx.agency().months();
    let since = accounts.values().map(|account| account.priced_from(months, time));
    let terms = terms(tx.view(), since.fold(time, Timestamp::min))?;
    let opening = terms.open(time, &brands, &accounts)?;
    tx.write(key, &opening)?;
    Ok(opening)
}

/// Looks at all that renews at this time, and writes down what was found.
pub fn open_at(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), Error> {
    let terms = terms(tx.view(), time)?;
    if terms.needs_opening(time) {
        open(tx, time)?;
    }
    Ok(())
}

/// The ends of the agency's trials up to `until`.
///
/// Tiers then count brands that aren't renewed at that moment too: before any of them changes,
/// somebody has to have looked.
pub fn trial_ends(agency: &Agency, until: Timestamp) -> Vec<Timestamp> {
    let ends = agency.terms.trials.iter().map(|trial| trial.ends_at);
    ends.filter(|end| *end <= until).collect()
}

/// Looks at all that renews at this time and at the ends of trials before it.
pub fn open_until(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), Error> {
    open_trial_ends(tx, time)?;
    open_at(tx, time)
}

/// Looks at the ends of trials up to `until`.
pub fn open_trial_ends(tx: &mut Tx<'_>, until: Timestamp) -> Result<(), Error> {
    trial_ends(tx.agency(), until).into_iter().try_for_each(|end| open_at(tx, end))
}

/// Those of `times` at which somebody has to look at all that renews, and nobody has.
pub fn missing(tx: &mut Tx<'_>, mut times: Vec<Timestamp>) -> Result<Vec<Timestamp>, Error> {
    times.sort_unstable();
    times.dedup();
    let Some(first) = times.first() else { return Ok(Vec::new()) };
    let terms = terms(tx.view(), *first)?;
    times.retain(|time| terms.needs_opening(*time));
    let agency = tx.agency().id.clone();
    tx.view().fetch(times.iter().map(|time| keys::opening(&agency, *time).into_text()))?;
    let mut missing = Vec::new();
    for time in times {
        if tx.read(&keys::opening(&agency, time))?.is_none() {
            missing.push(time);
        }
    }
    Ok(missing)
}

/// How many brands besides this one are charged for now, as the command leaves them.
pub fn running(tx: &mut Tx<'_>, but: &BrandId) -> Result<u32, Error> {
    let now = tx.priced_at();
    let others = charged_brands(tx)?.into_iter().filter(|(id, _)| id != but);
    let running = others.filter(|(_, item)| item.runs_at(now));
    Ok(u32::try_from(running.count()).unwrap_or(u32::MAX))
}

/// All brands with an item, whatever is due for it, as the command leaves them. One that is
/// damaged counts for nothing.
///
/// They need no check of their own: whatever changes them writes the agency's log, and so does
/// this command.
fn charged_brands(tx: &mut Tx<'_>) -> Result<BTreeMap<BrandId, WhiteLabel>, Error> {
    let agency = tx.agency().id.clone();
    let mut charged = BTreeMap::new();
    view::each(tx.view().ports(), &keys::brands(&agency), |row| {
        let Some(stored) = record::decode_whole::<Brand>(&row)? else { return Ok(()) };
        let brand = tx.written(&keys::brand(&agency, &stored.id))?.unwrap_or(stored);
        if let Some(item) = brand.white_label {
            charged.insert(brand.id, item);
        }
        Ok(())
    })?;
    Ok(charged)
}

/// All accounts that were activated, in the same way.
fn charged_accounts(tx: &mut Tx<'_>) -> Result<BTreeMap<AccountId, AccountBilling>, Error> {
    let agency = tx.agency().id.clone();
    let mut charged = BTreeMap::new();
    view::each(tx.view().ports(), &keys::accounts(&agency), |row| {
        let Some(stored) = record::decode_whole::<Account>(&row)? else { return Ok(()) };
        let account = tx.written(&keys::account(&agency, &stored.id))?.unwrap_or(stored);
        if account.billing.plan.is_some() {
            charged.insert(account.id, account.billing);
        }
        Ok(())
    })?;
    Ok(charged)
}

/// What all that renews comes to at these times, for a reader: as it was found, or as it would be
/// found now.
pub fn read(
    view: &mut View<'_>,
    terms: &mut Terms,
    charged: &BTreeMap<BrandId, WhiteLabel>,
    accounts: &BTreeMap<AccountId, AccountBilling>,
    until: Timestamp,
) -> Result<(), Error> {
    let mut times = BTreeSet::new();
    for (id, item) in charged {
        times.extend(item.renewal_times(&terms.brand(id), until, RENEWALS_MAX));
    }
    for (id, account) in accounts {
        let own = account.renewal_times(&terms.account(id), until, RENEWALS_MAX);
        times.extend(with_months(terms, own, view.now()));
    }
    times.retain(|time| terms.needs_opening(*time));
    let agency = view.agency().id.clone();
    view.fetch(times.iter().map(|time| keys::opening(&agency, *time).into_text()))?;
    for time in times {
        let opening = match view.read(&keys::opening(&agency, time))? {
            Some(opening) => opening,
            None => terms.open(time, charged, accounts)?,
        };
        terms.openings.insert(time, opening);
    }
    Ok(())
}
