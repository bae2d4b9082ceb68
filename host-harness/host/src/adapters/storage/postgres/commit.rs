//! Making a commit, and finding out what became of it, whatever happens to the connection.

use std::thread;
use std::time::{Duration, Instant};

use super::cause::{self, Failed};
use super::pool::Pools;
use super::writer::{Commit, Tried};
use super::{Check, Deadline, Error, Outcome, Write, read, settle};

/// What of the deadline a try may take; the rest is for finding out what became of it.
const TRY_PERCENT: u32 = 70;

/// The longest pause before a commit that others were in the way of is tried again.
const PAUSE_MAX: Duration = Duration::from_millis(40);

/// Makes a commit, and finds out what became of it, whatever happens to the connection.
pub(super) fn commit(
    pools: &Pools,
    checks: Vec<Check>,
    writes: Vec<Write>,
) -> Result<Outcome, Error> {
    let commit = match Commit::of(&checks, &writes) {
        Ok(commit) => commit,
        Err(keys) => return Ok(Outcome::Conflict(keys)),
    };
    if commit.writes_nothing() {
        return look(pools, &commit);
    }
    let deadline = Deadline::after(pools.options.deadline);
    for round in 0_u32.. {
        let (failed, tried) = match attempt(pools, &commit, deadline)? {
            Ok(Some(outcome)) => return Ok(outcome),
            Ok(None) => continue,
            Err(failed) => failed,
        };
        match failed {
            Failed::Refused(refusal) if refusal.is_race() => {
                if Instant::now() >= deadline.at(TRY_PERCENT) {
                    return overtaken(&commit);
                }
                thread::sleep(pause(round));
            }
            Failed::Refused(refusal) => return Err(cause::unavailable(&refusal.why)),
            failed @ (Failed::Lost(_) | Failed::Late) => {
                if let Some((writer, version)) = tried
                    && settle::is_made(pools, writer, version, deadline, &failed)?
                {
                    return Ok(Outcome::Committed);
                }
                if !failed.may_pass() || Instant::now() >= deadline.at(TRY_PERCENT) {
                    return Err(failed.unavailable());
                }
                failed.pause();
            }
        }
    }
    Err(cause::unavailable("others were always quicker"))
}

/// Which writer tried, and as which version.
type Trying = Option<(i64, i64)>;

/// One try. None: to be tried again at once.
fn attempt(
    pools: &Pools,
    commit: &Commit<'_>,
    deadline: Deadline,
) -> Result<Result<Option<Outcome>, (Failed, Trying)>, Error> {
    let mut tried = None;
    let done = pools.write(deadline, |writer| {
        let until = deadline.at(TRY_PERCENT);
        if Instant::now() >= until {
            return Err(Failed::Late);
        }
        let version = writer.next_version(until)?;
        tried = Some((writer.id(), version));
        let done = writer.make(commit, version, until)?;
        if matches!(done, Tried::Disowned) {
            writer.is_disowned();
        }
        Ok(done)
    })?;
    Ok(match done {
        Ok(Tried::Done(outcome)) => Ok(Some(outcome)),
        Ok(Tried::Disowned) => Ok(None),
        Err(failed) => Err((failed, tried)),
    })
}

/// Whether the checks hold, of a commit that writes nothing.
fn look(pools: &Pools, commit: &Commit<'_>) -> Result<Outcome, Error> {
    if commit.keys.is_empty() {
        return Ok(Outcome::Committed);
    }
    let broken = read::broken(pools, &commit.keys, &commit.versions)?;
    Ok(if broken.is_empty() { Outcome::Committed } else { Outcome::Conflict(broken) })
}

/// Others were quicker, again and again: those who checked something look at it anew.
fn overtaken(commit: &Commit<'_>) -> Result<Outcome, Error> {
    if commit.keys.is_empty() {
        return Err(cause::unavailable("others who write the same rows were always quicker"));
    }
    Ok(Outcome::Conflict(commit.keys.iter().map(|key| (*key).to_owned()).collect()))
}

/// Longer with each round, and another one for each thread: so that those who met don't meet again.
fn pause(round: u32) -> Duration {
    let most = Duration::from_micros(200).saturating_mul(1 << round.min(8)).min(PAUSE_MAX);
    let mut drawn = [0];
    // Without randomness, everybody waits for as long.
    let _ = getrandom::fill(&mut drawn);
    let [drawn] = drawn;
    most / 256 * u32::from(drawn)
}
