//! What a component is given, in one page: the adapters, where a store holds them, and how
//! each of the four interfaces passes on to its adapter.
//!
//! [`Host`](crate::Host) links by this, and so can any wasmtime engine: see
//! [`add_to_linker`].

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use wasmtime::Result as Trappable;
use wasmtime::component::{HasData, Linker};

use crate::adapters::clock::Clock;
use crate::adapters::mail::Mail;
use crate::adapters::secrets::Secrets;
use crate::adapters::storage::{Outcome, Storage};
use crate::bindings::Clientdesk;
use crate::bindings::clientdesk::host::{clock, mail, secrets, storage};
use crate::meter::{Meter, Size as _};

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
    /// The adapters, for a call that passes so many bytes.
    fn called(&mut self, bytes: usize) -> Trappable<&Adapters> {
        if let Some(meter) = self.0.meter() {
            meter.call(bytes)?;
        }
        Ok(self.0.adapters())
    }

    /// An answer, whose bytes count too.
    fn answered<A, E>(&mut self, answer: Result<A, E>, bytes: fn(&A) -> usize) -> Answer<A, E> {
        if let (Some(meter), Ok(answer)) = (self.0.meter(), &answer) {
            meter.answer(bytes(answer))?;
        }
        Ok(answer)
    }
}

/// What an import gives, unless the instance is stopped.
type Answer<A, E> = Trappable<Result<A, E>>;

impl<T: AdaptersView> storage::Host for Instance<'_, T> {
    fn get(&mut self, keys: Vec<String>) -> Answer<Vec<Option<storage::Entry>>, storage::Error> {
        let rows = self.called(keys.bytes())?.storage.get(keys);
        self.answered(rows, |rows| rows.bytes())
    }

    fn scan(
        &mut self,
        start: String,
        end: String,
        limit: u32,
        reverse: bool,
    ) -> Answer<storage::Page, storage::Error> {
        let adapters = self.called(start.len() + end.len())?;
        let page = adapters.storage.scan(&start, &end, limit, reverse);
        self.answered(page, |page| page.entries.bytes())
    }

    fn commit(
        &mut self,
        checks: Vec<storage::Check>,
        writes: Vec<storage::Write>,
    ) -> Answer<storage::Outcome, storage::Error> {
        let adapters = self.called(checks.bytes() + writes.bytes())?;
        Ok(adapters.storage.commit(checks, writes).map(|outcome| match outcome {
            Outcome::Committed => storage::Outcome { committed: true, conflicts: Vec::new() },
            Outcome::Conflict(conflicts) => storage::Outcome { committed: false, conflicts },
        }))
    }

    fn scrub(&mut self) -> Answer<(), storage::Error> {
        Ok(self.called(0)?.storage.scrub())
    }
}

impl<T: AdaptersView> mail::Host for Instance<'_, T> {
    fn send(&mut self, message: mail::Message) -> Trappable<mail::Handover> {
        let adapters = self.called(message.bytes())?;
        let mail = Arc::clone(&adapters.mail);
        if self.0.meter().is_some_and(|meter| !meter.may_wait()) {
            let why = "the call that wrote it has waited for other mails for as long as it may";
            return Ok(mail::Handover::TryLater(why.into()));
        }
        let begun = Instant::now();
        let handover = mail.send(message);
        if let Some(meter) = self.0.meter() {
            meter.has_waited(begun.elapsed());
        }
        Ok(handover)
    }

    fn forget(&mut self, ids: Vec<String>) -> Answer<(), String> {
        Ok(self.called(ids.bytes())?.mail.forget(&ids))
    }
}

impl<T: AdaptersView> clock::Host for Instance<'_, T> {
    fn now(&mut self) -> Trappable<u64> {
        Ok(self.called(0)?.clock.now())
    }

    fn offset(&mut self, zone: String, at: u64) -> Trappable<Option<i32>> {
        Ok(self.called(zone.len())?.clock.offset(&zone, at))
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
        Ok(self.called(len)?.secrets.random(len)?)
    }

    fn keys(&mut self) -> Answer<Vec<secrets::Key>, String> {
        let keys = self.called(0)?.secrets.keys();
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
