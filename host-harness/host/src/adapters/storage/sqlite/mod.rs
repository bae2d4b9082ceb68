//! Rows in an SQLite file.
//!
//! - `schema`: the tables, and whether a file is ours;
//! - `readers`: connections for reads, which never wait for a writer;
//! - `options`: how a store is opened;
//! - `group`: threads that commit at the same time share a transaction;
//! - `writer`: the one connection that commits, and where versions come from;
//! - `checkpoint`: a thread that moves committed pages into the main file, so that no commit
//!   has to;
//! - `scrub`: what that thread does after a client was erased.

mod checkpoint;
mod group;
mod options;
mod readers;
mod schema;
mod scrub;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, Row, params};
use thiserror::Error;

use super::limits::{self, ReadBudget};
use super::{Check, Entry, Error, Outcome, Page, Storage, StorageFigure, StorageFigures, Write};
use crate::files;
use checkpoint::Checkpointer;
use group::Group;
use readers::Readers;
use writer::{Commit, Writer};

pub use options::{SqliteOptions, SqliteSync};

const GET: &str = "SELECT key, value, version FROM entries WHERE key = ?1";
const SCAN: &str =
    "SELECT key, value, version FROM entries WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";
const SCAN_REVERSE: &str = "SELECT key, value, version FROM entries WHERE key >= ?1 AND key < ?2 \
     ORDER BY key DESC LIMIT ?3";

/// Keeps rows in an SQLite file, which several processes may use at once.
///
/// A commit that was acknowledged survives the end of the process, however it ends. When the
/// machine itself loses power, the last commits may be missing, never half of one, unless the
/// store was opened with [`SqliteSync::Full`]: then none is missing.
///
/// Threads that commit at the same time share a transaction, and with it the wait for the
/// disk; each commit is checked, made and answered as if it were alone.
///
/// Beside the file stand its `-wal` and `-shm` while it is open: keep the three together, and
/// copy it with [`SqliteStorage::copy_to`]. Only their owner may read them, and what is
/// deleted is overwritten, a few seconds later also in the log. After a client was erased,
/// whoever has the store open writes the file anew, so that no copy of a row is left that
/// SQLite moved about.
pub struct SqliteStorage {
    path: PathBuf,
    readers: Readers,
    group: Group,
    checkpointer: Checkpointer,
}

/// Why an SQLite file can't be used as a store.
#[derive(Debug, Error)]
pub enum SqliteStorageError {
    /// SQLite can't open the file.
    #[error("can't open the store `{path}`")]
    Open {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// The file can't be looked at or made.
    #[error("can't open the store `{path}`")]
    File {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// There is no such file.
    #[error("no store at `{path}`")]
    Missing {
        /// Which file.
        path: String,
    },
    /// The file has no bytes. A store never has none, not even a new one.
    #[error(
        "the store `{path}` is empty (0 bytes), so whatever it held is lost: restore a backup, or delete \
         the file to begin a new store"
    )]
    Empty {
        /// Which file.
        path: String,
    },
    /// It holds something else.
    #[error("`{path}` isn't a Clientdesk store: {found}")]
    NotOurs {
        /// Which file.
        path: String,
        /// What it is instead.
        found: &'static str,
    },
    /// A newer release wrote the file.
    #[error(
        "the store `{path}` has layout {found}; this release reads up to {known}; use a newer one"
    )]
    NewerLayout {
        /// Which file.
        path: String,
        /// The file's layout.
        found: i64,
        /// The newest layout that this release knows.
        known: i64,
    },
    /// The thread that makes checkpoints didn't start.
    #[error("can't start the checkpoint thread of the store `{path}`")]
    Thread {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl SqliteStorageError {
    /// Whether another process holds the file right now.
    fn is_busy(&self) -> bool {
        let Self::Open { source, .. } = self else { return false };
        let code = source.sqlite_error_code();
        matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    /// What an error of SQLite means for a file that is being opened.
    fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.display().to_string();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => {
                Self::NotOurs { path, found: "it isn't an SQLite file" }
            }
            _ => Self::Open { path, source },
        }
    }

    /// What an error of the file system means for a file that is being opened.
    fn of_file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }
}

