//! Where a command's data is, and what time it is.

mod missing;
mod sync;
mod time;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use clientdesk_host::HostBuilder;
use clientdesk_host::adapters::clock::{Clock, ManualClock, SystemClock};
use clientdesk_host::adapters::mail::FolderMail;
use clientdesk_host::adapters::secrets::{RememberedSecrets, Secrets, SystemSecrets};
use clientdesk_host::adapters::storage::{
    SqliteOptions, SqliteStorage, SqliteStorageError, Storage,
};

use crate::failure::Failure;
use crate::format::shell_word;
use crate::host::{SENDER, beside, user_folders};
use crate::times;

pub(crate) use sync::SyncMode;

/// Which store a command is about.
#[derive(Args)]
pub(crate) struct StoreFile {
    /// The store: an SQLite file; by default in the user's data folder. Its keys
    /// (`FILE.keys.json`) and mails (`FILE.mails`) are kept next to it. Creating an agency, or
    /// setting the catalog, creates the store
    #[arg(
        long,
        value_name = "FILE",
        env = "CLIENTDESK_STORE",
        help_heading = "Data",
        global = true
    )]
    store: Option<PathBuf>,
    /// What an acknowledged command outlives
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        default_value_t,
        env = "CLIENTDESK_SYNC",
        help_heading = "Data",
        global = true
    )]
    sync: SyncMode,
}

/// Where data is, and what time it is.
#[derive(Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct StoreArgs {
    #[command(flatten)]
    file: StoreFile,
    /// The time to call at, such as 2026-09-01T12:00:00Z, or in milliseconds since 1970
    #[arg(long, value_name = "TIME", value_parser = times::parse, global = true)]
    now: Option<u64>,
    /// Allows a `--now` that is more than a day ahead of the clock. Whatever is written then
    /// moves the agency's time there for good; `clientdesk reset-clock` undoes that
    #[arg(long, requires = "now", global = true)]
    time_travel: bool,
}

impl StoreArgs {
    /// Gives the host its store, mails, keys and clock, to change what is there.
    pub(crate) fn open(&self, builder: HostBuilder) -> Result<HostBuilder, Failure> {
        self.allow_time()?;
        self.open_to_read(builder)
    }

    /// The same for a command that only looks: at any time, since it moves none.
    pub(crate) fn open_to_read(&self, builder: HostBuilder) -> Result<HostBuilder, Failure> {
        Ok(self.file.open_host(self.at_time(builder))?)
    }

    /// The same for a command that tells what would become of a store: where there is none, it looks at an empty
    /// one, with the keys that lie there already, and makes nothing.
    pub(crate) fn open_to_try(&self, builder: HostBuilder) -> Result<HostBuilder, Failure> {
        if !self.is_missing()? {
            return self.open_to_read(builder);
        }
        let (builder, keys) = (self.at_time(builder), keys_of(&self.file.path()?));
        if !keys.exists() {
            return Ok(builder);
        }
        let secrets = SystemSecrets::open(keys).map_err(anyhow::Error::from)?;
        Ok(builder.secrets(Arc::new(secrets)))
    }

    /// The same for a command that may make the store.
    pub(crate) fn open_or_create(&self, builder: HostBuilder) -> Result<HostBuilder, Failure> {
        self.allow_time()?;
        Ok(self.file.create_host(self.at_time(builder))?)
    }

