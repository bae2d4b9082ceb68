//! What SQLite adds to the contract: files, versions, several handles.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::RecvTimeoutError;

use super::*;
use crate::adapters::storage::contract;

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

    fn scrub(&self) -> Result<(), Error> {
        self.next().scrub()
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

    fn scrub(&self) -> Result<(), Error> {
        self.storage.scrub()
    }
}

pub(super) fn put(storage: &SqliteStorage, key: &str) -> u64 {
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
fn damaged_bytes_are_no_row_and_hide_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    put(&storage, "a");
    put(&storage, "b");
    let damage = "UPDATE entries SET value = CAST(x'22ff22' AS TEXT) WHERE key = 'a'";
    assert_eq!(Connection::open(&path).unwrap().execute(damage, []).unwrap(), 1);
    let page = storage.scan("a", "c", 10, false).unwrap();
    let values: Vec<&str> = page.entries.iter().map(|entry| entry.value.as_str()).collect();
    assert_eq!((values.len(), values[0]), (2, "\u{fffd}\"\u{fffd}\""), "the others are read");
    let found = storage.get(vec!["a".to_owned()]).unwrap();
    assert_eq!(found[0].as_ref().map(|entry| entry.value.as_str()), Some("\u{fffd}\"\u{fffd}\""));
}

#[test]
fn other_files_are_refused_and_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    let words = "not a database, but long enough to be looked at as one ".repeat(20);
    std::fs::write(&text, &words).unwrap();
    let error = SqliteStorage::open(&text).unwrap_err().to_string();
    assert!(error.ends_with("isn't a Clientdesk store: it isn't an SQLite file"), "{error}");
    assert_eq!(std::fs::read_to_string(&text).unwrap(), words);

    let foreign = folder.path().join("foreign.sqlite");
    let connection = Connection::open(&foreign).unwrap();
    connection.execute_batch("CREATE TABLE songs (name TEXT)").unwrap();
    let error = SqliteStorage::open(&foreign).unwrap_err().to_string();
    assert!(error.ends_with("isn't a Clientdesk store: another program made it"), "{error}");
    let error = SqliteStorage::open(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("isn't a Clientdesk store: it isn't a file"), "{error}");

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

#[test]
fn only_opening_makes_a_store_and_an_empty_file_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let error = SqliteStorage::open_existing(&path).unwrap_err();
    assert!(matches!(error, SqliteStorageError::Missing { .. }), "{error:?}");
    assert_eq!(names(folder.path()), Vec::<String>::new());

    let storage = SqliteStorage::open(&path).unwrap();
    put(&storage, "k");
    let log = std::fs::read(folder.path().join("store.sqlite-wal")).unwrap();
    assert!(!log.is_empty());
    // What is in the log is all that is left of a file that was emptied.
    let (empty, its_log) = (folder.path().join("t.sqlite"), folder.path().join("t.sqlite-wal"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&its_log, &log).unwrap();
    for open in [SqliteStorage::open, SqliteStorage::open_existing] {
        let error = open(empty.clone()).unwrap_err();
        assert!(matches!(error, SqliteStorageError::Empty { .. }), "{error:?}");
    }
    assert_eq!(std::fs::read(&its_log).unwrap(), log);
    assert_eq!(std::fs::metadata(&empty).unwrap().len(), 0);
}

#[test]
fn a_store_appears_whole_and_leaves_no_drafts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    drop(SqliteStorage::open(&path).unwrap());
    assert_eq!(names(folder.path()), ["store.sqlite"]);
    assert!(std::fs::metadata(&path).unwrap().len() > 0);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_any_of_its_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let modes = || -> Vec<(String, u32)> {
        let mode = |name: &String| {
            std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777
        };
        names(folder.path()).into_iter().map(|name| (name.clone(), mode(&name))).collect()
    };
    let private = ["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"];
    let private: Vec<(String, u32)> = private.map(|name| (name.to_owned(), 0o600)).into();
    let storage = SqliteStorage::open(&path).unwrap();
    put(&storage, "k");
    assert_eq!(modes(), private);
    storage.copy_to(&folder.path().join("z")).unwrap();
    assert_eq!(modes().last(), Some(&("z".to_owned(), 0o600)));
    std::fs::remove_file(folder.path().join("z")).unwrap();

    // Of an older release, and left open by a process of it.
    for (name, _) in &private {
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(folder.path().join(name), open).unwrap();
    }
    let again = SqliteStorage::open(&path).unwrap();
    put(&again, "k");
    assert_eq!(modes(), private);
}

/// The files of a folder that hold these bytes.
fn holding(folder: &Path, word: &str) -> Vec<String> {
    let holds = |name: &String| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    };
    names(folder).into_iter().filter(holds).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Waits until the secret is in no file.
#[track_caller]
fn eventually_clean(folder: &Path) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !holding(folder, SECRET).is_empty() && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(holding(folder, SECRET), Vec::<String>::new());
}

