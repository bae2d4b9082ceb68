//! The same secrets every time.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Key, Secrets, SecretsError};

/// The generator's stream for the key; what [`Secrets::random`] gives is stream 0. They are
/// apart so that neither changes when more is asked of the other.
const KEY_STREAM: u64 = 1;

/// Randomness and one key that depend on a seed alone: a test or a simulation repeats from
/// its seed. **Never for real data**: who knows the seed knows every token.
pub struct SeededSecrets {
    generator: Mutex<ChaCha20Rng>,
    ring: Vec<Key>,
}

impl SeededSecrets {
    /// The secrets of this seed, from their beginning.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        let mut key_generator = ChaCha20Rng::seed_from_u64(seed);
        key_generator.set_stream(KEY_STREAM);
        key_generator.fill_bytes(&mut bytes);
        Self {
            generator: Mutex::new(ChaCha20Rng::seed_from_u64(seed)),
            ring: vec![Key { id: "seeded".into(), bytes }],
        }
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
        Ok(self.ring.clone())
    }
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
    fn randomness_goes_on_and_is_not_the_key() {
        let secrets = SeededSecrets::new(7);
        let (first, second) = (secrets.random(32).unwrap(), secrets.random(32).unwrap());
        assert_ne!(first, second);
        assert_ne!(first, secrets.keys().unwrap()[0].bytes);
    }
}
