//! Where accounts that may fit a filter stand together.

use std::collections::BTreeSet;

use super::filter::Filter;
use super::order::{Entry, Stretch, account_of, status_stretch};
use crate::app::error::Error;
use crate::app::keys::{self, Range};
use crate::app::ports::{Scan, Stored};
use crate::app::record::{self, Record};
use crate::app::view::{self, View};
use crate::domain::account::Status;
use crate::domain::id::AccountId;
use crate::domain::search::FoundBy;
use crate::domain::sets::one_by_one;

/// More than so many aren't gathered: then enough of them lie on the way through any order.
const GATHERED_MAX: usize = 1_000;
/// So few are looked at one by one, before it is asked what else they have in common.
const FEW: usize = 200;
/// How many rows are read at once.
const ROWS_AT_ONCE: u32 = 1_000;

/// Accounts, as many as are worth gathering; none: there are more.
type Gathered = Option<BTreeSet<AccountId>>;

/// A superset of the accounts that fit the filter; none where too many might. On an account's
/// behalf, it is that account.
pub fn candidates(view: &View<'_>, filter: &Filter) -> Result<Gathered, Error> {
    if let Some(acting) = view.acting() {
        return Ok(Some(one_by_one([acting.reach.account.clone()])));
    }
    let mut common: Gathered = None;
    for place in [of_status, of_plan, of_billing_owner, of_search] {
        if common.as_ref().is_some_and(|common| common.len() <= FEW) {
            break;
        }
        if let Some(here) = place(view, filter)? {
            common = Some(common.map_or_else(|| here.clone(), |common| &common & &here));
        }
    }
    Ok(common)
}

/// The places in the order of statuses of those whose trial is over, which no job has written
/// down: they stand among those on trial, and belong to the disabled ones.
pub fn overdue(view: &View<'_>) -> Result<Vec<Entry>, Error> {
    let agency = &view.agency().id;
    let trial = keys::accounts_of_status(agency, Status::Trial);
    let (disabled, _) = status_stretch(agency, Status::Disabled);
    let (start, end) = keys::trials_over(agency, view.now());
    let limit = u32::MAX;
    let rows = view::stretch(view.ports(), Scan { start, end, limit, reverse: false })?;
    let moved = |row: &Stored| {
        let place = format!("{disabled}{}", trial.suffix(&row.key));
        account_of(&place).map(|account| (place, account))
    };
    Ok(rows.iter().filter_map(moved).collect())
}

fn of_status(view: &View<'_>, filter: &Filter) -> Result<Gathered, Error> {
    let Some(status) = filter.status else { return Ok(None) };
    let agency = &view.agency().id;
    let mut here = some_of(view, status_stretch(agency, status))?;
    if let (Status::Disabled, Some(here)) = (status, &mut here) {
        here.extend(overdue(view)?.into_iter().map(|(_, account)| account));
    }
    Ok(here.filter(|here| here.len() <= GATHERED_MAX))
}

fn of_plan(view: &View<'_>, filter: &Filter) -> Result<Gathered, Error> {
    let Some(plan) = &filter.plan else { return Ok(None) };
    some_of(view, whole(&keys::account_plans(&view.agency().id, plan)))
}

fn of_billing_owner(view: &View<'_>, filter: &Filter) -> Result<Gathered, Error> {
    let Some(owner) = filter.billing_owner else { return Ok(None) };
    some_of(view, whole(&keys::accounts_billed(&view.agency().id, owner)))
}

/// Those that the text beside the names finds. Reading them all is a look through short rows,
/// few of which are parsed.
fn of_search(view: &View<'_>, filter: &Filter) -> Result<Gathered, Error> {
    let Some(needle) = &filter.needle else { return Ok(None) };
    let (start, end) = whole(&keys::accounts_by_name(&view.agency().id));
    let mut scan = Scan { start, end, limit: ROWS_AT_ONCE, reverse: false };
    let mut here = BTreeSet::new();
    loop {
        let scanned = view.ports().storage.scan(&scan)?;
        // Nothing in a text needs escaping, so its row has the needle as it is or not at all.
        for row in scanned.rows.iter().filter(|row| row.value.contains(needle.as_str())) {
            let text: Option<FoundBy> = record::decode_whole(row)?;
            here.extend(text.filter(|text| text.has(needle)).and_then(|_| account_of(&row.key)));
        }
        if here.len() > GATHERED_MAX {
            return Ok(None);
        }
        match scanned.next {
            Some(next) => scan.start = next,
            None => return Ok(Some(here)),
        }
    }
}

fn whole<R: Record>(range: &Range<R>) -> Stretch {
    (range.start().to_owned(), range.end())
}

/// The accounts of a stretch of an index.
fn some_of(view: &View<'_>, (start, end): Stretch) -> Result<Gathered, Error> {
    let limit = ROWS_AT_ONCE + 1;
    let rows = view::stretch(view.ports(), Scan { start, end, limit, reverse: false })?;
    let few = rows.len() <= GATHERED_MAX;
    Ok(few.then(|| one_by_one(rows.iter().filter_map(|row| account_of(&row.key)))))
}
