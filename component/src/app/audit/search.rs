//! Going through the log, either way, a stretch at a time.

use super::entry::{EntryView, entries_of};
use super::filter::Wanted;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::page::LIMIT_MAX;
use crate::app::ports::{Ports, Stored};
use crate::app::record;
use crate::app::view::{self, View};
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::log::{Block, Entry, Fields};

/// How many entries one call looks at.
const LOOKED_AT_MAX: usize = 5_000;
/// How many blocks of the index are read at once: each needs a `get` besides.
const INDEXED_AT_ONCE: u32 = 100;

/// In which order to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    Forward,
    /// Newest first.
    Backward,
}

/// Which stretch of the log to go through.
pub(super) struct Stretch {
    /// The first number to look at; none: that of the log's first entry, or of its last.
    pub(super) start: Option<u64>,
    /// In which order.
    pub(super) direction: Direction,
    /// The number of the log's last entry. Whatever is written meanwhile isn't looked at.
    pub(super) last: u64,
}

/// What was found.
pub(super) struct Found {
    /// The entries, in the order asked for.
    pub(super) entries: Vec<EntryView>,
    /// The number to go on with; none when there is nothing left to look at.
    pub(super) next: Option<u64>,
}

/// The first entries of a stretch that fit, `limit` at most.
pub(super) fn search(
    ports: &Ports,
    agency: &AgencyId,
    wanted: &Wanted,
    stretch: &Stretch,
    limit: u32,
) -> Result<Found, Error> {
    let mut blocks = Blocks::open(ports, agency, wanted.client(), stretch)?;
    // Every block holds at least one entry, so `limit` blocks are enough where all fit.
    let at_once = if wanted.is_everything() { limit } else { LIMIT_MAX };
    let mut found = Found { entries: Vec::new(), next: None };
    let mut looked_at = 0;
    while let Some(row) = blocks.next(at_once)? {
        let block: Block = record::decode(&row.key, &row.value)?;
        let mut entries = entries_of(&row.key, &block)?;
        if stretch.is_backward() {
            entries.reverse();
        }
        for (entry, sealed) in entries {
            let number = entry.number;
            if !stretch.contains(number) {
                continue;
            }
            looked_at += 1;
            if wanted.fits(&entry) {
                found.entries.push(EntryView::of(&block, entry, sealed));
            }
            if found.entries.len() >= limit as usize || looked_at >= LOOKED_AT_MAX {
                found.next = stretch.after(number);
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// Goes through the log from entry `first` on, the oldest first, as long as `go_on` says.
pub fn each_from(
    view: &View<'_>,
    first: u64,
    mut go_on: impl FnMut(&Entry<Fields>) -> bool,
) -> Result<(), Error> {
    let (agency, last) = (&view.agency().id, view.head().number);
    let stretch = Stretch { start: Some(first), direction: Direction::Forward, last };
    let mut blocks = Blocks::open(view.ports(), agency, None, &stretch)?;
    while let Some(row) = blocks.next(LIMIT_MAX)? {
        let block: Block = record::decode(&row.key, &row.value)?;
        for (entry, _) in entries_of(&row.key, &block)? {
            if stretch.contains(entry.number) && !go_on(&entry) {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl Stretch {
    fn is_backward(&self) -> bool {
        self.direction == Direction::Backward
    }

    /// The number that comes after `number`.
    fn after(&self, number: u64) -> Option<u64> {
        match self.direction {
            Direction::Forward => Some(number.saturating_add(1)).filter(|next| *next <= self.last),
            Direction::Backward => number.checked_sub(1).filter(|next| *next > 0),
        }
    }

    fn contains(&self, number: u64) -> bool {
        let begun = match (self.start, self.direction) {
            (None, _) => true,
            (Some(start), Direction::Forward) => number >= start,
            (Some(start), Direction::Backward) => number <= start,
        };
        begun && number <= self.last
    }
}

/// The blocks of the log one after the other: all of them, or those that say something about
/// a client.
struct Blocks<'a> {
    ports: &'a Ports,
    agency: &'a AgencyId,
    client: Option<ClientId>,
    reverse: bool,
    bound: Option<String>,
    rows: std::vec::IntoIter<Stored>,
    at_end: bool,
}

impl<'a> Blocks<'a> {
    fn open(
        ports: &'a Ports,
        agency: &'a AgencyId,
        client: Option<ClientId>,
        stretch: &Stretch,
    ) -> Result<Blocks<'a>, Error> {
        let reverse = stretch.is_backward();
        let key = |number| match client {
            Some(client) => keys::about(agency, client, number).into_text(),
            None => keys::log(agency, number).into_text(),
        };
        let bound = match stretch.start {
            None => None,
            // The end of a scan is left out.
            Some(start) if reverse => Some(key(start.saturating_add(1))),
            // The first entry may stand within a block, which begins before it.
            Some(start) => Some(match client {
                Some(client) => view::block_of(ports, &keys::abouts(agency, client), &key(start))?,
                None => view::block_of(ports, &keys::logs(agency), &key(start))?,
            }),
        };
        let rows = Vec::new().into_iter();
        Ok(Blocks { ports, agency, client, reverse, bound, rows, at_end: false })
    }

    /// The next block, one of `at_once` that are read together.
    fn next(&mut self, at_once: u32) -> Result<Option<Stored>, Error> {
        loop {
            if let Some(row) = self.rows.next() {
                return Ok(Some(row));
            }
            if self.at_end {
                return Ok(None);
            }
            self.rows = match self.client {
                Some(client) => self.indexed(client, at_once.min(INDEXED_AT_ONCE))?,
                None => self.stored(at_once)?,
            }
            .into_iter();
        }
    }

    fn stored(&mut self, at_once: u32) -> Result<Vec<Stored>, Error> {
        let range = keys::logs(self.agency);
        let rows = view::scan(self.ports, &range, self.bound.take(), at_once, self.reverse)?;
        self.go_on_after(&rows, at_once);
        Ok(rows)
    }

    fn indexed(&mut self, client: ClientId, at_once: u32) -> Result<Vec<Stored>, Error> {
        let range = keys::abouts(self.agency, client);
        let rows = view::scan(self.ports, &range, self.bound.take(), at_once, self.reverse)?;
        self.go_on_after(&rows, at_once);
        let firsts = rows.iter().filter_map(|row| range.suffix(&row.key).parse().ok());
        let keys: Vec<String> = firsts.map(|n| keys::log(self.agency, n).into_text()).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.ports.storage.get(&keys)?.into_iter().flatten().collect())
    }

    fn go_on_after(&mut self, rows: &[Stored], at_once: u32) {
        self.at_end = rows.len() < at_once as usize;
        let beyond = |key: &str| if self.reverse { key.to_owned() } else { format!("{key}!") };
        self.bound = rows.last().map(|row| beyond(&row.key));
    }
}