    fn allow_time(&self) -> Result<(), Failure> {
        match self.now {
            Some(now) if !self.time_travel => time::allow(now, SystemClock.now(), &self.option()),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether nothing is where the store would be.
    pub(crate) fn is_missing(&self) -> Result<bool> {
        Ok(!self.file.path()?.exists())
    }

    /// The time of the call, if it is given.
    pub(crate) const fn time(&self) -> Option<u64> {
        self.now
    }

    /// What a hint at another command must say of the store: see [`StoreFile::option`].
    pub(crate) fn option(&self) -> String {
        self.file.option()
    }

    /// Where the mails of the store are.
    pub(crate) fn mails(&self) -> Result<PathBuf> {
        Ok(mails_of(&self.file.path()?))
    }

    /// Gives the host its clock only.
    pub(crate) fn at_time(&self, builder: HostBuilder) -> HostBuilder {
        match self.now {
            Some(now) => builder.clock(Arc::new(ManualClock::at(now))),
            None => builder,
        }
    }
}

/// Gives the host a store that is there, with its mails and keys.
pub(crate) fn open_in(builder: HostBuilder, path: &Path) -> Result<HostBuilder> {
    let file = StoreFile { store: Some(path.to_owned()), sync: SyncMode::default() };
    file.open_host(builder)
}

/// Gives the host a store that is made, with its mails and keys.
pub(crate) fn create_in(builder: HostBuilder, path: &Path) -> Result<HostBuilder> {
    with(builder, SqliteStorage::open(path)?)
}

impl StoreFile {
    /// Gives the host the store, which must be there, with its mails and keys.
    pub(crate) fn open_host(&self, builder: HostBuilder) -> Result<HostBuilder> {
        with(builder, self.open()?)
    }

    /// The same with a store that is made where there is none.
    pub(crate) fn create_host(&self, builder: HostBuilder) -> Result<HostBuilder> {
        with(builder, self.options().open(self.path_to_create()?)?)
    }

    /// The store with its mails and keys, for whoever puts something between them and the host; `create`: it is
    /// made where there is none.
    pub(crate) fn parts(&self, create: bool) -> Result<StoreParts> {
        match create {
            true => parts(self.options().open(self.path_to_create()?)?),
            false => parts(self.open()?),
        }
    }

    /// The store, which must be there.
    pub(crate) fn open(&self) -> Result<SqliteStorage> {
        let path = self.path()?;
        self.options().open_existing(&path).map_err(|error| match error {
            SqliteStorageError::Missing { .. } => missing::no_store(&path, &self.option()),
            other => other.into(),
        })
    }

    fn options(&self) -> SqliteOptions {
        SqliteStorage::options().sync(self.sync.into())
    }

    /// The option that names the store to another command, with a space before it; empty for the
    /// one that is used without an option.
    pub(crate) fn option(&self) -> String {
        match &self.store {
            Some(store) => format!(" --store {}", shell_word(&store.display().to_string())),
            None => String::new(),
        }
    }

    /// The store's file, whether it is there or not. Makes no folder.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        let folders =
            user_folders().context("this user has no data folder; name a store with --store")?;
        Ok(folders.data_dir().join("store.sqlite"))
    }

    /// The store's file, in a folder that is there: the user's own is made.
    pub(crate) fn path_to_create(&self) -> Result<PathBuf> {
        let path = self.path()?;
        if self.store.is_none()
            && let Some(folder) = path.parent()
        {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("can't create the data folder `{}`", folder.display()))?;
        }
        Ok(path)
    }
}

/// A store with its mails and keys.
pub(crate) struct StoreParts {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) mail: Arc<FolderMail>,
    pub(crate) secrets: Arc<dyn Secrets>,
    /// The file of the keys.
    pub(crate) key_ring: PathBuf,
}

/// Gives the host a store with its mails and keys.
fn with(builder: HostBuilder, storage: SqliteStorage) -> Result<HostBuilder> {
    let StoreParts { storage, mail, secrets, .. } = parts(storage)?;
    Ok(builder.storage(storage).mail(mail).secrets(secrets))
}

fn parts(storage: SqliteStorage) -> Result<StoreParts> {
    let store = storage.path().to_owned();
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let secrets: Arc<dyn Secrets> = Arc::new(SystemSecrets::open(keys_of(&store))?);
    // Before anything is made for mails: a ring that isn't the store's is refused here.
    RememberedSecrets::new(Arc::clone(&secrets), Arc::clone(&storage))?;
    let mail = Arc::new(FolderMail::open(mails_of(&store), SENDER)?);
    Ok(StoreParts { storage, mail, secrets, key_ring: keys_of(&store) })
}

/// Where the keys of a store are.
pub(crate) fn keys_of(store: &Path) -> PathBuf {
    beside(store, ".keys.json")
}

/// Where the mails of a store are.
pub(crate) fn mails_of(store: &Path) -> PathBuf {
    beside(store, ".mails")
}
