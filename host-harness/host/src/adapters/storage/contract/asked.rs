//! An adapter as the checks ask it that are the same for hosts in all languages.

use clientdesk_check_host::ports::{self, Checked, StorageError};

use super::{Check, Entry, Error, Outcome, Storage, Write};

/// The adapter.
pub(super) struct Asked<'a>(pub(super) &'a dyn Storage);

impl ports::Storage for Asked<'_> {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<ports::Entry>>, StorageError> {
        let rows = self.0.get(keys.to_vec()).map_err(error)?;
        Ok(rows.into_iter().map(|row| row.map(entry)).collect())
    }

    fn scan(
        &self,
        start: &str,
        end: &str,
        limit: u32,
        reverse: bool,
    ) -> Result<ports::Page, StorageError> {
        let page = self.0.scan(start, end, limit, reverse).map_err(error)?;
        Ok(ports::Page { entries: page.entries.into_iter().map(entry).collect(), next: page.next })
    }

    fn commit(
        &self,
        checks: &[Checked],
        writes: &[ports::Write],
    ) -> Result<ports::Outcome, StorageError> {
        let checks = checks
            .iter()
            .map(|check| Check { key: check.key.clone(), version: check.version })
            .collect();
        let writes = writes
            .iter()
            .map(|write| Write { key: write.key.clone(), value: write.value.clone() })
            .collect();
        let outcome = self.0.commit(checks, writes).map_err(error)?;
        Ok(match outcome {
            Outcome::Committed => ports::Outcome { committed: true, conflicts: Vec::new() },
            Outcome::Conflict(conflicts) => ports::Outcome { committed: false, conflicts },
        })
    }

    fn scrub(&self) -> Result<(), StorageError> {
        self.0.scrub().map_err(error)
    }
}

fn entry(row: Entry) -> ports::Entry {
    ports::Entry { key: row.key, value: row.value, version: row.version }
}

fn error(error: Error) -> StorageError {
    match error {
        Error::Unavailable(why) => StorageError::Unavailable(why),
        Error::TooLarge(why) => StorageError::TooLarge(why),
    }
}
