//! Stores and the keys that they were made with.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::adapters::storage::{Entry, Error, MemoryStorage, Page};

/// A ring that can be changed while it is in use.
struct Ring {
    keys: Mutex<Vec<Key>>,
    begun: AtomicUsize,
}

fn key(id: &str, byte: u8) -> Key {
    Key { id: id.into(), bytes: [byte; 32] }
}

fn ring(keys: &[(&str, u8)]) -> Arc<Ring> {
    let keys = keys.iter().map(|(id, byte)| key(id, *byte)).collect();
    Arc::new(Ring { keys: Mutex::new(keys), begun: AtomicUsize::new(0) })
}

impl Secrets for Ring {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        Ok(vec![0; len])
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        let keys = self.keys.lock().unwrap().clone();
        if keys.is_empty() { Err(SecretsError("the safe is shut".into())) } else { Ok(keys) }
    }

    fn begin(&self) -> Result<(), SecretsError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut keys = self.keys.lock().unwrap();
        if keys.is_empty() {
            keys.push(key("begun", 9));
        }
        Ok(())
    }

    fn origin(&self) -> String {
        "the safe".into()
    }
}

fn open(keys: &[(&str, u8)], storage: &Arc<MemoryStorage>) -> Result<RememberedSecrets, KeysError> {
    RememberedSecrets::new(ring(keys), Arc::clone(storage) as Arc<dyn Storage>)
}

fn put(storage: &MemoryStorage, key: &str, value: &str) {
    let write = Write { key: key.into(), value: Some(value.into()) };
    assert_eq!(storage.commit(vec![], vec![write]), Ok(Outcome::Committed));
}

#[test]
fn a_store_remembers_its_keys_and_says_which_are_lacking() {
    let storage = Arc::new(MemoryStorage::new());
    open(&[("b", 2), ("a", 1)], &storage).unwrap();
    assert_eq!(remembered_keys(&*storage).unwrap(), ["a", "b"]);
    let before = storage.dump();
    for (keys, message) in [
        (
            &[("c", 3)][..],
            "the store was made with the keys `a` and `b`, which the safe lacks; put the right",
        ),
        (&[("b", 2)], "the store was made with the key `a`, which the safe lacks; put"),
        (&[], "the store was made with the keys `a` and `b`, but the safe is shut; put the right"),
        (&[("b", 2), ("a", 7)], "the key `a` in the safe isn't the one that the store was made"),
    ] {
        let error = open(keys, &storage).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
        assert_eq!(storage.dump(), before, "{keys:?}");
    }
    let value = &before[KEYS_ROW];
    let secret = BASE64_URL_SAFE_NO_PAD.encode([1; 32]);
    assert!(!value.contains(&secret), "{value}");
}

#[test]
fn a_first_key_is_made_for_a_new_store_only() {
    let storage = Arc::new(MemoryStorage::new());
    let secrets = ring(&[]);
    let begin = || RememberedSecrets::new(secrets.clone(), storage.clone());
    begin().unwrap();
    begin().unwrap();
    assert_eq!(secrets.begun.load(Ordering::SeqCst), 1);
    assert_eq!(remembered_keys(&*storage).unwrap(), ["begun"]);

    let used = Arc::new(MemoryStorage::new());
    put(&used, "lease/07", "{}");
    let secrets = ring(&[]);
    let error = RememberedSecrets::new(secrets.clone(), used.clone()).unwrap_err();
    assert!(matches!(error, KeysError::Secrets(_)), "{error:?}");
    assert_eq!(secrets.begun.load(Ordering::SeqCst), 0);
    assert_eq!(used.dump().len(), 1);
}

