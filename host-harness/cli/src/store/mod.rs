//! Where a command's data is, and what time it is.

mod missing;
mod place;
mod post;
mod ring;
mod server;
mod sync;
mod time;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Error, Result};
use clap::Args;
use clientdesk_host::HostBuilder;
use clientdesk_host::adapters::clock::{Clock, ManualClock, SystemClock};
use clientdesk_host::adapters::secrets::{RememberedSecrets, Secrets};
use clientdesk_host::adapters::storage::{SqliteOptions, SqliteStorage, Storage};

use crate::failure::Failure;
use crate::format::shell_word;
use crate::host::{beside, user_folders};
use crate::times;

pub(crate) use place::Place;
pub(crate) use post::{MailArgs, Post};
pub(crate) use ring::KeyRing;
pub(crate) use sync::SyncMode;

/// Which store a command is about.
#[derive(Args)]
pub(crate) struct StoreFile {
    /// The store: an SQLite file; by default in the user's data folder. Its keys
    /// (`FILE.keys.json`) and mails (`FILE.mails`) are kept next to it. Creating an agency, or
    /// setting the catalog, creates the store. Or an address of a PostgreSQL database, such as
    /// postgres://user@host/database, or of an etcd cluster, such as
    /// etcd://host1,host2,host3/clientdesk; the password may be in PGPASSWORD or
    /// ETCDCTL_PASSWORD, and `--keys` says where the keys are
    #[arg(
        long,
        value_name = "FILE|ADDRESS",
        env = "CLIENTDESK_STORE",
        help_heading = "Data",
        global = true
    )]
    store: Option<PathBuf>,
    /// Where the keys are: a file of a store on a server, the same one for every host, which is made for a new store
    /// (mails are kept beside it); or, for any store, `env:NAME`, a variable of the environment that holds the ring, or
    /// `command:PROGRAM ARGUMENT…`, a program that prints it: no shell reads that, and words end at spaces
    #[arg(
        long,
        value_name = "FILE|env:NAME|command:…",
        value_parser = KeyRing::parse,
        env = "CLIENTDESK_KEYS",
        help_heading = "Data",
        global = true
    )]
    keys: Option<KeyRing>,
    /// What an acknowledged command outlives, of a store in a file; PostgreSQL has its own
    /// `synchronous_commit`, and etcd always writes it to most servers' disks first
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
    #[command(flatten)]
    pub(crate) mail: MailArgs,
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
        let (builder, ring) = (self.at_time(builder), self.file.ring()?);
        if ring.path().is_some_and(|path| !path.exists()) {
            return Ok(builder);
        }
        let secrets = ring.open().map_err(anyhow::Error::from)?;
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

    /// Another store, which is called at the same time.
    pub(crate) fn other(&self, store: PathBuf, keys: Option<KeyRing>) -> Self {
        let mail = MailArgs::default();
        let file = StoreFile { store: Some(store), keys, sync: self.file.sync, mail };
        Self { file, now: self.now, time_travel: self.time_travel }
    }

    /// The store itself, which must be there.
    pub(crate) fn rows(&self) -> Result<Arc<dyn Storage>> {
        self.file.open()
    }

    /// Where it is, and its keys are.
    pub(crate) fn place(&self) -> Result<Place> {
        self.file.place()
    }

    /// Whether nothing is where the store would be.
    pub(crate) fn is_missing(&self) -> Result<bool> {
        Ok(!self.file.place()?.is_there()?)
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
        Ok(self.file.place()?.mails())
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
    let keys = std::env::var("CLIENTDESK_KEYS").ok();
    let keys = keys.map(|keys| KeyRing::parse(&keys)).transpose().map_err(Error::msg)?;
    let keys = keys.filter(|keys| Place::is_address(path) || keys.path().is_none());
    let file = StoreFile {
        store: Some(path.to_owned()),
        keys,
        sync: SyncMode::default(),
        mail: MailArgs::default(),
    };
    file.open_host(builder)
}

/// Gives the host a store that is made, with its mails and keys.
pub(crate) fn create_in(builder: HostBuilder, path: &Path) -> Result<HostBuilder> {
    let (storage, place) = (Arc::new(SqliteStorage::open(path)?), Place::File(path.to_owned()));
    with(builder, parts(storage, &place, &place.ring(), &MailArgs::default())?)
}

impl StoreFile {
    /// Gives the host the store, which must be there, with its mails and keys.
    pub(crate) fn open_host(&self, builder: HostBuilder) -> Result<HostBuilder> {
        with(builder, self.parts(false)?)
    }

