//! The system's randomness, and a key ring in a file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::ring::{self, RingFileError};
use super::{Key, Secrets, SecretsError};

/// Randomness of the operating system, and keys from a file that is read once.
///
/// To rotate, put a new key in front of the file's list and open it anew, or let
/// [`rotate`](SystemSecrets::rotate) do that. Without the file, a store's log can't be
/// verified and nobody can log in: a backup of the store needs the file, too.
#[derive(Clone)]
pub struct SystemSecrets {
    path: Option<PathBuf>,
    /// Empty as long as the file isn't there.
    ring: Arc<RwLock<Vec<Key>>>,
}

impl SystemSecrets {
    /// The keys of the file at `path`, which only its owner may read.
    ///
    /// A file that isn't there is made, with one new key, when a host is built with a store
    /// that is new. Beside a store that has rows none is ever made up.
    ///
    /// The file is JSON, newest key first: `{"keys": [{"id": "k1", "bytes": "<base64>"}]}`.
    ///
    /// # Errors
    ///
    /// When the file can't be read, holds something else, or may be read by others.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RingFileError> {
        let path = path.as_ref().to_owned();
        let ring = ring::read(&path)?.unwrap_or_default();
        Ok(Self { path: Some(path), ring: Arc::new(RwLock::new(ring)) })
    }

    /// One new key that is kept nowhere: for a store that doesn't outlive the process.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn ephemeral() -> Result<Self, SecretsError> {
        Ok(Self { path: None, ring: Arc::new(RwLock::new(vec![new_key()?])) })
    }

    /// Puts a new key in front of those in the file at `path`, and gives its id. The older
    /// ones stay: what they signed goes on being worth something.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it can't be written.
    pub fn rotate(path: impl AsRef<Path>) -> Result<String, SecretsError> {
        let path = path.as_ref();
        let mut ring = ring::read(path).map_err(|error| told(&error))?;
        let ring = ring.as_mut().ok_or_else(|| missing(path))?;
        let key = new_key()?;
        let id = key.id.clone();
        ring.insert(0, key);
        ring::replace(path, ring).map_err(|error| told(&error))?;
        Ok(id)
    }

    /// Takes the key with this id out of those in the file at `path`; gives whether it was there. What was made
    /// with it is worth nothing then: `system.key-uses` says what that is. A store that remembers the key
    /// has to forget it first: see [`retire_key`](super::retire_key).
    ///
    /// # Errors
    ///
    /// When it is the newest, which signs; when there is no such file, or it can't be written.
    pub fn retire(path: impl AsRef<Path>, id: &str) -> Result<bool, SecretsError> {
        let path = path.as_ref();
        let ring = ring::read(path).map_err(|error| told(&error))?;
        let mut ring = ring.ok_or_else(|| missing(path))?;
        match ring.iter().position(|key| key.id == id) {
            None => Ok(false),
            Some(0) => {
                Err(SecretsError(format!("the key `{id}` signs: put a new one in front first")))
            }
            Some(place) => {
                ring.remove(place);
                ring::replace(path, &ring).map_err(|error| told(&error))?;
                Ok(true)
            }
        }
    }

    fn ring(&self) -> Vec<Key> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file again; whether it is there.
    fn read(&self, path: &Path) -> Result<bool, SecretsError> {
        let Some(found) = ring::read(path).map_err(|error| told(&error))? else {
            return Ok(false);
        };
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(true)
    }
}

impl Secrets for SystemSecrets {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        let mut bytes = vec![0; len];
        fill(&mut bytes)?;
        Ok(bytes)
    }

    /// A file that wasn't there is looked for again: somebody may have put it back.
    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        if let Some(path) = &self.path
            && self.ring().is_empty()
            && !self.read(path)?
        {
            return Err(missing(path));
        }
        Ok(self.ring())
    }

    fn begin(&self) -> Result<(), SecretsError> {
        let Some(path) = &self.path else { return Ok(()) };
        if !self.ring().is_empty() || self.read(path)? {
            return Ok(());
        }
        ring::create(path, &[new_key()?]).map_err(|error| told(&error))?;
        self.read(path).map(drop)
    }

    fn origin(&self) -> String {
        match &self.path {
            Some(path) => format!("the key ring `{}`", path.display()),
            None => "the key ring".into(),
        }
    }
}

impl fmt::Debug for SystemSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemSecrets").field("ring", &self.ring()).finish_non_exhaustive()
    }
}

