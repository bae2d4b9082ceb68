//! What SQLite adds to the contract: files, versions, several handles.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::contract;
use super::*;

/// Two handles on one file, used in turn: what one writes the other must see at once.
struct InTurn {
    handles: [SqliteStorage; 2],
    calls: AtomicUsize,
    _folder: tempfile::TempDir,
}

impl InTurn {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteStorage::open(folder.path().join("store.sqlite")).unwrap();
        Self { handles: [open(), open()], calls: AtomicUsize::new(0), _folder: folder }
    }

    fn next(&self) -> &SqliteStorage {
        &self.handles[self.calls.fetch_add(1, Ordering::SeqCst) % 2]
    }
}

impl Storage for InTurn {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.next().get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.next().scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.next().commit(checks, writes)
    }
}

struct OneFile {
    storage: SqliteStorage,
    _folder: tempfile::TempDir,
}

impl Storage for OneFile {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.storage.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.storage.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.storage.commit(checks, writes)
    }
}

fn put(storage: &SqliteStorage, key: &str) -> u64 {
    let write = Write { key: key.into(), value: Some("{}".into()) };
    assert_eq!(storage.commit(vec![], vec![write]), Ok(Outcome::Committed));
    let entries = storage.get(vec![key.into()]).unwrap();
    entries[0].as_ref().unwrap().version
}

#[test]
fn keeps_the_contract() {
    contract::check(&|| {
        let folder = tempfile::tempdir().unwrap();
        Arc::new(OneFile {
            storage: SqliteStorage::open(folder.path().join("store.sqlite")).unwrap(),
            _folder: folder,
        })
    })
    .unwrap();
}

#[test]
fn two_on_one_file_keep_the_contract() {
    contract::check(&|| Arc::new(InTurn::open())).unwrap();
}

#[test]
fn rows_stay_and_versions_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let mut seen = Vec::new();
    for _ in 0..3 {
        let storage = SqliteStorage::open(&path).unwrap();
        seen.push(put(&storage, "k"));
        seen.push(put(&storage, "k"));
        assert_eq!(storage.dump().unwrap().len(), 1);
    }
    let mut distinct = seen.clone();
    distinct.dedup();
    assert_eq!(seen.len(), distinct.len());
    assert!(seen.is_sorted(), "{seen:?}");
}

#[test]
fn a_conflict_that_would_have_reserved_versions_reserves_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let (one, two) = (SqliteStorage::open(&path).unwrap(), SqliteStorage::open(&path).unwrap());
    let lost = Check { key: "k".into(), version: Some(9) };
    assert_eq!(one.commit(vec![lost], vec![]), Ok(Outcome::Conflict(vec!["k".into()])));
    assert_ne!(put(&two, "k"), put(&one, "k"));
}

#[test]
fn many_commits_make_checkpoints_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    for number in 0..3_000 {
        put(&storage, &format!("k{number}"));
    }
    assert_eq!(storage.dump().unwrap().len(), 3_000);
    drop(storage);
    assert!(!path.with_extension("sqlite-wal").exists());
    assert_eq!(SqliteStorage::open(&path).unwrap().dump().unwrap().len(), 3_000);
}

#[test]
fn other_files_are_refused_and_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    let words = "not a database, but long enough to be looked at as one ".repeat(20);
    std::fs::write(&text, &words).unwrap();
    let error = SqliteStorage::open(&text).unwrap_err();
    assert!(matches!(error, SqliteStorageError::NotOurs { .. }), "{error:?}");
    assert_eq!(std::fs::read_to_string(&text).unwrap(), words);

    let foreign = folder.path().join("foreign.sqlite");
    let connection = Connection::open(&foreign).unwrap();
    connection.execute_batch("CREATE TABLE songs (name TEXT)").unwrap();
    let error = SqliteStorage::open(&foreign).unwrap_err();
    assert!(matches!(error, SqliteStorageError::NotOurs { .. }), "{error:?}");

    let newer = folder.path().join("newer.sqlite");
    drop(SqliteStorage::open(&newer).unwrap());
    let connection = Connection::open(&newer).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    let error = SqliteStorage::open(&newer).unwrap_err().to_string();
    assert!(error.contains("layout 7"), "{error}");
}

#[test]
fn a_new_file_can_be_opened_by_several_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let open = |number: u32| {
            let storage = SqliteStorage::open(&path).unwrap();
            put(&storage, &format!("k{number}"))
        };
        let open = &open;
        let versions: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6).map(|number| scope.spawn(move || open(number))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let distinct: std::collections::BTreeSet<u64> = versions.iter().copied().collect();
        assert_eq!(distinct.len(), versions.len(), "{versions:?}");
    }
}
