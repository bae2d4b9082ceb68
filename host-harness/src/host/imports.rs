//! The four interfaces that a component is given: each passes on to its adapter.

use wasmtime::component::{Component, HasSelf, Linker};

use super::{HostState, RANDOM_BYTES_MAX};
use crate::bindings::clientdesk::host::{clock, mail, secrets, storage};

/// Links the four interfaces. Whatever else a component imports traps when it is called: a
/// build for WASI gets an empty WASI.
pub(super) fn link(linker: &mut Linker<HostState>, component: &Component) -> wasmtime::Result<()> {
    storage::add_to_linker::<_, HasSelf<HostState>>(linker, |state| state)?;
    mail::add_to_linker::<_, HasSelf<HostState>>(linker, |state| state)?;
    clock::add_to_linker::<_, HasSelf<HostState>>(linker, |state| state)?;
    secrets::add_to_linker::<_, HasSelf<HostState>>(linker, |state| state)?;
    linker.define_unknown_imports_as_traps(component)
}

impl storage::Host for HostState {
    fn get(&mut self, keys: Vec<String>) -> Result<Vec<Option<storage::Entry>>, storage::Error> {
        self.adapters.storage.get(keys)
    }

    fn scan(
        &mut self,
        start: String,
        end: String,
        limit: u32,
        reverse: bool,
    ) -> Result<storage::Page, storage::Error> {
        self.adapters.storage.scan(&start, &end, limit, reverse)
    }

    fn commit(
        &mut self,
        checks: Vec<storage::Check>,
        writes: Vec<storage::Write>,
    ) -> Result<storage::Outcome, storage::Error> {
        self.adapters.storage.commit(checks, writes)
    }
}

impl mail::Host for HostState {
    fn send(&mut self, message: mail::Message) -> mail::Handover {
        self.adapters.mail.send(message)
    }
}

impl clock::Host for HostState {
    fn now(&mut self) -> u64 {
        self.adapters.clock.now()
    }

    fn offset(&mut self, zone: String, at: u64) -> Option<i32> {
        self.adapters.clock.offset(&zone, at)
    }
}

impl secrets::Host for HostState {
    /// A component that asks for more than it could ever need is stopped, before the host
    /// makes room for it.
    fn random(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        let len = usize::try_from(len)?;
        if len > RANDOM_BYTES_MAX {
            return Err(wasmtime::format_err!(
                "asked for {len} random bytes; at most {RANDOM_BYTES_MAX} are given"
            ));
        }
        Ok(self.adapters.secrets.random(len)?)
    }

    fn keys(&mut self) -> Result<Vec<secrets::Key>, String> {
        let keys = self.adapters.secrets.keys();
        let keys = keys.map_err(|error| error.to_string())?.into_iter();
        Ok(keys.map(|key| secrets::Key { id: key.id, bytes: key.bytes.to_vec() }).collect())
    }
}
