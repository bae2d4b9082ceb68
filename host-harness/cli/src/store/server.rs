//! A store on a server: in a PostgreSQL database, or in an etcd cluster.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use clientdesk_host::adapters::storage::{
    EtcdOptions, EtcdStorageError, PostgresOptions, PostgresStorageError, Storage,
};

use super::KeyRing;
use crate::host::user_folders;

/// A store on a server, and where its keys are.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Server {
    kind: Kind,
    address: String,
    shown: String,
    keys: KeyRing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Postgres,
    Etcd,
}

impl Kind {
    /// What kind of server the text is the address of.
    fn of(store: &Path) -> Option<(Self, &str)> {
        let text = store.to_str()?;
        let kinds = [
            (Self::Postgres, PostgresOptions::is_address(text)),
            (Self::Etcd, EtcdOptions::is_address(text)),
        ];
        kinds.into_iter().find_map(|(kind, is_it)| is_it.then_some((kind, text)))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Etcd => "etcd",
        }
    }

    /// The variable that names the password of an address which has none: the same as for the server's own programs.
    const fn password(self) -> &'static str {
        match self {
            Self::Postgres => "PGPASSWORD",
            Self::Etcd => "ETCDCTL_PASSWORD",
        }
    }

    /// The address for people: without the password.
    fn shown(self, address: &str) -> Result<String> {
        Ok(match self {
            Self::Postgres => PostgresOptions::read(address)?.shown().to_owned(),
            Self::Etcd => EtcdOptions::read(address)?.shown(),
        })
    }
}

impl Server {
    /// Whether the text is meant as an address of a server.
    pub(super) fn is_address(store: &Path) -> bool {
        Kind::of(store).is_some()
    }

    /// What the text means, if it is an address; `keys`: where the store's keys are.
    pub(super) fn of(store: &Path, keys: Option<&KeyRing>) -> Result<Option<Self>> {
        let Some((kind, address)) = Kind::of(store) else { return Ok(None) };
        let shown = kind.shown(address)?;
        let Some(keys) = keys else {
            bail!(
                "the keys of a store in {} aren't kept in the database: name their file with `--keys FILE` \
                 (CLIENTDESK_KEYS), the same one for every host; for a new store it is made; or say `env:NAME` or \
                 `command:…`",
                kind.name()
            );
        };
        Ok(Some(Self { kind, address: address.to_owned(), shown, keys: keys.clone() }))
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// For people: without a password.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Where its keys are.
    pub(super) const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// What lies beside its keys has their name; beside keys that are in no file, that of the server and the database,
    /// in the user's data folder.
    pub(super) fn beside(&self) -> PathBuf {
        if let Some(file) = self.keys.path() {
            return file.to_owned();
        }
        let fits = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
        let name = self.shown.split_once("://").map_or(&*self.shown, |(_, name)| name);
        let name = name.replace(|letter| !fits(letter), "_");
        user_folders()
            .map_or_else(|| PathBuf::from(&name), |folders| folders.data_dir().join(&name))
    }

    /// The store; none where there is none.
    pub(super) fn open_existing(&self) -> Result<Option<Arc<dyn Storage>>> {
        match self.kind {
            Kind::Postgres => match self.postgres()?.open_existing() {
                Ok(storage) => Ok(Some(Arc::new(storage))),
                Err(PostgresStorageError::Missing { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            },
            Kind::Etcd => match self.etcd()?.open_existing() {
                Ok(storage) => Ok(Some(Arc::new(storage))),
                Err(EtcdStorageError::Missing { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// The store, which is made where there is none.
    pub(super) fn create(&self) -> Result<Arc<dyn Storage>> {
        Ok(match self.kind {
            Kind::Postgres => Arc::new(self.postgres()?.open()?),
            Kind::Etcd => Arc::new(self.etcd()?.open()?),
        })
    }

    /// Removes the store with everything in it.
    pub(super) fn remove(&self) -> Result<()> {
        match self.kind {
            Kind::Postgres => Ok(self.postgres()?.remove()?),
            Kind::Etcd => Ok(self.etcd()?.remove()?),
        }
    }

    /// Reads all of it.
    pub(super) fn is_sound(&self) -> Result<()> {
        let read = match self.kind {
            Kind::Postgres => self.postgres()?.open_existing()?.dump(),
            Kind::Etcd => self.etcd()?.open_existing()?.dump(),
        };
        read.map(drop).map_err(|error| anyhow!("the store can't be read: {error:?}"))
    }

    fn postgres(&self) -> Result<PostgresOptions> {
        let options = PostgresOptions::read(&self.address)?;
        Ok(match std::env::var(self.kind.password()) {
            Ok(password) if !options.has_password() => options.password(&password),
            _ => options,
        })
    }

    fn etcd(&self) -> Result<EtcdOptions> {
        let options = EtcdOptions::read(&self.address)?;
        Ok(match std::env::var(self.kind.password()) {
            Ok(password) if !options.has_password() => options.password(&password),
            _ => options,
        })
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("store", &self.shown).field("keys", &self.keys).finish()
    }
}
