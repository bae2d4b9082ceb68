//! Who commits: each commit is made by a writer, which has a row of its own beside the store's rows.
//!
//! A commit asks that the writer's row is still as its last one left it, and changes it. So the same commit can be sent
//! again and again: one of them is made at most, and the row tells whether one was. A row ends with its lease, long
//! after the last commit that could have gone astray.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::cause::{self, Failed};
use super::client::{Client, GRANT, TXN};
use super::wire::{Bytes, Compare, Grant, Granted, Number, Op, Put, Range, Ranged, Txn, Txned};
use crate::adapters::storage::remote::Deadline;

/// How long a writer's row stays.
const LEASE_SECONDS: i64 = 600;

/// For how long a writer commits. A commit is over by its deadline, of a minute at most; the row outlives it.
const AGE_MAX: Duration = Duration::from_secs(300);

/// One who commits, one commit after the other.
#[derive(Debug)]
pub(super) struct Writer {
    /// The key of its row.
    pub(super) row: String,
    /// At which revision that was last written.
    pub(super) revision: i64,
    /// How many commits it tried.
    pub(super) commits: u64,
    lease: i64,
    born: Instant,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Made,
    /// It wasn't made, and never will be.
    Unmade,
    /// The writer's row is gone, and with it what it told. What wasn't made never will be.
    Gone,
}

impl Writer {
    /// A new one. Its row is there before its first commit: what finds it gone comes too late.
    pub(super) fn begin(client: &Client, deadline: Deadline) -> Result<Self, Failed> {
        let row = client.options.keys.writer(&number()?);
        let grant = Grant { ttl: Number(LEASE_SECONDS) };
        let born = Instant::now();
        let lease = client.ask::<Granted>(GRANT, &grant, deadline)?.id.0;
        let mut writer = Self { row, revision: 0, commits: 0, lease, born };
        let txn = Txn {
            compare: vec![writer.is_unchanged()],
            success: vec![writer.note("commit", 0)],
            failure: vec![writer.look()],
        };
        let made: Txned = client.ask(TXN, &txn, deadline)?;
        writer.revision = match made.succeeded {
            true => made.header.revision.0,
            // An answer was lost, and it was made before.
            false => made.ranges().next().as_ref().and_then(revision).unwrap_or_default(),
        };
        Ok(writer)
    }

    /// Whether it may make another commit.
    pub(super) fn is_young(&self) -> bool {
        self.born.elapsed() < AGE_MAX
    }

    /// That its row is as its last commit left it.
    pub(super) fn is_unchanged(&self) -> Compare {
        Compare::revision(&self.row, self.revision)
    }

    /// Notes what became of a commit.
    pub(super) fn note(&self, what: &str, commit: u64) -> Op {
        let (key, value) = (Bytes::new(&self.row), Bytes(note(what, commit)));
        Op::Put(Put { key, value, lease: Some(Number(self.lease)) })
    }

    /// Looks at its row.
    pub(super) fn look(&self) -> Op {
        Op::Range(Range::key(&self.row))
    }

    /// What its row tells of its last commit, where that row isn't as it was before.
    pub(super) fn told(&mut self, row: &Ranged) -> Settled {
        let Some(found) = row.kvs.first() else { return Settled::Gone };
        self.revision = found.mod_revision.0;
        match found.value.0 == note("commit", self.commits) {
            true => Settled::Made,
            false => Settled::Unmade,
        }
    }
}

fn note(what: &str, commit: u64) -> Vec<u8> {
    format!("{{\"{what}\":{commit}}}").into_bytes()
}

/// At which revision a row was written.
fn revision(row: &Ranged) -> Option<i64> {
    row.kvs.first().map(|row| row.mod_revision.0)
}

/// A number that nobody has.
fn number() -> Result<String, Failed> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| cause::lasting(format!("no randomness: {error}")))?;
    let mut text = String::with_capacity(32);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
