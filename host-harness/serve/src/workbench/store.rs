//! The store, with a switch that makes it fail, and an ear for what each call writes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, Outcome, Page, Storage, StorageFigures, Write,
};
use clientdesk_scenario::faults::{Breakage, Fault, FaultyStorage};

use crate::hearing;

/// A store that fails while it is told to.
pub(super) struct SwitchedStorage {
    below: Arc<dyn Storage>,
    faulty: FaultyStorage,
    how: Mutex<Option<Breakage>>,
}

impl SwitchedStorage {
    pub(super) fn new(below: Arc<dyn Storage>) -> SwitchedStorage {
        let faulty = FaultyStorage::new(Arc::clone(&below));
        SwitchedStorage { below, faulty, how: Mutex::default() }
    }

    /// The store that never fails on demand.
    pub(super) fn below(&self) -> &Arc<dyn Storage> {
        &self.below
    }

    /// From here on, everything fails this way; none: nothing does.
    pub(super) fn switch(&self, how: Option<Breakage>) {
        *self.how.lock().unwrap_or_else(PoisonError::into_inner) = how;
        let fault = |storage| Fault { storage, times: u32::MAX, ..Fault::unavailable(1) };
        self.faulty.begin(how.map(fault));
    }

    /// How it fails now.
    pub(super) fn how(&self) -> Option<Breakage> {
        *self.how.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer; a failure is noted for the call on this thread.
fn noted<T>(answer: Result<T, Error>) -> Result<T, Error> {
    if answer.is_err() {
        fault();
    }
    answer
}

fn fault() {
    hearing::note(|traces| traces.faults += 1);
}

impl Storage for SwitchedStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        noted(self.faulty.get(keys))
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        noted(self.faulty.scan(start, end, limit, reverse))
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        // An agency's rows begin with `a/` and its id.
        let of = |write: &Write| Some(write.key.strip_prefix("a/")?.split_once('/')?.0.to_owned());
        let agencies: BTreeSet<String> = writes.iter().filter_map(of).collect();
        let outcome = noted(self.faulty.commit(checks, writes))?;
        match &outcome {
            Outcome::Committed => hearing::note(|traces| {
                traces.commits += 1;
                traces.agencies.extend(agencies);
            }),
            Outcome::Conflict(_) => fault(),
        }
        Ok(outcome)
    }

    fn scrub(&self) -> Result<(), Error> {
        noted(self.faulty.scrub())
    }

    fn figures(&self) -> StorageFigures {
        self.below.figures()
    }
}
