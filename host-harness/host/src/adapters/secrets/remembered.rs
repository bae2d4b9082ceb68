//! Keys that a store remembers: nobody goes on with a store under other keys by mistake.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;

use super::used::used_keys;
use super::{Key, Secrets, SecretsError};
use crate::adapters::storage::{self, Check, Outcome, Storage, Write};

/// The row in which a store remembers its keys. The component has no keys of its own that
/// begin with `host/`.
pub const KEYS_ROW: &str = "host/keys";

/// Behind the last key: keys are printable ASCII.
const AFTER_ALL: &str = "\u{7f}";

/// How often it is begun again when others write the row.
const TRIES_MAX: u32 = 8;

/// Secrets whose keys the store remembers.
///
/// The first time that it meets a store without rows, it lets the secrets [begin], and the
/// store remembers the ids of their keys, and a hash under each, from then on. Later it
/// refuses a ring that lacks a key, or has another one under its name: whoever went on with
/// it would sign the log with keys that don't belong there, and nobody could log in. A ring
/// with further keys is fine, and they are remembered too. Of a store that was made before
/// this was so, both ends of each log and the logins say which keys it needs.
///
/// [`HostBuilder::build`](crate::HostBuilder::build) puts it around the secrets that it is
/// given. With an engine of your own, put it around them yourself.
///
/// [begin]: Secrets::begin
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use clientdesk_host::adapters::secrets::{KeysError, RememberedSecrets, SystemSecrets};
/// use clientdesk_host::adapters::storage::MemoryStorage;
///
/// let storage = Arc::new(MemoryStorage::new());
/// let first = Arc::new(SystemSecrets::ephemeral()?);
/// RememberedSecrets::new(first, storage.clone())?;
///
/// let other = Arc::new(SystemSecrets::ephemeral()?);
/// let refused = RememberedSecrets::new(other, storage);
/// assert!(matches!(refused, Err(KeysError::Missing { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RememberedSecrets {
    inner: Arc<dyn Secrets>,
    storage: Arc<dyn Storage>,
    /// The ring that the store agreed to last.
    agreed: Mutex<Option<Vec<Key>>>,
}

/// Why a store can't be used with a key ring.
#[derive(Debug, Error)]
pub enum KeysError {
    /// The ring lacks keys that the store was made with.
    #[error(
        "the store was made with {}, {}; put the right key ring back: without it, nobody can log in, and \
         the log can't be verified",
        named(.ids),
        lacking(.origin, .problem.as_ref())
    )]
    Missing {
        /// The ids of the keys.
        ids: Vec<String>,
        /// Where the ring comes from.
        origin: String,
        /// Why it gives no keys at all, where it gives none.
        problem: Option<SecretsError>,
    },
    /// A key of the ring has the id of another one.
    #[error(
        "the key `{id}` in {origin} isn't the one that the store was made with: it has the same id and \
         other bytes; put the right key ring back"
    )]
    Other {
        /// The id.
        id: String,
        /// Where the ring comes from.
        origin: String,
    },
    /// The row in which the store remembers its keys is damaged.
    #[error("the store's row `{KEYS_ROW}` is damaged: {0}")]
    Damaged(String),
    /// The secrets give no keys.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The store can't answer now.
    #[error("the store can't say which keys it was made with: {0}")]
    Store(String),
}

/// The row's value.
#[derive(Serialize, Deserialize)]
struct Row {
    keys: BTreeMap<String, KeyPrint>,
}

/// What tells a key from another one, and nothing more about it: a hash under it; none for
/// one that was only ever seen named.
type KeyPrint = Option<String>;

impl RememberedSecrets {
    /// These secrets, for this store only. A store that can't answer now is asked again when
    /// the keys are first used.
    ///
    /// # Errors
    ///
    /// When they aren't the keys that the store was made with, or there are none.
    pub fn new(inner: Arc<dyn Secrets>, storage: Arc<dyn Storage>) -> Result<Self, KeysError> {
        let agreed = match agree(&*inner, &*storage) {
            Ok(ring) => Some(ring),
            Err(KeysError::Store(_)) => None,
            Err(refused) => return Err(refused),
        };
        Ok(Self { inner, storage, agreed: Mutex::new(agreed) })
    }
}

impl Secrets for RememberedSecrets {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        self.inner.random(len)
    }

    /// A ring that changed since is remembered, or refused, before anything is signed with it.
    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ring) = &*agreed
            && *ring == self.inner.keys()?
        {
            return Ok(ring.clone());
        }
        let ring =
            agree(&*self.inner, &*self.storage).map_err(|error| SecretsError(error.to_string()))?;
        *agreed = Some(ring.clone());
        Ok(ring)
    }

    fn begin(&self) -> Result<(), SecretsError> {
        self.inner.begin()
    }

    /// What the store wouldn't agree to changes nothing: the keys that it agreed to go on.
    fn refresh(&self) -> Result<(), SecretsError> {
        self.inner.refresh_if(&|ring| {
            let told = |error: KeysError| SecretsError(error.to_string());
            let (row, _) = read(&*self.storage).map_err(told)?;
            let needed = row.map(|row| row.keys).unwrap_or_default();
            fits(ring, &needed, &self.inner.origin()).map_err(told)
        })
    }

    fn origin(&self) -> String {
        self.inner.origin()
    }
}

impl fmt::Debug for RememberedSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RememberedSecrets").finish_non_exhaustive()
    }
}

/// The ids of the keys that the store remembers; none before its first use.
///
/// # Errors
///
/// When the store can't answer, or the row is damaged.
pub fn remembered_keys(storage: &dyn Storage) -> Result<Vec<String>, KeysError> {
    let (row, _) = read(storage)?;
    Ok(row.map(|row| row.keys.into_keys().collect()).unwrap_or_default())
}

