//! How a store is opened.

use std::path::PathBuf;

use super::{SqliteStorage, SqliteStorageError};

/// What an acknowledged commit outlives. Whichever it is, a commit is there whole or not at
/// all, and the end of the process, however it ends, loses nothing that was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SqliteSync {
    /// The end of the process. When the machine itself stops (no power, a crash of the
    /// operating system), the last commits may be missing: those since the latest checkpoint,
    /// of some seconds. What is there is as it was at one moment (`synchronous = NORMAL`).
    #[default]
    Normal,
    /// The end of the machine, too: each commit waits until the disk says that it has it, and
    /// those of other threads that come meanwhile wait for the same answer
    /// (`synchronous = FULL`).
    Full,
}

impl SqliteSync {
    /// What SQLite calls it.
    pub(super) const fn pragma(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Full => "FULL",
        }
    }
}

/// How a store is opened: [`SqliteStorage::options`].
///
/// # Examples
///
/// ```
/// use clientdesk_host::adapters::storage::{SqliteStorage, SqliteSync};
///
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("clients.sqlite");
/// let storage = SqliteStorage::options().sync(SqliteSync::Full).open(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SqliteOptions {
    sync: SqliteSync,
}

impl SqliteOptions {
    /// What an acknowledged commit outlives; [`SqliteSync::Normal`], if nothing is said. It
    /// holds for what this value opens: other processes decide for their own commits.
    #[must_use]
    pub const fn sync(mut self, sync: SqliteSync) -> Self {
        self.sync = sync;
        self
    }

    /// The store in the file at `path`; made if there is none.
    ///
    /// # Errors
    ///
    /// As for [`SqliteStorage::open`].
    pub fn open(self, path: impl Into<PathBuf>) -> Result<SqliteStorage, SqliteStorageError> {
        SqliteStorage::open_or_make(path.into(), self.sync)
    }

    /// The store in the file at `path`. Nothing is made where there is none.
    ///
    /// # Errors
    ///
    /// As for [`SqliteStorage::open_existing`].
    pub fn open_existing(
        self,
        path: impl Into<PathBuf>,
    ) -> Result<SqliteStorage, SqliteStorageError> {
        SqliteStorage::open_there(path.into(), self.sync)
    }
}
