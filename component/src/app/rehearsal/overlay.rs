//! A copy of the store that is thrown away: what is written stays in memory, above the rows that
//! are there.

use core::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::app::ports::{Check, Commit, Scan, Scanned, Storage, StorageError, Stored, Write};
use crate::domain::sets::one_by_one;

/// The versions that it gives begin here: no store counts so far.
const FIRST_VERSION: u64 = 1 << 63;

/// A store above another.
pub(super) struct Overlay {
    below: Rc<dyn Storage>,
    above: RefCell<Above>,
}

/// What was written: a row, or that there is none.
struct Above {
    rows: BTreeMap<String, Option<Stored>>,
    version: u64,
}

impl Overlay {
    /// An empty one above `below`.
    pub(super) fn new(below: Rc<dyn Storage>) -> Overlay {
        let above = Above { rows: BTreeMap::new(), version: FIRST_VERSION };
        Overlay { below, above: RefCell::new(above) }
    }
}

impl Storage for Overlay {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Stored>>, StorageError> {
        let above = self.above.borrow();
        let below: Vec<String> =
            keys.iter().filter(|key| !above.rows.contains_key(*key)).cloned().collect();
        let mut found = self.below.get(&below)?.into_iter();
        let row = |key: &String| match above.rows.get(key) {
            Some(row) => row.clone(),
            None => found.next().flatten(),
        };
        Ok(keys.iter().map(row).collect())
    }

