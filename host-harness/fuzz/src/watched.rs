//! A store that notes what no call may do, whatever stands in its rows: to write over a row that it hasn't
//! read, or into another agency.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, Storage, Write,
};

/// The kinds of an agency's rows that are somebody's, or something's, own. Whoever writes one by its id has
/// read it by its id; what follows from other rows is written as it comes.
const OWN: [&str; 9] = [
    "agency",
    "brand",
    "account",
    "account-template",
    "client",
    "log",
    "mail",
    "invoice",
    "ledger",
];

/// Rows in memory, and what was done to them since a call began.
pub(crate) struct Watched {
    inner: MemoryStorage,
    noted: Mutex<Noted>,
}

/// What a call did so far.
#[derive(Default)]
struct Noted {
    read: BTreeSet<String>,
    unread: Option<String>,
    agencies: BTreeSet<String>,
}

impl Watched {
    pub(crate) fn around(inner: MemoryStorage) -> Watched {
        Watched { inner, noted: Mutex::default() }
    }

    /// From here on, it is another call.
    pub(crate) fn begin(&self) {
        *self.noted() = Noted::default();
    }

    /// A row that the call wrote over and never read.
    pub(crate) fn unread(&self) -> Option<String> {
        self.noted().unread.clone()
    }

    /// An agency that the call wrote into, other than this one.
    pub(crate) fn other_than(&self, agency: &str) -> Option<String> {
        self.noted().agencies.iter().find(|other| *other != agency).cloned()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is such a row, which has an id of its own.
    fn is_there(&self, write: &Write) -> bool {
        let mut parts = write.key.split('/');
        let is_own = match (parts.next(), parts.nth(1)) {
            (Some("a"), Some(kind)) => OWN.contains(&kind),
            (kind, _) => kind == Some("identity"),
        };
        let there = || self.inner.get(vec![write.key.clone()]).unwrap_or_default();
        is_own && write.value.is_some() && there().into_iter().flatten().next().is_some()
    }
}

/// The agency that a row belongs to, or something due.
fn agency_of(key: &str) -> Option<&str> {
    let mut parts = key.split('/');
    match parts.next()? {
        "a" => parts.next(),
        "due" => parts.nth(2),
        _ => None,
    }
}

impl Storage for Watched {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.noted().read.extend(keys.iter().cloned());
        self.inner.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        let page = self.inner.scan(start, end, limit, reverse)?;
        self.noted().read.extend(page.entries.iter().map(|entry| entry.key.clone()));
        Ok(page)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        let there = writes.iter().filter(|write| self.is_there(write));
        let there: Vec<String> = there.map(|write| write.key.clone()).collect();
        let agencies: Vec<String> =
            writes.iter().filter_map(|write| agency_of(&write.key)).map(str::to_owned).collect();
        let checked: BTreeSet<String> = checks.iter().map(|check| check.key.clone()).collect();
        let outcome = self.inner.commit(checks, writes)?;
        if matches!(outcome, Outcome::Committed) {
            let mut noted = self.noted();
            let is_unread = |key: &&String| !noted.read.contains(*key) && !checked.contains(*key);
            let unread = there.iter().find(is_unread).cloned();
            noted.unread = noted.unread.take().or(unread);
            // What it wrote, it knows.
            noted.read.extend(there);
            noted.agencies.extend(agencies);
        }
        Ok(outcome)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.inner.scrub()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(store: &Watched, key: &str) {
        let write = Write { key: key.to_owned(), value: Some("{}".to_owned()) };
        assert!(matches!(store.commit(Vec::new(), vec![write]).unwrap(), Outcome::Committed));
    }

    #[test]
    fn what_is_written_over_unread_is_noted() {
        let store = Watched::around(MemoryStorage::new());
        for key in ["a/acme/client/1", "a/acme/client/2", "a/acme/tally", "identity/1"] {
            write(&store, key);
            assert_eq!(store.unread(), None, "{key} is new");
        }
        for (read, written, unread) in [
            ("a/acme/client/1", "a/acme/client/1", None),
            ("a/acme/client/1", "a/acme/client/2", Some("a/acme/client/2")),
            ("a/acme/client/1", "a/acme/client/3", None),
            ("identity/2", "identity/1", Some("identity/1")),
            ("identity/2", "a/acme/tally", None),
        ] {
            store.begin();
            store.get(vec![read.to_owned()]).unwrap();
            write(&store, written);
            assert_eq!(store.unread().as_deref(), unread, "{written} after {read}");
        }
        store.begin();
        store.scan("a/acme/", "a/acme0", 10, false).unwrap();
        write(&store, "a/acme/client/2");
        assert_eq!(store.unread(), None);
    }

    #[test]
    fn another_agencys_rows_are_noted() {
        let store = Watched::around(MemoryStorage::new());
        write(&store, "a/acme/client/1");
        write(&store, "due/07/0/acme/digest/-");
        write(&store, "identity/1");
        assert_eq!(store.other_than("acme"), None);
        write(&store, "due/07/0/beta/digest/-");
        assert_eq!(store.other_than("acme").as_deref(), Some("beta"));
    }
}