impl SqliteStorage {
    /// The store in the file at `path`; made if there is none. Only its owner may read it.
    ///
    /// # Errors
    ///
    /// When the file can't be opened, isn't a store, has lost its bytes, or was written by a
    /// newer release.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, SqliteStorageError> {
        Self::options().open(path)
    }

    /// The store in the file at `path`. Nothing is made where there is none.
    ///
    /// # Errors
    ///
    /// [`SqliteStorageError::Missing`] when there is none; else as for
    /// [`open`](SqliteStorage::open).
    pub fn open_existing(path: impl Into<PathBuf>) -> Result<Self, SqliteStorageError> {
        Self::options().open_existing(path)
    }

    /// Opens stores otherwise than by default.
    pub fn options() -> SqliteOptions {
        SqliteOptions::default()
    }

    fn open_or_make(path: PathBuf, sync: SqliteSync) -> Result<Self, SqliteStorageError> {
        if !schema::is_there(&path)? {
            schema::make(&path)?;
        }
        Self::open_there(path, sync)
    }

    fn open_there(path: PathBuf, sync: SqliteSync) -> Result<Self, SqliteStorageError> {
        if !schema::is_there(&path)? {
            return Err(SqliteStorageError::Missing { path: path.display().to_string() });
        }
        schema::make_private(&path);
        let failed = |source| SqliteStorageError::of(&path, source);
        let mut connection = schema::connect_to_write(&path, sync).map_err(failed)?;
        schema::prepare(&mut connection, &path)?;
        let checkpoints = schema::connect_to_write(&path, sync).map_err(failed)?;
        let checkpointer = Checkpointer::start(checkpoints).map_err(|source| {
            SqliteStorageError::Thread { path: path.display().to_string(), source }
        })?;
        Ok(Self {
            readers: Readers::new(path.clone()),
            group: Group::new(Writer::new(connection)),
            checkpointer,
            path,
        })
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the store as it is at one moment into a new file at `to`, while others go on
    /// using it. The copy is a whole store of its own, and holds nothing that was deleted.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when there is a file at `to`, or it can't be written.
    pub fn copy_to(&self, to: &Path) -> Result<(), Error> {
        let failed = |error| Error::Unavailable(format!("`{}`: {error}", to.display()));
        // SQLite takes an empty file for a new one, and leaves its permissions alone.
        files::create_new(to).map_err(failed)?;
        let name = to.to_str().ok_or_else(|| {
            Error::Unavailable(format!("`{}`: its name isn't UTF-8", to.display()))
        })?;
        // The readers' connections may not even write elsewhere.
        let connection = schema::connect(&self.path).map_err(unavailable)?;
        connection.execute("VACUUM INTO ?1", [name]).map_err(unavailable)?;
        std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(failed)
    }

    /// Reads every page, and checks that it is sound.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] with what is wrong.
    pub fn check(&self) -> Result<(), Error> {
        let found: String = self.readers.with(|connection| {
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        })?;
        if found == "ok" { Ok(()) } else { Err(Error::Unavailable(format!("SQLite: {found}"))) }
    }

    /// All rows: keys and values.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when the file can't be read.
    pub fn dump(&self) -> Result<BTreeMap<String, String>, Error> {
        self.readers.with(|connection| {
            let mut statement = connection.prepare("SELECT key, value FROM entries")?;
            let rows = statement.query_map([], |row| Ok((text(row, 0)?, text(row, 1)?)))?;
            rows.collect()
        })
    }
}

impl Storage for SqliteStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        limits::accept_keys(keys.iter().map(String::as_str))?;
        // The outer result is the file's, the inner one the read's.
        self.readers.with(|connection| read_all(connection, &keys))?
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        let sql = if reverse { SCAN_REVERSE } else { SCAN };
        // One row more tells whether the range goes on.
        let rows = i64::from(limit) + 1;
        self.readers.with(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![start, end, rows], entry)?;
            limits::page(rows, limit, reverse, end)
        })
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        limits::accept_commit(&checks, &writes)?;
        self.group.commit(Commit { checks, writes }, || self.checkpointer.committed())
    }

    /// Notes that the file has to be written anew, which the store's own thread does seconds
    /// later, or when the store is closed. Commits wait meanwhile, about a second for each
    /// 100 MB, and those that would have to for more than five are `unavailable`.
    fn scrub(&self) -> Result<(), Error> {
        self.commit(Vec::new(), vec![scrub::wish()]).map(drop)
    }

    fn figures(&self) -> StorageFigures {
        let (commits, transactions) = self.group.made();
        let waiting = u64::try_from(self.group.waiting()).unwrap_or(u64::MAX);
        StorageFigures {
            kind: "sqlite",
            figures: vec![
                StorageFigure::counted(
                    "commits",
                    "Commits that were brought to the store",
                    commits,
                ),
                StorageFigure::counted(
                    "transactions",
                    "Transactions that they shared, and with each the wait for the disk",
                    transactions,
                ),
                StorageFigure::now(
                    "commits_waiting",
                    "Commits that wait for a transaction",
                    waiting,
                ),
            ],
        }
    }
}

/// The rows of the keys, all of the same moment. The inner error is a read that is too
/// large.
fn read_all(
    connection: &Connection,
    keys: &[String],
) -> rusqlite::Result<Result<Vec<Option<Entry>>, Error>> {
    // A transaction makes it one moment, and is faster than as many as there are keys.
    let transaction = connection.unchecked_transaction()?;
    let mut statement = transaction.prepare_cached(GET)?;
    let mut budget = ReadBudget::default();
    let mut entries = Vec::with_capacity(keys.len());
    for key in keys {
        let mut rows = statement.query([key])?;
        let found = rows.next()?.map(entry).transpose()?;
        if let Some(Err(error)) = found.as_ref().map(|found| budget.take(found)) {
            return Ok(Err(error));
        }
        entries.push(found);
    }
    drop(statement);
    transaction.commit()?;
    Ok(Ok(entries))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        key: text(row, 0)?,
        value: text(row, 1)?,
        version: row.get::<_, i64>(2)?.cast_unsigned(),
    })
}

/// A column's text. Damaged bytes don't keep the rows beside them from being read: what isn't
/// text comes out as text that no row begins with, so that the component names what is damaged.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let bytes = row.get_ref(column)?.as_bytes()?;
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("{}{}", char::REPLACEMENT_CHARACTER, String::from_utf8_lossy(bytes)),
    })
}

/// SQLite's own text says what happened and names no row's contents.
fn unavailable(error: rusqlite::Error) -> Error {
    Error::Unavailable(format!("SQLite: {error}"))
}

impl fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorage").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod races_tests;
#[cfg(test)]
mod tests;
