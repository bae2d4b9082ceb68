//! What stores on a server have in common, whichever server it is.
//!
//! - `blocking`: waiting for a connection on the thread that uses it;
//! - `commit`: a commit with each key once;
//! - `deadline`: when an operation has to be over;
//! - `figures`: what a store tells of its connections;
//! - `pool`: as many connections as there may be;
//! - `scrubber`: cleaning beside whoever uses the store;
//! - `tls`: whose certificates are good.

use std::collections::BTreeMap;

use super::{Error, Storage};

pub(super) mod blocking;
mod commit;
mod deadline;
mod figures;
mod pool;
mod scrubber;
pub(super) mod tls;

#[cfg(test)]
pub(super) mod proxy;
#[cfg(test)]
pub(super) mod trials;

pub(super) use commit::Commit;
pub(super) use deadline::Deadline;
pub(super) use figures::Connections;
pub(super) use pool::{Pool, lock};
pub(super) use scrubber::{ROW, Scrubber, wish};

/// All rows, page by page.
pub(super) fn dump(storage: &impl Storage) -> Result<BTreeMap<String, String>, Error> {
    let mut rows = BTreeMap::new();
    let mut start = String::new();
    loop {
        let page = storage.scan(&start, "\u{7f}", 5_000, false)?;
        rows.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value)));
        match page.next {
            Some(next) => start = next,
            None => return Ok(rows),
        }
    }
}
