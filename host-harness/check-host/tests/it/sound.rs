//! A host in memory that keeps all promises.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use clientdesk_check_host::Host;
use clientdesk_check_host::ports::{
    Checked, Clock, Entry, Handover, Key, Mail, Message, Outcome, Page, Secrets, Storage,
    StorageError, Write,
};

/// Rows by key, each with its version.
#[derive(Default)]
pub struct Rows {
    pub by_key: BTreeMap<String, (String, u64)>,
    pub version: u64,
}

/// The host.
#[derive(Default)]
pub struct Sound {
    pub rows: RefCell<Rows>,
    /// All keys, and bounds of scans, that were asked for.
    pub asked: RefCell<BTreeSet<String>>,
    pub taken: RefCell<BTreeSet<String>>,
    pub drawn: Cell<u64>,
}

pub fn host<T: Storage + Mail + Clock + Secrets>(all: &T) -> Host<'_> {
    Host { storage: all, mail: all, clock: all, secrets: all }
}

pub fn accept(checks: &[Checked], writes: &[Write]) -> Result<(), StorageError> {
    let too_large = |what: &str| Err(StorageError::TooLarge(what.into()));
    let keys = || checks.iter().map(|c| &c.key).chain(writes.iter().map(|w| &w.key));
    let values = || writes.iter().filter_map(|write| write.value.as_ref());
    if keys().any(|key| key.len() > 512 || !key.bytes().all(|b| (0x21..=0x7e).contains(&b))) {
        return too_large("a key");
    }
    if values().any(|value| value.len() > 65_536) {
        return too_large("a value");
    }
    let bytes: usize = keys().chain(values()).map(String::len).sum();
    if checks.len() + writes.len() > 1_000 || bytes > 4 * 1024 * 1024 {
        return too_large("a commit");
    }
    Ok(())
}

impl Rows {
    pub fn entry(&self, key: &str) -> Option<Entry> {
        let (value, version) = self.by_key.get(key)?;
        Some(Entry { key: key.into(), value: value.clone(), version: *version })
    }

    pub fn between(&self, start: &str, end: &str) -> impl DoubleEndedIterator<Item = Entry> {
        let end = end.max(start);
        let range = (Bound::Included(start), Bound::Excluded(end));
        let found = (start != end).then(|| self.by_key.range::<str, _>(range));
        found.into_iter().flatten().filter_map(|(key, _)| self.entry(key))
    }

    pub fn broken(&self, checks: &[Checked]) -> Vec<String> {
        let stands = |check: &&Checked| self.entry(&check.key).map(|row| row.version);
        let broken = checks.iter().filter(|check| stands(check) != check.version);
        broken.map(|check| check.key.clone()).collect()
    }

    pub fn apply(&mut self, writes: &[Write]) {
        self.version += 1;
        for Write { key, value } in writes {
            match value {
                Some(value) => self.by_key.insert(key.clone(), (value.clone(), self.version)),
                None => self.by_key.remove(key),
            };
        }
    }
}

/// A page of these rows, which are in the order of the scan.
pub fn page(mut rows: Vec<Entry>, end: &str, limit: u32, reverse: bool) -> Page {
    let limit = limit as usize;
    let further = rows.get(limit).map(|row| row.key.clone());
    rows.truncate(limit);
    let last = rows.last().map_or(end, |row| row.key.as_str()).to_owned();
    Page { next: further.map(|key| if reverse { last } else { key }), entries: rows }
}

impl Storage for Sound {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Entry>>, StorageError> {
        self.asked.borrow_mut().extend(keys.iter().cloned());
        let rows = self.rows.borrow();
        Ok(keys.iter().map(|key| rows.entry(key)).collect())
    }

    fn scan(&self, start: &str, end: &str, limit: u32, back: bool) -> Result<Page, StorageError> {
        self.asked.borrow_mut().extend([start.to_owned(), end.to_owned()]);
        let rows = self.rows.borrow();
        let found = rows.between(start, end);
        let one_more = limit as usize + 1;
        let found = if back {
            found.rev().take(one_more).collect()
        } else {
            found.take(one_more).collect()
        };
        Ok(page(found, end, limit, back))
    }

    fn commit(&self, checks: &[Checked], writes: &[Write]) -> Result<Outcome, StorageError> {
        let keys = checks.iter().map(|c| &c.key).chain(writes.iter().map(|w| &w.key));
        self.asked.borrow_mut().extend(keys.cloned());
        accept(checks, writes)?;
        let mut rows = self.rows.borrow_mut();
        let conflicts = rows.broken(checks);
        let committed = conflicts.is_empty();
        if committed {
            rows.apply(writes);
        }
        Ok(Outcome { committed, conflicts })
    }

    fn scrub(&self) -> Result<(), StorageError> {
        Ok(())
    }
}

impl Mail for Sound {
    fn send(&self, message: Message) -> Handover {
        self.taken.borrow_mut().insert(message.id);
        Handover::Accepted
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.taken.borrow_mut().retain(|id| !ids.contains(id));
        Ok(())
    }
}

/// The first days of September 2026.
pub const NOW: u64 = 1_788_220_800_000;

impl Clock for Sound {
    fn now(&self) -> u64 {
        NOW
    }

    /// By the rules of these years; that is enough.
    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        let of_year = at / 1_000 % 31_557_600;
        let summer = (8_000_000..25_000_000).contains(&of_year);
        let (winter, moved) = match zone {
            "UTC" => (0, 0),
            "Europe/Berlin" => (3_600, 3_600),
            "America/New_York" => (-18_000, 3_600),
            "America/St_Johns" => (-12_600, 3_600),
            "Asia/Kathmandu" => (20_700, 0),
            "Australia/Sydney" => (39_600, -3_600),
            _ => return None,
        };
        Some(if summer { winter + moved } else { winter })
    }
}

impl Secrets for Sound {
    /// Different each time, and of all values, which is what can be seen.
    fn random(&self, len: u32) -> Vec<u8> {
        let mut state = self.drawn.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.drawn.set(state);
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        };
        (0..len).map(|_| next()).collect()
    }

    fn keys(&self) -> Result<Vec<Key>, String> {
        let key = |id: &str, first: u8| Key { id: id.into(), bytes: (first..first + 32).collect() };
        Ok(vec![key("k-2", 100), key("k-1", 0)])
    }
}
