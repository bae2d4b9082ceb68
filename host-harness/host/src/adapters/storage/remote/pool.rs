//! As many connections as there may be.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Deadline;
use super::figures::Connections;

/// As many connections as there may be, each lent to one who uses it.
pub(in crate::adapters::storage) struct Pool<T> {
    most: usize,
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
pub(in crate::adapters::storage) struct Place<'a, T> {
    pool: &'a Pool<T>,
    generation: u64,
}

impl<T> Pool<T> {
    /// Room for so many.
    pub(in crate::adapters::storage) fn new(most: usize) -> Self {
        let state = State { idle: Vec::new(), open: 0, generation: 0 };
        Self { most, state: Mutex::new(state), returned: Condvar::new() }
    }

    /// One that is idle, or room to open another one; or else, at the deadline, how many are in use.
    pub(in crate::adapters::storage) fn lend(
        &self,
        deadline: Deadline,
    ) -> Result<(Place<'_, T>, Option<T>), usize> {
        let mut state = lock(&self.state);
        loop {
            let generation = state.generation;
            let idle = state.idle.pop();
            if idle.is_some() || state.open < self.most {
                state.open += usize::from(idle.is_none());
                return Ok((Place { pool: self, generation }, idle));
            }
            let patience = deadline.end().saturating_duration_since(Instant::now());
            if patience.is_zero() {
                return Err(self.most);
            }
            let waited = self.returned.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How they are.
    pub(in crate::adapters::storage) fn connections(&self) -> Connections {
        let state = lock(&self.state);
        Connections { open: state.open, idle: state.idle.len(), ..Connections::default() }
    }

    /// Those that wait to be used are closed, and those that are used won't be taken back.
    pub(in crate::adapters::storage) fn forget_idle(&self) {
        let mut state = lock(&self.state);
        state.generation = state.generation.wrapping_add(1);
        let idle = std::mem::take(&mut state.idle);
        state.open = state.open.saturating_sub(idle.len());
        drop(state);
        self.returned.notify_all();
        drop(idle);
    }
}

impl<T> Place<'_, T> {
    /// What was used can be used again.
    pub(in crate::adapters::storage) fn give_back(self, lent: T) {
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

/// The lock, also where somebody panicked with it.
pub(in crate::adapters::storage) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
