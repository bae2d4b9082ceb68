//! The key ring, which can be given a new key while the host runs.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use clientdesk_host::adapters::secrets::{Key, Secrets, SecretsError, SystemSecrets};

/// Secrets whose ring's file is read again once it has a new key.
pub(super) struct RotatedSecrets {
    path: PathBuf,
    now: RwLock<Arc<SystemSecrets>>,
}

impl RotatedSecrets {
    pub(super) fn new(path: PathBuf, secrets: SystemSecrets) -> RotatedSecrets {
        RotatedSecrets { path, now: RwLock::new(Arc::new(secrets)) }
    }

    /// Puts a new key in front, and gives its id.
    pub(super) fn rotate(&self) -> Result<String, SecretsError> {
        let id = SystemSecrets::rotate(&self.path)?;
        let opened = SystemSecrets::open(&self.path);
        let opened = opened.map_err(|error| SecretsError(error.to_string()))?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(opened);
        Ok(id)
    }

    fn now(&self) -> Arc<SystemSecrets> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Secrets for RotatedSecrets {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        self.now().random(len)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        self.now().keys()
    }

    fn begin(&self) -> Result<(), SecretsError> {
        self.now().begin()
    }

    fn origin(&self) -> String {
        self.now().origin()
    }
}
