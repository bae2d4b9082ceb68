//! Getting and scanning: one statement each, so what it gives is of one moment.

use std::collections::HashMap;
use std::time::Instant;

use super::cause::Failed;
use super::pool::Pools;
use super::reader::Reader;
use super::{Deadline, Entry, Error, Page, limits, texts};
use crate::adapters::storage::limits::ReadBudget;

/// One answer for each key.
pub(super) fn get(pools: &Pools, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let found = with_reader(pools, |reader, until| reader.get(&keys, until))?;
    let mut found: HashMap<String, Entry> =
        found.into_iter().map(|entry| (entry.key.clone(), entry)).collect();
    let mut budget = ReadBudget::default();
    let mut entries: Vec<Option<Entry>> = Vec::with_capacity(keys.len());
    let mut last_asked: HashMap<&str, usize> = HashMap::with_capacity(keys.len());
    for (at, key) in keys.iter().enumerate() {
        // A key that is asked for twice is answered twice.
        let entry = match last_asked.insert(key, at) {
            None => found.remove(key),
            Some(before) => entries.get(before).cloned().flatten(),
        };
        entry.iter().try_for_each(|entry| budget.take(entry))?;
        entries.push(entry);
    }
    Ok(entries)
}

/// A page of a range.
pub(super) fn scan(
    pools: &Pools,
    start: &str,
    end: &str,
    limit: u32,
    reverse: bool,
) -> Result<Page, Error> {
    let (from, to) = (texts::bound(start), texts::bound(end));
    // One row more tells whether the range goes on.
    let count = i64::from(limit) + 1;
    let found =
        with_reader(pools, |reader, until| reader.scan((&from, &to), count, reverse, until))?;
    limits::page(found.into_iter().map(Ok), limit, reverse, end)
}

/// The keys of those checks that don't hold.
pub(super) fn broken(
    pools: &Pools,
    keys: &[&str],
    versions: &[Option<i64>],
) -> Result<Vec<String>, Error> {
    with_reader(pools, |reader, until| reader.broken(keys, versions, until))
}

/// Reads, and once more if the connection turns out to be lost, or others were in the way.
fn with_reader<R>(
    pools: &Pools,
    mut read: impl FnMut(&mut Reader, Instant) -> Result<R, Failed>,
) -> Result<R, Error> {
    let deadline = Deadline::after(pools.options.deadline);
    loop {
        let failed = match pools.read(deadline, |reader| read(reader, deadline.end()))? {
            Ok(answer) => return Ok(answer),
            Err(failed) => failed,
        };
        if !failed.may_pass() || deadline.is_over() {
            return Err(failed.unavailable());
        }
        failed.pause();
    }
}