fn missing(path: &Path) -> SecretsError {
    SecretsError(format!("the key ring `{}` isn't there", path.display()))
}

/// The error with what is behind it, in one line.
fn told(error: &dyn std::error::Error) -> SecretsError {
    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    SecretsError(format!("{error}{source}"))
}

/// A key, whose id is random too: one that was made anew by mistake must not pass for the
/// old one.
fn new_key() -> Result<Key, SecretsError> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    let mut tag = [0; 4];
    fill(&mut tag)?;
    Ok(Key { id: format!("k-{:08x}", u32::from_be_bytes(tag)), bytes })
}

fn fill(bytes: &mut [u8]) -> Result<(), SecretsError> {
    getrandom::fill(bytes).map_err(|error| SecretsError(format!("no randomness: {error}")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_ring_is_made_only_when_a_store_begins_and_then_read() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("store.keys.json");
        let first = SystemSecrets::open(&path).unwrap();
        let error = first.keys().unwrap_err().to_string();
        assert!(error.contains("store.keys.json` isn't there"), "{error}");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);

        first.begin().unwrap();
        let again = SystemSecrets::open(&path).unwrap();
        again.begin().unwrap();
        assert_eq!(first.keys().unwrap(), again.keys().unwrap());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        let secret = STANDARD.encode(first.keys().unwrap()[0].bytes);
        assert!(fs::read_to_string(&path).unwrap().contains(&secret));
        assert!(!format!("{first:?}").contains(&secret));
    }

    #[test]
    fn a_ring_that_is_put_back_is_found() {
        let temp = tempfile::tempdir().unwrap();
        let (path, away) = (temp.path().join("keys.json"), temp.path().join("away.json"));
        SystemSecrets::open(&path).unwrap().begin().unwrap();
        fs::rename(&path, &away).unwrap();
        let secrets = SystemSecrets::open(&path).unwrap();
        secrets.keys().unwrap_err();
        fs::rename(&away, &path).unwrap();
        assert_eq!(secrets.keys().unwrap().len(), 1);
    }

    #[test]
    fn rotating_keeps_the_older_keys() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("keys.json");
        SystemSecrets::rotate(&path).unwrap_err();
        assert!(!path.exists());
        let before = SystemSecrets::open(&path).unwrap();
        before.begin().unwrap();
        let id = SystemSecrets::rotate(&path).unwrap();
        let after = SystemSecrets::open(&path).unwrap().keys().unwrap();
        assert_eq!(after[0].id, id);
        assert_eq!(after[1..], before.keys().unwrap());
    }

    #[test]
    fn a_key_is_retired_unless_it_signs() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("keys.json");
        assert!(SystemSecrets::retire(&path, "k").is_err(), "there is no file");
        SystemSecrets::open(&path).unwrap().begin().unwrap();
        let ids = || -> Vec<String> {
            let keys = SystemSecrets::open(&path).unwrap().keys().unwrap();
            keys.into_iter().map(|key| key.id).collect()
        };
        let old = ids().remove(0);
        SystemSecrets::retire(&path, &old).unwrap_err();
        let new = SystemSecrets::rotate(&path).unwrap();
        assert!(!SystemSecrets::retire(&path, "other").unwrap());
        SystemSecrets::retire(&path, &new).unwrap_err();
        assert_eq!(ids(), [new.clone(), old.clone()], "a refusal changes nothing");
        assert!(SystemSecrets::retire(&path, &old).unwrap());
        assert_eq!(ids(), [new]);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_ring_that_others_can_read_is_refused_with_the_line_to_type() {
        use std::os::unix::fs::PermissionsExt as _;

        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("Ann's keys.json");
        SystemSecrets::open(&path).unwrap().begin().unwrap();
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        for open in [0o644, 0o640, 0o604, 0o660, 0o620, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            let error = SystemSecrets::open(&path).unwrap_err().to_string();
            assert!(error.contains(&format!("mode {open:o}")), "{error}");
            assert!(error.contains("chmod 600 '"), "{error}");
            assert!(error.ends_with(r"/Ann'\''s keys.json'"), "{error}");
            assert_eq!(mode(), open);
        }
        for private in [0o600, 0o400] {
            fs::set_permissions(&path, fs::Permissions::from_mode(private)).unwrap();
            SystemSecrets::open(&path).unwrap();
        }
    }
}
