//! What the service itself keeps in the store, below `host/`, as JSON.

use clientdesk_host::adapters::storage::{self, Check, Outcome, Storage, Write};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// How many rows are read at once.
const PAGE: u32 = 200;

/// Why the service's own rows can't be read or written.
#[derive(Debug, Error)]
pub enum RowError {
    /// The store can't answer.
    #[error("the store can't be used: {0}")]
    Store(String),
    /// A row isn't what this program writes.
    #[error("the row `{key}` is damaged: {problem}")]
    Damaged {
        /// The row's key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// What is stored of something, and the ids of what can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    /// What can be read, the oldest first.
    pub whole: Vec<T>,
    /// The ids of what is damaged: it can be deleted, and nothing else.
    pub damaged: Vec<String>,
}

impl From<storage::Error> for RowError {
    fn from(error: storage::Error) -> Self {
        RowError::Store(format!("{error:?}"))
    }
}

/// The row of this key.
pub(crate) fn read<T: DeserializeOwned>(
    storage: &dyn Storage,
    key: &str,
) -> Result<Option<T>, RowError> {
    let found = storage.get(vec![key.to_owned()])?.into_iter().next().flatten();
    found.map(|entry| parsed(&entry.key, &entry.value)).transpose()
}

/// Rows, with the rest of their keys.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) whole: Vec<(String, T)>,
    /// Those that can't be read: each is damaged for itself.
    pub(crate) damaged: Vec<String>,
}

/// All rows whose keys begin with this.
pub(crate) fn list<T: DeserializeOwned>(
    storage: &dyn Storage,
    prefix: &str,
) -> Result<Found<T>, RowError> {
    let end = format!("{prefix}\u{7f}");
    let mut found = Found { whole: Vec::new(), damaged: Vec::new() };
    let mut start = prefix.to_owned();
    loop {
        let page = storage.scan(&start, &end, PAGE, false)?;
        for entry in page.entries {
            let rest = entry.key.strip_prefix(prefix).unwrap_or_default().to_owned();
            match parsed(&entry.key, &entry.value) {
                Ok(row) => found.whole.push((rest, row)),
                Err(_) => found.damaged.push(rest),
            }
        }
        match page.next {
            Some(next) => start = next,
            None => return Ok(found),
        }
    }
}

/// Whether there is a row of this key, whatever it says.
pub(crate) fn has(storage: &dyn Storage, key: &str) -> Result<bool, RowError> {
    Ok(storage.get(vec![key.to_owned()])?.into_iter().next().flatten().is_some())
}

/// Whether any key begins with this.
pub(crate) fn any(storage: &dyn Storage, prefix: &str) -> Result<bool, RowError> {
    let page = storage.scan(prefix, &format!("{prefix}\u{7f}"), 1, false)?;
    Ok(!page.entries.is_empty())
}

/// Writes a row that isn't there yet; says whether it wasn't.
pub(crate) fn create<T: Serialize>(
    storage: &dyn Storage,
    key: &str,
    row: &T,
) -> Result<bool, RowError> {
    let value = serde_json::to_string(row).map_err(|error| damaged(key, &error))?;
    let checks = vec![Check { key: key.to_owned(), version: None }];
    let writes = vec![Write { key: key.to_owned(), value: Some(value) }];
    Ok(storage.commit(checks, writes)? == Outcome::Committed)
}

/// Changes a row by what it is: gives what it became, or none where there is no such row. `change` is made again
/// where somebody else was quicker, and leaves the row alone where it says so.
pub(crate) fn update<T: DeserializeOwned + Serialize>(
    storage: &dyn Storage,
    key: &str,
    mut change: impl FnMut(&mut T) -> bool,
) -> Result<Option<T>, RowError> {
    /// How often others may be quicker.
    const TRIES: u32 = 20;
    for _ in 0..TRIES {
        let found = storage.get(vec![key.to_owned()])?.into_iter().next().flatten();
        let Some(entry) = found else { return Ok(None) };
        let mut row: T = parsed(&entry.key, &entry.value)?;
        if !change(&mut row) {
            return Ok(Some(row));
        }
        let value = serde_json::to_string(&row).map_err(|error| damaged(key, &error))?;
        let checks = vec![Check { key: key.to_owned(), version: Some(entry.version) }];
        let writes = vec![Write { key: key.to_owned(), value: Some(value) }];
        if storage.commit(checks, writes)? == Outcome::Committed {
            return Ok(Some(row));
        }
    }
    Err(RowError::Store(format!("others kept changing the row `{key}`")))
}

/// Deletes a row; says whether there was one.
pub(crate) fn delete(storage: &dyn Storage, key: &str) -> Result<bool, RowError> {
    if !has(storage, key)? {
        return Ok(false);
    }
    // Whoever changed it meanwhile did so in vain.
    storage.commit(Vec::new(), vec![Write { key: key.to_owned(), value: None }])?;
    Ok(true)
}

fn parsed<T: DeserializeOwned>(key: &str, value: &str) -> Result<T, RowError> {
    serde_json::from_str(value).map_err(|error| damaged(key, &error))
}

fn damaged(key: &str, problem: &serde_json::Error) -> RowError {
    RowError::Damaged { key: key.to_owned(), problem: problem.to_string() }
}
