//! Between a host and the store: where calls fail, answers get lost, hosts die, and others are
//! quicker.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clientdesk_host::adapters::storage::{Check, Entry, Error, Outcome, Page, Storage, Write};
use serde::{Deserialize, Serialize};

use super::store::Store;
use crate::people::play::Trouble;

/// What goes wrong during a call; the first, second, … time is counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// Reads fail, from this one on so many.
    Reads(u32, u32),
    /// Commits fail, from this one on so many; nothing is written.
    Commits(u32, u32),
    /// This commit is too large for the store; nothing is written.
    TooLarge(u32),
    /// Commits find that somebody else was quicker, from this one on so many.
    Conflicts(u32, u32),
    /// This commit is made, and its answer gets lost.
    Lost(u32),
    /// The host dies before this commit.
    DiesBefore(u32),
    /// The host dies when this commit is made.
    DiesAfter(u32),
    /// The host dies when it has handed over this mail.
    DiesAfterMail(u32),
    /// Mails are to be tried later, so many.
    MailLater(u32),
    /// Mails are refused for good, so many.
    MailNever(u32),
}

type Meanwhile = Box<dyn FnOnce() + Send>;

/// The store of one host.
pub struct Gate {
    store: Arc<Store>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    reads: u32,
    commits: u32,
    mails: u32,
    dead: bool,
    trouble: Trouble,
    conflicts: u32,
    meanwhile: Option<Meanwhile>,
}

/// What becomes of a call.
enum Way {
    Passes,
    Fails,
    TooLarge,
    Conflicts,
    Lost,
}

/// What becomes of a mail.
pub enum MailWay {
    /// It is handed over.
    Passes,
    /// It is handed over, and the host is no more.
    Last,
    /// To be tried later.
    Later,
    /// Never.
    Never,
}

impl Gate {
    /// The way of a host to this store.
    pub fn new(store: Arc<Store>) -> Arc<Gate> {
        Arc::new(Gate { store, state: Mutex::default() })
    }

    /// A call begins in which this goes wrong. Right before its first commit, `meanwhile` is done.
    pub fn begin(&self, fault: Option<Fault>, meanwhile: Option<Meanwhile>) {
        *self.state() = State { fault, meanwhile, ..State::default() };
    }

    /// The call is over: what went wrong, and how often somebody else was quicker, without being told to.
    pub fn end(&self) -> (Trouble, u32) {
        let state = std::mem::take(&mut *self.state());
        (state.trouble, state.conflicts)
    }

    /// What becomes of the next mail.
    pub fn mail(&self) -> MailWay {
        let mut state = self.state();
        state.mails += 1;
        let way = match state.fault {
            _ if state.dead => MailWay::Later,
            Some(Fault::MailLater(times)) if state.mails <= times => MailWay::Later,
            Some(Fault::MailNever(times)) if state.mails <= times => MailWay::Never,
            Some(Fault::DiesAfterMail(nth)) if state.mails == nth => MailWay::Last,
            _ => return MailWay::Passes,
        };
        state.trouble.failed = true;
        state.dead |= matches!(way, MailWay::Last);
        way
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reads(&self) -> Result<(), Error> {
        let mut state = self.state();
        state.reads += 1;
        let hit = matches!(state.fault, Some(Fault::Reads(nth, times))
            if state.reads.checked_sub(nth).is_some_and(|past| past < times));
        if hit || state.dead {
            state.trouble.failed = true;
            return Err(gone());
        }
        Ok(())
    }

    fn way_of_commit(&self) -> Way {
        let mut state = self.state();
        state.commits += 1;
        let place = state.commits;
        let hits = |nth: u32, times: u32| place.checked_sub(nth).is_some_and(|past| past < times);
        let way = match state.fault {
            _ if state.dead => Way::Fails,
            Some(Fault::Commits(nth, times)) if hits(nth, times) => Way::Fails,
            Some(Fault::TooLarge(nth)) if place == nth => Way::TooLarge,
            Some(Fault::Conflicts(nth, times)) if hits(nth, times) => Way::Conflicts,
            Some(Fault::Lost(nth)) if place == nth => Way::Lost,
            Some(Fault::DiesBefore(nth)) if place == nth => {
                state.dead = true;
                Way::Fails
            }
            Some(Fault::DiesAfter(nth)) if place == nth => {
                state.dead = true;
                Way::Lost
            }
            _ => return Way::Passes,
        };
        state.trouble.failed = true;
        state.trouble.unknown |= matches!(way, Way::Lost);
        way
    }
}

fn gone() -> Error {
    Error::Unavailable("the simulation says so".to_owned())
}

impl Storage for Gate {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.reads()?;
        self.store.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.reads()?;
        self.store.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        let meanwhile = self.state().meanwhile.take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        match self.way_of_commit() {
            Way::Fails => Err(gone()),
            Way::TooLarge => Err(Error::TooLarge("the simulation says so".to_owned())),
            Way::Conflicts => {
                Ok(Outcome::Conflict(checks.into_iter().map(|check| check.key).collect()))
            }
            Way::Passes => {
                let outcome = self.store.commit(checks, writes)?;
                self.state().conflicts += u32::from(outcome != Outcome::Committed);
                Ok(outcome)
            }
            Way::Lost => {
                // A commit that finds a conflict has written nothing, and that isn't known either.
                self.store.commit(checks, writes)?;
                Err(gone())
            }
        }
    }

    fn scrub(&self) -> Result<(), Error> {
        self.reads()?;
        self.store.scrub()
    }
}
