//! A check's own range of keys: to the check, it is a whole store that is empty.

use crate::judge::{Broken, Kept, expect};
use crate::ports::{Checked, Entry, Outcome, Page, Storage, StorageError, Version, Write};

/// What all keys of all checks begin with.
pub const RANGE: &str = "check-host/";

/// Behind all keys: they are printable ASCII.
pub(crate) const LAST: &str = "~~";

/// How many rows are deleted at once.
const CLEARED_AT_ONCE: usize = 500;

/// How many pages are read at most before a scan is taken for one that never ends.
const PAGES_MAX: usize = 2_000;

/// A store within a store: keys of the checks are those of the store without what they begin with.
pub(crate) struct Own<'a> {
    storage: &'a dyn Storage,
    begin: String,
}

impl<'a> Own<'a> {
    /// The range of the check of this name.
    pub(crate) fn of(storage: &'a dyn Storage, name: &str) -> Self {
        Self { storage, begin: format!("{RANGE}{name}/") }
    }

    /// How many bytes of each key are taken already.
    pub(crate) fn taken(&self) -> usize {
        self.begin.len()
    }

    /// The store itself, for keys that no range has.
    pub(crate) fn whole(&self) -> &dyn Storage {
        self.storage
    }

    fn full(&self, key: &str) -> String {
        format!("{}{key}", self.begin)
    }

    /// The row as the check knows it. Rows of others are no answer to what was asked.
    fn known(&self, entry: Entry) -> Result<Entry, Broken> {
        match entry.key.strip_prefix(&self.begin) {
            Some(key) => Ok(Entry { key: key.to_owned(), ..entry }),
            None => Err(Broken::new(
                format!("rows whose keys begin with {:?}", self.begin),
                format!("a row with the key {:?}", entry.key),
            )),
        }
    }

    pub(crate) fn get(&self, keys: &[&str]) -> Result<Vec<Option<Entry>>, Broken> {
        let full: Vec<String> = keys.iter().map(|key| self.full(key)).collect();
        let rows = self.storage.get(&full);
        let rows = rows.map_err(|error| Broken::failed("storage.get", &error))?;
        expect("how many answers there are", rows.len(), keys.len())?;
        rows.into_iter().map(|row| row.map(|row| self.known(row)).transpose()).collect()
    }

    pub(crate) fn scan(
        &self,
        (start, end): (&str, &str),
        limit: u32,
        reverse: bool,
    ) -> Result<Page, Broken> {
        let page = self.storage.scan(&self.full(start), &self.full(end), limit, reverse);
        let page = page.map_err(|error| Broken::failed("storage.scan", &error))?;
        let entries: Result<Vec<Entry>, Broken> =
            page.entries.into_iter().map(|row| self.known(row)).collect();
        let entries = entries?;
        if u32::try_from(entries.len()).is_ok_and(|rows| rows > limit) {
            let found = format!("{} rows", entries.len());
            return Err(Broken::new(format!("at most {limit} rows in a page"), found));
        }
        let next = page.next.map(|next| match next.strip_prefix(&self.begin) {
            Some(next) => Ok(next.to_owned()),
            None => Err(Broken::new(
                format!("a `next` that begins with {:?}, as the bounds did", self.begin),
                format!("{next:?}"),
            )),
        });
        Ok(Page { entries, next: next.transpose()? })
    }

    /// All rows of a range, in pages of at most `limit`, in the order of the scan.
    pub(crate) fn pages(
        &self,
        (start, end): (&str, &str),
        limit: u32,
        reverse: bool,
    ) -> Result<Vec<Entry>, Broken> {
        let (mut start, mut end) = (start.to_owned(), end.to_owned());
        let mut rows = Vec::new();
        for _ in 0..PAGES_MAX {
            let page = self.scan((&start, &end), limit, reverse)?;
            rows.extend(page.entries);
            match page.next {
                None => return Ok(rows),
                Some(next) if reverse => end = next,
                Some(next) => start = next,
            }
        }
        Err(Broken::new(
            format!("an end of the range after fewer than {PAGES_MAX} pages"),
            "a `next` each time",
        ))
    }

    /// All rows.
    pub(crate) fn rows(&self) -> Result<Vec<Entry>, Broken> {
        self.pages(("", LAST), 500, false)
    }

