//! What an instance has beside its memory: the host's adapters, and a meter.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use wasmtime::{ResourceLimiter, Store, UpdateDeadline};

use super::compiled::Compiled;
use super::{Limits, ticker};
use crate::imports::{Adapters, AdaptersView};
use crate::meter::Meter;
use crate::observe::Asked;

/// The data of an instance's store. [`Host::typed`](crate::Host::typed) passes it along;
/// there is nothing to do with it.
pub struct HostState {
    adapters: Arc<Adapters>,
    memory: MemoryMeter,
    asked: Meter,
}

impl fmt::Debug for HostState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostState").finish_non_exhaustive()
    }
}

impl AdaptersView for HostState {
    fn adapters(&self) -> &Adapters {
        &self.adapters
    }

    fn meter(&mut self) -> Option<&mut Meter> {
        Some(&mut self.asked)
    }
}

impl HostState {
    /// What the call that runs, or ran last, asked of its host.
    pub(super) fn asked(&self) -> Asked {
        self.asked.asked()
    }

    /// How many bytes of memory the instance has.
    pub(super) fn memory(&self) -> usize {
        self.memory.used
    }
}

/// A store for one instance, with the limits in force.
pub(super) fn new_store(
    compiled: &Compiled,
    adapters: &Arc<Adapters>,
    limits: &Limits,
) -> Store<HostState> {
    let state = HostState {
        adapters: Arc::clone(adapters),
        memory: MemoryMeter { used: 0, limit: limits.memory },
        asked: Meter::new(limits.host_calls, limits.host_bytes).with_mails(limits.mails),
    };
    let mut store = Store::new(compiled.engine(), state);
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(limits.host_call_bytes);
    store.set_epoch_deadline(ticker::ticks(limits.deadline));
    // Whoever hands a mail over mustn't be stopped before it is noted that it was taken: it would go out again.
    store.epoch_deadline_callback(|mut store| {
        let waited = store.data_mut().asked.take_waited();
        Ok(match ticker::more_ticks(waited) {
            0 => UpdateDeadline::Interrupt,
            more => UpdateDeadline::Continue(more),
        })
    });
    store
}

/// Gives the instance of this store all that a call may take: the next one begins.
pub(super) fn begin_anew(store: &mut Store<HostState>, limits: &Limits) {
    store.set_epoch_deadline(ticker::ticks(limits.deadline));
    store.data_mut().asked.reset();
}

/// Counts an instance's memory and refuses what is over the limit.
struct MemoryMeter {
    used: usize,
    limit: usize,
}

/// More memory was asked for than the limit allows.
#[derive(Debug, Error)]
#[error("out of memory")]
pub(super) struct MemoryRefused;

impl ResourceLimiter for MemoryMeter {
    /// Refuses with a trap, not by letting the growth fail: a component that goes on without
    /// the memory could only abort, less clearly.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        if used > self.limit {
            return Err(wasmtime::Error::new(MemoryRefused));
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= super::engine::TABLE_ELEMENTS_MAX)
    }
}
