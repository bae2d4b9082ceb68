//! The connection that commits.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::super::{Check, Outcome, Write};

const VERSION_OF: &str = "SELECT version FROM entries WHERE key = ?1";
const PUT: &str = "INSERT INTO entries (key, value, version) VALUES (?1, ?2, ?3) \
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version";
const DELETE: &str = "DELETE FROM entries WHERE key = ?1";
const RESERVE: &str = "UPDATE versions SET next = next + ?1 WHERE id = 1 RETURNING next";

/// How many versions a process reserves at once. A larger block saves more writes of the
/// counter's row; what is left of it when the process ends is never used.
const BLOCK: i64 = 1_024;

/// Commits, one at a time. Every commit has a version of its own, which all rows that it
/// writes share.
pub(super) struct Writer {
    connection: Connection,
    /// Versions that this process has reserved and not used.
    reserved: Range<i64>,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, reserved: 0..0 }
    }

    pub(super) fn commit(
        &mut self,
        checks: Vec<Check>,
        writes: &[Write],
    ) -> rusqlite::Result<Outcome> {
        // Taking the write lock first means that what the checks see can't change before
        // the writes.
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let broken = broken(&transaction, checks)?;
        if !broken.is_empty() {
            return Ok(Outcome::Conflict(broken));
        }
        let mut reserved = self.reserved.clone();
        let version = next_version(&transaction, &mut reserved)?;
        apply(&transaction, writes, version)?;
        transaction.commit()?;
        // Only now: had the commit failed, a block reserved in it would not be ours.
        self.reserved = reserved;
        Ok(Outcome::Committed)
    }
}

/// The keys of the checks that don't hold.
fn broken(transaction: &Transaction<'_>, checks: Vec<Check>) -> rusqlite::Result<Vec<String>> {
    let mut version_of = transaction.prepare_cached(VERSION_OF)?;
    let mut broken = Vec::new();
    for check in checks {
        let found: Option<i64> = version_of.query_row([&check.key], |row| row.get(0)).optional()?;
        if found.map(i64::cast_unsigned) != check.version {
            broken.push(check.key);
        }
    }
    Ok(broken)
}

fn next_version(transaction: &Transaction<'_>, reserved: &mut Range<i64>) -> rusqlite::Result<i64> {
    if let Some(version) = reserved.next() {
        return Ok(version);
    }
    let end: i64 = transaction.prepare_cached(RESERVE)?.query_row([BLOCK], |row| row.get(0))?;
    *reserved = end - BLOCK + 1..end;
    Ok(end - BLOCK)
}

fn apply(transaction: &Transaction<'_>, writes: &[Write], version: i64) -> rusqlite::Result<()> {
    let mut put = transaction.prepare_cached(PUT)?;
    let mut delete = transaction.prepare_cached(DELETE)?;
    for write in writes {
        match &write.value {
            Some(value) => put.execute(params![write.key, value, version])?,
            None => delete.execute([&write.key])?,
        };
    }
    Ok(())
}
