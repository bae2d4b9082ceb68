//! Who may call by HTTP: keys of the platform, which may call everything, and keys of an agency,
//! which have a role in it.
//!
//! A key is shown once, as it is made; the store has only its hash. 256 random bits can't be guessed,
//! so a plain hash is enough.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clientdesk_contract::times;
use clientdesk_host::adapters::clock::Clock;
use clientdesk_host::adapters::storage::Storage;
use clientdesk_host::{CallError, Host};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::rows;
pub use crate::rows::{RowError, Stored};

/// What the keys of the service's rows begin with.
const ROWS: &str = "host/api-key/";
/// What every key begins with, so that those who search for leaked secrets find it.
const PREFIX: &str = "clientdesk_";
/// That there has been a key: from then on, nobody gets in without one, also once all are revoked.
const BEGUN: &str = "host/api-keys-begun";
const NAME_MAX: usize = 100;

/// What a key allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// Every function, in any agency and in anybody's name.
    Platform,
    /// The functions that operators call, in one agency, up to a role.
    Agency {
        /// The agency's id.
        agency: String,
        /// The most that it may do.
        role: Role,
    },
}

impl Grant {
    /// What a key allows: of an agency with a role there, or, without both, of the platform.
    ///
    /// # Errors
    ///
    /// When one of them is missing.
    pub fn of(agency: Option<String>, role: Option<Role>) -> Result<Grant, KeyError> {
        match (agency, role) {
            (None, None) => Ok(Grant::Platform),
            (Some(agency), Some(role)) => Ok(Grant::Agency { agency, role }),
            (Some(_), None) => Err(KeyError::Wrong {
                field: "role",
                problem: "is needed for an agency's key: `owner`, `manager` or `viewer`".to_owned(),
            }),
            (None, Some(_)) => Err(KeyError::Wrong {
                field: "role",
                problem: "is for an agency's key: name the agency, or leave the role out"
                    .to_owned(),
            }),
        }
    }
}

/// What an operator may do: the contract's roles, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads only.
    Viewer,
    /// Nearly everything.
    Manager,
    /// Everything.
    Owner,
}

impl Role {
    /// The role as the contract calls it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Manager => "manager",
            Role::Owner => "owner",
        }
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Role, ()> {
        let roles = [Role::Viewer, Role::Manager, Role::Owner];
        roles.into_iter().find(|role| role.name() == text).ok_or(())
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ApiKey {
    /// What it is called in lists and in the log: 12 characters.
    pub id: String,
    /// What it is for, in the words of whoever made it.
    pub name: String,
    /// What it allows.
    pub grant: Grant,
    /// When it was made, in milliseconds since 1970.
    pub created_at: u64,
    /// From when on it is good for nothing; none: it is good until it is revoked.
    pub expires_at: Option<u64>,
}

impl ApiKey {
    /// The key as the service shows it: `agency` and `role` are null for a key of the platform, times are texts.
    pub fn in_json(&self) -> Value {
        let (agency, role) = match &self.grant {
            Grant::Platform => (None, None),
            Grant::Agency { agency, role } => (Some(agency), Some(role.name())),
        };
        json!({
            "id": self.id,
            "name": self.name,
            "agency": agency,
            "role": role,
            "created-at": times::full(self.created_at),
            "expires-at": self.expires_at.map(times::full),
        })
    }
}

/// What a new key is to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What it is for: 1 to 100 characters.
    pub name: String,
    /// What it allows.
    pub grant: Grant,
    /// From when on it is good for nothing; none: it is good until it is revoked.
    pub expires_at: Option<u64>,
}

