//! Rows in an ordered map.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::limits::{self, ReadBudget};
use super::{Check, Entry, Error, Outcome, Page, Storage, StorageFigures, Version, Write};

/// Keeps rows in memory, as long as it lives itself.
#[derive(Default)]
pub struct MemoryStorage {
    rows: RwLock<Rows>,
}

#[derive(Default)]
struct Rows {
    by_key: BTreeMap<String, Row>,
    /// The version of the latest commit; it counts on over deletions.
    version: Version,
}

struct Row {
    value: String,
    version: Version,
}

impl MemoryStorage {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// All rows: keys and values.
    pub fn dump(&self) -> BTreeMap<String, String> {
        let rows = self.rows();
        let pairs = rows.by_key.iter();
        pairs.map(|(key, row)| (key.clone(), row.value.clone())).collect()
    }

    fn rows(&self) -> RwLockReadGuard<'_, Rows> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for MemoryStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        limits::accept_keys(keys.iter().map(String::as_str))?;
        let rows = self.rows();
        let mut budget = ReadBudget::default();
        keys.into_iter()
            .map(|key| match rows.by_key.get(&key) {
                None => Ok(None),
                Some(row) => {
                    let entry = row.entry(key);
                    budget.take(&entry)?;
                    Ok(Some(entry))
                }
            })
            .collect()
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        if start >= end {
            // `BTreeMap::range` panics for a range that ends before it begins.
            return Ok(Page { entries: Vec::new(), next: None });
        }
        let rows = self.rows();
        let range = rows
            .by_key
            .range::<str, _>((std::ops::Bound::Included(start), std::ops::Bound::Excluded(end)));
        let entry = |(key, row): (&String, &Row)| Ok::<_, Infallible>(row.entry(key.clone()));
        let page = if reverse {
            limits::page(range.rev().map(entry), limit, reverse, end)
        } else {
            limits::page(range.map(entry), limit, reverse, end)
        };
        match page {
            Ok(page) => Ok(page),
            Err(never) => match never {},
        }
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        limits::accept_commit(&checks, &writes)?;
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        let broken = rows.broken(checks);
        if !broken.is_empty() {
            return Ok(Outcome::Conflict(broken));
        }
        rows.apply(writes);
        Ok(Outcome::Committed)
    }

    /// Memory that was freed is nobody's to read.
    fn scrub(&self) -> Result<(), Error> {
        Ok(())
    }

    fn figures(&self) -> StorageFigures {
        StorageFigures { kind: "memory", figures: Vec::new() }
    }
}

impl Row {
    fn entry(&self, key: String) -> Entry {
        Entry { key, value: self.value.clone(), version: self.version }
    }
}

impl Rows {
    /// The keys of the checks that don't hold.
    fn broken(&self, checks: Vec<Check>) -> Vec<String> {
        checks
            .into_iter()
            .filter(|check| self.by_key.get(&check.key).map(|row| row.version) != check.version)
            .map(|check| check.key)
            .collect()
    }

    fn apply(&mut self, writes: Vec<Write>) {
        self.version += 1;
        let version = self.version;
        for Write { key, value } in writes {
            match value {
                Some(value) => self.by_key.insert(key, Row { value, version }),
                None => self.by_key.remove(&key),
            };
        }
    }
}

/// Shows how many rows there are, not what is in them.
impl fmt::Debug for MemoryStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStorage")
            .field("rows", &self.rows().by_key.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::adapters::storage::contract;

    #[test]
    fn keeps_the_contract() {
        contract::check(&|| Arc::new(MemoryStorage::new())).unwrap();
    }
}
