//! What a component is given, in one page: the adapters, where a store holds them, and how
//! each of the four interfaces passes on to its adapter.
//!
//! [`Host`](crate::Host) links by this, and so can any wasmtime engine: see
//! [`add_to_linker`].

use std::fmt;
use std::sync::Arc;

use wasmtime::component::{HasData, Linker};

use crate::adapters::clock::Clock;
use crate::adapters::mail::Mail;
use crate::adapters::secrets::Secrets;
use crate::adapters::storage::{Outcome, Storage};
use crate::bindings::Clientdesk;
use crate::bindings::clientdesk::host::{clock, mail, secrets, storage};

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
    Clientdesk::add_to_linker::<_, HasAdapters>(linker, |data| data.adapters())
}

/// Tells the generated code that it gets the adapters by reference.
struct HasAdapters;

impl HasData for HasAdapters {
    type Data<'a> = &'a Adapters;
}

impl storage::Host for &Adapters {
    fn get(&mut self, keys: Vec<String>) -> Result<Vec<Option<storage::Entry>>, storage::Error> {
        self.storage.get(keys)
    }

    fn scan(
        &mut self,
        start: String,
        end: String,
        limit: u32,
        reverse: bool,
    ) -> Result<storage::Page, storage::Error> {
        self.storage.scan(&start, &end, limit, reverse)
    }

    fn commit(
        &mut self,
        checks: Vec<storage::Check>,
        writes: Vec<storage::Write>,
    ) -> Result<storage::Outcome, storage::Error> {
        Ok(match self.storage.commit(checks, writes)? {
            Outcome::Committed => storage::Outcome { committed: true, conflicts: Vec::new() },
            Outcome::Conflict(conflicts) => storage::Outcome { committed: false, conflicts },
        })
    }
}

impl mail::Host for &Adapters {
    fn send(&mut self, message: mail::Message) -> mail::Handover {
        self.mail.send(message)
    }

    fn forget(&mut self, ids: Vec<String>) -> Result<(), String> {
        self.mail.forget(&ids)
    }
}

impl clock::Host for &Adapters {
    fn now(&mut self) -> u64 {
        self.clock.now()
    }

    fn offset(&mut self, zone: String, at: u64) -> Option<i32> {
        self.clock.offset(&zone, at)
    }
}

impl secrets::Host for &Adapters {
    /// A component that asks for more than it could ever need is stopped, before the host
    /// makes room for it.
    fn random(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        let len = usize::try_from(len)?;
        if len > RANDOM_BYTES_MAX {
            return Err(wasmtime::format_err!(
                "asked for {len} random bytes; at most {RANDOM_BYTES_MAX} are given"
            ));
        }
        Ok(self.secrets.random(len)?)
    }

    fn keys(&mut self) -> Result<Vec<secrets::Key>, String> {
        let keys = self.secrets.keys();
        let keys = keys.map_err(|error| error.to_string())?.into_iter();
        Ok(keys.map(|key| secrets::Key { id: key.id, bytes: key.bytes.to_vec() }).collect())
    }
}

/// Shows nothing of what the adapters hold.
impl fmt::Debug for Adapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapters").finish_non_exhaustive()
    }
}