/// The text of a key, which whoever calls sends along. It shows itself by [`Secret::reveal`] only.
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// One of the fields of [`NewKey`] is wrong.
    #[error("`{field}` {problem}")]
    Wrong {
        /// Which field.
        field: &'static str,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// There was no randomness.
    #[error("the system gives no randomness")]
    Random,
    /// The store failed.
    #[error(transparent)]
    Row(#[from] RowError),
}

/// Refuses a name that the contract would refuse as an operator's: the key calls by it.
///
/// # Errors
///
/// When it has characters that nobody sees, or that turn the text around.
pub fn check_name(host: &Host, name: &str) -> Result<(), KeyError> {
    if name.trim().is_empty() {
        // That is told as it is made.
        return Ok(());
    }
    // The component looks at who calls before it looks whether there is such an agency.
    let actor = json!({"id": "key", "name": name, "role": "viewer"});
    let asked = host.call("audit.head", &[json!({"agency": "-", "actor": actor})]);
    let Err(CallError::Refused { error, .. }) = asked else { return Ok(()) };
    let wrong = error.get("invalid").and_then(Value::as_array);
    let wrong = wrong.into_iter().flatten().find(|wrong| {
        wrong.get("field").and_then(Value::as_str).is_some_and(|field| field.ends_with("name"))
    });
    match wrong.and_then(|wrong| wrong.get("message")?.as_str()) {
        Some(problem) => Err(KeyError::Wrong { field: "name", problem: problem.to_owned() }),
        None => Ok(()),
    }
}

/// A key's row.
#[derive(Serialize, Deserialize)]
struct Row {
    name: String,
    grant: Grant,
    created_at: u64,
    expires_at: Option<u64>,
    /// SHA-256 of the secret part, in base64url.
    hash: String,
}

/// The keys of a store.
#[derive(Clone)]
pub struct ApiKeys {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
}

impl ApiKeys {
    /// The keys in a store.
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> ApiKeys {
        ApiKeys { storage, clock }
    }

    /// Makes a key. Its secret can't be had again.
    ///
    /// # Errors
    ///
    /// When the name is empty or too long, when it would be over already, and when the store fails.
    pub fn create(&self, new: NewKey) -> Result<(ApiKey, Secret), KeyError> {
        let name = new.name.trim().to_owned();
        let length = name.chars().count();
        if !(1..=NAME_MAX).contains(&length) || name.chars().any(char::is_control) {
            let problem = "must have 1 to 100 characters, none of them a control character";
            return Err(KeyError::Wrong { field: "name", problem: problem.to_owned() });
        }
        let now = self.clock.now();
        if new.expires_at.is_some_and(|end| end <= now) {
            let problem = "is over already: name a time to come";
            return Err(KeyError::Wrong { field: "expires-at", problem: problem.to_owned() });
        }
        let (id, secret) = (random::<9>()?, random::<32>()?);
        let row = Row {
            name,
            grant: new.grant,
            created_at: now,
            expires_at: new.expires_at,
            hash: hashed(&secret),
        };
        rows::create(&*self.storage, BEGUN, &true)?;
        rows::create(&*self.storage, &format!("{ROWS}{id}"), &row)?;
        let text = Secret(format!("{PREFIX}{id}.{secret}"));
        Ok((row.into_key(id), text))
    }

    /// All keys, the oldest first.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn list(&self) -> Result<Stored<ApiKey>, RowError> {
        let rows::Found { whole, damaged } = rows::list::<Row>(&*self.storage, ROWS)?;
        let mut whole: Vec<ApiKey> = whole.into_iter().map(|(id, row)| row.into_key(id)).collect();
        whole.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(Stored { whole, damaged })
    }

    /// The key of this id.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn get(&self, id: &str) -> Result<Option<ApiKey>, RowError> {
        let Some(key) = row_of(id) else { return Ok(None) };
        let row: Option<Row> = rows::read(&*self.storage, &key)?;
        Ok(row.map(|row| row.into_key(id.to_owned())))
    }

    /// Whether a key that was good once still is: it isn't over, nor revoked.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn is_good(&self, id: &str) -> Result<bool, RowError> {
        let now = self.clock.now();
        Ok(self.get(id)?.is_some_and(|key| key.expires_at.is_none_or(|end| now < end)))
    }

    /// Makes a key good for nothing, at once; says whether there was one, damaged or not.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn revoke(&self, id: &str) -> Result<bool, RowError> {
        let Some(key) = row_of(id) else { return Ok(false) };
        rows::delete(&*self.storage, &key)
    }

    /// Whether there is, or has been, any key, good or over.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn any(&self) -> Result<bool, RowError> {
        Ok(rows::has(&*self.storage, BEGUN)? || rows::any(&*self.storage, ROWS)?)
    }

    /// The key whose text this is; none when there is none, it is over, or nothing can be read of it.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn find(&self, text: &str) -> Result<Option<ApiKey>, RowError> {
        let Some((id, secret)) = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('.'))
        else {
            return Ok(None);
        };
        let Some(key) = row_of(id) else { return Ok(None) };
        let row = match rows::read::<Row>(&*self.storage, &key) {
            // Whether the secret is its own can't be known.
            Err(error @ RowError::Damaged { .. }) => {
                tracing::error!(%error, "a key can't be read");
                None
            }
            row => row?,
        };
        let now = self.clock.now();
        let good = row.filter(|row| {
            // Hashes are compared, so how long that takes tells nothing of the secret.
            row.hash == hashed(secret) && row.expires_at.is_none_or(|end| now < end)
        });
        Ok(good.map(|row| row.into_key(id.to_owned())))
    }
}

