//! `jobs.run`

use super::progress::Progress;
use super::work::work;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Commit, Ports, Scan, Stored, Write};
use crate::app::record::{self, DueState, Lease, ParkedJob};
use crate::app::view;
use crate::domain::due::{DueEntry, SHARDS};
use crate::domain::time::{MINUTE, SECOND, Timestamp};

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// How many due things were done.
    pub done: u32,
    /// How many failed.
    pub failed: u32,
    /// Whether more is due.
    pub more: bool,
    /// When the next thing falls due.
    pub next_due: Option<Timestamp>,
    /// What ended the run early.
    pub problem: Option<String>,
}

/// How long a worker has a part of the index for itself.
const LEASE: u64 = 10 * SECOND;
/// After so many failures, something due is parked.
const FAILURES_MAX: u32 = 10;
/// How long something that failed is put off, at most.
const PAUSE_MAX: u64 = MINUTE << 9;
/// How long something is put off that others got in the way of.
const BUSY_PAUSE: u64 = 5 * SECOND;
/// The most things that one run does.
const LIMIT_MAX: u32 = 1_000;
/// How many entries of a part are looked at, at most.
const LOOKED_AT_MAX: u32 = 1_000;

/// Does what is due, `limit` things at most.
///
/// Workers take the parts of the index from different places on, and have each to themselves
/// for ten seconds. Nothing depends on that: a job that two do at once is done once.
///
/// What was done is answered as done: when the store fails later in the run, the report says so
/// beside it.
///
/// # Errors
///
/// When `limit` is out of range, and when the store fails before anything was done. A job that
/// fails is counted instead.
pub fn run(ports: &Ports, limit: u32) -> Result<RunReport, Error> {
    if !(1..=LIMIT_MAX).contains(&limit) {
        let message = format!("must be 1 to {LIMIT_MAX}, is {limit}");
        return Err(Error::invalid("limit", "out-of-range", message));
    }
    let now = view::clock(ports)?;
    let first = ports.secrets.random(1).first().copied().unwrap_or_default();
    let mut report = RunReport::default();
    loop {
        let before = report.looked_at();
        (report.more, report.next_due) = (false, None);
        for shard in (0..SHARDS).map(|shard| first.wrapping_add(shard) % SHARDS) {
            match run_shard(ports, shard, now, limit, &mut report) {
                Ok(()) => (),
                Err(error) if report.looked_at() == 0 => return Err(error),
                Err(error) => {
                    report.more = true;
                    report.problem = Some(error.to_string());
                    return Ok(report);
                }
            }
        }
        // What was done may have made something else fall due at once.
        let on = report.more && before < report.looked_at() && report.looked_at() < limit;
        if !on {
            return Ok(report);
        }
    }
}

impl RunReport {
    /// How many things were done, or failed.
    const fn looked_at(&self) -> u32 {
        self.done.saturating_add(self.failed)
    }
}

/// Does what is due in one part of the index, as far as `limit` allows.
fn run_shard(
    ports: &Ports,
    shard: u8,
    now: Timestamp,
    limit: u32,
    report: &mut RunReport,
) -> Result<(), Error> {
    let left = limit.saturating_sub(report.looked_at());
    let due = due(ports, shard, now, left)?;
    report.next_due = match (report.next_due, due.next) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    report.more |= due.more;
    if due.rows.is_empty() {
        return Ok(());
    }
    let Some(Taken { lease, abandoned }) = take(ports, shard, now)? else { return Ok(()) };
    let ran = run_rows(ports, &due.rows, abandoned, (now, limit), report);
    // Also where the store failed: if it's back, nobody need wait, nor suspect the rows.
    let released = release(ports, shard, &lease);
    ran.and(released)
}

/// Does what these rows are for, as far as `limit` allows.
fn run_rows(
    ports: &Ports,
    rows: &[Stored],
    abandoned: bool,
    (now, limit): (Timestamp, u32),
    report: &mut RunReport,
) -> Result<(), Error> {
    for row in rows {
        let left = limit.saturating_sub(report.looked_at());
        if left == 0 {
            // Something did more than one thing.
            report.more = true;
            break;
        }
        let ran = if abandoned {
            run_carefully(ports, row, left, now)?
        } else {
            run_entry(ports, row, left, now)?
        };
        match ran {
            Ran::Done(Progress { done, more }) => {
                report.done = report.done.saturating_add(done);
                report.more |= more;
            }
            Ran::Failed => report.failed += 1,
            Ran::Busy => {
                let again = now.plus(BUSY_PAUSE);
                report.next_due = Some(report.next_due.map_or(again, |next| next.min(again)));
            }
        }
    }
    Ok(())
}

