//! How many calls run at once. Each has a thread of a pool for itself, since the component and its
//! store block; beyond so many, callers are told to come again instead of being kept waiting.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task;

use crate::problem::Problem;

/// The seats.
#[derive(Clone)]
pub(crate) struct Seats {
    free: Arc<Semaphore>,
    all: usize,
}

impl Seats {
    pub(crate) fn new(all: usize) -> Seats {
        Seats { free: Arc::new(Semaphore::new(all)), all }
    }

    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        self.all.saturating_sub(self.free.available_permits())
    }

    /// Does something that blocks, if there is a seat. Whoever stops waiting for it doesn't stop it: the
    /// seat is free once it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let seat = Arc::clone(&self.free).try_acquire_owned().map_err(|_| Problem::busy())?;
        let done = task::spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "a call panicked");
            Problem::internal("the call failed; the service's log says how")
        })
    }
}
