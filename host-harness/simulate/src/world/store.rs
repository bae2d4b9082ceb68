//! A store in memory that knows what it was: a crash takes back what wasn't safe yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, Storage, Write,
};

use crate::planted::Bug;

/// Behind the last key: keys are printable ASCII.
const AFTER_ALL: &str = "\u{7f}";

/// What rows were before a commit.
type Undo = Vec<Write>;

/// The rows that all hosts share.
pub struct Store {
    rows: MemoryStorage,
    journal: Mutex<Vec<Undo>>,
    bug: Option<&'static Bug>,
}

impl Store {
    /// An empty one; with a planted bug, if one is to be found.
    pub fn new(bug: Option<&'static Bug>) -> Arc<Store> {
        Arc::new(Store { rows: MemoryStorage::new(), journal: Mutex::default(), bug })
    }

    /// How many commits there were.
    pub fn commits(&self) -> usize {
        self.journal().len()
    }

    /// Takes the latest commits back, until there were so many.
    ///
    /// # Errors
    ///
    /// When the rows can't be written.
    pub fn roll_back(&self, commits: usize) -> Result<(), String> {
        let mut journal = self.journal();
        while journal.len() > commits {
            let Some(undo) = journal.pop() else { break };
            match self.rows.commit(Vec::new(), undo) {
                Ok(Outcome::Committed) => {}
                other => return Err(format!("a commit can't be taken back: {other:?}")),
            }
        }
        Ok(())
    }

    /// All rows.
    ///
    /// # Errors
    ///
    /// When they can't be read.
    pub fn all(&self) -> Result<Vec<Entry>, String> {
        let (mut all, mut start) = (Vec::new(), String::new());
        loop {
            let page = self.rows.scan(&start, AFTER_ALL, 1_000, false);
            let page = page.map_err(|error| format!("{error:?}"))?;
            all.extend(page.entries);
            match page.next {
                Some(next) => start = next,
                None => return Ok(all),
            }
        }
    }

    fn journal(&self) -> MutexGuard<'_, Vec<Undo>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for Store {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.rows.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.rows.scan(start, end, limit, reverse)
    }

    fn commit(&self, mut checks: Vec<Check>, mut writes: Vec<Write>) -> Result<Outcome, Error> {
        if let Some(bug) = self.bug {
            bug.spoil_commit(&mut checks, &mut writes);
        }
        let mut journal = self.journal();
        let mut undo = Vec::new();
        for write in &writes {
            let before = self.rows.get(vec![write.key.clone()])?.pop().flatten();
            undo.push(Write { key: write.key.clone(), value: before.map(|row| row.value) });
        }
        // The first of several writes to a key has what was there before.
        undo.reverse();
        let outcome = self.rows.commit(checks, writes)?;
        if outcome == Outcome::Committed {
            journal.push(undo);
        }
        Ok(outcome)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.rows.scrub()
    }
}
