//! Running the component: engine, limits, instances and calls.

#[cfg(feature = "bounces")]
mod bounced;
mod builder;
mod call;
mod code_cache;
mod compiled;
mod due;
mod engine;
mod error;
mod functions;
mod instances;
mod limits;
mod state;
mod ticker;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use wasmtime::Store;
use wasmtime::component::Val;

use crate::adapters::clock::Clock;
use crate::adapters::mail::NowhereMail;
use crate::adapters::secrets::Secrets;
use crate::adapters::storage::{OverlayStorage, Storage};
use crate::bindings::Clientdesk;
use crate::imports::Adapters;
use crate::observe::{Asked, CallSpan, Counters, Figures, Outcome, note};
use compiled::Compiled;
use instances::{InstancePool, Live};

#[cfg(feature = "bounces")]
pub use bounced::Returned;
pub use builder::HostBuilder;
pub use due::{DueRun, DueStop};
pub use error::{BuildError, CallError, Cause};
pub use functions::{Function, Import, Param};
pub use instances::Instances;
pub use limits::Limits;
pub use state::HostState;

/// Runs a component in a sandbox, with the adapters that it was built with. Any number of
/// threads may call at once.
///
/// # Examples
///
/// ```
/// use clientdesk_host::Host;
///
/// let host = Host::builder().build()?;
/// let schema = host.call("system.schema", &[])?;
/// assert!(schema.is_u64());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Host {
    compiled: Arc<Compiled>,
    adapters: Arc<Adapters>,
    limits: Limits,
    pool: InstancePool,
    /// None: nobody counts.
    counters: Option<Arc<Counters>>,
}

impl Host {
    /// A host of the built-in component with everything in memory, until the builder is told
    /// otherwise.
    pub fn builder() -> HostBuilder {
        HostBuilder::new()
    }

    /// A builder of another host that runs the same code, without compiling it again. It has
    /// this host's limits, and adapters of its own. The two share
    /// [`Limits::instances`].
    pub fn sharing(&self) -> HostBuilder {
        HostBuilder::sharing(Arc::clone(&self.compiled), self.limits.clone())
    }

