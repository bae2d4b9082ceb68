//! Rows in a PostgreSQL database.
//!
//! - `options`: what an address says, and how a store is opened;
//! - `schema`: the tables, by version, and whether a schema is ours;
//! - `link`: a connection, which the thread that uses it drives itself;
//! - `reader`: one that reads;
//! - `writer`: one that commits, by the one statement that checks and writes, and where versions come from;
//! - `pool`: as many of both as there may be;
//! - `read`: getting and scanning;
//! - `commit`: making a commit, again where others were in the way;
//! - `settle`: what became of a commit whose answer was lost;
//! - `texts`: what PostgreSQL can't keep as it is;
//! - `cause`: errors, as words for whoever operates the host;
//! - `scrub`: what is done after a client was erased;
//! - `tls`: encryption, and whose certificates are good.
//!
//! # What is promised, and by what
//!
//! Commits run under `SERIALIZABLE`, each as one statement, and so do reads (`READ ONLY`, which costs nothing while nobody
//! commits): whoever reads never sees a later commit without an earlier one that it overtook. When PostgreSQL
//! refuses a commit because of others (40001, 40P01), nothing was written, and it is tried again: then its own
//! checks say whether it is a conflict, and of which keys.

mod cause;
mod commit;
mod link;
mod options;
mod pool;
mod read;
mod reader;
mod schema;
mod scrub;
mod settle;
mod texts;
mod tls;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::limits;
use super::remote::{self, Deadline, Scrubber};
use super::{Check, Entry, Error, Outcome, Page, Storage, StorageFigures, Write};
use pool::Pools;

pub use options::PostgresOptions;

/// Keeps rows in a PostgreSQL database, which any number of hosts on any number of machines may use at once.
///
/// A commit that was acknowledged is as safe as the server's own `synchronous_commit` makes it. Every call ends
/// within [`PostgresOptions::deadline`]: with its answer, or with [`Error::Unavailable`], which says why. A commit
/// whose answer is lost with its connection is looked up over another one; where that doesn't succeed before the
/// deadline either, the error says that the outcome isn't known, and the store sees to it before its next commit
/// that what wasn't made until then never will be.
///
/// Calls block the thread, as those of every store do. From async code, make them on a thread that may be blocked
/// (`spawn_blocking`); on a runtime with several threads any thread will do.
///
/// # What erasing leaves
///
/// [`scrub`](Storage::scrub) has the table written anew where it is small enough, and vacuumed else; see there. What
/// it can't reach is the server's write-ahead log, its backups and its replicas: they keep what they have until they
/// are recycled.
pub struct PostgresStorage {
    pools: Arc<Pools>,
    scrubber: Scrubber,
}

/// Why a PostgreSQL database can't be used as a store.
#[derive(Debug, Error)]
pub enum PostgresStorageError {
    /// The address isn't one.
    #[error("not the address of a PostgreSQL database: {why}")]
    Address {
        /// What is wrong with it.
        why: String,
    },
    /// The server can't be reached, lets nobody in, or doesn't answer.
    #[error("can't open the store in `{store}`: {why}")]
    Open {
        /// Where it is, without the password.
        store: String,
        /// Why.
        why: String,
    },
    /// Nothing is there.
    #[error("no store in `{store}`")]
    Missing {
        /// Where it would be.
        store: String,
    },
    /// The schema holds something else.
    #[error(
        "the schema `{schema}` in `{store}` isn't a Clientdesk store: {found}; name another with `schema=`"
    )]
    NotOurs {
        /// Where it is.
        store: String,
        /// Which schema.
        schema: String,
        /// What it is instead.
        found: String,
    },
    /// A newer release wrote the tables.
    #[error(
        "the store in `{store}` has layout {found}; this release reads up to {known}; use a newer one"
    )]
    NewerLayout {
        /// Where it is.
        store: String,
        /// The store's layout.
        found: i32,
        /// The newest layout that this release knows.
        known: i32,
    },
    /// The database can't keep every text.
    #[error(
        "the database of `{store}` has the encoding {found}; a store needs one with the encoding UTF8"
    )]
    Encoding {
        /// Where it is.
        store: String,
        /// Its encoding.
        found: String,
    },
}

