//! Writes that are kept in memory, above a store that never sees them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::limits::{self, ReadBudget};
use super::{Check, Entry, Error, Outcome, Page, Storage, Version, Write};

/// The first version of the overlay's own rows: no store below counts that far.
const FIRST_VERSION: Version = 1 << 63;

/// Shows a store with changes that are made here only, and go with this value.
///
/// What others commit to the store below shows through, in rows that weren't written here.
pub struct OverlayStorage {
    below: Arc<dyn Storage>,
    above: RwLock<Above>,
}

struct Above {
    /// What was written here; none where it was deleted.
    rows: BTreeMap<String, Option<Row>>,
    version: Version,
}

struct Row {
    value: String,
    version: Version,
}

impl OverlayStorage {
    /// The store as it is, without changes.
    pub fn over(below: Arc<dyn Storage>) -> Self {
        let above = Above { rows: BTreeMap::new(), version: FIRST_VERSION };
        Self { below, above: RwLock::new(above) }
    }

    fn above(&self) -> RwLockReadGuard<'_, Above> {
        self.above.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for OverlayStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        limits::accept_keys(keys.iter().map(String::as_str))?;
        let above = self.above();
        let untouched = keys.iter().filter(|key| !above.rows.contains_key(*key));
        let mut below = self.below.get(untouched.cloned().collect())?.into_iter();
        let mut budget = ReadBudget::default();
        keys.into_iter()
            .map(|key| {
                let entry = match above.rows.get(&key) {
                    Some(row) => row.as_ref().map(|row| row.entry(key)),
                    None => below.next().flatten(),
                };
                if let Some(entry) = &entry {
                    budget.take(entry)?;
                }
                Ok(entry)
            })
            .collect()
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        if start >= end {
            // `BTreeMap::range` panics for a range that ends before it begins.
            return Ok(Page { entries: Vec::new(), next: None });
        }
        let above = self.above();
        let below = Below::new(&*self.below, (start, end), limit, reverse);
        let below = below.filter(|row| match row {
            Ok(entry) => !above.rows.contains_key(&entry.key),
            Err(_) => true,
        });
        let range = above.rows.range::<str, _>((Bound::Included(start), Bound::Excluded(end)));
        let own = range.filter_map(|(key, row)| Some(row.as_ref()?.entry(key.clone())));
        if reverse {
            limits::page(Merged::new(own.rev(), below, reverse), limit, reverse, end)
        } else {
            limits::page(Merged::new(own, below, reverse), limit, reverse, end)
        }
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        limits::accept_commit(&checks, &writes)?;
        let mut above = self.above.write().unwrap_or_else(PoisonError::into_inner);
        let broken = above.broken(checks, &*self.below)?;
        if !broken.is_empty() {
            return Ok(Outcome::Conflict(broken));
        }
        above.apply(writes);
        Ok(Outcome::Committed)
    }

    /// The store below isn't touched, and these rows go with this value.
    fn scrub(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Row {
    fn entry(&self, key: String) -> Entry {
        Entry { key, value: self.value.clone(), version: self.version }
    }
}

impl Above {
    /// The keys of the checks that don't hold.
    fn broken(&self, checks: Vec<Check>, below: &dyn Storage) -> Result<Vec<String>, Error> {
        let mut broken = Vec::new();
        for Check { key, version } in checks {
            let now = match self.rows.get(&key) {
                Some(row) => row.as_ref().map(|row| row.version),
                None => {
                    let rows = below.get(vec![key.clone()])?;
                    rows.into_iter().flatten().next().map(|entry| entry.version)
                }
            };
            if now != version {
                broken.push(key);
            }
        }
        Ok(broken)
    }

    fn apply(&mut self, writes: Vec<Write>) {
        self.version += 1;
        let version = self.version;
        for Write { key, value } in writes {
            self.rows.insert(key, value.map(|value| Row { value, version }));
        }
    }
}

/// The rows of a range of the store below, page by page as they are asked for.
struct Below<'s> {
    store: &'s dyn Storage,
    start: String,
    end: String,
    /// Rows that a page has.
    limit: u32,
    reverse: bool,
    page: VecDeque<Entry>,
    is_last: bool,
}

impl<'s> Below<'s> {
    fn new(store: &'s dyn Storage, range: (&str, &str), limit: u32, reverse: bool) -> Self {
        let (start, end) = (range.0.to_owned(), range.1.to_owned());
        let (page, limit) = (VecDeque::new(), limit.saturating_add(1));
        Self { store, start, end, limit, reverse, page, is_last: false }
    }

