//! Cleaning a store after a client was erased, beside whoever uses it.
//!
//! That it is asked for stands in a row, as in every store that does it later: whoever has the store open does it, and
//! a process that ends in between leaves it to the next one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::adapters::storage::Write;

/// The row in which a store remembers that it has to be cleaned.
pub(in crate::adapters::storage) const ROW: &str = "host/scrub";

/// How long whoever closes the store waits for it.
const CLOSING_PATIENCE: Duration = Duration::from_secs(5);

/// For how many times its own duration the store isn't cleaned again.
const PAUSE: u32 = 10;

/// What asks for it.
pub(in crate::adapters::storage) fn wish() -> Write {
    Write { key: ROW.into(), value: Some("{}".into()) }
}

/// Does what the row asks for, if it is there.
type Clean = dyn Fn() + Send + Sync;

/// Cleans beside whoever uses the store.
pub(in crate::adapters::storage) struct Scrubber {
    clean: Arc<Clean>,
    work: Arc<Work>,
}

#[derive(Default)]
struct Work {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    runs: bool,
    /// Asked for since it last looked.
    again: bool,
    /// The store is being closed.
    ends: bool,
}

impl Scrubber {
    /// Where `clean` fails, the row stays, and whoever opens the store next tries again.
    pub(in crate::adapters::storage) fn new(clean: impl Fn() + Send + Sync + 'static) -> Self {
        Self { clean: Arc::new(clean), work: Arc::default() }
    }

    /// Cleans soon.
    pub(in crate::adapters::storage) fn wake(&self) {
        let mut state = self.work.state();
        state.again = true;
        if std::mem::replace(&mut state.runs, true) {
            return;
        }
        let (clean, work) = (Arc::clone(&self.clean), Arc::clone(&self.work));
        let thread = thread::Builder::new().name("clientdesk-scrub".into());
        // Without a thread, the row stays for the next process.
        state.runs = thread.spawn(move || work.run(&*clean)).is_ok();
    }
}

impl Drop for Scrubber {
    fn drop(&mut self) {
        let mut state = self.work.state();
        state.ends = true;
        self.work.changed.notify_all();
        let until = Instant::now() + CLOSING_PATIENCE;
        while state.runs {
            let patience = until.saturating_duration_since(Instant::now());
            if patience.is_zero() {
                return;
            }
            let waited = self.work.changed.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Work {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, clean: &Clean) {
        while self.is_asked() {
            let begun = Instant::now();
            clean();
            self.pause(begun.elapsed() * PAUSE);
        }
    }

    /// Whether to go on; if not, the thread ends.
    fn is_asked(&self) -> bool {
        let mut state = self.state();
        state.runs = std::mem::take(&mut state.again);
        if !state.runs {
            self.changed.notify_all();
        }
        state.runs
    }

    fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut state = self.state();
        while state.again && !state.ends {
            let patience = until.saturating_duration_since(Instant::now());
            if patience.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