    fn scan(&self, scan: &Scan) -> Result<Scanned, StorageError> {
        if scan.start >= scan.end {
            return self.below.scan(scan);
        }
        let above = self.above.borrow();
        let own = above.rows.range(scan.start.clone()..scan.end.clone());
        // Each row above may hide one below.
        let hidden = u32::try_from(own.clone().count()).unwrap_or(u32::MAX);
        let wider = Scan { limit: scan.limit.saturating_add(hidden), ..scan.clone() };
        let Scanned { rows, next } = self.below.scan(&wider)?;
        // Beyond what the store has given, rows below may come before those above.
        let given = |key: &String| match &next {
            Some(next) if scan.reverse => key >= next,
            Some(next) => key < next,
            None => true,
        };
        let below = rows.into_iter().map(|row| (row.key.clone(), Some(row)));
        let mut merged: BTreeMap<String, Option<Stored>> = one_by_one(below);
        let own = own.filter(|(key, _)| given(key));
        merged.extend(own.map(|(key, row)| (key.clone(), row.clone())));
        let mut rows: Vec<Stored> = merged.into_values().flatten().collect();
        if scan.reverse {
            rows.reverse();
        }
        let limit = scan.limit as usize;
        let next = match rows.get(limit) {
            // A reverse scan leaves its end out: it goes on below the last that was given.
            Some(_) if scan.reverse => {
                limit.checked_sub(1).and_then(|last| rows.get(last)).map(|row| row.key.clone())
            }
            Some(beyond) => Some(beyond.key.clone()),
            None => next,
        };
        rows.truncate(limit);
        Ok(Scanned { rows, next })
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Commit, StorageError> {
        let keys: Vec<String> = checks.iter().map(|check| check.key.clone()).collect();
        let found = self.get(&keys)?;
        let is_now = |row: &Option<Stored>| row.as_ref().map(|row| row.version);
        let conflicts: Vec<String> = checks
            .into_iter()
            .zip(&found)
            .filter(|(check, row)| check.version != is_now(row))
            .map(|(check, _)| check.key)
            .collect();
        if !conflicts.is_empty() {
            return Ok(Commit::Conflict(conflicts));
        }
        let mut above = self.above.borrow_mut();
        above.version = above.version.saturating_add(1);
        let version = above.version;
        for Write { key, value } in writes {
            let row = value.map(|value| Stored { key: key.clone(), value, version });
            above.rows.insert(key, row);
        }
        Ok(Commit::Committed)
    }

    fn scrub(&self) -> Result<(), StorageError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An overlay above nothing is a store.
    struct Nothing;

    impl Storage for Nothing {
        fn get(&self, keys: &[String]) -> Result<Vec<Option<Stored>>, StorageError> {
            Ok(keys.iter().map(|_| None).collect())
        }

        fn scan(&self, _: &Scan) -> Result<Scanned, StorageError> {
            Ok(Scanned { rows: Vec::new(), next: None })
        }

        fn commit(&self, _: Vec<Check>, _: Vec<Write>) -> Result<Commit, StorageError> {
            Err(StorageError::Unavailable("nothing is written below".to_owned()))
        }

        fn scrub(&self) -> Result<(), StorageError> {
            Ok(())
        }
    }

    fn key(number: u8) -> String {
        format!("k/{number:03}")
    }

    fn write(store: &Overlay, number: u8, value: Option<u8>) {
        let value = value.map(|value| value.to_string());
        let done = store.commit(Vec::new(), vec![Write { key: key(number), value }]).unwrap();
        assert_eq!(done, Commit::Committed);
    }

    /// All rows, in pages of `limit`.
    fn pages(store: &Overlay, limit: u32, reverse: bool) -> Vec<(String, String)> {
        let (mut start, mut end) = ("k/".to_owned(), "k0".to_owned());
        let mut all = Vec::new();
        loop {
            let scan = Scan { start: start.clone(), end: end.clone(), limit, reverse };
            let Scanned { rows, next } = store.scan(&scan).unwrap();
            assert!(rows.len() <= limit as usize);
            all.extend(rows.into_iter().map(|row| (row.key, row.value)));
            match next {
                None => return all,
                Some(next) if reverse => end = next,
                Some(next) => start = next,
            }
        }
    }

    proptest! {
        /// Two stores, one above the other, read as one in which everything was written.
        #[test]
        fn it_reads_as_if_everything_were_in_one_store(
            below in prop::collection::vec((0..20_u8, prop::option::of(0..9_u8)), 0..30),
            above in prop::collection::vec((0..20_u8, prop::option::of(0..9_u8)), 0..30),
            limit in 1..7_u32,
            reverse: bool,
        ) {
            let lower = Overlay::new(Rc::new(Nothing));
            let one = Overlay::new(Rc::new(Nothing));
            for (number, value) in &below {
                write(&lower, *number, *value);
                write(&one, *number, *value);
            }
            let before = pages(&lower, limit, reverse);
            let lower: Rc<Overlay> = Rc::new(lower);
            let upper = Overlay::new(Rc::clone(&lower) as Rc<dyn Storage>);
            for (number, value) in &above {
                write(&upper, *number, *value);
                write(&one, *number, *value);
            }
            prop_assert_eq!(pages(&upper, limit, reverse), pages(&one, limit, reverse));
            let keys: Vec<String> = (0..20).map(key).collect();
            let values = |store: &Overlay| {
                let rows = store.get(&keys).unwrap();
                rows.into_iter().map(|row| row.map(|row| row.value)).collect::<Vec<_>>()
            };
            prop_assert_eq!(values(&upper), values(&one));
            prop_assert_eq!(pages(&lower, limit, reverse), before, "nothing is written below");
        }
    }

    #[test]
    fn what_changed_meanwhile_is_a_conflict() {
        let store = Overlay::new(Rc::new(Nothing));
        write(&store, 1, Some(1));
        let version = store.get(&[key(1)]).unwrap()[0].as_ref().map(|row| row.version);
        let check = |version| vec![Check { key: key(1), version }];
        let writes = || vec![Write { key: key(2), value: Some("2".to_owned()) }];
        let refused = store.commit(check(None), writes()).unwrap();
        assert_eq!(refused, Commit::Conflict(vec![key(1)]));
        assert_eq!(store.get(&[key(2)]).unwrap(), [None], "nothing of it is written");
        assert_eq!(store.commit(check(version), writes()).unwrap(), Commit::Committed);
    }
}
