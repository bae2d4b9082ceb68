//! What fits into a store: the same for every adapter.

use super::{Check, Entry, Error, Page, Write};

/// The longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 512;
/// The longest value, in bytes.
pub const VALUE_BYTES_MAX: usize = 65_536;
/// The most checks and writes of one commit, together.
pub const COMMIT_ROWS_MAX: usize = 1_000;
/// The most bytes of one commit: keys of checks and writes, and values.
pub const COMMIT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most bytes of rows that one read gives. It keeps a component from making its host
/// hold the whole store in memory.
pub const READ_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Accepts keys that follow the contract: printable ASCII (0x21 to 0x7e), 1 to
/// [`KEY_BYTES_MAX`] bytes.
///
/// # Errors
///
/// [`Error::TooLarge`], which names the first key that doesn't. A key with other characters
/// counts as over the limit too: the contract knows no other lasting error, and `unavailable`
/// would invite to try again.
pub fn accept_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    keys.into_iter().try_for_each(accept_key)
}

/// Accepts a commit that is within all limits.
///
/// # Errors
///
/// [`Error::TooLarge`], which says what isn't.
pub fn accept_commit(checks: &[Check], writes: &[Write]) -> Result<(), Error> {
    let rows = checks.len().saturating_add(writes.len());
    if rows > COMMIT_ROWS_MAX {
        return Err(too_large(format!(
            "a commit of {rows} checks and writes; at most {COMMIT_ROWS_MAX} fit"
        )));
    }
    accept_keys(checks.iter().map(|check| check.key.as_str()))?;
    accept_keys(writes.iter().map(|write| write.key.as_str()))?;
    writes.iter().try_for_each(accept_value)?;
    let bytes = commit_bytes(checks, writes);
    if bytes > COMMIT_BYTES_MAX {
        return Err(too_large(format!(
            "a commit of {bytes} bytes; at most {COMMIT_BYTES_MAX} fit"
        )));
    }
    Ok(())
}

fn accept_key(key: &str) -> Result<(), Error> {
    let printable = |byte: u8| (0x21..=0x7e).contains(&byte);
    if key.is_empty() {
        return Err(too_large("an empty key; it needs at least 1 byte".into()));
    }
    if key.len() > KEY_BYTES_MAX {
        let start: String = key.chars().take(40).collect();
        let bytes = key.len();
        return Err(too_large(format!(
            "key `{start}…` of {bytes} bytes; at most {KEY_BYTES_MAX} fit"
        )));
    }
    if !key.bytes().all(printable) {
        return Err(too_large(format!(
            "key `{}`; only printable ASCII (0x21 to 0x7e) is allowed",
            key.escape_default()
        )));
    }
    Ok(())
}

fn accept_value(write: &Write) -> Result<(), Error> {
    match &write.value {
        Some(value) if value.len() > VALUE_BYTES_MAX => Err(too_large(format!(
            "a value of {} bytes for key `{}`; at most {VALUE_BYTES_MAX} fit",
            value.len(),
            write.key
        ))),
        _ => Ok(()),
    }
}

fn commit_bytes(checks: &[Check], writes: &[Write]) -> usize {
    let checked = checks.iter().map(|check| check.key.len());
    let written =
        writes.iter().map(|write| write.key.len() + write.value.as_ref().map_or(0, String::len));
    checked.chain(written).sum()
}

fn too_large(what: String) -> Error {
    Error::TooLarge(what)
}

/// Collects the rows of a read and stops at [`READ_BYTES_MAX`].
#[derive(Default)]
pub(super) struct ReadBudget {
    used: usize,
}

impl ReadBudget {
    /// False when the row doesn't fit any more. A first row always fits.
    pub(super) fn fits(&mut self, entry: &Entry) -> bool {
        let first = self.used == 0;
        self.used = self.used.saturating_add(entry.key.len()).saturating_add(entry.value.len());
        first || self.used <= READ_BYTES_MAX
    }

    /// Counts a row that was asked for by its key.
    pub(super) fn take(&mut self, entry: &Entry) -> Result<(), Error> {
        if self.fits(entry) {
            return Ok(());
        }
        Err(too_large(format!("a read of more than {READ_BYTES_MAX} bytes; ask for fewer keys")))
    }
}

/// Makes a page of the rows of a range in scan order, of which it takes as many as fit.
///
/// `end` is where a reverse scan began: with a limit of 0 it goes on there.
pub(super) fn page<E>(
    rows: impl Iterator<Item = Result<Entry, E>>,
    limit: u32,
    reverse: bool,
    end: &str,
) -> Result<Page, E> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut budget = ReadBudget::default();
    let mut entries: Vec<Entry> = Vec::new();
    for row in rows {
        let row = row?;
        if entries.len() < limit && budget.fits(&row) {
            entries.push(row);
            continue;
        }
        // `next` is the start of a forward scan, which includes it, and the end of a
        // reverse scan, which doesn't.
        let next = if reverse {
            entries.last().map_or(end, |last| last.key.as_str()).into()
        } else {
            row.key
        };
        return Ok(Page { entries, next: Some(next) });
    }
    Ok(Page { entries, next: None })
}
