//! What tests of stores on servers have in common: rows, and writers that get in each other's way.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::adapters::storage::{Check, Entry, Error, Outcome, Page, Storage, Write};

/// How many write at once.
pub(in crate::adapters::storage) const THREADS: usize = 16;
/// How often each of them counts up.
pub(in crate::adapters::storage) const INCREMENTS: u64 = 25;

pub(in crate::adapters::storage) fn write(key: &str, value: &str) -> Write {
    Write { key: key.into(), value: Some(value.into()) }
}

pub(in crate::adapters::storage) fn put(storage: &impl Storage, key: &str, value: &str) {
    assert_eq!(storage.commit(vec![], vec![write(key, value)]), Ok(Outcome::Committed));
}

pub(in crate::adapters::storage) fn row(storage: &impl Storage, key: &str) -> Option<Entry> {
    storage.get(vec![key.into()]).unwrap().remove(0)
}

/// Why it wasn't done.
pub(in crate::adapters::storage) fn unavailable(done: Result<Outcome, Error>) -> String {
    match done {
        Err(Error::Unavailable(why)) => why,
        other => panic!("{other:?} instead of an error"),
    }
}

/// One more than what stands there, unless others were quicker.
pub(in crate::adapters::storage) fn increment(
    storage: &impl Storage,
    key: &str,
) -> Result<Outcome, Error> {
    let entry = storage.get(vec![key.into()])?.remove(0);
    let sum: u64 = entry.as_ref().map_or(0, |entry| entry.value.parse().unwrap());
    let check = Check { key: key.into(), version: entry.map(|entry| entry.version) };
    storage.commit(vec![check], vec![write(key, &(sum + 1).to_string())])
}

/// Many threads count up, each until it has often enough.
pub(in crate::adapters::storage) fn increment_in_threads(storage: &impl Storage) {
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

/// Each checks what the other writes: both can't be made, whichever rows are absent.
pub(in crate::adapters::storage) fn one_of_two_that_check_each_other_is_made(
    hosts: &[impl Storage; 2],
) {
    for round in 0..60 {
        let keys = [format!("{round}/a"), format!("{round}/b")];
        if round % 2 == 0 {
            keys.iter().for_each(|key| put(&hosts[0], key, "0"));
        }
        let version = |key: &str| row(&hosts[0], key).map(|row| row.version);
        let checks = keys.clone().map(|key| Check { version: version(&key), key });
        let barrier = Barrier::new(2);
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
pub(in crate::adapters::storage) fn what_was_overtaken_isnt_seen_later(storage: &impl Storage) {
    put(storage, "gate", "0");
    put(storage, "guarded", "0");
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !ends.load(Ordering::Relaxed) {
                    let gate = row(storage, "gate").unwrap();
                    let check = Check { key: "gate".into(), version: Some(gate.version) };
                    storage.commit(vec![check], vec![write("guarded", &gate.value)]).unwrap();
                }
            });
        }
        for number in 1..=400_u64 {
            put(storage, "gate", &number.to_string());
            let seen = row(storage, "guarded").unwrap();
            thread::yield_now();
            let later = row(storage, "guarded").unwrap();
            let is_new = later.value == number.to_string();
            assert!(
                is_new || later.version == seen.version,
                "{number}: {seen:?}, and then {later:?}"
            );
        }
        ends.store(true, Ordering::Relaxed);
    });
}

/// Commits that have nothing to do with each other all come through; gives how many rows they made.
pub(in crate::adapters::storage) fn those_that_have_nothing_in_common_are_all_made(
    storage: &impl Storage,
) -> usize {
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for number in 0..40 {
                    let key = format!("{thread}/{number}");
                    let absent = Check { key: key.clone(), version: None };
                    let done = storage.commit(
                        vec![absent],
                        vec![write(&key, "1"), write(&format!("z/{key}"), "1")],
                    );
                    assert_eq!(done, Ok(Outcome::Committed));
                    let sum = increment(storage, &format!("sum/{thread}"));
                    assert_eq!(sum, Ok(Outcome::Committed));
                }
            });
        }
    });
    THREADS * 81
}

/// Two hosts on one store, used in turn: what one writes the other must see at once. What the store needs is kept.
pub(in crate::adapters::storage) struct InTurn<S, K> {
    hosts: [S; 2],
    calls: AtomicUsize,
    _kept: K,
}

impl<S, K> InTurn<S, K> {
    pub(in crate::adapters::storage) fn new(hosts: [S; 2], kept: K) -> Self {
        Self { hosts, calls: AtomicUsize::new(0), _kept: kept }
    }

    fn next(&self) -> &S {
        &self.hosts[self.calls.fetch_add(1, Ordering::SeqCst) % 2]
    }
}

impl<S: Storage, K: Send + Sync> Storage for InTurn<S, K> {
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

/// A store, with what it needs.
pub(in crate::adapters::storage) struct Alone<S, K> {
    store: S,
    _kept: K,
}

impl<S, K> Alone<S, K> {
    pub(in crate::adapters::storage) fn new(store: S, kept: K) -> Self {
        Self { store, _kept: kept }
    }
}

impl<S: Storage, K: Send + Sync> Storage for Alone<S, K> {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.store.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.store.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.store.commit(checks, writes)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.store.scrub()
    }
}
