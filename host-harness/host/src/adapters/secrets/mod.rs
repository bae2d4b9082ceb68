//! Randomness and the key ring: the system's, or both from a seed.
//!
//! | to find | open |
//! | --- | --- |
//! | what a store remembers of its keys, and who is refused | `remembered.rs`, `used.rs` |
//! | the key ring as text, and its file | `ring.rs` |
//! | where a key ring comes from | `source.rs` |

mod remembered;
mod ring;
mod seeded;
mod source;
mod system;
mod used;

use std::fmt;

use thiserror::Error;

pub use remembered::{KEYS_ROW, KeysError, RememberedSecrets, remembered_keys, retire_key};
pub use ring::RingError;
pub use seeded::SeededSecrets;
pub use system::SystemSecrets;

/// Gives the component randomness, and the keys that are kept outside the store.
pub trait Secrets: Send + Sync {
    /// `len` fresh bytes. The host asks for at most
    /// [`RANDOM_BYTES_MAX`](crate::RANDOM_BYTES_MAX) at once.
    ///
    /// # Errors
    ///
    /// When the generator fails: the call that asked ends with a trap.
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError>;

    /// The key ring, newest first: the first key signs, all of them verify.
    ///
    /// # Errors
    ///
    /// When there are no keys now: the component answers `unavailable`.
    fn keys(&self) -> Result<Vec<Key>, SecretsError>;

    /// Makes a first key ring, where there is none. [`RememberedSecrets`] asks for it when the
    /// store has no rows, and never beside one that has some. To begin with it does nothing:
    /// the keys are there, or [`keys`](Secrets::keys) says why not.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    fn begin(&self) -> Result<(), SecretsError> {
        Ok(())
    }

    /// Reads the keys again, where they may have changed without anybody noticing.
    ///
    /// # Errors
    ///
    /// When they can't be read: those that were read go on.
    fn refresh(&self) -> Result<(), SecretsError> {
        Ok(())
    }

    /// The same, unless `accept` refuses what was read: then what was read before goes on. To begin with it accepts
    /// everything.
    ///
    /// # Errors
    ///
    /// As for [`refresh`](Secrets::refresh), and what `accept` says.
    fn refresh_if(
        &self,
        accept: &dyn Fn(&[Key]) -> Result<(), SecretsError>,
    ) -> Result<(), SecretsError> {
        let _ = accept;
        self.refresh()
    }

    /// Where the keys come from, for messages: `the key ring`, or with the name of its file.
    fn origin(&self) -> String {
        "the key ring".into()
    }
}

/// Why there is no randomness, or there are no keys, now. The text is for the host's logs.
#[derive(Debug, Clone, Error)]
#[error("{0}")]
pub struct SecretsError(pub String);

/// A key of the ring. Its `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Names the key for ever: 1 to 16 letters, digits, `-` or `_`.
    pub id: String,
    /// The secret.
    pub bytes: [u8; 32],
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}
