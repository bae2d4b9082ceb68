//! What every storage adapter promises, as checks that run against any of them.
//!
//! Most are those that a host in any language can run as a component (`clientdesk check-host`);
//! they are written in the crate `clientdesk-check-host`. Here stands what only adapters in Rust
//! promise beyond that, and what needs several threads.
//!
//! Run [`check`] in a test of your own adapter:
//!
//! ```
//! use std::sync::Arc;
//! use clientdesk_host::adapters::storage::{MemoryStorage, contract};
//!
//! contract::check(&|| Arc::new(MemoryStorage::new()))?;
//! # Ok::<(), contract::Broken>(())
//! ```

mod asked;
mod more;
mod races;

use std::fmt;
use std::sync::Arc;

use super::{Check, Entry, Error, Outcome, Storage, Version, Write};
use asked::Asked;

/// A promise, and how to find out whether it is kept.
#[derive(Clone, Copy)]
pub struct Case {
    /// What is promised, as a sentence.
    pub promise: &'static str,
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    /// As every host is checked.
    Shared(&'static clientdesk_check_host::Check),
    Own(fn(Arc<dyn Storage>) -> Kept),
}

impl Case {
    /// Checks the promise against an empty store, which may not be empty any more afterwards.
    ///
    /// # Errors
    ///
    /// What was seen instead of what is promised.
    pub fn run(&self, empty: Arc<dyn Storage>) -> Result<(), String> {
        match self.how {
            How::Shared(check) => {
                let kept = check.run_on(&Asked(&*empty)).unwrap_or(Ok(()));
                kept.map_err(|failure| format!("{} instead of {}", failure.found, failure.expected))
            }
            How::Own(check) => check(empty).map_err(|Seen(seen)| seen),
        }
    }
}

/// Whether a promise was kept.
type Kept = Result<(), Seen>;

/// What was seen when a promise was broken.
struct Seen(String);

impl From<Error> for Seen {
    fn from(error: Error) -> Self {
        Self(format!("a call failed: {error:?}"))
    }
}

/// All promises.
pub fn cases() -> impl Iterator<Item = Case> {
    let shared = clientdesk_check_host::all()
        .filter(|check| check.subject() == clientdesk_check_host::Subject::Storage)
        .map(|check| Case { promise: check.promise, how: How::Shared(check) });
    shared.chain([more::CASES, races::CASES].into_iter().flatten().copied())
}

/// Checks all promises, each against a store of its own that `make_empty` makes.
///
/// # Errors
///
/// All promises that aren't kept.
pub fn check(make_empty: &dyn Fn() -> Arc<dyn Storage>) -> Result<(), Broken> {
    let broken: Vec<String> = cases()
        .filter_map(|case| {
            let seen = case.run(make_empty()).err()?;
            Some(format!("{}: {seen}", case.promise))
        })
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(Broken(broken)) }
}

/// The promises that an adapter doesn't keep, each with what was seen instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub Vec<String>);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the storage contract is broken: {}", self.0.join("; "))
    }
}

impl std::error::Error for Broken {}

/// Fails the case unless the two are equal.
fn expect<T: PartialEq + fmt::Debug>(what: &str, seen: T, expected: T) -> Kept {
    if seen == expected {
        return Ok(());
    }
    Err(Seen(format!("{what}: {seen:?} instead of {expected:?}")))
}

fn put(key: &str, value: &str) -> Write {
    Write { key: key.into(), value: Some(value.into()) }
}

fn delete(key: &str) -> Write {
    Write { key: key.into(), value: None }
}

fn at(key: &str, version: Version) -> Check {
    Check { key: key.into(), version: Some(version) }
}

fn absent(key: &str) -> Check {
    Check { key: key.into(), version: None }
}

/// Writes without checks.
fn write(storage: &dyn Storage, writes: Vec<Write>) -> Kept {
    let outcome = storage.commit(Vec::new(), writes)?;
    expect("a commit without checks", outcome, Outcome::Committed)
}

/// Writes the keys, each with its own name as its value.
fn fill(storage: &dyn Storage, keys: &[&str]) -> Kept {
    write(storage, keys.iter().map(|key| put(key, &json(key))).collect())
}

/// The text as a JSON string. It holds nothing that needs an escape.
fn json(text: &str) -> String {
    format!("\"{text}\"")
}

/// The row of a key.
fn row(storage: &dyn Storage, key: &str) -> Result<Option<Entry>, Seen> {
    let mut rows = storage.get(vec![key.into()])?;
    expect("rows for one key", rows.len(), 1)?;
    Ok(rows.pop().flatten())
}

/// The row's version, of a row that is there.
fn version(storage: &dyn Storage, key: &str) -> Result<Version, Seen> {
    match row(storage, key)? {
        Some(row) => Ok(row.version),
        None => Err(Seen(format!("no row `{key}`"))),
    }
}

/// All keys of the store.
fn all_keys(storage: &dyn Storage) -> Result<Vec<String>, Seen> {
    let page = storage.scan("", "\u{7f}", u32::MAX, false)?;
    expect("where a scan of everything goes on", page.next, None)?;
    Ok(page.entries.into_iter().map(|row| row.key).collect())
}
