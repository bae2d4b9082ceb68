//! Writing the file anew, so that no byte of what was deleted is left in it.
//!
//! Deleted rows are overwritten anyway. But when SQLite makes room in a page, it moves rows to
//! others and leaves copies where they were, which only this removes.
//!
//! That it is asked for stands in a row: whoever has the store open does it, and a process
//! that ends in between leaves it to the next one.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::schema::BUSY_TIMEOUT;
use crate::adapters::storage::Write;

/// The row in which a store remembers that it has to be scrubbed. The component has no keys of
/// its own that begin with `host/`.
const ROW: &str = "host/scrub";

/// What asks for it.
pub(super) fn wish() -> Write {
    Write { key: ROW.into(), value: Some("{}".into()) }
}

/// The version of the row that asks for it, if there is one.
pub(super) fn wished(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let mut find = connection.prepare_cached("SELECT version FROM entries WHERE key = ?1")?;
    find.query_row([ROW], |row| row.get(0)).optional()
}

/// Writes the file anew. Until the log is emptied, the file as it was lies beneath it.
///
/// Commits wait for it, about a second for each 100 MB.
pub(super) fn rewrite(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute("VACUUM", []).map(drop)
}

/// What the row of this version asked for is done. What others have asked for since stays.
pub(super) fn done(connection: &Connection, version: i64) -> rusqlite::Result<()> {
    let delete = "DELETE FROM entries WHERE key = ?1 AND version = ?2";
    connection.execute(delete, params![ROW, version]).map(drop)
}