/// Makes the store do without a key: one that is lost for good, or that nobody may trust any
/// more. What was signed with it is worth nothing once the ring lacks it: log-ins, links, and
/// that part of the log. Gives whether the store remembered it.
///
/// # Errors
///
/// When the store can't answer, or the row is damaged.
pub fn retire_key(storage: &dyn Storage, id: &str) -> Result<bool, KeysError> {
    for _ in 0..TRIES_MAX {
        let (row, version) = read(storage)?;
        let Some(mut row) = row else { return Ok(false) };
        if row.keys.remove(id).is_none() {
            return Ok(false);
        }
        if write(storage, &row, version)? {
            return Ok(true);
        }
    }
    Err(KeysError::Store("others write the same row".into()))
}

/// The ring, if it has all keys that the store remembers; those that are new to the store are
/// remembered first.
fn agree(secrets: &dyn Secrets, storage: &dyn Storage) -> Result<Vec<Key>, KeysError> {
    for _ in 0..TRIES_MAX {
        let (row, version) = read(storage)?;
        let mut row = match row {
            Some(row) => row,
            None => Row { keys: needed(secrets, storage)? },
        };
        let ring = ring_with(secrets, &row.keys)?;
        let known = row.keys.clone();
        row.keys.extend(ring.iter().map(|key| (key.id.clone(), Some(print_of(key)))));
        if row.keys == known || write(storage, &row, version)? {
            return Ok(ring);
        }
    }
    Err(KeysError::Store("others write the same row".into()))
}

/// The keys that a store needs which remembers none yet. A new one needs none, and the
/// secrets may begin.
fn needed(
    secrets: &dyn Secrets,
    storage: &dyn Storage,
) -> Result<BTreeMap<String, KeyPrint>, KeysError> {
    let first = storage.scan("", AFTER_ALL, 1, false).map_err(unavailable)?;
    if first.entries.is_empty() {
        secrets.begin()?;
    }
    let used = used_keys(storage).map_err(unavailable)?;
    Ok(used.into_iter().map(|id| (id, None)).collect())
}

fn ring_with(
    secrets: &dyn Secrets,
    needed: &BTreeMap<String, KeyPrint>,
) -> Result<Vec<Key>, KeysError> {
    let missing = |ids, problem| KeysError::Missing { ids, origin: secrets.origin(), problem };
    let ring = match secrets.keys() {
        Err(problem) if !needed.is_empty() => {
            return Err(missing(needed.keys().cloned().collect(), Some(problem)));
        }
        ring => ring?,
    };
    fits(&ring, needed, &secrets.origin())?;
    Ok(ring)
}

/// Whether the ring has all of these keys, and no other one under the name of one of them.
fn fits(ring: &[Key], needed: &BTreeMap<String, KeyPrint>, origin: &str) -> Result<(), KeysError> {
    let found = |id: &String| ring.iter().find(|key| key.id == *id);
    let lacking: Vec<String> = needed.keys().filter(|id| found(id).is_none()).cloned().collect();
    if !lacking.is_empty() {
        return Err(KeysError::Missing { ids: lacking, origin: origin.to_owned(), problem: None });
    }
    for (id, print) in needed {
        let other = |key: &Key| print.as_ref().is_some_and(|print| *print != print_of(key));
        if found(id).is_some_and(other) {
            return Err(KeysError::Other { id: id.clone(), origin: origin.to_owned() });
        }
    }
    Ok(())
}

/// A hash under the key, of what the component never hashes.
fn print_of(key: &Key) -> String {
    // An HMAC takes keys of any length.
    let Ok(mut hash) = Hmac::<Sha256>::new_from_slice(&key.bytes) else { return String::new() };
    hash.update(KEYS_ROW.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize().into_bytes())
}

fn read(storage: &dyn Storage) -> Result<(Option<Row>, Option<storage::Version>), KeysError> {
    let mut entries = storage.get(vec![KEYS_ROW.into()]).map_err(unavailable)?;
    let Some(entry) = entries.pop().flatten() else { return Ok((None, None)) };
    let row = serde_json::from_str(&entry.value);
    let row = row.map_err(|problem| KeysError::Damaged(problem.to_string()))?;
    Ok((Some(row), Some(entry.version)))
}

/// Whether the row was written: nobody wrote it since.
fn write(
    storage: &dyn Storage,
    row: &Row,
    version: Option<storage::Version>,
) -> Result<bool, KeysError> {
    let value = serde_json::to_string(row).map_err(|why| KeysError::Damaged(why.to_string()))?;
    let check = Check { key: KEYS_ROW.into(), version };
    let write = Write { key: KEYS_ROW.into(), value: Some(value) };
    let outcome = storage.commit(vec![check], vec![write]).map_err(unavailable)?;
    Ok(matches!(outcome, Outcome::Committed))
}

fn unavailable(error: storage::Error) -> KeysError {
    KeysError::Store(match error {
        storage::Error::Unavailable(why) | storage::Error::TooLarge(why) => why,
    })
}

/// How a ring falls short. What is wrong with all of it mostly names it already.
fn lacking(origin: &str, problem: Option<&SecretsError>) -> String {
    match problem.map(ToString::to_string) {
        None => format!("which {origin} lacks"),
        Some(why) if why.contains(origin) => format!("but {why}"),
        Some(why) => format!("which {origin} lacks ({why})"),
    }
}

/// `the key `a``, `the keys `a` and `b``.
fn named(ids: &[String]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => format!("the key {last}"),
        Some((last, rest)) => format!("the keys {} and {last}", rest.join(", ")),
        None => "no key".into(),
    }
}

#[cfg(test)]
#[path = "remembered_tests.rs"]
mod tests;
