//! The system's randomness, and a key ring in a file.

use std::fmt;
use std::path::Path;

use super::ring::{self, RingFileError};
use super::{Key, Secrets, SecretsError};

/// Randomness of the operating system, and keys from a file that is read once.
///
/// To rotate, put a new key in front of the file's list and open it anew. Keep the file apart
/// from the store's backups: the one without the other opens no door.
#[derive(Clone)]
pub struct SystemSecrets {
    ring: Vec<Key>,
}

impl SystemSecrets {
    /// The keys of the file at `path`; a file that isn't there is made, with one new key,
    /// readable by its owner only.
    ///
    /// The file is JSON, newest key first: `{"keys": [{"id": "k1", "bytes": "<base64>"}]}`.
    ///
    /// # Errors
    ///
    /// When the file can't be read, can't be made, or holds something else.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RingFileError> {
        let ring = ring::read_or_create(path.as_ref(), new_ring)?;
        Ok(Self { ring })
    }

    /// One new key that is kept nowhere: for a store that doesn't outlive the process.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn ephemeral() -> Result<Self, SecretsError> {
        Ok(Self { ring: new_ring()? })
    }
}

impl Secrets for SystemSecrets {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        let mut bytes = vec![0; len];
        fill(&mut bytes)?;
        Ok(bytes)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        Ok(self.ring.clone())
    }
}

impl fmt::Debug for SystemSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemSecrets").field("ring", &self.ring).finish()
    }
}

/// A ring with one key, whose id is random too: a ring that was made anew by mistake must
/// not pass for the old one.
fn new_ring() -> Result<Vec<Key>, SecretsError> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    let mut tag = [0; 4];
    fill(&mut tag)?;
    let id = format!("k-{:08x}", u32::from_be_bytes(tag));
    Ok(vec![Key { id, bytes }])
}

fn fill(bytes: &mut [u8]) -> Result<(), SecretsError> {
    getrandom::fill(bytes).map_err(|error| SecretsError(format!("no randomness: {error}")))
}
