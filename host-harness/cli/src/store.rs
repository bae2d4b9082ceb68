//! Where a command's data is.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use clientdesk_host::HostBuilder;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::FolderMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;

use crate::host::{SENDER, beside, user_folders};
use crate::times;

/// Where data is, and what time it is.
#[derive(Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct StoreArgs {
    /// The store: an SQLite file, created if it doesn't exist; by default in the user's data
    /// folder. Its keys (`FILE.keys.json`) and mails (`FILE.mails`) are kept next to it
    #[arg(long, value_name = "FILE", env = "CLIENTDESK_STORE", global = true)]
    store: Option<PathBuf>,
    /// The time to call at, such as 2026-09-01T12:00:00Z, or in milliseconds since 1970
    #[arg(long, value_name = "TIME", value_parser = times::parse, global = true)]
    now: Option<u64>,
}

impl StoreArgs {
    /// Gives the host its store, mails, keys and clock.
    pub(crate) fn open(&self, builder: HostBuilder) -> Result<HostBuilder> {
        let store = self.path()?;
        Ok(self
            .at_time(builder)
            .storage(Arc::new(SqliteStorage::open(&store)?))
            .mail(Arc::new(FolderMail::open(beside(&store, ".mails"), SENDER)?))
            .secrets(Arc::new(SystemSecrets::open(beside(&store, ".keys.json"))?)))
    }

    /// The store alone, to look at its rows.
    pub(crate) fn storage(&self) -> Result<SqliteStorage> {
        Ok(SqliteStorage::open(self.path()?)?)
    }

    /// The time of the call, if it is given.
    pub(crate) const fn time(&self) -> Option<u64> {
        self.now
    }

    /// Where the mails of the store are.
    pub(crate) fn mails(&self) -> Result<PathBuf> {
        Ok(beside(&self.path()?, ".mails"))
    }

    /// Gives the host its clock only.
    pub(crate) fn at_time(&self, builder: HostBuilder) -> HostBuilder {
        match self.now {
            Some(now) => builder.clock(Arc::new(ManualClock::at(now))),
            None => builder,
        }
    }

    fn path(&self) -> Result<PathBuf> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        let folders =
            user_folders().context("this user has no data folder; name a store with --store")?;
        let folder = folders.data_dir();
        fs::create_dir_all(folder)
            .with_context(|| format!("can't create the data folder `{}`", folder.display()))?;
        Ok(folder.join("store.sqlite"))
    }
}
