//! Where a store is: in a file, or in a PostgreSQL database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use clientdesk_host::adapters::storage::{
    PostgresOptions, PostgresStorageError, SqliteOptions, SqliteStorage, SqliteStorageError,
    Storage,
};

use super::{KeyRing, keys_of, mails_of, missing};
use crate::format::shell_word;
use crate::host::{beside, user_folders};

/// Names the password of a store in PostgreSQL whose address has none: the same as for PostgreSQL's own programs.
const PASSWORD: &str = "PGPASSWORD";

/// How the names of key rings end, so that what lies beside them has a name.
const KEYS_END: &str = ".keys.json";

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    Postgres(Server),
}

/// A store on a server, and where its keys are.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Server {
    address: String,
    shown: String,
    keys: KeyRing,
}

impl Place {
    /// What the text of an option means. `keys`: where the keys are; a file of its own only a store in PostgreSQL has.
    pub(crate) fn of(store: &Path, keys: Option<&KeyRing>) -> Result<Self> {
        let Some(address) = store.to_str().filter(|text| PostgresOptions::is_address(text)) else {
            if let Some(keys) = keys.and_then(KeyRing::path) {
                bail!(
                    "`--keys {}` (CLIENTDESK_KEYS) is for a store in PostgreSQL; the keys of `{}` are next to it, in `{}`",
                    keys.display(),
                    store.display(),
                    keys_of(store).display()
                );
            }
            return Ok(Self::File(store.to_owned()));
        };
        let shown = PostgresOptions::read(address)?.shown().to_owned();
        let Some(keys) = keys else {
            bail!(
                "the keys of a store in PostgreSQL aren't kept in the database: name their file with `--keys FILE` \
                 (CLIENTDESK_KEYS), the same one for every host; for a new store it is made; or say `env:NAME` or \
                 `command:…`"
            );
        };
        Ok(Self::Postgres(Server { address: address.to_owned(), shown, keys: keys.clone() }))
    }

    /// Whether the text is meant as an address of a server.
    pub(crate) fn is_address(store: &Path) -> bool {
        store.to_str().is_some_and(PostgresOptions::is_address)
    }

    /// What of it an option says, and the file of its keys if the option has to say that, too.
    pub(crate) fn options(&self) -> (PathBuf, Option<PathBuf>) {
        match self {
            Self::File(file) => (file.clone(), None),
            Self::Postgres(server) => {
                (server.address.clone().into(), server.keys.path().map(Path::to_owned))
            }
        }
    }