#[test]
fn a_store_from_before_needs_the_keys_that_signed_it() {
    let storage = Arc::new(MemoryStorage::new());
    let row = format!(r#"{{"schema":1,"data":{{"mac":"old:{}"}}}}"#, "A".repeat(43));
    put(&storage, "a/acme/log/000000000000001", &row);
    let error = open(&[("new", 1)], &storage).unwrap_err().to_string();
    assert!(error.starts_with("the store was made with the key `old`, which"), "{error}");
    assert!(!storage.dump().contains_key(KEYS_ROW));
    open(&[("new", 1), ("old", 2)], &storage).unwrap();
    assert_eq!(remembered_keys(&*storage).unwrap(), ["new", "old"]);
    open(&[("new", 1), ("old", 3)], &storage).unwrap_err();
}

#[test]
fn a_new_key_is_remembered_before_it_signs() {
    let storage = Arc::new(MemoryStorage::new());
    let secrets = ring(&[("a", 1)]);
    let remembered = RememberedSecrets::new(secrets.clone(), storage.clone()).unwrap();
    let change = |keys: &[(&str, u8)]| {
        *secrets.keys.lock().unwrap() = keys.iter().map(|(id, byte)| key(id, *byte)).collect();
    };
    change(&[("b", 2), ("a", 1)]);
    assert_eq!(remembered.keys().unwrap().len(), 2);
    assert_eq!(remembered_keys(&*storage).unwrap(), ["a", "b"]);
    change(&[("b", 2)]);
    let error = remembered.keys().unwrap_err().to_string();
    assert!(error.contains("the key `a`, which the safe lacks"), "{error}");
    change(&[("a", 1), ("b", 2)]);
    remembered.keys().unwrap();
}

#[cfg(unix)]
#[test]
fn a_ring_that_is_read_again_and_isnt_the_stores_changes_nothing() {
    use crate::adapters::secrets::SystemSecrets;

    let folder = tempfile::tempdir().unwrap();
    let [told, others] = ["told", "others"].map(|name| folder.path().join(name));
    for ring in [&told, &others] {
        SystemSecrets::open(ring).unwrap().begin().unwrap();
    }
    let own = std::fs::read(&told).unwrap();
    let cat = vec!["cat".to_owned(), told.display().to_string()];
    let secrets = Arc::new(SystemSecrets::from_command(cat).unwrap());
    let secrets = RememberedSecrets::new(secrets, Arc::new(MemoryStorage::new())).unwrap();
    let keys = secrets.keys().unwrap();
    for (ring, why) in [
        (std::fs::read(&others).unwrap(), "the store was made with the key `"),
        (b"rubbish".to_vec(), "is none: it should hold"),
        (Vec::new(), "is none: it should hold"),
    ] {
        std::fs::write(&told, ring).unwrap();
        let error = secrets.refresh().unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!(secrets.keys().unwrap(), keys);
    }
    std::fs::remove_file(&told).unwrap();
    let error = secrets.refresh().unwrap_err().to_string();
    assert!(error.contains("doesn't tell the key ring: it failed"), "{error}");
    assert_eq!(secrets.keys().unwrap(), keys);
    std::fs::write(&told, own).unwrap();
    secrets.refresh().unwrap();
    assert_eq!(secrets.keys().unwrap(), keys);
}

#[test]
fn a_key_that_is_retired_is_missed_no_more() {
    let storage = Arc::new(MemoryStorage::new());
    open(&[("b", 2), ("a", 1)], &storage).unwrap();
    assert!(!retire_key(&*storage, "c").unwrap());
    assert!(retire_key(&*storage, "a").unwrap());
    assert!(!retire_key(&*storage, "a").unwrap());
    open(&[("b", 2)], &storage).unwrap();
    assert_eq!(remembered_keys(&*storage).unwrap(), ["b"]);
}

#[test]
fn a_damaged_row_is_no_new_store() {
    let storage = Arc::new(MemoryStorage::new());
    for value in ["", "{}", r#"{"keys":["a"]}"#] {
        put(&storage, KEYS_ROW, value);
        let error = open(&[("a", 1)], &storage).unwrap_err();
        assert!(matches!(error, KeysError::Damaged(_)), "{error:?}");
    }
}

/// A store that is away to begin with.
struct Away {
    inner: MemoryStorage,
    calls_left: AtomicUsize,
}

impl Away {
    fn call(&self) -> Result<&MemoryStorage, Error> {
        let left = |left: usize| left.checked_sub(1);
        match self.calls_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left) {
            Ok(_) => Err(Error::Unavailable("away".into())),
            Err(_) => Ok(&self.inner),
        }
    }
}

impl Storage for Away {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.call()?.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.call()?.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.call()?.commit(checks, writes)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.call()?.scrub()
    }
}

#[test]
fn a_store_that_is_away_is_asked_before_its_keys_are_used() {
    let inner = MemoryStorage::new();
    put(&inner, KEYS_ROW, r#"{"keys":{"a":null}}"#);
    let storage = Arc::new(Away { inner, calls_left: AtomicUsize::new(2) });
    let secrets = RememberedSecrets::new(ring(&[("b", 2)]), storage).unwrap();
    let error = secrets.keys().unwrap_err().to_string();
    assert!(error.ends_with("away"), "{error}");
    let error = secrets.keys().unwrap_err().to_string();
    assert!(error.contains("the key `a`"), "{error}");
}
