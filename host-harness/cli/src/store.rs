//! Where a command's data is.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::DateTime;
use clap::Args;
use clientdesk_host::HostBuilder;
use clientdesk_host::adapters::clock::{LATEST_TIME, ManualClock};
use clientdesk_host::adapters::mail::FolderMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;

use crate::host::{SENDER, beside, user_folders};

/// Where data is, and what time it is.
#[derive(Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct StoreArgs {
    /// The store: an SQLite file, created if it doesn't exist; by default in the user's data
    /// folder. Its keys (`FILE.keys.json`) and mails (`FILE.mails`) are kept next to it
    #[arg(long, value_name = "FILE", env = "CLIENTDESK_STORE")]
    store: Option<PathBuf>,
    /// The time to call at, such as 2026-09-01T12:00:00Z, or in milliseconds since 1970
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
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

/// Milliseconds since the Unix epoch of a time in RFC 3339, or of their number.
fn parse_time(text: &str) -> Result<u64, String> {
    let milliseconds = match text.parse::<u64>() {
        Ok(milliseconds) => milliseconds,
        Err(_) => DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|time| u64::try_from(time.timestamp_millis()).ok())
            .ok_or("expected a time such as 2026-09-01T12:00:00Z, from 1970 on")?,
    };
    if milliseconds > LATEST_TIME {
        return Err("expected a time before the year 10000".into());
    }
    Ok(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        for (text, time) in [
            ("0", Some(0)),
            ("1788264000000", Some(1_788_264_000_000)),
            ("2026-09-01T12:00:00Z", Some(1_788_264_000_000)),
            ("2026-09-01T14:00:00.5+02:00", Some(1_788_264_000_500)),
            ("1969-12-31T23:59:59Z", None),
            ("253402300800000", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_time(text).ok(), time, "{text}");
        }
    }
}
