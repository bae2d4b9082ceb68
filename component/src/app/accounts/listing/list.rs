//! `accounts.list`

use std::collections::{BTreeMap, BTreeSet};

use super::filter::{Filter, RawFilter};
use super::gather::candidates;
use super::order::Order;
use super::walk::{BATCH_MAX, Found, Way};
use crate::app::accounts::show::{Shown, show};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{List, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view::View;
use crate::domain::account::Account;
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;

/// A walk that has passed so many for each that is wanted gives way to gathering.
const PASSED_FOR_ONE: usize = 6;

/// A page of accounts.
pub struct AccountPage {
    /// The accounts.
    pub accounts: Vec<Shown>,
    /// Where to go on.
    pub next: Option<String>,
    /// The time that everything was derived for.
    pub as_of: Timestamp,
    /// The account that it was narrowed to.
    pub within: Option<AccountId>,
}

/// A page of the accounts that fit `filter`. One whose row is damaged doesn't hide the others.
pub fn list(
    ports: &Ports,
    call: &Call,
    filter: &RawFilter,
    order: Order,
    request: &PageRequest,
) -> Result<AccountPage, Error> {
    let list = List::of("accounts.list", &call.agency, &(filter, order));
    let (caller, (asked, filter)) =
        Caller::within_with(call, functions::ACCOUNTS_LIST, |fields| {
            let asked = request.parse(fields, &list);
            asked.zip(Filter::parse(fields, filter))
        })?;
    let mut view = query(ports, &caller, vec![keys::catalog().into_text()])?;
    let (start, _) = order.sort.bounds(&caller.agency);
    let after = asked.place.map(|place| format!("{start}{place}"));
    let limit = asked.limit as usize;
    // One more than asked for tells whether there is another page.
    let mut found = find(&view, &filter, order, after.as_deref(), limit + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| {
        let place = place.strip_prefix(&start).unwrap_or(place);
        list.cursor(place)
    });
    let accounts = found.into_iter().map(|(_, account)| account).collect();
    let accounts = show(&mut view, accounts)?;
    Ok(AccountPage { accounts, next, as_of: view.now(), within: view.within() })
}

/// The first `wanted` accounts after the place `after` that fit.
pub(super) fn find(
    view: &View<'_>,
    filter: &Filter,
    order: Order,
    after: Option<&str>,
    wanted: usize,
) -> Result<Found, Error> {
    if view.acting().is_some() {
        let own = candidates(view, filter)?.unwrap_or_default();
        return gathered(view, filter, order, after, own, wanted);
    }
    let way = Way::new(view, filter, order, after)?;
    let walked = way.walk(wanted, wanted.saturating_mul(PASSED_FOR_ONE))?;
    if walked.is_all {
        return Ok(walked.found);
    }
    match candidates(view, filter)? {
        Some(accounts) => gathered(view, filter, order, after, accounts, wanted),
        None => Ok(way.walk(wanted, usize::MAX)?.found),
    }
}

/// The first `wanted` of these accounts that fit, in the order.
fn gathered(
    view: &View<'_>,
    filter: &Filter,
    order: Order,
    after: Option<&str>,
    accounts: BTreeSet<AccountId>,
    wanted: usize,
) -> Result<Found, Error> {
    let (agency, now) = (&view.agency().id, view.now());
    let keys: Vec<String> =
        accounts.iter().map(|account| keys::account(agency, account).into_text()).collect();
    let mut found: BTreeMap<String, Account> = BTreeMap::new();
    for keys in keys.chunks(BATCH_MAX) {
        for row in view.ports().storage.get(keys)?.into_iter().flatten() {
            let Some(account) = record::decode_whole::<Account>(&row)? else { continue };
            let account = account.current(now);
            let place = order.sort.place(agency, &account);
            let is_beyond = after.is_none_or(|after| order.is_after(&place, after));
            if is_beyond && filter.fits(&account, now) {
                found.insert(place, account);
            }
        }
    }
    let found = found.into_iter();
    Ok(if order.descending {
        found.rev().take(wanted).collect()
    } else {
        found.take(wanted).collect()
    })
}
