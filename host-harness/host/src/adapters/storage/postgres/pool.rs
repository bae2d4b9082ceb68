//! Connections for reads, and others for commits: who reads never waits for those who commit.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::cause::{self, Failed};
use super::options::PostgresOptions;
use super::reader::Reader;
use super::writer::{Last, Writer};
use super::{Deadline, Error};
use crate::adapters::storage::remote::{Connections, Pool, lock};

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

impl Pools {
    pub(super) fn new(options: PostgresOptions) -> Self {
        let (readers, writers) = (Pool::new(options.connections), Pool::new(options.connections));
        Self {
            options,
            readers,
            writers,
            doubtful: Mutex::default(),
            lost: AtomicU64::default(),
            settled: AtomicU64::default(),
        }
    }

    /// How they are.
    pub(super) fn connections(&self) -> Connections {
        Connections {
            lost: self.lost.load(Ordering::Relaxed),
            settled: self.settled.load(Ordering::Relaxed),
            doubtful: lock(&self.doubtful).len(),
            ..self.readers.connections() + self.writers.connections()
        }
    }

    /// Reads over one of the connections for that.
    pub(super) fn read<R>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Reader) -> Result<R, Failed>,
    ) -> Result<Result<R, Failed>, Error> {
        self.settle_doubts(deadline)?;
        self.seen(with(&self.readers, &self.options, deadline, PATIENCE_PERCENT, work))
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
        self.seen(with(&self.writers, &self.options, deadline, patience_percent, work))
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

/// Does the work over one of a pool's; one that it is lost with isn't used again.
fn with<T: Pooled, R>(
    pool: &Pool<T>,
    options: &PostgresOptions,
    deadline: Deadline,
    patience_percent: u32,
    work: impl FnOnce(&mut T) -> Result<R, Failed>,
) -> Result<Result<R, Failed>, Error> {
    let (place, idle) = pool
        .lend(deadline)
        .map_err(|most| cause::unavailable(&format!("all {most} connections are in use")))?;
    let mut lent = match idle {
        Some(idle) => idle,
        None => open(options, deadline, patience_percent)?,
    };
    let done = work(&mut lent);
    match &done {
        Err(Failed::Lost(_) | Failed::Late) => drop(lent),
        Ok(_) | Err(Failed::Refused(_)) => place.give_back(lent),
    }
    Ok(done)
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
