//! What a component is given, in one page: the adapters, where a store holds them, and how
//! each of the four interfaces passes on to its adapter.
//!
//! [`Host`](crate::Host) links by this, and so can any wasmtime engine: see
//! [`add_to_linker`].

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::Result as Trappable;
use wasmtime::component::{HasData, Linker};

use crate::adapters::clock::Clock;
use crate::adapters::mail::Mail;
use crate::adapters::secrets::Secrets;
use crate::adapters::storage::{Outcome, Storage};
use crate::bindings::Clientdesk;
use crate::bindings::clientdesk::host::{clock, mail, secrets, storage};
use crate::meter::{Meter, Size as _};
use crate::observe::{HostCall, HostCallSpan, Seen};

/// The most bytes of randomness that a component gets in one call of `secrets.random`.
pub const RANDOM_BYTES_MAX: usize = 65_536;

/// One adapter for each interface that the component imports. Clones share them.
#[derive(Clone)]
pub struct Adapters {
    /// Where rows are stored.
    pub storage: Arc<dyn Storage>,
    /// Where mails go.
    pub mail: Arc<dyn Mail>,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where randomness and keys come from. They must last as long as the store does: put
    /// [`RememberedSecrets`](crate::adapters::secrets::RememberedSecrets) around them.
    pub secrets: Arc<dyn Secrets>,
}

/// Store data that holds [`Adapters`], whatever else is in it.
pub trait AdaptersView {
    /// The adapters of the instance that calls.
    fn adapters(&self) -> &Adapters;

    /// What counts the instance's calls of the host, and stops it when there are too many;
    /// nothing does, if nothing is said.
    fn meter(&mut self) -> Option<&mut Meter> {
        None
    }
}

/// Gives the components of this linker the four interfaces, as the adapters in their store
/// answer them.
///
/// Nothing else is linked: the engine, its limits and how long a call may run are the
/// embedder's. An adapter may block; call from a thread that may, too.
///
/// # Errors
///
/// When the linker has one of the interfaces already.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use clientdesk_host::adapters::{
///     clock::SystemClock, mail::RecordingMail, secrets::SystemSecrets, storage::MemoryStorage,
/// };
/// use clientdesk_host::bindings::Clientdesk;
/// use clientdesk_host::{Adapters, AdaptersView, add_to_linker};
/// use wasmtime::component::{Component, Linker};
/// use wasmtime::{Engine, Store};
///
/// struct Mine {
///     clientdesk: Adapters,
/// }
///
/// impl AdaptersView for Mine {
///     fn adapters(&self) -> &Adapters {
///         &self.clientdesk
///     }
/// }
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// add_to_linker(&mut linker)?;
/// let clientdesk = Adapters {
///     storage: Arc::new(MemoryStorage::new()),
///     mail: Arc::new(RecordingMail::new()),
///     clock: Arc::new(SystemClock),
///     secrets: Arc::new(SystemSecrets::ephemeral()?),
/// };
/// let mut store = Store::new(&engine, Mine { clientdesk });
/// # #[cfg(feature = "built-in")]
/// # {
/// let component = Component::from_binary(&engine, clientdesk_host::BUILT_IN)?;
/// let exports = Clientdesk::instantiate(&mut store, &component, &linker)?;
/// let schema = exports.clientdesk_core_system().call_schema(&mut store)?;
/// # assert!(schema > 0);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add_to_linker<T: AdaptersView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    Clientdesk::add_to_linker::<_, HasAdapters<T>>(linker, |data| Instance(data))
}

/// Tells the generated code what it gets: the store data of the instance that calls.
struct HasAdapters<T>(PhantomData<T>);

impl<T: AdaptersView + 'static> HasData for HasAdapters<T> {
    type Data<'a> = Instance<'a, T>;
}

/// The instance that calls.
struct Instance<'a, T>(&'a mut T);

impl<T: AdaptersView> Instance<'_, T> {
    /// Calls an adapter, where so many bytes are passed, and counts what comes of it.
    fn ask<A>(
        &mut self,
        function: HostCall,
        bytes: usize,
        work: impl FnOnce(&Adapters) -> A,
        seen: impl FnOnce(&A) -> Seen,
    ) -> Trappable<A> {
        if let Some(meter) = self.0.meter() {
            meter.call(function, bytes)?;
        }
        let span = HostCallSpan::begin(function);
        let within = span.enter();
        let began = function.may_wait().then(Instant::now);
        let answer = work(self.0.adapters());
        let took = began.map(|began| began.elapsed()).unwrap_or_default();
        let seen = seen(&answer);
        span.end(bytes, &seen);
        drop(within);
        if let Some(meter) = self.0.meter() {
            meter.answer(function, &seen, took)?;
        }
        Ok(answer)
    }
}

/// What an import gives, unless the instance is stopped.
type Answer<A, E> = Trappable<Result<A, E>>;

/// What a read came to.
fn read<A, E>(answer: &Result<A, E>, rows: impl FnOnce(&A) -> (usize, usize)) -> Seen {
    match answer {
        Ok(answer) => {
            let (rows, bytes) = rows(answer);
            Seen::rows(rows, bytes)
        }
        Err(_) => Seen::of(answer),
    }
}

