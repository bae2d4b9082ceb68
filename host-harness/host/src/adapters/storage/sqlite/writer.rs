//! The connection that commits.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::unavailable;
use crate::adapters::storage::{Check, Error, Outcome, Write};

const VERSION_OF: &str = "SELECT version FROM entries WHERE key = ?1";
const PUT: &str = "INSERT INTO entries (key, value, version) VALUES (?1, ?2, ?3) \
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version";
const DELETE: &str = "DELETE FROM entries WHERE key = ?1";
const RESERVE: &str = "UPDATE versions SET next = next + ?1 WHERE id = 1 RETURNING next";

/// How many versions a process reserves at once. A larger block saves more writes of the
/// counter's row; what is left of it when the process ends is never used.
const BLOCK: i64 = 1_024;

/// What one caller wants to be committed.
pub(super) struct Commit {
    pub(super) checks: Vec<Check>,
    pub(super) writes: Vec<Write>,
}

impl Commit {
    /// How many rows it checks and writes.
    pub(super) fn rows(&self) -> usize {
        self.checks.len().saturating_add(self.writes.len())
    }
}

/// Commits, one transaction at a time. Every commit has a version of its own, which all rows
/// that it writes share.
pub(super) struct Writer {
    connection: Connection,
    /// Versions that this process has reserved and not used.
    reserved: Range<i64>,
}

/// Where a transaction failed.
enum Failed {
    /// Before anything was tried.
    Beginning(rusqlite::Error),
    /// At one of the commits, or all of them at the end.
    Later(rusqlite::Error),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Later(error)
    }
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, reserved: 0..0 }
    }

    /// Makes the commits in their order, each as if it were alone: all in one transaction, or,
    /// where that fails, each in its own, so that no commit fails for its neighbour's sake.
    ///
    /// # Errors
    ///
    /// When no transaction could be begun: somebody else holds the file for too long.
    pub(super) fn commit_all(
        &mut self,
        commits: &[Commit],
    ) -> Result<Vec<Result<Outcome, Error>>, Error> {
        match self.try_all(commits) {
            Ok(outcomes) => Ok(outcomes.into_iter().map(Ok).collect()),
            Err(Failed::Beginning(error)) => Err(unavailable(error)),
            Err(Failed::Later(_)) => Ok(self.one_by_one(commits)),
        }
    }

    fn one_by_one(&mut self, commits: &[Commit]) -> Vec<Result<Outcome, Error>> {
        let mut held: Option<Error> = None;
        let mut one = |commit: &Commit| {
            if let Some(error) = &held {
                return Err(error.clone());
            }
            match self.try_all(std::slice::from_ref(commit)) {
                Ok(outcomes) => Ok(outcomes.into_iter().next().unwrap_or(Outcome::Committed)),
                // Each of the others would wait for as long, and in vain.
                Err(Failed::Beginning(error)) => Err(held.insert(unavailable(error)).clone()),
                Err(Failed::Later(error)) => Err(unavailable(error)),
            }
        };
        commits.iter().map(&mut one).collect()
    }

    fn try_all(&mut self, commits: &[Commit]) -> Result<Vec<Outcome>, Failed> {
        // Taking the write lock first means that what the checks see can't change before
        // the writes.
        let behavior = TransactionBehavior::Immediate;
        let transaction =
            self.connection.transaction_with_behavior(behavior).map_err(Failed::Beginning)?;
        let mut reserved = self.reserved.clone();
        let mut outcomes = Vec::with_capacity(commits.len());
        for commit in commits {
            outcomes.push(make(&transaction, commit, &mut reserved)?);
        }
        // Until then no outcome counts: a check may have failed for what a neighbour wrote.
        transaction.commit()?;
        // Only now: had the transaction failed, a block reserved in it would not be ours.
        self.reserved = reserved;
        Ok(outcomes)
    }
}

/// Checks first, then writes: what isn't as checked writes nothing.
fn make(
    transaction: &Transaction<'_>,
    commit: &Commit,
    reserved: &mut Range<i64>,
) -> rusqlite::Result<Outcome> {
    let broken = broken(transaction, &commit.checks)?;
    if !broken.is_empty() {
        return Ok(Outcome::Conflict(broken));
    }
    if !commit.writes.is_empty() {
        let version = next_version(transaction, reserved)?;
        apply(transaction, &commit.writes, version)?;
    }
    Ok(Outcome::Committed)
}

/// The keys of the checks that don't hold.
fn broken(transaction: &Transaction<'_>, checks: &[Check]) -> rusqlite::Result<Vec<String>> {
    let mut version_of = transaction.prepare_cached(VERSION_OF)?;
    let mut broken = Vec::new();
    for check in checks {
        let found: Option<i64> = version_of.query_row([&check.key], |row| row.get(0)).optional()?;
        if found.map(i64::cast_unsigned) != check.version {
            broken.push(check.key.clone());
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
