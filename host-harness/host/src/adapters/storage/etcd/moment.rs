//! The revision that a call reads: what it gives is of one, however many answers it takes.
//!
//! Every first question is linearizable: the server makes sure that it knows of every commit that was acknowledged,
//! whichever server did. The next ones are asked of the revision that the first was answered at.

use super::Error;
use super::cause::{Failed, Kind};
use super::client::{Client, RANGE, TXN};
use super::wire::{Number, Op, Range, Ranged, Txn, Txned};
use crate::adapters::storage::remote::Deadline;

/// How many rows are asked for at once, and how many at most where the cluster is compacted again and again meanwhile.
const ROWS: usize = 500;
const ROWS_MAX: usize = 8_000;

/// How many keys fit into one question: each is an operation.
const KEYS_MAX: usize = 1_000;

/// The revision that a call reads.
pub(super) struct Moment {
    /// None until the first answer tells it.
    revision: Option<Number>,
    /// How many rows are asked for at once.
    pub(super) rows: usize,
}

impl Moment {
    /// That one.
    pub(super) const fn at(revision: Number) -> Self {
        Self { revision: Some(revision), rows: ROWS }
    }

    /// How many keys are asked for at once.
    pub(super) fn keys(&self) -> usize {
        self.rows.min(KEYS_MAX)
    }

    /// A range, of this revision.
    pub(super) fn read(
        &mut self,
        client: &Client,
        range: &Range,
        deadline: Deadline,
    ) -> Result<Ranged, Failed> {
        let range = Range { revision: self.revision, ..range.clone() };
        let ranged: Ranged = client.ask(RANGE, &range, deadline)?;
        self.revision.get_or_insert(ranged.header.revision);
        Ok(ranged)
    }

    /// Several ranges, of this revision.
    pub(super) fn read_all(
        &mut self,
        client: &Client,
        ranges: impl Iterator<Item = Range>,
        deadline: Deadline,
    ) -> Result<Vec<Ranged>, Failed> {
        let revision = self.revision;
        let success = ranges.map(|range| Op::Range(Range { revision, ..range })).collect();
        let done: Txned = client.ask(TXN, &Txn { success, ..Txn::default() }, deadline)?;
        self.revision.get_or_insert(done.header.revision);
        Ok(done.ranges().collect())
    }
}

/// Reads; and anew, at a later revision, where the one that was read at was thrown away meanwhile, or in smaller pieces
/// where the gateway doesn't take such large ones.
pub(super) fn steadily<R>(
    deadline: Deadline,
    mut read: impl FnMut(&mut Moment) -> Result<R, Failed>,
) -> Result<R, Error> {
    let mut rows = ROWS;
    loop {
        let failed = match read(&mut Moment { revision: None, rows }) {
            Ok(answer) => return Ok(answer),
            Err(failed) => failed,
        };
        rows = match () {
            () if deadline.is_over() => return Err(failed.unavailable()),
            () if failed.is(Kind::TooLarge) && rows > 1 => (rows / 4).max(1),
            () if failed.is(Kind::Compacted) => (rows * 4).min(ROWS_MAX),
            () => return Err(failed.unavailable()),
        };
    }
}

/// At most so many rows.
pub(super) fn most(rows: usize) -> Number {
    Number(i64::try_from(rows).unwrap_or(i64::MAX))
}
