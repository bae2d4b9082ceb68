//! How many invites a second one SQLite file takes from many threads, each with an agency of
//! its own, beside the same reads and writes done directly.
//!
//! The yardstick is one connection that the threads use in turn: with one each, they would wait
//! for each other in SQLite's steps of milliseconds.
//!
//! `cargo bench -- throughput` measures nothing else.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use clientdesk_host::adapters::storage::{MemoryStorage, SqliteStorage, SqliteSync, Storage};
use clientdesk_host::{Host, Instances};

use super::invites::temporary;
use super::raw::{RawSqlite, Recorder, Recording};
use super::table::Row;
use super::world;

const THREADS: [usize; 5] = [1, 2, 4, 8, 16];

/// How many invites are timed, of all threads together.
const INVITES: usize = 4_000;

/// The rows for both ways of keeping a commit.
pub fn rows() -> Vec<Row> {
    let recordings = recordings();
    // Compiling takes seconds: once for all rows.
    let compiled = world::host(Arc::new(MemoryStorage::new()), Instances::Fresh);
    let of_sync = |(sync, name, pragma): (SqliteSync, &str, &str)| {
        let row = |threads: usize| {
            let ours = ours(&compiled, sync, threads);
            let raw = raw(pragma, threads, &recordings);
            let plural = if threads == 1 { "" } else { "s" };
            Row::rate(&format!("invites, {threads} thread{plural}, sync {name}"), ours, raw, LEAST)
        };
        THREADS.map(row)
    };
    let both = [(SqliteSync::Normal, "normal", "NORMAL"), (SqliteSync::Full, "full", "FULL")];
    both.into_iter().flat_map(of_sync).collect()
}

/// What is asked of every row: at most half as much time again as the raw transactions take.
const LEAST: f64 = 1.0 / 1.5;

fn agency(number: usize) -> String {
    format!("agency{number}")
}

/// Invites that the component made, of each agency as many as its thread replays at most.
fn recordings() -> Vec<Recording> {
    let recorder = Arc::new(Recorder::default());
    let ports = world::ports(Arc::clone(&recorder) as Arc<dyn Storage>);
    let most = THREADS.iter().copied().max().unwrap();
    for number in 0..most {
        world::prepare_agency(&ports, &agency(number));
    }
    let of = |number: usize| {
        let threads = THREADS.into_iter().find(|threads| number < *threads).unwrap();
        let agency = agency(number);
        Recording::of(&recorder, INVITES / threads, || {
            world::invite_natively_to(&ports, &agency);
        })
    };
    (0..most).map(of).collect()
}

/// Invites a second, through the component.
fn ours(compiled: &Host, sync: SqliteSync, threads: usize) -> f64 {
    let file = temporary().join("store.sqlite");
    let storage = Arc::new(SqliteStorage::options().sync(sync).open(file).unwrap());
    let ports = world::ports(Arc::clone(&storage) as Arc<dyn Storage>);
    for number in 0..threads {
        world::prepare_agency(&ports, &agency(number));
    }
    let instances = Instances::Warm { max_idle: threads };
    let host = world::host_of(compiled.sharing(), storage, instances);
    rate(threads, |number, invites| {
        let agency = agency(number);
        for _ in 0..invites {
            world::invite_to(&host, &agency);
        }
    })
}

/// The same, of transactions without any component.
fn raw(sync: &str, threads: usize, recordings: &[Recording]) -> f64 {
    let file = temporary().join("raw.sqlite");
    let raw = Mutex::new(RawSqlite::create_synced(&file, &recordings[0].before, sync));
    rate(threads, |number, invites| {
        for asked in &recordings[number].steps[..invites] {
            raw.lock().unwrap().replay(asked);
        }
    })
}

/// How many invites a second the threads make.
fn rate(threads: usize, work: impl Fn(usize, usize) + Sync) -> f64 {
    let (work, each) = (&work, INVITES / threads);
    let start = Instant::now();
    thread::scope(|scope| {
        for number in 0..threads {
            scope.spawn(move || work(number, each));
        }
    });
    (each * threads) as f64 / start.elapsed().as_secs_f64()
}
