//! Getting and scanning.

use std::collections::{BTreeSet, HashMap};

use super::cause::{self, Failed};
use super::client::Client;
use super::moment::{Moment, most, steadily};
use super::reverse;
use super::wire::{Number, Range, Row};
use super::writers::Writers;
use super::{Entry, Error, Page, limits};
use crate::adapters::storage::limits::ReadBudget;
use crate::adapters::storage::remote::{Commit, Deadline};

/// One answer for each key.
pub(super) fn get(writers: &Writers, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let client = &writers.client;
    let deadline = client.deadline();
    writers.settle_doubts(deadline)?;
    let asked: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    let asked: Vec<&str> = asked.into_iter().collect();
    let found = steadily(deadline, |moment| {
        let mut found = Vec::new();
        let mut budget = ReadBudget::default();
        for keys in asked.chunks(moment.keys()) {
            let ranges = keys.iter().map(|key| Range::key(client.options.keys.row(key)));
            let mut fits = true;
            for ranged in moment.read_all(client, ranges, deadline)? {
                for row in ranged.kvs {
                    let entry = entry(client, row)?;
                    fits &= budget.fits(&entry);
                    found.push(entry);
                }
            }
            // What is more than a read may give is refused below.
            if !fits {
                break;
            }
        }
        Ok(found)
    })?;
    let mut budget = ReadBudget::default();
    let found: HashMap<String, Entry> =
        found.into_iter().map(|entry| (entry.key.clone(), entry)).collect();
    let entries = keys.iter().map(|key| {
        let entry = found.get(key).cloned();
        entry.iter().try_for_each(|entry| budget.take(entry))?;
        Ok(entry)
    });
    entries.collect()
}

/// A page of a range.
pub(super) fn scan(
    writers: &Writers,
    start: &str,
    end: &str,
    limit: u32,
    reverse: bool,
) -> Result<Page, Error> {
    let client = &writers.client;
    let keys = &client.options.keys;
    let deadline = client.deadline();
    writers.settle_doubts(deadline)?;
    // One row more tells whether the range goes on.
    let count = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let found = steadily(deadline, |moment| {
        let (mut from, mut to) = (keys.row(start).into_bytes(), keys.row(end).into_bytes());
        let mut entries: Vec<Entry> = Vec::new();
        let mut budget = ReadBudget::default();
        while from < to && entries.len() < count {
            let rows = moment.rows.min(count - entries.len());
            let ranged = if reverse {
                reverse::last(client, moment, (&from, &to), rows, deadline)?
            } else {
                let first = Range { limit: Some(most(rows)), ..Range::between(&from, &to) };
                moment.read(client, &first, deadline)?
            };
            let more = ranged.more;
            let Some(last) = ranged.kvs.last().map(|row| row.key.0.clone()) else { break };
            for row in ranged.kvs {
                let entry = entry(client, row)?;
                let fits = budget.fits(&entry);
                entries.push(entry);
                if !fits {
                    return Ok(entries);
                }
            }
            match (more, reverse) {
                (false, _) => break,
                (true, true) => to = last,
                (true, false) => from = [last, vec![0]].concat(),
            }
        }
        Ok(entries)
    })?;
    limits::page(found.into_iter().map(Ok), limit, reverse, end)
}

/// The keys of those checks that don't hold.
pub(super) fn broken(
    writers: &Writers,
    commit: &Commit<'_>,
    deadline: Deadline,
) -> Result<Vec<String>, Error> {
    steadily(deadline, |moment| differing(&writers.client, commit, moment, deadline))
}

/// The keys of those checks that didn't hold at that revision; all of them, where nobody can tell any more.
pub(super) fn broken_at(
    writers: &Writers,
    commit: &Commit<'_>,
    revision: Number,
    deadline: Deadline,
) -> Vec<String> {
    let found = differing(&writers.client, commit, &mut Moment::at(revision), deadline);
    found.unwrap_or_else(|_| commit.checks.keys().map(|key| (*key).to_owned()).collect())
}

fn differing(
    client: &Client,
    commit: &Commit<'_>,
    moment: &mut Moment,
    deadline: Deadline,
) -> Result<Vec<String>, Failed> {
    let checks: Vec<_> = commit.checks.iter().collect();
    let mut broken = Vec::new();
    for checks in checks.chunks(moment.keys()) {
        let ranges =
            checks.iter().map(|(key, _)| Range::key(client.options.keys.row(key)).without_values());
        let found = moment.read_all(client, ranges, deadline)?;
        for ((key, version), ranged) in checks.iter().zip(found) {
            let found = ranged.kvs.first().map_or(0, |row| row.mod_revision.0);
            if found != Number::of(**version).0 {
                broken.push((**key).to_owned());
            }
        }
    }
    Ok(broken)
}

/// A row of the store.
fn entry(client: &Client, row: Row) -> Result<Entry, Failed> {
    let key = client.options.keys.own(&row.key.0).map(str::to_owned);
    match (key, String::from_utf8(row.value.0)) {
        (Some(key), Ok(value)) => {
            Ok(Entry { key, value, version: row.mod_revision.0.cast_unsigned() })
        }
        _ => Err(cause::lasting(format!(
            "another program wrote to the row `{}`",
            String::from_utf8_lossy(&row.key.0).escape_debug()
        ))),
    }
}