    /// The same with a store that is made where there is none.
    pub(crate) fn create_host(&self, builder: HostBuilder) -> Result<HostBuilder> {
        with(builder, self.parts(true)?)
    }

    /// The store with its mails and keys, for whoever puts something between them and the host; `create`: it is
    /// made where there is none.
    pub(crate) fn parts(&self, create: bool) -> Result<StoreParts> {
        let place = self.place()?;
        let storage = match create {
            true => {
                self.make_folder()?;
                place.create(self.options())?
            }
            false => place.open(self.options(), &self.option())?,
        };
        parts(storage, &place, &self.ring()?, &self.mail)
    }

    /// The store, which must be there.
    pub(crate) fn open(&self) -> Result<Arc<dyn Storage>> {
        self.place()?.open(self.options(), &self.option())
    }

    /// The same, where only a file will do; `otherwise` says what to do instead.
    pub(crate) fn open_file(&self, otherwise: &str) -> Result<SqliteStorage> {
        let place = self.place()?;
        place::open_file(place.file(otherwise)?, self.options(), &self.option())
    }

    fn options(&self) -> SqliteOptions {
        SqliteStorage::options().sync(self.sync.into())
    }

    /// The option that names the store to another command, with a space before it; empty for the
    /// one that is used without an option.
    pub(crate) fn option(&self) -> String {
        let ring = self.keys.as_ref().filter(|ring| ring.path().is_none());
        let ring = ring.map(|ring| format!(" --keys {}", shell_word(&ring.to_string())));
        match (&self.store, self.place()) {
            (Some(_), Ok(place @ Place::File(_))) => place.option() + &ring.unwrap_or_default(),
            (Some(_), Ok(place)) => place.option(),
            _ => ring.unwrap_or_default(),
        }
    }

    /// Where the keys are.
    pub(crate) fn ring(&self) -> Result<KeyRing> {
        let place = self.place()?;
        let elsewhere = self.keys.as_ref().filter(|ring| ring.path().is_none());
        Ok(elsewhere.cloned().unwrap_or_else(|| place.ring()))
    }

    /// Where the store is, whether it is there or not. Makes no folder.
    pub(crate) fn place(&self) -> Result<Place> {
        if let Some(store) = &self.store {
            return Place::of(store, self.keys.as_ref());
        }
        let folders =
            user_folders().context("this user has no data folder; name a store with --store")?;
        Place::of(&folders.data_dir().join("store.sqlite"), self.keys.as_ref())
    }

    /// The store's file, in a folder that is there; `otherwise` says what to do for one that isn't a file.
    pub(crate) fn file_to_create(&self, otherwise: &str) -> Result<PathBuf> {
        self.make_folder()?;
        Ok(self.place()?.file(otherwise)?.to_owned())
    }

    /// The user's own folder is made; another one has to be there.
    fn make_folder(&self) -> Result<()> {
        if self.store.is_none()
            && let Place::File(file) = self.place()?
            && let Some(folder) = file.parent()
        {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("can't create the data folder `{}`", folder.display()))?;
        }
        Ok(())
    }
}

/// A store with its mails and keys.
pub(crate) struct StoreParts {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) post: Post,
    pub(crate) secrets: Arc<dyn Secrets>,
    /// Where the keys are.
    pub(crate) ring: KeyRing,
}

/// Gives the host a store with its mails and keys.
fn with(builder: HostBuilder, parts: StoreParts) -> Result<HostBuilder> {
    let StoreParts { storage, post, secrets, .. } = parts;
    Ok(builder.storage(storage).mail(post.mail()).secrets(secrets))
}

fn parts(
    storage: Arc<dyn Storage>,
    place: &Place,
    ring: &KeyRing,
    mail: &MailArgs,
) -> Result<StoreParts> {
    let secrets: Arc<dyn Secrets> = Arc::new(ring.open()?);
    // Before anything is made for mails: a ring that isn't the store's is refused here.
    RememberedSecrets::new(Arc::clone(&secrets), Arc::clone(&storage))?;
    let post = mail.open(place.mails())?;
    Ok(StoreParts { storage, post, secrets, ring: ring.clone() })
}

/// Where the keys of a store are.
pub(crate) fn keys_of(store: &Path) -> PathBuf {
    beside(store, ".keys.json")
}

/// Where the mails of a store are.
pub(crate) fn mails_of(store: &Path) -> PathBuf {
    beside(store, ".mails")
}