const SECRET: &str = "ann.archer@nike.example";

/// While the store stays open, and with it the log.
#[test]
fn what_was_deleted_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    let value = |word: &str| Some(format!("\"{word}\""));
    let write = |value| {
        let write = Write { key: "k".into(), value };
        storage.commit(vec![], vec![write]).unwrap();
    };
    for after in [None, value("somebody else, and longer than what was there before")] {
        write(value(SECRET));
        assert!(!holding(folder.path(), SECRET).is_empty());
        write(after);
        eventually_clean(folder.path());
    }
}

/// Rows of many sizes come and go, so that pages are split and merged.
#[test]
fn scrubbing_leaves_nothing_of_what_was_moved_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    let other = SqliteStorage::open(&path).unwrap();
    let value = |number: usize, word: &str| {
        let size = [10, 200, 1_500, 9_000][number % 4];
        Some(format!("\"{word}{}{word}\"", "x".repeat(size + number)))
    };
    let write = |storage: &SqliteStorage, rows: Vec<(usize, Option<String>)>| {
        for part in rows.chunks(50) {
            let write = |(number, value): &(usize, Option<String>)| Write {
                key: format!("k/{:03}", number * 7 % 997),
                value: value.clone(),
            };
            storage.commit(vec![], part.iter().map(write).collect()).unwrap();
        }
    };
    let third = |n: usize| if n.is_multiple_of(3) { SECRET } else { "ok" };
    write(&storage, (0..600).map(|n| (n, value(n, third(n)))).collect());
    write(&storage, (600..900).map(|n| (n, value(n, "ok"))).collect());
    write(&other, (0..600).step_by(6).map(|n| (n, None)).collect());
    write(&other, (3..600).step_by(6).map(|n| (n, value(n + 1, "gone"))).collect());
    let before = storage.dump().unwrap();
    assert_eq!(before.len(), 800);
    drop(storage);
    assert_ne!(holding(folder.path(), SECRET), Vec::<String>::new(), "or this tests nothing");

    // A process asks for it, and another one that has the store open does it, later.
    let ended_early = Connection::open(&path).unwrap();
    let wish = "INSERT INTO entries VALUES ('host/scrub', '{}', 1000000)";
    ended_early.execute(wish, []).unwrap();
    put(&other, "k");
    eventually_clean(folder.path());
    assert!(!other.dump().unwrap().contains_key("host/scrub"));
    assert_eq!(other.dump().unwrap().len(), 801);
}

/// The row that asks for it is there when the store is opened, and then closed at once.
#[test]
fn a_process_that_ends_leaves_the_scrubbing_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    put(&storage, "k");
    drop(storage);
    let connection = Connection::open(&path).unwrap();
    let wish = "INSERT INTO entries VALUES ('host/scrub', '{}', 1000000)";
    connection.execute(wish, []).unwrap();
    // A row that was deleted without being overwritten.
    let secret = format!("INSERT INTO entries VALUES ('k2', '\"{SECRET}\"', 1000001)");
    connection.pragma_update(None, "secure_delete", false).unwrap();
    connection.execute(&secret, []).unwrap();
    connection.execute("DELETE FROM entries WHERE key = 'k2'", []).unwrap();
    drop(connection);
    assert_eq!(holding(folder.path(), SECRET), ["store.sqlite"]);
    drop(SqliteStorage::open_existing(&path).unwrap());
    assert_eq!(holding(folder.path(), SECRET), Vec::<String>::new());
    let rows = SqliteStorage::open_existing(&path).unwrap().dump().unwrap();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["k"]);
}

/// By the time the store is closed, at the latest; and once asked for, once done.
#[test]
fn a_store_is_scrubbed_before_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    storage.scrub().unwrap();
    assert!(storage.dump().unwrap().contains_key("host/scrub"));
    drop(storage);
    let rows = SqliteStorage::open_existing(&path).unwrap().dump().unwrap();
    assert!(rows.is_empty());
    assert_eq!(names(folder.path()), ["store.sqlite"]);
}

#[test]
fn a_copy_is_a_store_of_its_own_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(folder.path().join("store.sqlite")).unwrap();
    put(&storage, "k0");
    std::thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let storage = &storage;
        scope.spawn(move || {
            for number in 1.. {
                put(storage, &format!("k{number}"));
                let pause = std::time::Duration::from_micros(500);
                // It ends with the sender, also when an assertion fails.
                if stopped.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
            }
        });
        for number in 0..10 {
            let to = folder.path().join(format!("copy-{number}"));
            storage.copy_to(&to).unwrap();
            let copy = SqliteStorage::open_existing(&to).unwrap();
            copy.check().unwrap();
            let rows = copy.dump().unwrap();
            assert!((0..rows.len()).all(|n| rows.contains_key(&format!("k{n}"))));
            put(&copy, "other");
            let error = storage.copy_to(&to).unwrap_err();
            assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        }
        drop(stop);
    });
}