    /// A host in which the same calls have the same answers and nothing comes of them: its
    /// writes stay in memory, above this host's rows, and its mails go nowhere. What was
    /// called there before counts for what is called next; all of it goes with the value.
    /// Its [figures](Host::figures) are zero.
    ///
    /// # Examples
    ///
    /// ```
    /// # use clientdesk_host::Host;
    /// # use serde_json::json;
    /// # let host = Host::builder().build()?;
    /// let acme = json!({
    ///     "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
    ///     "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
    /// });
    /// let rehearsal = host.rehearsal();
    /// rehearsal.call("agencies.create", &[acme])?;
    /// assert!(rehearsal.call("agencies.get", &["acme".into()])?.is_object());
    /// assert!(host.call("agencies.get", &["acme".into()])?.is_null());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rehearsal(&self) -> Host {
        let storage = OverlayStorage::over(Arc::clone(&self.adapters.storage));
        let adapters = Adapters {
            storage: Arc::new(storage),
            mail: Arc::new(NowhereMail),
            ..(*self.adapters).clone()
        };
        Host {
            compiled: Arc::clone(&self.compiled),
            adapters: Arc::new(adapters),
            limits: self.limits.clone(),
            pool: InstancePool::new(Instances::default()),
            counters: None,
        }
    }

    /// Calls a function with Rust types: the quick way for embedders. `call` gets the
    /// contract's exports and the store to pass to them.
    ///
    /// A refusal of the component is within `T`; it is no error here.
    ///
    /// # Errors
    ///
    /// When the call is stopped or traps, and when the component doesn't export what the
    /// contract says.
    ///
    /// # Examples
    ///
    /// ```
    /// # use clientdesk_host::Host;
    /// # let host = Host::builder().build()?;
    /// let schema = host.typed(|exports, store| exports.clientdesk_core_system().call_schema(store))?;
    /// # assert_eq!(host.call("system.schema", &[])?, schema);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn typed<T>(
        &self,
        call: impl FnOnce(&Clientdesk, &mut Store<HostState>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        let contract = self.compiled.contract()?;
        self.run(
            None,
            &[],
            |_| Outcome::Done,
            |live| {
                let (exports, store) =
                    live.bindings(|store, instance| contract.load(store, instance))?;
                call(exports, store)
            },
        )
    }

    /// Calls any function of the component: `clients.revoke` is the name of `revoke` in
    /// the interface `clients`. [`values`](crate::values) tells how JSON stands for WIT
    /// values. Optional arguments at the end may be left out.
    ///
    /// Gives null for a function without an answer.
    ///
    /// # Errors
    ///
    /// When the component refuses, an argument doesn't fit, there is no such function, or
    /// the call is stopped or traps.
    pub fn call(&self, name: &str, args: &[Value]) -> Result<Value, CallError> {
        call::with_json(self, name, args)
    }

    /// Calls any function with WIT values, as [`Host::call`] does with JSON.
    ///
    /// # Errors
    ///
    /// Like [`Host::call`]. Arguments of another number or of other types are a
    /// [`CallError::Trap`] without a call.
    pub fn call_values(&self, name: &str, args: &[Val]) -> Result<Option<Val>, CallError> {
        call::with_values(self, self.function(name)?, args)
    }

    /// All functions that the component exports, by name.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.compiled.functions()
    }

    /// The function of this name.
    ///
    /// # Errors
    ///
    /// [`CallError::UnknownFunction`], with names that may have been meant.
    pub fn function(&self, name: &str) -> Result<&Function, CallError> {
        self.compiled.function(name)
    }

    /// All that the component imports. What isn't among the contract's four interfaces
    /// traps when it is called.
    pub fn imports(&self) -> &[Import] {
        self.compiled.imports()
    }

    /// The store that it works on. What an embedder keeps there itself lies below keys that begin with
    /// `host/`: the component has none of those.
    pub fn storage(&self) -> &Arc<dyn Storage> {
        &self.adapters.storage
    }

    /// What tells it the time.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.adapters.clock
    }

    /// The keys that it signs with.
    pub fn secrets(&self) -> &Arc<dyn Secrets> {
        &self.adapters.secrets
    }

    /// What calls may take.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many instances wait for the next call; 0 with [`Instances::Fresh`].
    pub fn idle_instances(&self) -> usize {
        self.pool.idle_count()
    }

    /// What it did since it was built: calls by function and outcome, what they asked of the host, conflicts,
    /// instances, mails, and what the store tells of itself. Cheap enough to be looked at each second.
    ///
    /// # Examples
    ///
    /// ```
    /// # use clientdesk_host::Host;
    /// # let host = Host::builder().build()?;
    /// host.call("system.schema", &[])?;
    /// let figures = host.figures();
    /// assert_eq!(figures.calls[0].function, "system.schema");
    /// assert_eq!(figures.calls[0].outcomes[0].calls, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn figures(&self) -> Figures {
        let store = self.adapters.storage.figures();
        let Some(counters) = &self.counters else { return Figures { store, ..Figures::default() } };
        counters.figures(self.functions().map(Function::name), self.idle_instances(), store)
    }

    /// Runs `call` on an instance, and counts what comes of it. `function`: which it is; none: that isn't known.
    fn run<T>(
        &self,
        function: Option<&Function>,
        args: &[Val],
        outcome: impl FnOnce(&T) -> Outcome,
        call: impl FnOnce(&mut Live) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        let span = CallSpan::begin(function.map_or("typed", Function::name), args);
        let within = span.enter();
        let began = self.counters.as_ref().map(|_| Instant::now());
        let (answer, asked) = self.run_uncounted(call);
        let outcome = answer.as_ref().map_or_else(Outcome::from, outcome);
        if let (Some(counters), Some(began)) = (&self.counters, began) {
            let slot = function.map(|function| function.slot);
            counters.called(slot, outcome, began.elapsed(), &asked);
            note(&asked);
        }
        span.end(outcome, &asked);
        drop(within);
        answer
    }

    /// Runs `call` on an instance, which is used again only if it comes out well.
    fn run_uncounted<T>(
        &self,
        call: impl FnOnce(&mut Live) -> wasmtime::Result<T>,
    ) -> (Result<T, CallError>, Asked) {
        let stopped = |error| CallError::stopped(&error, &self.limits);
        let counters = self.counters.as_ref();
        let taken = self.pool.take(&self.compiled, &self.adapters, &self.limits, counters);
        let mut live = match taken.map_err(stopped) {
            Ok(live) => live,
            Err(error) => return (Err(error), Asked::default().by_one(0)),
        };
        let answer = call(&mut live).map_err(stopped);
        let asked = live.store.data().asked();
        if answer.is_ok() {
            self.pool.give_back(live);
        }
        (answer, asked)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
