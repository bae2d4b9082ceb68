//! Instances: a new one for each call, or some that are used again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::Store;
use wasmtime::component::Instance;

use super::compiled::Compiled;
use super::{HostState, Limits, state};
use crate::bindings::Clientdesk;
use crate::imports::Adapters;
use crate::observe::{Alive, Counters};

/// How much an instance's memory may grow before it isn't used again: its memory never
/// shrinks.
const GROWTH_MAX: usize = 2 * 1024 * 1024;

/// Where a call gets its instance from. The component keeps no state between calls, so both
/// answer the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Instances {
    /// A new instance for each call: nothing of one call is there in the next, not even
    /// after a bug. Some 20 µs.
    #[default]
    Fresh,
    /// Instances are used again, which saves those 20 µs. One is dropped when a call trapped,
    /// and when its memory grew by more than 2 MiB.
    Warm {
        /// How many are kept between calls. They count among
        /// [`Limits::instances`](crate::Limits::instances).
        max_idle: usize,
    },
}

/// An instance with its memory.
pub(super) struct Live {
    pub(super) store: Store<HostState>,
    pub(super) instance: Instance,
    /// The contract's exports, once somebody asked for them. Boxed: they are large, and an
    /// instance moves in and out of the pool with each call.
    bindings: Option<Box<Clientdesk>>,
    memory_at_start: usize,
    _alive: Alive,
}

impl Live {
    fn start(
        compiled: &Compiled,
        adapters: &Arc<Adapters>,
        limits: &Limits,
        counters: Option<&Arc<Counters>>,
    ) -> wasmtime::Result<Self> {
        let mut store = state::new_store(compiled, adapters, limits);
        let instance = compiled.ready().instantiate(&mut store)?;
        let memory_at_start = store.data().memory();
        let _alive = Alive::begin(counters);
        Ok(Self { instance, bindings: None, memory_at_start, _alive, store })
    }

    /// The contract's exports, and the store to call them with.
    pub(super) fn bindings(
        &mut self,
        load: impl FnOnce(&mut Store<HostState>, &Instance) -> wasmtime::Result<Clientdesk>,
    ) -> wasmtime::Result<(&Clientdesk, &mut Store<HostState>)> {
        let bindings = match &mut self.bindings {
            Some(bindings) => bindings,
            none => none.insert(Box::new(load(&mut self.store, &self.instance)?)),
        };
        Ok((bindings, &mut self.store))
    }

    fn grew_too_much(&self) -> bool {
        let memory = self.store.data().memory();
        memory.saturating_sub(self.memory_at_start) > GROWTH_MAX
    }
}

/// Hands out instances, and takes those back that can be used again.
pub(super) struct InstancePool {
    kind: Instances,
    idle: Mutex<Vec<Live>>,
}

impl InstancePool {
    pub(super) fn new(kind: Instances) -> Self {
        Self { kind, idle: Mutex::new(Vec::new()) }
    }

    /// An instance whose deadline begins now.
    pub(super) fn take(
        &self,
        compiled: &Compiled,
        adapters: &Arc<Adapters>,
        limits: &Limits,
        counters: Option<&Arc<Counters>>,
    ) -> wasmtime::Result<Live> {
        let idle = self.idle().pop();
        match idle {
            Some(mut live) => {
                state::begin_anew(&mut live.store, limits);
                Ok(live)
            }
            None => Live::start(compiled, adapters, limits, counters),
        }
    }

    /// Takes back an instance whose call ended without a trap.
    pub(super) fn give_back(&self, live: Live) {
        let Instances::Warm { max_idle } = self.kind else {
            return;
        };
        if live.grew_too_much() {
            return;
        }
        let mut idle = self.idle();
        if idle.len() < max_idle {
            idle.push(live);
        }
    }

    pub(super) fn idle_count(&self) -> usize {
        self.idle().len()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Live>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
