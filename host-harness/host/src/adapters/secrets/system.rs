//! The system's randomness, and a key ring that is kept outside the store.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::ring::{self, RingError};
use super::source::{Source, Stamp};
use super::{Key, Secrets, SecretsError};

/// How often it is looked whether the file has changed.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// Randomness of the operating system, and keys from a file, from a variable of the environment, or from a
/// command that prints them.
///
/// To rotate, put a new key in front of the list, or let [`rotate`](SystemSecrets::rotate) do that to a file.
/// A file that has changed is read again within a second; a command is run again on
/// [`refresh`](Secrets::refresh). What can't be read then, or is no key ring, changes nothing: the keys that were
/// read go on. Without its keys, a store's log can't be verified and nobody can log in: a backup of the store
/// needs them, too.
#[derive(Clone)]
pub struct SystemSecrets {
    source: Arc<Source>,
    held: Arc<RwLock<Held>>,
}

/// What was read.
struct Held {
    /// Empty as long as there is no ring.
    ring: Vec<Key>,
    stamp: Option<Stamp>,
    looked: Instant,
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
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RingError> {
        let source = Source::File(PathBuf::from(path.as_ref()));
        let stamp = source.stamp();
        let ring = source.read()?.unwrap_or_default();
        Ok(Self::of(source, ring, stamp))
    }

    /// The keys that a variable of the environment holds, as a file would. None is ever made.
    ///
    /// # Errors
    ///
    /// When it isn't set, or holds something else.
    pub fn from_variable(name: &str) -> Result<Self, RingError> {
        let source = Source::Variable(name.to_owned());
        let ring = source.read()?.ok_or_else(|| RingError::Unset { name: name.to_owned() })?;
        Ok(Self::of(source, ring, None))
    }

    /// The keys that a program prints, as a file would hold them: one that asks a vault, say. It has 30 seconds.
    /// `command` is the program and its arguments; no shell reads them. None is ever made.
    ///
    /// # Errors
    ///
    /// When it can't be run, fails, takes too long, or prints something else.
    pub fn from_command(command: Vec<String>) -> Result<Self, RingError> {
        let source = Source::Command(command);
        let ring = source.read()?.unwrap_or_default();
        Ok(Self::of(source, ring, None))
    }

