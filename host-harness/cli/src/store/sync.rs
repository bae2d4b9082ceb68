//! How surely a store keeps what it acknowledged.

use clap::ValueEnum;
use clientdesk_host::adapters::storage::SqliteSync;
use serde::{Deserialize, Serialize};

/// What an acknowledged command outlives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SyncMode {
    /// The end of the process. When the machine itself stops, for lack of power or because its system
    /// crashed, the commands of the last seconds may be missing, but none in part
    #[default]
    Normal,
    /// The end of the machine, too: each command waits for the disk
    Full,
}

impl From<SyncMode> for SqliteSync {
    fn from(mode: SyncMode) -> SqliteSync {
        match mode {
            SyncMode::Normal => SqliteSync::Normal,
            SyncMode::Full => SqliteSync::Full,
        }
    }
}
