//! Several that write at once: threads, hosts, processes.

use std::process::Command;
use std::thread;

use super::*;

/// Names the schema to the process that is started beside the test.
const SCHEMA: &str = "CLIENTDESK_TEST_SCHEMA";

const THREADS: usize = 16;
const INCREMENTS: u64 = 25;

fn increment_in_threads(storage: &PostgresStorage) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut done = 0;
                while done < INCREMENTS {
                    done += u64::from(increment(storage, "sum") == Ok(Outcome::Committed));
                }
            });
        }
    });
}

/// The other process: not a test by itself.
#[test]
#[ignore = "is started by the test of two processes"]
fn the_other_process() {
    if let Ok(schema) = std::env::var(SCHEMA) {
        let fresh = Fresh::named(&schema);
        increment_in_threads(&fresh.open());
        // It is the other one's.
        std::mem::forget(fresh);
    }
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn sixteen_threads_of_two_processes_lose_no_update() {
    let name = format!("Test {} processes", std::process::id());
    let schema = Fresh::named(&name);
    let storage = schema.open();
    let test = "adapters::storage::postgres::tests::races::the_other_process";
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(SCHEMA, &name)
        .spawn()
        .unwrap();
    increment_in_threads(&storage);
    assert!(other.wait().unwrap().success());
    let sum: u64 = row(&storage, "sum").unwrap().value.parse().unwrap();
    assert_eq!(sum, 2 * THREADS as u64 * INCREMENTS);
}

/// Each checks what the other writes: both can't be made, whichever rows are absent.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn of_two_commits_that_check_what_the_other_writes_one_is_made() {
    let schema = Fresh::new();
    let hosts = [schema.open(), schema.open()];
    for round in 0..60 {
        let keys = [format!("{round}/a"), format!("{round}/b")];
        if round % 2 == 0 {
            keys.iter().for_each(|key| put(&hosts[0], key, "0"));
        }
        let version = |key: &str| row(&hosts[0], key).map(|row| row.version);
        let checks = keys.clone().map(|key| Check { version: version(&key), key });
        let barrier = std::sync::Barrier::new(2);
        let made: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..2)
                .map(|mine| {
                    let (host, barrier) = (&hosts[mine], &barrier);
                    let (check, key) = (checks[1 - mine].clone(), keys[mine].clone());
                    scope.spawn(move || {
                        barrier.wait();
                        let done = host.commit(vec![check], vec![write(&key, "1")]).unwrap();
                        usize::from(done == Outcome::Committed)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(made, 1, "round {round}");
    }
}

/// Who has seen a commit never sees a later one that was checked against what it overwrote.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn what_was_overtaken_isnt_made_after_the_one_that_overtook_it_was_seen() {
    let schema = Fresh::new();
    let storage = schema.open();
    put(&storage, "gate", "0");
    put(&storage, "guarded", "0");
    let ends = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !ends.load(Ordering::Relaxed) {
                    let gate = row(&storage, "gate").unwrap();
                    let check = Check { key: "gate".into(), version: Some(gate.version) };
                    storage.commit(vec![check], vec![write("guarded", &gate.value)]).unwrap();
                }
            });
        }
        for number in 1..=400_u64 {
            put(&storage, "gate", &number.to_string());
            let seen = row(&storage, "guarded").unwrap();
            std::thread::yield_now();
            let later = row(&storage, "guarded").unwrap();
            let is_new = later.value == number.to_string();
            assert!(
                is_new || later.version == seen.version,
                "{number}: {seen:?}, and then {later:?}"
            );
        }
        ends.store(true, Ordering::Relaxed);
    });
}

/// Commits that have nothing to do with each other all come through, whatever PostgreSQL takes for a race.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn sixteen_threads_that_have_nothing_in_common_have_no_conflict() {
    let schema = Fresh::new();
    let storage = schema.open();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let storage = &storage;
            scope.spawn(move || {
                for number in 0..40 {
                    let key = format!("{thread}/{number}");
                    let absent = Check { key: key.clone(), version: None };
                    let done = storage.commit(
                        vec![absent],
                        vec![write(&key, "1"), write(&format!("z/{key}"), "1")],
                    );
                    assert_eq!(done, Ok(Outcome::Committed));
                    assert_eq!(
                        increment(storage, &format!("sum/{thread}")),
                        Ok(Outcome::Committed)
                    );
                }
            });
        }
    });
    assert_eq!(storage.dump().unwrap().len(), THREADS * 81);
}
