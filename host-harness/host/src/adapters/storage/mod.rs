//! Storing rows: in memory, in an SQLite file, in a PostgreSQL database, in an etcd cluster, or in memory above another
//! store.
//!
//! [`contract`] checks an adapter against what the WIT promises; run it on your own.

pub mod contract;
#[cfg(feature = "etcd")]
mod etcd;
mod figures;
mod limits;
mod memory;
mod overlay;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "etcd", feature = "postgres"))]
mod remote;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use crate::bindings::clientdesk::host::storage::{Check, Entry, Error, Page, Version, Write};
#[cfg(feature = "etcd")]
pub use etcd::{EtcdOptions, EtcdStorage, EtcdStorageError};
pub use figures::{StorageFigure, StorageFigures};
pub use limits::{
    COMMIT_BYTES_MAX, COMMIT_ROWS_MAX, KEY_BYTES_MAX, READ_BYTES_MAX, VALUE_BYTES_MAX,
    accept_commit, accept_keys,
};
pub use memory::MemoryStorage;
pub use overlay::OverlayStorage;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStorage, PostgresStorageError};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStorage, SqliteStorageError, SqliteSync};

/// What became of a commit. The WIT's `outcome` is a record for the sake of other languages;
/// here, what can't be can't be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every write was made.
    Committed,
    /// Nothing was written: these keys didn't have the version that was asked for.
    Conflict(Vec<String>),
}

/// An ordered key-value store with one atomic commit: the WIT's `storage` interface, whose
/// text is the contract. In short:
///
/// - keys are printable ASCII, compared byte by byte; values come back byte for byte;
/// - a version is never used again for the same key;
/// - reads see every commit that ended before them, by whoever;
/// - several writes to one key in one commit are made in their order.
///
/// Implementations call [`accept_keys`] and [`accept_commit`] first, which refuse what is
/// over the limits with [`Error::TooLarge`].
pub trait Storage: Send + Sync {
    /// One answer for each key, in the order asked; none where there is no row.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for what is no key, and for more than [`READ_BYTES_MAX`] bytes of
    /// rows at once; [`Error::Unavailable`] when the store can't answer.
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error>;

    /// At most `limit` rows from `start` (inclusive) to `end` (exclusive), upwards, or
    /// downwards with `reverse`. The bounds are any text. A page ends early, with `next`, at
    /// [`READ_BYTES_MAX`] bytes of rows.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when the store can't answer.
    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error>;

    /// Makes all writes if every check holds, or none of them.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for what is over a limit; [`Error::Unavailable`] when the store
    /// can't answer. Nothing was written then.
    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error>;

    /// Sees to it that nothing which was deleted or overwritten before can be found in the
    /// store's own files, soon: a client was erased. It must be short, and what it puts off
    /// must outlive the process. What leaves no traces has nothing to do.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when the store can't even note it: the component will ask again.
    fn scrub(&self) -> Result<(), Error>;

    /// What it tells of itself to whoever watches. It must be quick, and ask nobody. To begin with it tells nothing.
    fn figures(&self) -> StorageFigures {
        StorageFigures::default()
    }
}
