//! Several that write to one file at once: threads, handles, processes.

use std::process::Command;
use std::thread;
use std::time::Instant;

use super::tests::put;
use super::*;
use crate::adapters::storage::{COMMIT_ROWS_MAX, contract};

/// Names the file to the process that is started beside the test.
const FILE: &str = "CLIENTDESK_TEST_STORE";

const THREADS: usize = 4;
const INCREMENTS: u64 = 150;

/// Adds to the same row as everybody else; no update may be lost.
fn increment(storage: &SqliteStorage) {
    let mut done = 0;
    while done < INCREMENTS {
        let entry = storage.get(vec!["sum".into()]).unwrap().remove(0);
        let sum: u64 = entry.as_ref().map_or(0, |entry| entry.value.parse().unwrap());
        let check = Check { key: "sum".into(), version: entry.map(|entry| entry.version) };
        let write = Write { key: "sum".into(), value: Some((sum + 1).to_string()) };
        if storage.commit(vec![check], vec![write]).unwrap() == Outcome::Committed {
            done += 1;
        }
    }
}

fn increment_in_threads(storage: &SqliteStorage) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| increment(storage));
        }
    });
}

fn sum(storage: &SqliteStorage) -> u64 {
    let rows = storage.dump().unwrap();
    rows["sum"].parse().unwrap()
}

#[test]
fn synced_stores_keep_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::sync::atomic::AtomicUsize::new(0);
    contract::check(&|| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = folder.path().join(format!("store-{number}.sqlite"));
        std::sync::Arc::new(SqliteStorage::options().sync(SqliteSync::Full).open(path).unwrap())
    })
    .unwrap();
}

#[test]
fn threads_of_two_handles_lose_no_update() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let handles = [SqliteStorage::open(&path).unwrap(), SqliteStorage::open(&path).unwrap()];
    thread::scope(|scope| {
        for handle in &handles {
            scope.spawn(|| increment_in_threads(handle));
        }
    });
    assert_eq!(sum(&handles[0]), 2 * INCREMENTS * THREADS as u64);
}

#[test]
fn threads_of_two_processes_lose_no_update() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap());
    other.args(["the_other_process", "--include-ignored", "--test-threads=1"]);
    let mut other = other.env(FILE, &path).stdout(std::process::Stdio::null()).spawn().unwrap();
    increment_in_threads(&storage);
    assert!(other.wait().unwrap().success());
    assert_eq!(sum(&storage), 2 * INCREMENTS * THREADS as u64);
}

#[test]
#[ignore = "the other half of a test above, which starts it as a process of its own"]
fn the_other_process() {
    if let Some(path) = std::env::var_os(FILE) {
        increment_in_threads(&SqliteStorage::open_existing(path).unwrap());
    }
}

/// Commits so large that they never share a transaction stand in the same line as small ones.
#[test]
fn large_commits_and_small_ones_take_their_turns() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(folder.path().join("store.sqlite")).unwrap();
    thread::scope(|scope| {
        for thread in 0..6 {
            let storage = &storage;
            scope.spawn(move || {
                for number in 0..20 {
                    if thread % 2 == 0 {
                        put(storage, &format!("small/{thread}/{number}"));
                    } else {
                        let key = |row| format!("large/{thread}/{row:04}");
                        let write = |row| Write { key: key(row), value: Some(number.to_string()) };
                        let writes = (0..COMMIT_ROWS_MAX).map(write).collect();
                        assert_eq!(storage.commit(vec![], writes), Ok(Outcome::Committed));
                    }
                }
            });
        }
    });
    assert_eq!(storage.dump().unwrap().len(), 3 * 20 + 3 * COMMIT_ROWS_MAX);
}

/// Another program holds the file for longer than anybody waits: those who came first wait, nothing is written, and the next commit is made.
#[test]
fn a_file_that_is_held_fails_all_who_wait_and_no_one_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    put(&storage, "before");
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let write = |key: String| Write { key, value: Some("1".into()) };
    let begun = Instant::now();
    let commit = |number| storage.commit(vec![], vec![write(format!("k{number}"))]);
    let commit = &commit;
    let answers: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|number| scope.spawn(move || commit(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let locked = |answer: &Result<Outcome, Error>| match answer {
        Err(Error::Unavailable(why)) => why.contains("locked"),
        _ => false,
    };
    assert!(answers.iter().all(locked), "{answers:?}");
    assert!(begun.elapsed() >= schema::BUSY_TIMEOUT, "they have waited");
    holder.execute_batch("ROLLBACK").unwrap();
    put(&storage, "after");
    assert_eq!(storage.dump().unwrap().len(), 2);
}

/// The second of three commits fails within its transaction, as on a disk that is full.
#[test]
fn a_commit_that_fails_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    let connection = Connection::open(&path).unwrap();
    let trap = "CREATE TRIGGER trap BEFORE INSERT ON entries WHEN NEW.key = 'bad'
        BEGIN SELECT RAISE(FAIL, 'no room'); END";
    connection.execute_batch(trap).unwrap();
    drop(storage);
    let mut writer = Writer::new(schema::connect_to_write(&path, SqliteSync::Normal).unwrap());
    let commit = |checks: Vec<Check>, key: &str| Commit {
        checks,
        writes: vec![Write { key: key.into(), value: Some("1".into()) }],
    };
    let absent = |key: &str| vec![Check { key: key.into(), version: None }];
    let commits = [
        commit(absent("a"), "a"),
        commit(vec![], "bad"),
        commit(absent("a"), "b"),
        commit(absent("bad"), "c"),
    ];
    let answers = writer.commit_all(&commits).unwrap();
    assert_eq!(answers[0], Ok(Outcome::Committed));
    assert!(matches!(&answers[1], Err(Error::Unavailable(why)) if why.contains("no room")));
    assert_eq!(answers[2], Ok(Outcome::Conflict(vec!["a".into()])));
    assert_eq!(answers[3], Ok(Outcome::Committed));
    let rows = SqliteStorage::open(&path).unwrap().dump().unwrap();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["a", "c"]);
}

#[test]
fn each_store_syncs_as_it_was_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    drop(SqliteStorage::open(&path).unwrap());
    for (sync, level) in [(SqliteSync::Normal, 1), (SqliteSync::Full, 2)] {
        let connection = schema::connect_to_write(&path, sync).unwrap();
        let found: i64 =
            connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!(found, level, "{sync:?}");
    }
}