impl PostgresOptions {
    /// The store; its tables are made where there are none.
    ///
    /// # Errors
    ///
    /// As for [`PostgresStorage::open`].
    pub fn open(self) -> Result<PostgresStorage, PostgresStorageError> {
        schema::prepare(&self, true)?;
        Ok(PostgresStorage::start(Pools::new(self)))
    }

    /// The store. Nothing is made where there is none.
    ///
    /// # Errors
    ///
    /// As for [`PostgresStorage::open_existing`].
    pub fn open_existing(self) -> Result<PostgresStorage, PostgresStorageError> {
        schema::prepare(&self, false)?;
        Ok(PostgresStorage::start(Pools::new(self)))
    }

    /// Removes the store with everything in it, for good: the schema of its tables.
    ///
    /// # Errors
    ///
    /// As for [`PostgresStorage::open_existing`].
    pub fn remove(self) -> Result<(), PostgresStorageError> {
        schema::remove(&self)
    }
}

impl PostgresStorage {
    /// The store in the database at the address, such as `postgres://user:password@host/database`; its tables are
    /// made where there are none. [`PostgresOptions`] lists what an address may say.
    ///
    /// # Errors
    ///
    /// When the address is wrong, the database can't be reached, or holds something else or a newer store.
    pub fn open(address: &str) -> Result<Self, PostgresStorageError> {
        PostgresOptions::read(address)?.open()
    }

    /// The store in the database at the address. Nothing is made where there is none.
    ///
    /// # Errors
    ///
    /// [`PostgresStorageError::Missing`] when there is none; else as for [`open`](PostgresStorage::open).
    pub fn open_existing(address: &str) -> Result<Self, PostgresStorageError> {
        PostgresOptions::read(address)?.open_existing()
    }

    fn start(pools: Pools) -> Self {
        let pools = Arc::new(pools);
        let cleaned = Arc::clone(&pools);
        let scrubber = Scrubber::new(move || {
            let _ = scrub::clean(&cleaned.options);
        });
        // A process that ended too early may have left it to be done.
        if read::get(&pools, vec![remote::ROW.into()]).is_ok_and(|rows| rows != [None]) {
            scrubber.wake();
        }
        Self { pools, scrubber }
    }

    /// Where the store is, for people: without the password.
    pub fn shown(&self) -> &str {
        &self.pools.options.shown
    }

    /// All rows: keys and values.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when the database can't be read.
    pub fn dump(&self) -> Result<BTreeMap<String, String>, Error> {
        remote::dump(self)
    }
}

impl Storage for PostgresStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        limits::accept_keys(keys.iter().map(String::as_str))?;
        read::get(&self.pools, keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        read::scan(&self.pools, start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        limits::accept_commit(&checks, &writes)?;
        commit::commit(&self.pools, checks, writes)
    }

    /// Notes that the table has to be cleaned, which a thread of the store does at once, in this process or, if it
    /// ends, in the next one that opens the store.
    ///
    /// A table of up to 256 MiB is written anew (`VACUUM FULL`): reads and commits wait meanwhile, about a second for
    /// each 100 MB. A larger one is vacuumed beside its users, which frees what was deleted but leaves its bytes
    /// where they were until they are written over: run `VACUUM FULL` where that matters.
    fn scrub(&self) -> Result<(), Error> {
        self.commit(Vec::new(), vec![remote::wish()])?;
        self.scrubber.wake();
        Ok(())
    }

    fn figures(&self) -> StorageFigures {
        self.pools.connections().told("postgres")
    }
}

impl fmt::Debug for PostgresStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStorage").field("store", &self.shown()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
