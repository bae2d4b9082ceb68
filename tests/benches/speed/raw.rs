//! Yardsticks: what the store's part of a command costs without any command around it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, Storage, Write,
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// What a command asked of its store.
#[derive(Clone)]
pub enum Asked {
    Get(Vec<String>),
    Scan { start: String, end: String, limit: u32, reverse: bool },
    Commit(Vec<Write>),
}

/// A store that remembers what it was asked for.
pub struct Recorder<S = MemoryStorage> {
    inner: Arc<S>,
    asked: Mutex<Vec<Asked>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder::over(Arc::new(MemoryStorage::new()))
    }
}

impl<S> Recorder<S> {
    /// Passes everything on.
    pub fn over(inner: Arc<S>) -> Self {
        Recorder { inner, asked: Mutex::default() }
    }

    /// What was asked since the last time.
    pub fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Recorder {
    /// All rows.
    pub fn dump(&self) -> BTreeMap<String, String> {
        self.inner.dump()
    }
}

impl<S: Storage> Storage for Recorder<S> {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.asked.lock().unwrap().push(Asked::Get(keys.clone()));
        self.inner.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        let (first, last) = (start.to_owned(), end.to_owned());
        let scan = Asked::Scan { start: first, end: last, limit, reverse };
        self.asked.lock().unwrap().push(scan);
        self.inner.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.asked.lock().unwrap().push(Asked::Commit(writes.clone()));
        self.inner.commit(checks, writes)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.inner.scrub()
    }
}

/// What a command asks of the store, many times over, and what was there before.
pub struct Recording {
    pub before: BTreeMap<String, String>,
    pub steps: Vec<Vec<Asked>>,
}

impl Recording {
    /// The recording of so many invites.
    pub fn new(count: usize) -> Recording {
        let recorder = Arc::new(Recorder::default());
        let ports = super::world::ports(Arc::clone(&recorder) as Arc<dyn Storage>);
        super::world::prepare(&ports);
        Recording::of(&recorder, count, || super::world::invite_natively(&ports))
    }

    /// The recording of a step that is done so many times on a store that is ready for it.
    pub fn of(recorder: &Recorder, count: usize, step: impl Fn()) -> Recording {
        recorder.take();
        let before = recorder.dump();
        let step = |_| {
            step();
            recorder.take()
        };
        Recording { before, steps: (0..count).map(step).collect() }
    }
}

/// Does what an invite asks for on an ordered map.
pub fn replay_on_map(map: &mut BTreeMap<String, String>, asked: &[Asked]) -> usize {
    let mut found = 0;
    for asked in asked {
        match asked {
            Asked::Get(keys) => {
                let rows: Vec<Option<String>> =
                    keys.iter().map(|key| map.get(key).cloned()).collect();
                found += rows.len();
            }
            Asked::Scan { start, end, limit, reverse } => {
                let range = map.range(start.clone()..end.clone());
                let limit = *limit as usize;
                let rows: Vec<String> = match reverse {
                    true => range.rev().take(limit).map(|(_, value)| value.clone()).collect(),
                    false => range.take(limit).map(|(_, value)| value.clone()).collect(),
                };
                found += rows.len();
            }
            Asked::Commit(writes) => {
                for write in writes {
                    match &write.value {
                        Some(value) => map.insert(write.key.clone(), value.clone()),
                        None => map.remove(&write.key),
                    };
                }
            }
        }
    }
    found
}

/// An SQLite file with the same settings as the harness's adapter, used directly.
pub struct RawSqlite {
    connection: Connection,
}

impl RawSqlite {
    /// A new file with these rows.
    pub fn create(path: &Path, rows: &BTreeMap<String, String>) -> RawSqlite {
        Self::create_synced(path, rows, "NORMAL")
    }

    /// The same, with a setting of `synchronous`.
    pub fn create_synced(path: &Path, rows: &BTreeMap<String, String>, sync: &str) -> RawSqlite {
        let mut connection = Connection::open(path).unwrap();
        connection.pragma_update(None, "synchronous", sync).unwrap();
        let settings = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;
            PRAGMA secure_delete = ON;
            CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";
        connection.execute_batch(settings).unwrap();
        let transaction = connection.transaction().unwrap();
        for (key, value) in rows {
            let insert = "INSERT INTO entries (key, value) VALUES (?1, ?2)";
            transaction.prepare_cached(insert).unwrap().execute(params![key, value]).unwrap();
        }
        transaction.commit().unwrap();
        RawSqlite { connection }
    }

