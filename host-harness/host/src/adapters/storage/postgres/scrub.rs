//! Cleaning the table after a client was erased, so that what was deleted doesn't stay in its file.
//!
//! That it is asked for stands in a row, as in every store that does it later: whoever has the store open does it, and
//! a process that ends in between leaves it to the next one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::cause::Failed;
use super::link::Link;
use super::options::{PostgresOptions, Purpose};
use super::pool::Pools;
use crate::adapters::storage::Write;

/// The row in which a store remembers that it has to be cleaned.
pub(super) const ROW: &str = "host/scrub";

const WISHED: &str = "SELECT version FROM entries WHERE key = $1";
const DONE: &str = "DELETE FROM entries WHERE key = $1 AND version = $2";
const SIZE: &str = "SELECT pg_total_relation_size('entries')";

/// Up to this size the table is written anew.
const REWRITTEN_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// How long cleaning may take.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// How long whoever closes the store waits for it.
const CLOSING_PATIENCE: Duration = Duration::from_secs(5);

/// For how many times its own duration the table isn't cleaned again.
const PAUSE: u32 = 10;

/// What asks for it.
pub(super) fn wish() -> Write {
    Write { key: ROW.into(), value: Some("{}".into()) }
}

/// Cleans beside whoever uses the store.
pub(super) struct Scrubber {
    pools: Arc<Pools>,
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
    pub(super) fn new(pools: Arc<Pools>) -> Self {
        Self { pools, work: Arc::default() }
    }

    /// Cleans soon.
    pub(super) fn wake(&self) {
        let mut state = self.work.state();
        state.again = true;
        if std::mem::replace(&mut state.runs, true) {
            return;
        }
        let (pools, work) = (Arc::clone(&self.pools), Arc::clone(&self.work));
        let thread = thread::Builder::new().name("clientdesk-scrub".into());
        // Without a thread, the row stays for the next process.
        state.runs = thread.spawn(move || work.run(&pools)).is_ok();
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

    fn run(&self, pools: &Pools) {
        while self.is_asked() {
            let begun = Instant::now();
            // Where it fails, the row stays, and whoever opens the store next tries again.
            let _ = clean(&pools.options);
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

/// Does what the row asks for, if it is there.
fn clean(options: &PostgresOptions) -> Result<(), Failed> {
    let until = Instant::now() + PATIENCE;
    let mut link = Link::open(options, Purpose::Care, Instant::now() + options.deadline)?;
    let wished: Option<i64> = link.run(until, async |client| {
        let row = client.query_opt(WISHED, &[&ROW]).await?;
        row.map(|row| row.try_get(0)).transpose()
    })?;
    let Some(version) = wished else { return Ok(()) };
    let size: i64 =
        link.run(until, async |client| client.query_one(SIZE, &[]).await?.try_get(0))?;
    let vacuum =
        if size <= REWRITTEN_BYTES_MAX { "VACUUM (FULL) entries" } else { "VACUUM entries" };
    link.run(until, async |client| client.batch_execute(vacuum).await)?;
    link.run(until, async |client| client.execute(DONE, &[&ROW, &version]).await).map(drop)
}
