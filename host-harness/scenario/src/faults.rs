//! Storage that fails when it is told to, and counts what is asked of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, Outcome, Page, Storage, StorageFigures, Write,
};

/// A function of the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Reading rows by key.
    Get,
    /// Reading a range.
    Scan,
    /// Writing.
    Commit,
    /// Getting rid of what was deleted.
    Scrub,
}

/// How a call fails. Nothing is written then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breakage {
    /// The store can't answer.
    Unavailable,
    /// A commit finds that somebody else was faster.
    Conflict,
}

/// Which calls fail, and how. In a scenario: `fail = { storage = "unavailable", on =
/// "commit", nth = 2 }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    /// How they fail.
    pub storage: Breakage,
    /// Calls of this function only. Without it, of all that can fail this way.
    #[serde(default)]
    pub on: Option<Operation>,
    /// The first that fails, counted from 1 at the beginning of the step.
    #[serde(default = "one")]
    pub nth: u32,
    /// How many fail, one after the other.
    #[serde(default = "one")]
    pub times: u32,
}

const fn one() -> u32 {
    1
}

impl Fault {
    /// The first, second, … call of any function can't be answered.
    pub const fn unavailable(nth: u32) -> Fault {
        Fault { storage: Breakage::Unavailable, on: None, nth, times: 1 }
    }

    fn aims_at(&self, operation: Operation) -> bool {
        match (self.on, self.storage) {
            (Some(on), _) => on == operation,
            (None, Breakage::Conflict) => operation == Operation::Commit,
            (None, Breakage::Unavailable) => true,
        }
    }
}

/// How often each function was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Calls {
    /// Reads by key.
    pub get: u32,
    /// Reads of a range.
    pub scan: u32,
    /// Commits.
    pub commit: u32,
    /// Requests to get rid of what was deleted.
    pub scrub: u32,
}

/// Passes calls on to another storage, but for those that should fail.
pub struct FaultyStorage {
    inner: Arc<dyn Storage>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    calls: Calls,
    fault: Option<Fault>,
    /// How many calls the fault could have hit.
    aimed_at: u32,
    hit: u32,
}

impl FaultyStorage {
    /// Passes calls on to `inner`.
    pub fn new(inner: Arc<dyn Storage>) -> Self {
        FaultyStorage { inner, state: Mutex::default() }
    }

    /// The storage behind it, which never fails on demand and counts nothing.
    pub fn inner(&self) -> &dyn Storage {
        self.inner.as_ref()
    }

    /// Begins to count anew. From here on, calls fail as `fault` says.
    pub fn begin(&self, fault: Option<Fault>) {
        *self.state() = State { fault, ..State::default() };
    }

    /// How often each function was called since [`FaultyStorage::begin`].
    pub fn calls(&self) -> Calls {
        self.state().calls
    }

    /// How many calls failed on demand since [`FaultyStorage::begin`].
    pub fn hits(&self) -> u32 {
        self.state().hit
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn breaks(&self, operation: Operation) -> Option<Breakage> {
        self.state().breaks(operation)
    }
}

impl State {
    fn breaks(&mut self, operation: Operation) -> Option<Breakage> {
        let count = match operation {
            Operation::Get => &mut self.calls.get,
            Operation::Scan => &mut self.calls.scan,
            Operation::Commit => &mut self.calls.commit,
            Operation::Scrub => &mut self.calls.scrub,
        };
        *count += 1;
        let fault = self.fault.filter(|fault| fault.aims_at(operation))?;
        self.aimed_at += 1;
        let hits = self.aimed_at.checked_sub(fault.nth).is_some_and(|past| past < fault.times);
        self.hit += u32::from(hits);
        hits.then_some(fault.storage)
    }
}

fn unavailable() -> Error {
    Error::Unavailable("the scenario says so".to_owned())
}

impl Storage for FaultyStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        match self.breaks(Operation::Get) {
            Some(Breakage::Unavailable) => Err(unavailable()),
            Some(Breakage::Conflict) | None => self.inner.get(keys),
        }
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        match self.breaks(Operation::Scan) {
            Some(Breakage::Unavailable) => Err(unavailable()),
            Some(Breakage::Conflict) | None => self.inner.scan(start, end, limit, reverse),
        }
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        match self.breaks(Operation::Commit) {
            Some(Breakage::Unavailable) => Err(unavailable()),
            Some(Breakage::Conflict) => {
                Ok(Outcome::Conflict(checks.into_iter().map(|check| check.key).collect()))
            }
            None => self.inner.commit(checks, writes),
        }
    }

    fn scrub(&self) -> Result<(), Error> {
        match self.breaks(Operation::Scrub) {
            Some(Breakage::Unavailable) => Err(unavailable()),
            Some(Breakage::Conflict) | None => self.inner.scrub(),
        }
    }

    fn figures(&self) -> StorageFigures {
        self.inner.figures()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clientdesk_host::adapters::storage::MemoryStorage;

    #[test]
    fn the_calls_fail_that_should() {
        let fault = |on, nth, times| Some(Fault { on, times, ..Fault::unavailable(nth) });
        for (fault, fail) in [
            (None, [false; 4]),
            (fault(None, 1, 1), [true, false, false, false]),
            (fault(None, 2, 2), [false, true, true, false]),
            (fault(Some(Operation::Commit), 1, 1), [false, true, false, false]),
            (fault(Some(Operation::Commit), 2, 9), [false, false, false, true]),
        ] {
            let storage = FaultyStorage::new(Arc::new(MemoryStorage::new()));
            storage.begin(fault);
            let get = || storage.get(vec!["a".into()]).is_err();
            let commit = || storage.commit(vec![], vec![]).is_err();
            assert_eq!([get(), commit(), get(), commit()], fail, "{fault:?}");
            assert_eq!(storage.calls(), Calls { get: 2, commit: 2, ..Calls::default() });
            assert_eq!(storage.hits() as usize, fail.iter().filter(|failed| **failed).count());
        }
    }

    #[test]
    fn a_conflict_on_demand_writes_nothing() {
        let storage = FaultyStorage::new(Arc::new(MemoryStorage::new()));
        storage.begin(Some(Fault { storage: Breakage::Conflict, on: None, nth: 1, times: 1 }));
        let commit = || {
            let write = Write { key: "a".into(), value: Some("1".into()) };
            let _ = storage.get(vec!["a".into()]).unwrap();
            storage.commit(vec![Check { key: "a".into(), version: None }], vec![write]).unwrap()
        };
        assert!(matches!(commit(), Outcome::Conflict(keys) if keys == ["a"]));
        assert!(matches!(commit(), Outcome::Committed));
    }
}
