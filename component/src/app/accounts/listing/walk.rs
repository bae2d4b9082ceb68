//! Going through an order.

use super::filter::Filter;
use super::gather;
use super::order::{Entry, Order, Sort, Stretch, account_of, status_stretch};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Scan;
use crate::app::record;
use crate::app::view::View;
use crate::domain::account::Account;

/// How many rows are read at once, at most.
pub const BATCH_MAX: usize = 500;

/// Accounts as they are now, each with its place.
pub type Found = Vec<(String, Account)>;

/// An order, from a place on.
pub struct Way<'w> {
    view: &'w View<'w>,
    filter: &'w Filter,
    order: Order,
    stretch: Stretch,
    /// Those that belong elsewhere in this order than they stand.
    moved: Vec<Entry>,
}

/// What a walk came to.
pub struct Walked {
    /// What fits, in the order.
    pub found: Found,
    /// Whether as much was found as was wanted, or nothing is left.
    pub is_all: bool,
}

impl<'w> Way<'w> {
    /// What comes after the place `after`.
    pub fn new(
        view: &'w View<'w>,
        filter: &'w Filter,
        order: Order,
        after: Option<&str>,
    ) -> Result<Way<'w>, Error> {
        let agency = &view.agency().id;
        // What doesn't fit a status lies elsewhere in the order of statuses.
        let (mut start, mut end) = match (order.sort, filter.status) {
            (Sort::Status, Some(status)) => status_stretch(agency, status),
            (sort, _) => sort.bounds(agency),
        };
        match after {
            Some(after) if order.descending => end = end.min(after.to_owned()),
            // No key sorts between one and itself with `!`.
            Some(after) => start = start.max(format!("{after}!")),
            None => (),
        }
        let moved = match order.sort {
            Sort::Status => gather::overdue(view)?,
            Sort::Name | Sort::Created => Vec::new(),
        };
        Ok(Way { view, filter, order, stretch: (start, end), moved })
    }

    /// Goes on until `wanted` are found, nothing is left, or `patience` accounts were passed.
    pub fn walk(&self, wanted: usize, patience: usize) -> Result<Walked, Error> {
        let (mut start, mut end) = self.stretch.clone();
        let (mut found, mut passed) = (Vec::new(), 0);
        let mut batch = wanted.min(BATCH_MAX);
        while start < end && passed < patience {
            let (entries, next) = self.entries((start.clone(), end.clone()), batch)?;
            passed += entries.len();
            let fitting = self.accounts(entries)?.into_iter();
            found.extend(fitting.filter(|(_, one)| self.filter.fits(one, self.view.now())));
            if found.len() >= wanted {
                found.truncate(wanted);
                return Ok(Walked { found, is_all: true });
            }
            match next {
                Some(next) if self.order.descending => end = next,
                Some(next) => start = next,
                None => return Ok(Walked { found, is_all: true }),
            }
            batch = batch.saturating_mul(2).min(BATCH_MAX);
        }
        Ok(Walked { found, is_all: start >= end })
    }

    /// The first places of a stretch, as accounts stand now, and where to go on.
    fn entries(
        &self,
        (start, end): Stretch,
        limit: usize,
    ) -> Result<(Vec<Entry>, Option<String>), Error> {
        let reverse = self.order.descending;
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let scan = Scan { start, end, limit, reverse };
        let scanned = self.view.ports().storage.scan(&scan)?;
        let (over, still) = keys::trials_over(&self.view.agency().id, self.view.now());
        let stands = scanned.rows.into_iter().filter(|row| row.key < over || row.key >= still);
        let stands = stands.filter_map(|row| account_of(&row.key).map(|one| (row.key, one)));
        let (start, end) = match &scanned.next {
            Some(next) if reverse => (next, &scan.end),
            Some(next) => (&scan.start, next),
            None => (&scan.start, &scan.end),
        };
        let moved = self.moved.iter().filter(|(place, _)| start <= place && place < end);
        let mut entries: Vec<_> = stands.chain(moved.cloned()).collect();
        entries.sort();
        if reverse {
            entries.reverse();
        }
        Ok((entries, scanned.next))
    }

    /// The accounts of these places. One whose row is damaged doesn't hide the others.
    fn accounts(&self, entries: Vec<Entry>) -> Result<Found, Error> {
        let agency = &self.view.agency().id;
        let key = |(_, id): &Entry| keys::account(agency, id).into_text();
        let keys: Vec<String> = entries.iter().map(key).collect();
        let mut found = Vec::with_capacity(entries.len());
        for ((place, _), row) in entries.into_iter().zip(self.view.ports().storage.get(&keys)?) {
            let Some(row) = row else { continue };
            let Some(account) = record::decode_whole::<Account>(&row)? else { continue };
            let account = account.current(self.view.now());
            // One that has moved since the order was read is found where it is now.
            if self.order.sort.place(agency, &account) == place {
                found.push((place, account));
            }
        }
        Ok(found)
    }
}
