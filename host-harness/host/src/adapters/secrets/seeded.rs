//! The same secrets every time.

use std::fmt;
use std::sync::{Mutex, PoisonError, RwLock};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest as _, Sha256};

use super::{Key, Secrets, SecretsError};

/// The generator's stream for the key; what [`Secrets::random`] gives is stream 0. They are
/// apart so that neither changes when more is asked of the other.
const KEY_STREAM: u64 = 1;

/// The id of the key that it begins with.
const FIRST: &str = "seeded";

/// Randomness and keys that depend on a seed alone: a test or a simulation repeats from
/// its seed. **Never for real data**: who knows the seed knows every token.
pub struct SeededSecrets {
    seed: u64,
    generator: Mutex<ChaCha20Rng>,
    ring: RwLock<Vec<Key>>,
}

impl SeededSecrets {
    /// The secrets of this seed, from their beginning, with one key, `seeded`.
    pub fn new(seed: u64) -> Self {
        let generator = Mutex::new(ChaCha20Rng::seed_from_u64(seed));
        Self { seed, generator, ring: RwLock::new(vec![key(seed, FIRST)]) }
    }

    /// Takes the ring of the keys with these ids, newest first, in the place of the one before. Seed and id
    /// decide each.
    pub fn use_keys(&self, ids: &[String]) {
        let ring = ids.iter().map(|id| key(self.seed, id)).collect();
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
    }
}

impl Secrets for SeededSecrets {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        let mut bytes = vec![0; len];
        let mut generator = self.generator.lock().unwrap_or_else(PoisonError::into_inner);
        generator.fill_bytes(&mut bytes);
        Ok(bytes)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        Ok(self.ring.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// The key with this id. The first has a generator of its own; ids decide the others.
fn key(seed: u64, id: &str) -> Key {
    let mut generator = ChaCha20Rng::seed_from_u64(seed);
    generator.set_stream(KEY_STREAM);
    if id != FIRST {
        let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(id);
        generator = ChaCha20Rng::from_seed(digest.finalize().into());
    }
    let mut bytes = [0; 32];
    generator.fill_bytes(&mut bytes);
    Key { id: id.to_owned(), bytes }
}

impl fmt::Debug for SeededSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededSecrets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything() {
        let draw = |secrets: &SeededSecrets| (secrets.random(20).unwrap(), secrets.keys().unwrap());
        let first = draw(&SeededSecrets::new(7));
        assert_eq!(draw(&SeededSecrets::new(7)), first);
        assert_ne!(draw(&SeededSecrets::new(8)), first);
    }

    #[test]
    fn the_ring_is_changed_by_ids_and_a_key_that_comes_back_is_the_same() {
        let secrets = SeededSecrets::new(7);
        let first = secrets.keys().unwrap();
        secrets.use_keys(&["second".to_owned(), "seeded".to_owned()]);
        let both = secrets.keys().unwrap();
        assert_eq!(both[1..], first);
        assert_ne!(both[0].bytes, both[1].bytes);
        secrets.use_keys(&["second".to_owned()]);
        assert_eq!(secrets.keys().unwrap(), both[..1]);
    }

    #[test]
    fn randomness_goes_on_and_is_not_the_key() {
        let secrets = SeededSecrets::new(7);
        let (first, second) = (secrets.random(32).unwrap(), secrets.random(32).unwrap());
        assert_ne!(first, second);
        assert_ne!(first, secrets.keys().unwrap()[0].bytes);
    }
}
