//! Making a commit, and finding out what became of it, whatever happens on the way.

use super::cause::{self, Failed, Kind};
use super::client::{TXN, Told};
use super::wire::{Bytes, Compare, Delete, Number, Op, Put, Txn, Txned};
use super::writer::{Settled, Writer};
use super::writers::Writers;
use super::{Check, Error, Outcome, Write, read};
use crate::adapters::storage::remote::{Commit, Deadline};

/// What of the deadline making it may take; the rest is for finding out what became of it.
const TRY_PERCENT: u32 = 70;

/// How often another writer is taken because somebody threw the row of the one before away.
const WRITERS_MAX: usize = 3;

/// Makes a commit, and finds out what became of it, whatever happens on the way.
pub(super) fn commit(
    writers: &Writers,
    checks: &[Check],
    writes: &[Write],
) -> Result<Outcome, Error> {
    let commit = match Commit::of(checks, writes) {
        Ok(commit) => commit,
        Err(keys) => return Ok(Outcome::Conflict(keys)),
    };
    let deadline = writers.client.deadline();
    writers.settle_doubts(deadline)?;
    if commit.writes.is_empty() {
        let broken = read::broken(writers, &commit, deadline)?;
        return Ok(outcome(broken));
    }
    for _ in 0..WRITERS_MAX {
        let mut writer = writers.take(deadline)?;
        writer.commits += 1;
        match tried(writers, &commit, &mut writer, deadline) {
            Ok(Tried::Done(outcome)) => {
                writers.give_back(writer);
                return Ok(outcome);
            }
            Ok(Tried::Disowned) => {}
            Err(Wrong::Unmade(failed)) => {
                writers.give_back(writer);
                return Err(failed.unavailable());
            }
            Err(Wrong::Unknown(why)) => {
                writers.doubt(writer);
                return Err(cause::unavailable(&format!(
                    "{why}; whether the commit was made isn't known: read to see"
                )));
            }
        }
    }
    Err(cause::unavailable("somebody throws away what stands below `w/` in the store"))
}

/// What a try came to.
enum Tried {
    Done(Outcome),
    /// The writer's row is gone: nothing was made.
    Disowned,
}

/// A commit that went wrong.
enum Wrong {
    /// Nothing came of it, and nothing will.
    Unmade(Failed),
    Unknown(String),
}

/// One commit by one writer, sent as often as it takes.
fn tried(
    writers: &Writers,
    commit: &Commit<'_>,
    writer: &mut Writer,
    deadline: Deadline,
) -> Result<Tried, Wrong> {
    let txn = transaction(writers, commit, writer);
    let told: Told<Txned> = writers.client.tell(TXN, &txn, deadline, deadline.at(TRY_PERCENT));
    let done = match told.answer {
        Ok(done) => done,
        Err(failed) if !told.unsure => {
            return match failed.is(Kind::NoLease) {
                true => Ok(Tried::Disowned),
                false => Err(Wrong::Unmade(failed)),
            };
        }
        Err(failed) => {
            return match settled(writers, writer, deadline, failed.why())? {
                Settled::Made => Ok(Tried::Done(Outcome::Committed)),
                _ => Err(Wrong::Unmade(failed)),
            };
        }
    };
    if done.succeeded {
        writer.revision = done.header.revision.0;
        return Ok(Tried::Done(Outcome::Committed));
    }
    let before = writer.revision;
    let done_at = done.header.revision;
    let own = done.ranges().next().unwrap_or_default();
    match writer.told(&own) {
        Settled::Made => return Ok(Tried::Done(Outcome::Committed)),
        Settled::Gone if told.unsure => {
            return Err(Wrong::Unknown("somebody threw away what was noted of it".into()));
        }
        Settled::Gone => return Ok(Tried::Disowned),
        // Somebody else wrote to it.
        Settled::Unmade if writer.revision != before => return Ok(Tried::Disowned),
        Settled::Unmade => {}
    }
    let broken = read::broken_at(writers, commit, done_at, deadline);
    // A try before this one is perhaps still on its way, and what it asks could come to hold.
    if told.unsure && settled(writers, writer, deadline, "the answer was lost")? == Settled::Made {
        return Ok(Tried::Done(Outcome::Committed));
    }
    Ok(Tried::Done(outcome(broken)))
}

/// What became of it, whose answer was lost.
fn settled(
    writers: &Writers,
    writer: &mut Writer,
    deadline: Deadline,
    why: &str,
) -> Result<Settled, Wrong> {
    match writers.settle(writer, deadline) {
        Ok(Settled::Gone) => {
            Err(Wrong::Unknown(format!("{why}, and somebody threw away what was noted of it")))
        }
        Ok(settled) => Ok(settled),
        Err(failed) => Err(Wrong::Unknown(format!("{why}, and then {}", failed.why()))),
    }
}

fn outcome(broken: Vec<String>) -> Outcome {
    if broken.is_empty() { Outcome::Committed } else { Outcome::Conflict(broken) }
}

/// The commit as etcd takes it. Where it isn't made, the writer's row tells whether it was before.
fn transaction(writers: &Writers, commit: &Commit<'_>, writer: &Writer) -> Txn {
    let keys = &writers.client.options.keys;
    let checks = commit.checks.iter();
    let checked = checks
        .clone()
        .map(|(key, version)| Compare::revision(keys.row(key), Number::of(*version).0));
    let writes = commit.writes.iter().map(|(key, value)| {
        let key = Bytes::new(keys.row(key));
        match value {
            Some(value) => Op::Put(Put { key, value: Bytes::new(value), lease: None }),
            None => Op::Delete(Delete { key, range_end: None }),
        }
    });
    Txn {
        compare: std::iter::once(writer.is_unchanged()).chain(checked).collect(),
        success: std::iter::once(writer.note("commit", writer.commits)).chain(writes).collect(),
        failure: vec![writer.look()],
    }
}