    /// A file or folder beside the store, or beside the keys of one that isn't a file.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        match self {
            Self::File(file) => beside(file, suffix),
            Self::Postgres(server) => beside(&server.beside(), suffix),
        }
    }

    /// Where the store's keys are, if nobody says otherwise.
    pub(crate) fn ring(&self) -> KeyRing {
        match self {
            Self::File(file) => KeyRing::File(keys_of(file)),
            Self::Postgres(server) => server.keys.clone(),
        }
    }

    /// The folder with its mails.
    pub(crate) fn mails(&self) -> PathBuf {
        match self {
            Self::File(file) => mails_of(file),
            Self::Postgres(server) => {
                let beside = server.beside();
                let name = beside.as_os_str().to_string_lossy();
                mails_of(Path::new(name.strip_suffix(KEYS_END).unwrap_or(&name)))
            }
        }
    }

    /// For people: without a password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(file) => file.display().to_string(),
            Self::Postgres(server) => server.shown.clone(),
        }
    }

    /// The option that names it to another command, with a space before it.
    pub(crate) fn option(&self) -> String {
        let store = format!(" --store {}", shell_word(&self.shown()));
        match self {
            Self::File(_) => store,
            Self::Postgres(server) => {
                format!("{store} --keys {}", shell_word(&server.keys.to_string()))
            }
        }
    }

    /// The file, for what only a file can do.
    pub(crate) fn file(&self, otherwise: &str) -> Result<&Path> {
        match self {
            Self::File(file) => Ok(file),
            Self::Postgres(server) => bail!("`{}` isn't a file: {otherwise}", server.shown),
        }
    }

    /// Whether a store is there.
    pub(crate) fn is_there(&self) -> Result<bool> {
        match self {
            Self::File(file) => Ok(file.exists()),
            Self::Postgres(server) => match server.options()?.open_existing() {
                Ok(_) => Ok(true),
                Err(PostgresStorageError::Missing { .. }) => Ok(false),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// The store, which must be there; `option` names it to another command.
    pub(crate) fn open(&self, options: SqliteOptions, option: &str) -> Result<Arc<dyn Storage>> {
        match self {
            Self::File(file) => Ok(Arc::new(open_file(file, options, option)?)),
            Self::Postgres(server) => match server.options()?.open_existing() {
                Ok(storage) => Ok(Arc::new(storage)),
                Err(PostgresStorageError::Missing { .. }) => {
                    Err(anyhow!("{}", missing::how_to_make(&server.shown, option)))
                }
                Err(error) => Err(error.into()),
            },
        }
    }

    /// The store, which is made where there is none.
    pub(crate) fn create(&self, options: SqliteOptions) -> Result<Arc<dyn Storage>> {
        Ok(match self {
            Self::File(file) => Arc::new(options.open(file)?),
            Self::Postgres(server) => Arc::new(server.options()?.open()?),
        })
    }

    /// Removes the store with everything in it, but for its keys and mails.
    pub(crate) fn remove(&self) -> Result<()> {
        match self {
            Self::File(file) => {
                for ending in ["", "-wal", "-shm"] {
                    let file = beside(file, ending);
                    if file.exists() {
                        std::fs::remove_file(&file).map_err(|error| {
                            anyhow!("can't remove `{}`: {error}", file.display())
                        })?;
                    }
                }
                Ok(())
            }
            Self::Postgres(server) => Ok(server.options()?.remove()?),
        }
    }

    /// Reads all of it.
    pub(crate) fn is_sound(&self) -> Result<()> {
        match self {
            Self::File(file) => {
                let checked = SqliteStorage::open_existing(file)?.check();
                checked.map_err(|error| anyhow!("the file is damaged: {error:?}"))
            }
            Self::Postgres(server) => {
                let read = server.options()?.open_existing()?.dump();
                read.map(drop).map_err(|error| anyhow!("the store can't be read: {error:?}"))
            }
        }
    }
}

/// The store in a file, which must be there; `option` names it to another command.
pub(super) fn open_file(
    file: &Path,
    options: SqliteOptions,
    option: &str,
) -> Result<SqliteStorage> {
    options.open_existing(file).map_err(|error| match error {
        SqliteStorageError::Missing { .. } => missing::no_store(file, option),
        other => other.into(),
    })
}

impl Server {
    /// What lies beside its keys has their name; beside keys that are in no file, that of the server and the database,
    /// in the user's data folder.
    fn beside(&self) -> PathBuf {
        if let Some(file) = self.keys.path() {
            return file.to_owned();
        }
        let fits = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
        let name = self.shown.trim_start_matches("postgres://");
        let name = name.replace(|letter| !fits(letter), "_");
        user_folders()
            .map_or_else(|| PathBuf::from(&name), |folders| folders.data_dir().join(&name))
    }

    fn options(&self) -> Result<PostgresOptions> {
        let options = PostgresOptions::read(&self.address)?;
        Ok(match std::env::var(PASSWORD) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn place(store: &str, keys: Option<&str>) -> Result<Place> {
        Place::of(Path::new(store), keys.map(|keys| KeyRing::parse(keys).unwrap()).as_ref())
    }

    #[test]
    fn a_store_in_postgresql_has_its_keys_where_it_is_told_and_mails_beside_them() {
        let there = place("postgres://u:secret@h/d", Some("live.keys.json")).unwrap();
        assert_eq!(there.mails(), Path::new("live.mails"));
        assert_eq!(there.option(), " --store postgres://u@h/d --keys live.keys.json");
        assert!(!format!("{there:?}").contains("secret"));
        let other = place("postgres://u@h/d", Some("ring")).unwrap();
        assert_eq!(
            (other.ring(), other.mails()),
            (KeyRing::File("ring".into()), "ring.mails".into())
        );
        let told = place("postgres://u:secret@h/d", Some("command:cat ring")).unwrap();
        assert_eq!(told.option(), " --store postgres://u@h/d --keys 'command:cat ring'");
        assert!(told.mails().ends_with("u_h_d.mails"), "{:?}", told.mails());
        assert!(
            there
                .file("use pg_dump")
                .unwrap_err()
                .to_string()
                .ends_with("isn't a file: use pg_dump")
        );
    }

    #[test]
    fn what_is_missing_or_too_much_is_said() {
        let error = place("postgres://u:secret@h/d", None).unwrap_err().to_string();
        assert!(error.contains("`--keys FILE`") && !error.contains("secret"), "{error}");
        let error = place("a.sqlite", Some("ring")).unwrap_err().to_string();
        assert!(
            error.ends_with("the keys of `a.sqlite` are next to it, in `a.sqlite.keys.json`"),
            "{error}"
        );
        let error =
            place("postgres://u:secret@h/d?sslmode=x", Some("ring")).unwrap_err().to_string();
        assert!(error.contains("`sslmode` is") && !error.contains("secret"), "{error}");
        for keys in [None, Some("env:RING")] {
            assert_eq!(place("a.sqlite", keys).unwrap(), Place::File("a.sqlite".into()));
        }
    }
}
