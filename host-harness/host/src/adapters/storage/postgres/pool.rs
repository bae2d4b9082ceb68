//! Connections for reads, and others for commits: who reads never waits for those who commit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::cause::{self, Failed};
use super::options::PostgresOptions;
use super::reader::Reader;
use super::writer::{Last, Writer};
use super::{Deadline, Error};

/// Until when in an operation a connection is still tried again: while a server is restarted, it refuses them.
const PATIENCE_PERCENT: u32 = 40;

/// The same for a server that says that it is starting, and for finding out what became of a commit.
const LONG_PATIENCE_PERCENT: u32 = 95;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// The store's connections.
pub(super) struct Pools {
    pub(super) options: PostgresOptions,
    readers: Pool<Reader>,
    writers: Pool<Writer>,
    /// Writers of which nobody knows whether their last commit was made, or still will be.
    doubtful: Mutex<Vec<i64>>,
    lost: AtomicU64,
    settled: AtomicU64,
}

/// How its connections are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Connections {
    /// How many there are.
    pub(super) open: u64,
    /// How many of them nobody uses.
    pub(super) idle: u64,
    /// How often one was lost, or was too slow.
    pub(super) lost: u64,
    /// How often one had to be asked what became of a commit.
    pub(super) settled: u64,
    /// Of how many commits that isn't known.
    pub(super) doubtful: u64,
}

/// What a pool holds.
trait Pooled: Sized {
    fn open(options: &PostgresOptions, until: Instant) -> Result<Self, Failed>;
}

impl Pooled for Reader {
    fn open(options: &PostgresOptions, until: Instant) -> Result<Self, Failed> {
        Reader::open(options, until)
    }
}

impl Pooled for Writer {
    fn open(options: &PostgresOptions, until: Instant) -> Result<Self, Failed> {
        Writer::open(options, until)
    }
}

struct Pool<T> {
    state: Mutex<State<T>>,
    returned: Condvar,
}

struct State<T> {
    idle: Vec<T>,
    /// How many there are, idle or not.
    open: usize,
    /// Those of an earlier one aren't taken back: the server was lost since.
    generation: u64,
}

/// Room for one that is used. It is free again when this ends.
struct Place<'a, T> {
    pool: &'a Pool<T>,
    generation: u64,
}

impl Pools {
    pub(super) fn new(options: PostgresOptions) -> Self {
        Self {
            options,
            readers: Pool::new(),
            writers: Pool::new(),
            doubtful: Mutex::default(),
            lost: AtomicU64::default(),
            settled: AtomicU64::default(),
        }
    }

    /// How they are.
    pub(super) fn connections(&self) -> Connections {
        let ((readers, idle_readers), (writers, idle_writers)) =
            (self.readers.count(), self.writers.count());
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Connections {
            open: number(readers.saturating_add(writers)),
            idle: number(idle_readers.saturating_add(idle_writers)),
            lost: self.lost.load(Ordering::Relaxed),
            settled: self.settled.load(Ordering::Relaxed),
            doubtful: number(lock(&self.doubtful).len()),
        }
    }

    /// Reads over one of the connections for that.
    pub(super) fn read<R>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Reader) -> Result<R, Failed>,
    ) -> Result<Result<R, Failed>, Error> {
        self.settle_doubts(deadline)?;
        self.seen(self.readers.with(&self.options, deadline, PATIENCE_PERCENT, work))
    }

    /// Commits over one of the connections for that.
    pub(super) fn write<R>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Writer) -> Result<R, Failed>,
    ) -> Result<Result<R, Failed>, Error> {
        self.settle_doubts(deadline)?;
        self.over_a_writer(deadline, PATIENCE_PERCENT, work)
    }

    /// Closes a writer: it makes no commit any more, and this tells its last one.
    pub(super) fn close(&self, writer: i64, deadline: Deadline) -> Result<Last, Error> {
        self.settled.fetch_add(1, Ordering::Relaxed);
        loop {
            let closed = self.over_a_writer(deadline, LONG_PATIENCE_PERCENT, |closer| {
                closer.close(writer, deadline.end())
            })?;
            let failed = match closed {
                Ok(last) => return Ok(last),
                Err(failed) => failed,
            };
            if !failed.may_pass() || deadline.is_over() {
                return Err(failed.unavailable());
            }
            failed.pause();
        }
    }

    fn over_a_writer<R>(
        &self,
        deadline: Deadline,
        patience_percent: u32,
        work: impl FnOnce(&mut Writer) -> Result<R, Failed>,
    ) -> Result<Result<R, Failed>, Error> {
        self.seen(self.writers.with(&self.options, deadline, patience_percent, work))
    }

    /// When one connection is lost, those that wait to be used probably are, too.
    fn seen<R>(&self, done: Result<Result<R, Failed>, Error>) -> Result<Result<R, Failed>, Error> {
        if let Ok(Err(Failed::Lost(_) | Failed::Late)) = &done {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        if let Ok(Err(Failed::Lost(_))) = &done {
            self.readers.forget_idle();
            self.writers.forget_idle();
        }
        done
    }

    /// Nobody knows whether this writer's last commit was made.
    pub(super) fn doubt(&self, writer: i64) {
        lock(&self.doubtful).push(writer);
    }

    /// Whether every commit's outcome is known.
    #[cfg(test)]
    pub(super) fn has_no_doubts(&self) -> bool {
        lock(&self.doubtful).is_empty()
    }

    /// Sees to it that commits whose outcome isn't known are made by now, or never.
    fn settle_doubts(&self, deadline: Deadline) -> Result<(), Error> {
        // Others who come meanwhile don't wait for it.
        let mut doubtful = std::mem::take(&mut *lock(&self.doubtful));
        while let Some(writer) = doubtful.pop() {
            if let Err(error) = self.close(writer, deadline) {
                doubtful.push(writer);
                lock(&self.doubtful).append(&mut doubtful);
                return Err(error);
            }
        }
        Ok(())
    }
}