struct DueRows {
    rows: Vec<Stored>,
    /// Whether more is due than was asked for.
    more: bool,
    /// When the first of the others falls due.
    next: Option<Timestamp>,
}

/// The first `count` entries of a part that are due and may be tried now.
fn due(ports: &Ports, shard: u8, now: Timestamp, count: u32) -> Result<DueRows, Error> {
    let range = keys::dues(shard);
    let mut due = DueRows { rows: Vec::new(), more: false, next: None };
    let limit = count.saturating_add(1).min(LOOKED_AT_MAX);
    let mut scan =
        Scan { start: range.start().to_owned(), end: range.end(), limit, reverse: false };
    let end = keys::due_until(shard, now);
    for _ in 0..LOOKED_AT_MAX {
        let scanned = ports.storage.scan(&scan)?;
        for row in scanned.rows {
            if row.key >= end {
                let at = keys::parse_due(range.suffix(&row.key)).map(|entry| entry.at);
                due.next = due.next.into_iter().chain(at).min();
                return Ok(due);
            }
            let state = match record::decode::<DueState>(&row.key, &row.value) {
                Ok(state) => state,
                // A newer release's is left to that one.
                Err(Error::Unavailable(_)) => continue,
                Err(_) => DueState::default(),
            };
            // One that is put off for longer than anything ever is was damaged.
            let put_off = state.not_before.filter(|at| now < *at && *at <= now.plus(PAUSE_MAX));
            match put_off {
                Some(at) => due.next = Some(due.next.map_or(at, |next| next.min(at))),
                None if due.rows.len() >= count as usize => {
                    due.more = true;
                    return Ok(due);
                }
                None => due.rows.push(row),
            }
        }
        match scanned.next {
            Some(next) => scan.start = next,
            None => break,
        }
    }
    Ok(due)
}

/// A part of the index that was taken.
struct Taken {
    lease: Lease,
    /// Whether somebody took it before and didn't give it back: that run ended abruptly, maybe
    /// by what it did here.
    abandoned: bool,
}

/// Takes a part of the index for a while; none where somebody else has it.
fn take(ports: &Ports, shard: u8, now: Timestamp) -> Result<Option<Taken>, Error> {
    let key = keys::lease(shard).into_text();
    let row = ports.storage.get(std::slice::from_ref(&key))?.into_iter().flatten().next();
    let lease = row.as_ref().and_then(|row| record::decode::<Lease>(&row.key, &row.value).ok());
    if lease.is_some_and(|lease| now < lease.until && lease.until <= now.plus(LEASE)) {
        return Ok(None);
    }
    let abandoned = row.is_some();
    let check = Check { key: key.clone(), version: row.map(|row| row.version) };
    let lease = Lease { until: now.plus(LEASE) };
    let write = Write { key, value: Some(record::encode(&lease)?) };
    let committed = ports.storage.commit(vec![check], vec![write])? == Commit::Committed;
    Ok(committed.then_some(Taken { lease, abandoned }))
}

/// Gives a part of the index back, unless it took so long that somebody else has it by now.
fn release(ports: &Ports, shard: u8, own: &Lease) -> Result<(), Error> {
    let key = keys::lease(shard).into_text();
    let row = ports.storage.get(std::slice::from_ref(&key))?.into_iter().flatten().next();
    let Some(row) = row else { return Ok(()) };
    if record::decode::<Lease>(&row.key, &row.value).is_ok_and(|lease| lease == *own) {
        let check = Check { key: key.clone(), version: Some(row.version) };
        ports.storage.commit(vec![check], vec![Write { key, value: None }])?;
    }
    Ok(())
}

/// What became of one due thing.
enum Ran {
    Done(Progress),
    Failed,
    /// Others got in the way all the time. That says nothing against it.
    Busy,
}

/// Does one due thing after a run that ended abruptly. It counts as failed before it is tried:
/// whatever ends this run as well isn't what the next one begins with, and is parked in the end.
fn run_carefully(ports: &Ports, row: &Stored, left: u32, now: Timestamp) -> Result<Ran, Error> {
    let problem = "runs that tried this ended abruptly: it made the component trap, or the host \
        stopped";
    match put_off(ports, row, parse(row).as_ref(), now, problem)? {
        PutOff::Later => run_entry(ports, row, left, now),
        PutOff::Parked => Ok(Ran::Failed),
    }
}