impl<T: AdaptersView> storage::Host for Instance<'_, T> {
    fn get(&mut self, keys: Vec<String>) -> Answer<Vec<Option<storage::Entry>>, storage::Error> {
        self.ask(
            HostCall::Get,
            keys.bytes(),
            |adapters| adapters.storage.get(keys),
            |rows| read(rows, |rows| (rows.iter().flatten().count(), rows.bytes())),
        )
    }

    fn scan(
        &mut self,
        start: String,
        end: String,
        limit: u32,
        reverse: bool,
    ) -> Answer<storage::Page, storage::Error> {
        self.ask(
            HostCall::Scan,
            start.len() + end.len(),
            |adapters| adapters.storage.scan(&start, &end, limit, reverse),
            |page| read(page, |page| (page.entries.len(), page.entries.bytes())),
        )
    }

    fn commit(
        &mut self,
        checks: Vec<storage::Check>,
        writes: Vec<storage::Write>,
    ) -> Answer<storage::Outcome, storage::Error> {
        let rows = u64::try_from(writes.len())?;
        let outcome = self.ask(
            HostCall::Commit,
            checks.bytes() + writes.bytes(),
            |adapters| adapters.storage.commit(checks, writes),
            |outcome| match outcome {
                Ok(Outcome::Committed) => Seen { rows_written: rows, ..Seen::default() },
                Ok(Outcome::Conflict(_)) => Seen { conflict: true, ..Seen::default() },
                Err(_) => Seen::of(outcome),
            },
        )?;
        Ok(outcome.map(|outcome| match outcome {
            Outcome::Committed => storage::Outcome { committed: true, conflicts: Vec::new() },
            Outcome::Conflict(conflicts) => storage::Outcome { committed: false, conflicts },
        }))
    }

    fn scrub(&mut self) -> Answer<(), storage::Error> {
        self.ask(HostCall::Scrub, 0, |adapters| adapters.storage.scrub(), Seen::of)
    }
}

impl<T: AdaptersView> mail::Host for Instance<'_, T> {
    fn send(&mut self, message: mail::Message) -> Trappable<mail::Handover> {
        let is_late = self.0.meter().is_some_and(|meter| !meter.may_wait());
        let failed = |handover: &mail::Handover| matches!(handover, mail::Handover::TryLater(_));
        let mut waited = Duration::ZERO;
        let handover = self.ask(
            HostCall::Send,
            message.bytes(),
            |adapters| {
                if is_late {
                    let why =
                        "the call that wrote it has waited for other mails for as long as it may";
                    return mail::Handover::TryLater(why.into());
                }
                let begun = Instant::now();
                let handover = adapters.mail.send(message);
                waited = begun.elapsed();
                handover
            },
            |handover| Seen { failed: failed(handover), ..Seen::default() },
        )?;
        if let Some(meter) = self.0.meter() {
            meter.has_waited(waited);
        }
        Ok(handover)
    }

    fn forget(&mut self, ids: Vec<String>) -> Answer<(), String> {
        self.ask(HostCall::Forget, ids.bytes(), |adapters| adapters.mail.forget(&ids), Seen::of)
    }
}

impl<T: AdaptersView> clock::Host for Instance<'_, T> {
    fn now(&mut self) -> Trappable<u64> {
        self.ask(HostCall::Now, 0, |adapters| adapters.clock.now(), |_| Seen::default())
    }

    fn offset(&mut self, zone: String, at: u64) -> Trappable<Option<i32>> {
        let bytes = zone.len();
        let offset = |adapters: &Adapters| adapters.clock.offset(&zone, at);
        self.ask(HostCall::Offset, bytes, offset, |_| Seen::default())
    }
}

impl<T: AdaptersView> secrets::Host for Instance<'_, T> {
    /// A component that asks for more than it could ever need is stopped, before the host
    /// makes room for it.
    fn random(&mut self, len: u32) -> Trappable<Vec<u8>> {
        let len = usize::try_from(len)?;
        if len > RANDOM_BYTES_MAX {
            return Err(wasmtime::format_err!(
                "asked for {len} random bytes; at most {RANDOM_BYTES_MAX} are given"
            ));
        }
        Ok(self.ask(HostCall::Random, len, |adapters| adapters.secrets.random(len), Seen::of)??)
    }

    fn keys(&mut self) -> Answer<Vec<secrets::Key>, String> {
        let keys = self.ask(HostCall::Keys, 0, |adapters| adapters.secrets.keys(), Seen::of)?;
        Ok(keys.map_err(|error| error.to_string()).map(|keys| {
            let key = |key: crate::adapters::secrets::Key| secrets::Key {
                id: key.id,
                bytes: key.bytes.to_vec(),
            };
            keys.into_iter().map(key).collect()
        }))
    }
}

/// Shows nothing of what the adapters hold.
impl fmt::Debug for Adapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapters").finish_non_exhaustive()
    }
}
