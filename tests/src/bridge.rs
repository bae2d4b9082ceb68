//! The harness's adapters as ports of the component's native build.

use std::rc::Rc;
use std::sync::Arc;

use clientdesk_component::app::ports::{
    self, Check, Commit, KnownOffsets, Message, Ports, RawKey, Scan, Scanned, StorageError, Stored,
    Write,
};
use clientdesk_component::domain::mail::Handover;
use clientdesk_host::adapters::clock::Clock;
use clientdesk_host::adapters::mail::{self, Mail};
use clientdesk_host::adapters::secrets::{Key, Secrets};
use clientdesk_host::adapters::storage::{self, Storage};

/// The component's code without WebAssembly runs on these.
pub fn ports(
    storage: Arc<dyn Storage>,
    mail: Arc<dyn Mail>,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn Secrets>,
) -> Ports {
    Ports {
        storage: Rc::new(Bridge(storage)),
        mail: Rc::new(Bridge(mail)),
        clock: Rc::new(Bridge(clock)),
        secrets: Rc::new(Bridge(secrets)),
        zones: KnownOffsets::default(),
        rehearsal: None,
    }
}

struct Bridge<T: ?Sized>(Arc<T>);

impl ports::Storage for Bridge<dyn Storage> {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Stored>>, StorageError> {
        let rows = self.0.get(keys.to_vec()).map_err(storage_error)?;
        Ok(rows.into_iter().map(|row| row.map(stored)).collect())
    }

    fn scan(&self, scan: &Scan) -> Result<Scanned, StorageError> {
        let page = self.0.scan(&scan.start, &scan.end, scan.limit, scan.reverse);
        let page = page.map_err(storage_error)?;
        Ok(Scanned { rows: page.entries.into_iter().map(stored).collect(), next: page.next })
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Commit, StorageError> {
        let check = |Check { key, version }| storage::Check { key, version };
        let write = |Write { key, value }| storage::Write { key, value };
        let checks = checks.into_iter().map(check).collect();
        let writes = writes.into_iter().map(write).collect();
        match self.0.commit(checks, writes).map_err(storage_error)? {
            storage::Outcome::Committed => Ok(Commit::Committed),
            storage::Outcome::Conflict(keys) => Ok(Commit::Conflict(keys)),
        }
    }

    fn scrub(&self) -> Result<(), StorageError> {
        self.0.scrub().map_err(storage_error)
    }
}

fn stored(entry: storage::Entry) -> Stored {
    let storage::Entry { key, value, version } = entry;
    Stored { key, value, version }
}

fn storage_error(error: storage::Error) -> StorageError {
    match error {
        storage::Error::Unavailable(why) => StorageError::Unavailable(why),
        storage::Error::TooLarge(what) => StorageError::TooLarge(what),
    }
}

impl ports::Mail for Bridge<dyn Mail> {
    fn send(&self, message: Message) -> Handover {
        let Message { id, agency, sender_name, reply_to, to, subject, kind, text, html } = message;
        let kind = kind.to_owned();
        let message =
            mail::Message { id, agency, sender_name, reply_to, to, subject, text, html, kind };
        match self.0.send(message) {
            mail::Handover::Accepted => Handover::Accepted,
            mail::Handover::TryLater(why) => Handover::TryLater(why),
            mail::Handover::Never(why) => Handover::Never(why),
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.0.forget(ids)
    }
}

impl ports::Clock for Bridge<dyn Clock> {
    fn now(&self) -> u64 {
        self.0.now()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        self.0.offset(zone, at)
    }
}

impl ports::Secrets for Bridge<dyn Secrets> {
    fn random(&self, len: u32) -> Vec<u8> {
        // Too few bytes: the component tells its caller that the host failed.
        self.0.random(len as usize).unwrap_or_default()
    }

    fn keys(&self) -> Result<Vec<RawKey>, String> {
        let key = |Key { id, bytes }| RawKey { id, bytes: bytes.to_vec() };
        let keys = self.0.keys().map_err(|error| error.to_string())?;
        Ok(keys.into_iter().map(key).collect())
    }
}