/// The entry of the due index that a row is; none: this release knows no such entry.
fn parse(row: &Stored) -> Option<DueEntry> {
    let (_, rest) = row.key.split_once('/')?;
    let (_, suffix) = rest.split_once('/')?;
    keys::parse_due(suffix)
}

/// Does one due thing. What doesn't work is tried again later, and parked in the end.
fn run_entry(ports: &Ports, row: &Stored, left: u32, now: Timestamp) -> Result<Ran, Error> {
    let Some(entry) = parse(row) else {
        // A newer release knows what it is.
        return put_off(ports, row, None, now, "this release doesn't know this kind of job")
            .map(|_| Ran::Failed);
    };
    if keys::due(&entry).text() != row.key {
        return rename(ports, row, &entry).map(|()| Ran::Done(Progress::part(true)));
    }
    match work(ports, &entry, left) {
        Ok(progress) => Ok(Ran::Done(progress)),
        // The agency isn't there yet: an import is about to finish.
        Err(Error::NotFound(_)) if view::peek(ports, &keys::arriving(&entry.agency))?.is_some() => {
            wait(ports, row, now).map(|()| Ran::Busy)
        }
        // The agency is gone, and everything of it that was due.
        Err(Error::NotFound(_)) => {
            let write = Write { key: row.key.clone(), value: None };
            ports.storage.commit(Vec::new(), vec![write])?;
            Ok(Ran::Done(Progress::WHOLE))
        }
        Err(Error::Busy) => wait(ports, row, now).map(|()| Ran::Busy),
        Err(error) => {
            put_off(ports, row, Some(&entry), now, &error.to_string()).map(|_| Ran::Failed)
        }
    }
}

/// Moves an entry that an older release spelled otherwise: whoever settles it looks for it
/// under today's name.
fn rename(ports: &Ports, row: &Stored, entry: &DueEntry) -> Result<(), Error> {
    let check = Check { key: row.key.clone(), version: Some(row.version) };
    let writes = vec![
        Write { key: row.key.clone(), value: None },
        Write { key: keys::due(entry).into_text(), value: Some(row.value.clone()) },
    ];
    ports.storage.commit(vec![check], writes)?;
    Ok(())
}

/// Puts something off for a moment. It doesn't count as a failure.
fn wait(ports: &Ports, row: &Stored, now: Timestamp) -> Result<(), Error> {
    let state: DueState = record::decode(&row.key, &row.value).unwrap_or_default();
    let state = DueState { not_before: Some(now.plus(BUSY_PAUSE)), ..state };
    let check = Check { key: row.key.clone(), version: Some(row.version) };
    let write = Write { key: row.key.clone(), value: Some(record::encode(&state)?) };
    // Lost to whoever got in the way: it is settled, or put off already.
    ports.storage.commit(vec![check], vec![write])?;
    Ok(())
}

/// What became of something that failed.
enum PutOff {
    Later,
    Parked,
}

fn put_off(
    ports: &Ports,
    row: &Stored,
    entry: Option<&DueEntry>,
    now: Timestamp,
    problem: &str,
) -> Result<PutOff, Error> {
    let state: DueState = record::decode(&row.key, &row.value).unwrap_or_default();
    let failures = state.failures.saturating_add(1);
    let check = Check { key: row.key.clone(), version: Some(row.version) };
    let key = row.key.clone();
    let (writes, put_off) = match entry.filter(|_| failures >= FAILURES_MAX) {
        Some(entry) => {
            let stuck = record::encode(&ParkedJob { problem: problem.to_owned() })?;
            let aside = Write { key: keys::parked(entry).into_text(), value: Some(stuck) };
            (vec![Write { key, value: None }, aside], PutOff::Parked)
        }
        None => {
            // A minute, two, four … up to a bit more than eight hours.
            let pause = MINUTE << failures.saturating_sub(1).min(9);
            let state = DueState { failures, not_before: Some(now.plus(pause)) };
            (vec![Write { key, value: Some(record::encode(&state)?) }], PutOff::Later)
        }
    };
    // Lost to a command that settled it meanwhile: all the better.
    ports.storage.commit(vec![check], writes)?;
    Ok(put_off)
}