    /// One new key that is kept nowhere: for a store that doesn't outlive the process.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn ephemeral() -> Result<Self, SecretsError> {
        Ok(Self::of(Source::Nowhere, vec![new_key()?], None))
    }

    fn of(source: Source, ring: Vec<Key>, stamp: Option<Stamp>) -> Self {
        let held = Held { ring, stamp, looked: Instant::now() };
        Self { source: Arc::new(source), held: Arc::new(RwLock::new(held)) }
    }

    /// Puts a new key in front of those in the file at `path`, and gives its id. The older
    /// ones stay: what they signed goes on being worth something.
    ///
    /// It stands behind them first, for two seconds: each running process knows it before another signs with it.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it can't be written.
    pub fn rotate(path: impl AsRef<Path>) -> Result<String, SecretsError> {
        let path = path.as_ref();
        let read = || {
            let ring = ring::read(path).map_err(|error| told(&error))?;
            ring.ok_or_else(|| missing(path))
        };
        let (mut ring, key) = (read()?, new_key()?);
        ring.push(key.clone());
        ring::replace(path, &ring).map_err(|error| told(&error))?;
        std::thread::sleep(2 * LOOKS_EVERY);
        // Somebody else may have changed it meanwhile.
        let others = read()?.into_iter().filter(|other| other.id != key.id);
        let ring: Vec<Key> = std::iter::once(key.clone()).chain(others).collect();
        ring::replace(path, &ring).map_err(|error| told(&error))?;
        Ok(key.id)
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
        self.held.read().unwrap_or_else(PoisonError::into_inner).ring.clone()
    }

    /// Reads it again; whether there is one.
    fn read(&self) -> Result<bool, SecretsError> {
        self.read_if(&|_| Ok(()))
    }

    fn read_if(
        &self,
        accept: &dyn Fn(&[Key]) -> Result<(), SecretsError>,
    ) -> Result<bool, SecretsError> {
        // Looked at first: what is written between the two is read again next time.
        let stamp = self.source.stamp();
        let Some(ring) = self.source.read().map_err(|error| told(&error))? else {
            return Ok(false);
        };
        accept(&ring)?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        (held.ring, held.stamp) = (ring, stamp);
        Ok(true)
    }

    /// Whether it is time to look, and the file has changed.
    fn has_changed(&self) -> bool {
        if self.source.path().is_none() {
            return false;
        }
        let is_due = |held: &Held| held.looked.elapsed() >= LOOKS_EVERY;
        if !is_due(&self.held.read().unwrap_or_else(PoisonError::into_inner)) {
            return false;
        }
        let stamp = self.source.stamp();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.looked = Instant::now();
        held.stamp != stamp
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
        if let Some(path) = self.source.path()
            && self.ring().is_empty()
            && !self.read()?
        {
            return Err(missing(path));
        }
        if self.has_changed() {
            // What can't be read now may be half written: what was read goes on.
            let _ = self.read();
        }
        Ok(self.ring())
    }

    fn begin(&self) -> Result<(), SecretsError> {
        let Some(path) = self.source.path() else { return Ok(()) };
        if !self.ring().is_empty() || self.read()? {
            return Ok(());
        }
        ring::create(path, &[new_key()?]).map_err(|error| told(&error))?;
        self.read().map(drop)
    }

    fn refresh(&self) -> Result<(), SecretsError> {
        self.refresh_if(&|_| Ok(()))
    }

    fn refresh_if(
        &self,
        accept: &dyn Fn(&[Key]) -> Result<(), SecretsError>,
    ) -> Result<(), SecretsError> {
        match (self.read_if(accept)?, self.source.path()) {
            (false, Some(path)) => Err(missing(path)),
            _ => Ok(()),
        }
    }

    fn origin(&self) -> String {
        self.source.shown()
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

    /// The ids of the keys, once there is time to look at the file again.
    fn ids_later(secrets: &SystemSecrets) -> Vec<String> {
        secrets.held.write().unwrap().looked = Instant::now() - LOOKS_EVERY;
        secrets.keys().unwrap().into_iter().map(|key| key.id).collect()
    }

    #[test]
    fn a_ring_that_changes_is_read_again_and_damage_changes_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("keys.json");
        let running = SystemSecrets::open(&path).unwrap();
        running.begin().unwrap();
        let old = ids_later(&running);
        // Each process knows the new one before any signs with it.
        let rotating = std::thread::spawn({
            let path = path.clone();
            move || SystemSecrets::rotate(path).unwrap()
        });
        while ids_later(&running).len() < 2 {
            std::thread::yield_now();
        }
        assert_eq!(ids_later(&running)[0], old[0], "the old one signs still");
        let new = rotating.join().unwrap();
        let both = vec![new.clone(), old[0].clone()];
        assert_eq!(ids_later(&running), both);
        let text = fs::read_to_string(&path).unwrap();
        let (half, _) = text.split_at(text.len() / 2);
        fs::write(&path, half).unwrap();
        assert_eq!(ids_later(&running), both);
        running.refresh().unwrap_err();
        fs::remove_file(&path).unwrap();
        assert_eq!(ids_later(&running), both);
        crate::files::replace_private(&path, text.as_bytes()).unwrap();
        SystemSecrets::retire(&path, &old[0]).unwrap();
        assert_eq!(ids_later(&running), [new]);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_tells_the_ring_again_when_it_is_asked_to() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("keys.json");
        SystemSecrets::open(&path).unwrap().begin().unwrap();
        let cat = || vec!["cat".to_owned(), path.display().to_string()];
        let told = SystemSecrets::from_command(cat()).unwrap();
        assert_eq!(told.keys().unwrap(), SystemSecrets::open(&path).unwrap().keys().unwrap());
        let new = SystemSecrets::rotate(&path).unwrap();
        assert_eq!(told.keys().unwrap().len(), 1);
        told.refresh().unwrap();
        assert_eq!(told.keys().unwrap()[0].id, new);
        for (command, why) in [
            (vec!["false"], "failed"),
            (vec!["echo", "{}"], "line 1"),
            (vec!["/no/such/program"], "No such file"),
            (vec![], "no command"),
        ] {
            let command: Vec<String> = command.into_iter().map(str::to_owned).collect();
            let error = super::told(&SystemSecrets::from_command(command).unwrap_err());
            assert!(error.0.contains(why), "{error}");
        }
    }

    #[test]
    fn a_variable_that_holds_no_ring_is_refused_and_not_shown() {
        let path = std::env::var("PATH").unwrap();
        let error = SystemSecrets::from_variable("PATH").unwrap_err().to_string();
        assert!(error.starts_with("the key ring in the variable `PATH` is none: "), "{error}");
        assert!(!error.contains(&path), "{error}");
        let error = SystemSecrets::from_variable("NO_SUCH_VARIABLE").unwrap_err().to_string();
        assert!(error.contains("`NO_SUCH_VARIABLE` isn't set"), "{error}");
    }

    #[test]
    fn rotating_keeps_the_older_keys() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("keys.json");
        SystemSecrets::rotate(&path).unwrap_err();
        assert!(!path.exists());
        let before = SystemSecrets::open(&path).unwrap();
        before.begin().unwrap();
        let old = before.keys().unwrap();
        let id = SystemSecrets::rotate(&path).unwrap();
        let after = SystemSecrets::open(&path).unwrap().keys().unwrap();
        assert_eq!(after[0].id, id);
        assert_eq!(after[1..], old);
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