impl<T: Pooled> Pool<T> {
    fn new() -> Self {
        let state = State { idle: Vec::new(), open: 0, generation: 0 };
        Self { state: Mutex::new(state), returned: Condvar::new() }
    }

    /// Does the work over one; one that it is lost with isn't used again.
    fn with<R>(
        &self,
        options: &PostgresOptions,
        deadline: Deadline,
        patience_percent: u32,
        work: impl FnOnce(&mut T) -> Result<R, Failed>,
    ) -> Result<Result<R, Failed>, Error> {
        let (place, mut lent) = self.lend(options, deadline, patience_percent)?;
        let done = work(&mut lent);
        match &done {
            Err(Failed::Lost(_) | Failed::Late) => drop(lent),
            Ok(_) | Err(Failed::Refused(_)) => place.give_back(lent),
        }
        Ok(done)
    }

    fn lend(
        &self,
        options: &PostgresOptions,
        deadline: Deadline,
        patience_percent: u32,
    ) -> Result<(Place<'_, T>, T), Error> {
        let mut state = lock(&self.state);
        loop {
            let generation = state.generation;
            if let Some(idle) = state.idle.pop() {
                return Ok((Place { pool: self, generation }, idle));
            }
            if state.open < options.connections {
                state.open += 1;
                drop(state);
                let place = Place { pool: self, generation };
                let opened = open(options, deadline, patience_percent)?;
                return Ok((place, opened));
            }
            let patience = deadline.end().saturating_duration_since(Instant::now());
            if patience.is_zero() {
                let count = options.connections;
                return Err(cause::unavailable(&format!("all {count} connections are in use")));
            }
            let waited = self.returned.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How many there are, and how many of them are idle.
    fn count(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.open, state.idle.len())
    }

    fn forget_idle(&self) {
        let mut state = lock(&self.state);
        state.generation = state.generation.wrapping_add(1);
        let idle = std::mem::take(&mut state.idle);
        state.open = state.open.saturating_sub(idle.len());
        drop(state);
        self.returned.notify_all();
        drop(idle);
    }
}

/// Opens one, and tries again for a while if the server can't be reached.
fn open<T: Pooled>(
    options: &PostgresOptions,
    deadline: Deadline,
    patience_percent: u32,
) -> Result<T, Error> {
    loop {
        let failed = match T::open(options, deadline.end()) {
            Ok(opened) => return Ok(opened),
            Err(failed) => failed,
        };
        let percent = if failed.is_starting() { LONG_PATIENCE_PERCENT } else { patience_percent };
        if !failed.may_pass() || Instant::now() >= deadline.at(percent) {
            return Err(failed.unavailable());
        }
        thread::sleep(PAUSE);
    }
}

impl<T> Place<'_, T> {
    /// What was used can be used again.
    fn give_back(self, lent: T) {
        let mut state = lock(&self.pool.state);
        if state.generation != self.generation {
            // The server was lost since: this closes it, and then the place.
            drop(state);
            return drop(lent);
        }
        state.idle.push(lent);
        drop(state);
        self.pool.returned.notify_one();
        std::mem::forget(self);
    }
}

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        let mut state = lock(&self.pool.state);
        state.open = state.open.saturating_sub(1);
        drop(state);
        self.pool.returned.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