    /// A file that the harness wrote.
    pub fn open(path: &Path) -> RawSqlite {
        RawSqlite { connection: Connection::open(path).unwrap() }
    }

    /// Does what an invite asks for: selects, and a transaction of upserts for each commit.
    pub fn replay(&mut self, asked: &[Asked]) -> usize {
        let mut found = 0;
        for asked in asked {
            match asked {
                Asked::Get(keys) => {
                    let select = "SELECT value FROM entries WHERE key = ?1";
                    let mut select = self.connection.prepare_cached(select).unwrap();
                    for key in keys {
                        let value: Option<String> =
                            select.query_row([key], |row| row.get(0)).optional().unwrap();
                        found += usize::from(value.is_some());
                    }
                }
                Asked::Scan { start, end, limit, reverse } => {
                    found += self.scan_either_way(start, end, *limit, *reverse).len();
                }
                Asked::Commit(writes) => self.commit(writes),
            }
        }
        found
    }

    fn commit(&mut self, writes: &[Write]) {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior).unwrap();
        for write in writes {
            match &write.value {
                Some(value) => {
                    let upsert = "INSERT INTO entries (key, value) VALUES (?1, ?2)
                        ON CONFLICT (key) DO UPDATE SET value = ?2";
                    let mut upsert = transaction.prepare_cached(upsert).unwrap();
                    upsert.execute(params![write.key, value]).unwrap();
                }
                None => {
                    let delete = "DELETE FROM entries WHERE key = ?1";
                    transaction.prepare_cached(delete).unwrap().execute([&write.key]).unwrap();
                }
            }
        }
        transaction.commit().unwrap();
    }

    /// Does what scoring so many clients anew asks for: reads a client, its activity and its
    /// trail, and writes the client, the trail and an index row in place of another.
    pub fn rescore(&mut self, clients: usize) {
        let some: Vec<String> = self
            .scan("a/acme/client/", "a/acme/client0", u32::try_from(clients).unwrap())
            .into_iter()
            .map(|(key, _)| key.rsplit_once('/').unwrap().1.to_owned())
            .collect();
        for chunk in some.chunks(150) {
            let transaction = self.connection.transaction().unwrap();
            for id in chunk {
                for kind in ["client", "activity", "trail"] {
                    let key = format!("a/acme/{kind}/{id}");
                    let select = "SELECT value FROM entries WHERE key = ?1";
                    let mut select = transaction.prepare_cached(select).unwrap();
                    let value: Option<String> =
                        select.query_row([&key], |row| row.get(0)).optional().unwrap();
                    let update = "UPDATE entries SET value = ?2 WHERE key = ?1";
                    if kind != "activity" {
                        let mut update = transaction.prepare_cached(update).unwrap();
                        update.execute(params![key, value.unwrap_or_default()]).unwrap();
                    }
                }
                for (change, key) in [
                    ("DELETE FROM entries WHERE key = ?1", format!("a/acme/by-raw/{id}")),
                    (
                        "INSERT INTO entries (key, value, version) VALUES (?1, '{}', 0)",
                        format!("a/acme/by-raw/{id}"),
                    ),
                ] {
                    transaction.prepare_cached(change).unwrap().execute([key]).unwrap();
                }
            }
            transaction.commit().unwrap();
        }
    }

    /// The first rows of a stretch.
    pub fn scan(&self, start: &str, end: &str, limit: u32) -> Vec<(String, String)> {
        self.scan_either_way(start, end, limit, false)
    }

    /// The first rows of a stretch, or its last ones.
    fn scan_either_way(
        &self,
        start: &str,
        end: &str,
        limit: u32,
        reverse: bool,
    ) -> Vec<(String, String)> {
        let select = if reverse {
            "SELECT key, value FROM entries WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3"
        } else {
            "SELECT key, value FROM entries WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3"
        };
        let mut select = self.connection.prepare_cached(select).unwrap();
        let rows =
            select.query_map(params![start, end, limit], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }
}