    /// All keys.
    pub(crate) fn keys(&self) -> Result<Vec<String>, Broken> {
        Ok(self.rows()?.into_iter().map(|row| row.key).collect())
    }

    /// The row of a key.
    pub(crate) fn row(&self, key: &str) -> Result<Option<Entry>, Broken> {
        Ok(self.get(&[key])?.pop().flatten())
    }

    /// The value of a key.
    pub(crate) fn value(&self, key: &str) -> Result<Option<String>, Broken> {
        Ok(self.row(key)?.map(|row| row.value))
    }

    /// The version of a row that is there.
    pub(crate) fn version(&self, key: &str) -> Result<Version, Broken> {
        match self.row(key)? {
            Some(row) => Ok(row.version),
            None => Err(Broken::new(format!("the row {key:?}"), "none")),
        }
    }

    /// What the store makes of a commit, whatever it is.
    pub(crate) fn try_commit(
        &self,
        checks: &[Checked],
        writes: &[Write],
    ) -> Result<Outcome, StorageError> {
        let checks: Vec<Checked> = checks
            .iter()
            .map(|check| Checked { key: self.full(&check.key), version: check.version })
            .collect();
        let writes: Vec<Write> = writes
            .iter()
            .map(|write| Write { key: self.full(&write.key), value: write.value.clone() })
            .collect();
        let mut outcome = self.storage.commit(&checks, &writes)?;
        for key in &mut outcome.conflicts {
            if let Some(short) = key.strip_prefix(&self.begin) {
                *key = short.to_owned();
            }
        }
        Ok(outcome)
    }

    pub(crate) fn commit(&self, checks: &[Checked], writes: &[Write]) -> Result<Outcome, Broken> {
        let outcome = self.try_commit(checks, writes);
        outcome.map_err(|error| Broken::failed("storage.commit", &error))
    }

    /// A commit that must be made.
    pub(crate) fn made(&self, checks: &[Checked], writes: &[Write]) -> Kept {
        let outcome = self.commit(checks, writes)?;
        expect("a commit whose checks hold", outcome, committed())
    }

    /// A commit that must not be made, for these keys.
    pub(crate) fn refused(&self, checks: &[Checked], writes: &[Write], keys: &[&str]) -> Kept {
        let outcome = self.commit(checks, writes)?;
        let strangers = outcome.conflicts.iter().any(|key| !keys.contains(&key.as_str()));
        if outcome.committed || strangers {
            let expected = format!("no commit, and no conflict but of {keys:?}");
            return Err(Broken::new(expected, format!("{outcome:?}")));
        }
        Ok(())
    }

    /// Writes without checks.
    pub(crate) fn write(&self, writes: &[Write]) -> Kept {
        self.made(&[], writes)
    }

    /// Writes the keys, each with its own name as its value.
    pub(crate) fn fill(&self, keys: &[&str]) -> Kept {
        let writes: Vec<Write> = keys.iter().map(|key| put(key, &json(key))).collect();
        self.write(&writes)
    }

    /// Deletes all rows of the range, and no others, whatever the store answers.
    pub(crate) fn clear(&self) -> Kept {
        for row in self.rows()?.chunks(CLEARED_AT_ONCE) {
            let deletes: Vec<Write> = row.iter().map(|row| delete(&row.key)).collect();
            self.write(&deletes)?;
        }
        expect("keys after all of them were deleted", self.keys()?, Vec::new())
    }
}

pub(crate) fn committed() -> Outcome {
    Outcome { committed: true, conflicts: Vec::new() }
}

pub(crate) fn put(key: &str, value: &str) -> Write {
    Write { key: key.to_owned(), value: Some(value.to_owned()) }
}

pub(crate) fn delete(key: &str) -> Write {
    Write { key: key.to_owned(), value: None }
}

pub(crate) fn at(key: &str, version: Version) -> Checked {
    Checked { key: key.to_owned(), version: Some(version) }
}

pub(crate) fn absent(key: &str) -> Checked {
    Checked { key: key.to_owned(), version: None }
}

/// The text as a JSON string.
pub(crate) fn json(text: &str) -> String {
    format!("{text:?}")
}

pub(crate) fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}