    /// The next page's rows; none after the last.
    fn turn(&mut self) -> Result<(), Error> {
        let page = self.store.scan(&self.start, &self.end, self.limit, self.reverse)?;
        self.page = page.entries.into();
        match page.next {
            None => self.is_last = true,
            Some(next) if self.reverse => self.end = next,
            Some(next) => self.start = next,
        }
        Ok(())
    }
}

impl Iterator for Below<'_> {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.page.is_empty() && !self.is_last {
            if let Err(error) = self.turn() {
                self.is_last = true;
                return Some(Err(error));
            }
        }
        self.page.pop_front().map(Ok)
    }
}

/// Two runs of rows as one, in the order of their keys.
struct Merged<A: Iterator, B: Iterator> {
    own: Peekable<A>,
    below: Peekable<B>,
    reverse: bool,
}

impl<A: Iterator, B: Iterator> Merged<A, B> {
    fn new(own: A, below: B, reverse: bool) -> Self {
        Self { own: own.peekable(), below: below.peekable(), reverse }
    }
}

impl<A, B> Iterator for Merged<A, B>
where
    A: Iterator<Item = Entry>,
    B: Iterator<Item = Result<Entry, Error>>,
{
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let own_first = match (self.own.peek(), self.below.peek()) {
            (Some(own), Some(Ok(below))) => (own.key < below.key) != self.reverse,
            (own, None) => own.is_some(),
            (_, Some(_)) => false,
        };
        if own_first { self.own.next().map(Ok) } else { self.below.next() }
    }
}

/// Shows how many rows were written, not what is in them.
impl fmt::Debug for OverlayStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverlayStorage")
            .field("written", &self.above().rows.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::storage::{MemoryStorage, contract};

    #[test]
    fn keeps_the_contract() {
        contract::check(&|| Arc::new(OverlayStorage::over(Arc::new(MemoryStorage::new()))))
            .unwrap();
    }

    fn write(key: &str, value: Option<&str>) -> Write {
        Write { key: key.into(), value: value.map(str::to_owned) }
    }

    /// `key=value` for each row, upwards or downwards, in pages of `limit`.
    fn rows(store: &dyn Storage, limit: u32, reverse: bool) -> Vec<String> {
        let (mut start, mut end, mut seen) = ("a".to_owned(), "z".to_owned(), Vec::new());
        loop {
            let page = store.scan(&start, &end, limit, reverse).unwrap();
            seen.extend(page.entries.iter().map(|row| format!("{}={}", row.key, row.value)));
            match page.next {
                None => return seen,
                Some(next) if reverse => end = next,
                Some(next) => start = next,
            }
        }
    }

    #[test]
    fn the_store_below_shows_through_and_never_changes() {
        let below = Arc::new(MemoryStorage::new());
        let first = ["b", "c", "d", "f"].map(|key| write(key, Some("below")));
        below.commit(Vec::new(), first.into()).unwrap();
        let before = below.dump();
        let over = OverlayStorage::over(below.clone());
        let written = vec![
            write("a", Some("new")),
            write("c", Some("new")),
            write("d", None),
            write("e", None),
        ];
        assert_eq!(over.commit(Vec::new(), written), Ok(Outcome::Committed));

        let expected = ["a=new", "b=below", "c=new", "f=below"];
        for limit in 1..6 {
            assert_eq!(rows(&over, limit, false), expected, "pages of {limit}");
            let mut downwards = rows(&over, limit, true);
            downwards.reverse();
            assert_eq!(downwards, expected, "pages of {limit}, downwards");
        }
        let got = over.get(["d", "b", "c", "x"].map(str::to_owned).into()).unwrap();
        let values: Vec<_> = got.iter().map(|row| row.as_ref().map(|row| &*row.value)).collect();
        assert_eq!(values, [None, Some("below"), Some("new"), None]);
        assert_eq!(below.dump(), before);
    }

    #[test]
    fn checks_see_both() {
        let below = Arc::new(MemoryStorage::new());
        let first = vec![write("b", Some("below")), write("c", Some("below"))];
        below.commit(Vec::new(), first).unwrap();
        let over = OverlayStorage::over(below.clone());
        let version = |key: &str| over.get(vec![key.into()]).unwrap().remove(0).unwrap().version;
        let check = |key: &str, version| Check { key: key.into(), version };
        let (b, c) = (version("b"), version("c"));
        over.commit(vec![check("b", Some(b))], vec![write("b", Some("new"))]).unwrap();
        below.commit(Vec::new(), vec![write("c", Some("theirs"))]).unwrap();
        for (key, version, holds) in [
            ("b", Some(b), false),
            ("b", Some(version("b")), true),
            ("c", Some(c), false),
            ("x", None, true),
        ] {
            let outcome = over.commit(vec![check(key, version)], Vec::new()).unwrap();
            assert_eq!(outcome == Outcome::Committed, holds, "{key} {version:?}");
        }
    }
}