impl Row {
    fn into_key(self, id: String) -> ApiKey {
        let Row { name, grant, created_at, expires_at, hash: _ } = self;
        ApiKey { id, name, grant, created_at, expires_at }
    }
}

/// Where the key of an id is; none for a text that is none.
fn row_of(id: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (id.len() == 12 && id.bytes().all(fits)).then(|| format!("{ROWS}{id}"))
}

fn random<const BYTES: usize>() -> Result<String, KeyError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Random)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn hashed(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use clientdesk_host::adapters::clock::ManualClock;
    use clientdesk_host::adapters::storage::MemoryStorage;

    use super::*;

    fn keys() -> (ApiKeys, Arc<ManualClock>, Arc<MemoryStorage>) {
        let (storage, clock) = (Arc::new(MemoryStorage::new()), Arc::new(ManualClock::at(1_000)));
        (ApiKeys::new(storage.clone(), clock.clone()), clock, storage)
    }

    fn new(name: &str, expires_at: Option<u64>) -> NewKey {
        let grant = Grant::Agency { agency: "acme".into(), role: Role::Manager };
        NewKey { name: name.into(), grant, expires_at }
    }

    #[test]
    fn a_key_is_good_until_it_is_over_or_revoked() {
        let (keys, clock, _) = keys();
        assert!(!keys.any().unwrap());
        let (key, secret) = keys.create(new(" CRM sync ", Some(2_000))).unwrap();
        assert_eq!(key.name, "CRM sync");
        assert_eq!(keys.find(secret.reveal()).unwrap(), Some(key.clone()));
        clock.set(1_999);
        assert!(keys.find(secret.reveal()).unwrap().is_some());
        clock.set(2_000);
        assert_eq!(keys.find(secret.reveal()).unwrap(), None, "from its end on");
        clock.set(1_000);
        assert!(keys.revoke(&key.id).unwrap());
        assert_eq!(keys.find(secret.reveal()).unwrap(), None);
        assert!(!keys.revoke(&key.id).unwrap(), "there is none any more");
        assert!(keys.any().unwrap(), "and nobody gets in without one");
    }

    #[test]
    fn no_other_text_is_a_key() {
        let (keys, _, _) = keys();
        let (key, secret) = keys.create(new("one", None)).unwrap();
        let (_, other) = keys.create(new("other", None)).unwrap();
        let text = secret.reveal();
        let (_, tail) = other.reveal().split_once('.').unwrap();
        for wrong in [
            String::new(),
            PREFIX.to_owned(),
            format!("{PREFIX}{}", key.id),
            format!("{PREFIX}{}.", key.id),
            format!("{PREFIX}{}.{tail}", key.id),
            text.to_uppercase(),
            format!("{text}A"),
            text.get(..text.len() - 1).unwrap().to_owned(),
            format!("{PREFIX}../keys.{tail}"),
            format!("{PREFIX}ääääää.{tail}"),
        ] {
            assert_eq!(keys.find(&wrong).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn the_store_has_no_secret_and_debug_shows_none() {
        let (keys, _, storage) = keys();
        let (key, secret) = keys.create(new("one", None)).unwrap();
        let (_, tail) = secret.reveal().split_once('.').unwrap();
        let rows = storage.scan("", "\u{7f}", 10, false).unwrap().entries;
        assert!(rows.iter().all(|row| !format!("{row:?}").contains(tail)), "{rows:?}");
        assert!(!format!("{key:?}{secret:?}").contains(tail));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let (keys, _, storage) = keys();
        for (wrong, field) in [
            (new("", None), "name"),
            (new("  ", None), "name"),
            (new(&"x".repeat(101), None), "name"),
            (new("a\nb", None), "name"),
            (new("one", Some(1_000)), "expires-at"),
        ] {
            let refused = keys.create(wrong).unwrap_err();
            assert!(matches!(refused, KeyError::Wrong { field: named, .. } if named == field));
        }
        assert!(storage.scan("", "\u{7f}", 10, false).unwrap().entries.is_empty());
    }
}
