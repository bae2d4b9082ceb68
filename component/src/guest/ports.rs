//! The host's imports as ports of the app layer.
#![cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "there are no imports"))]

use std::rc::Rc;

use super::wit::clientdesk::host;
use crate::app::ports::{
    Check, Clock, Commit, KnownOffsets, Mail, Message, Ports, RawKey, Scan, Scanned, Secrets,
    Storage, StorageError, Stored, Write,
};
use crate::domain::mail::Handover;

/// All four.
pub(super) fn imports() -> Ports {
    Ports {
        storage: Rc::new(Imports),
        mail: Rc::new(Imports),
        clock: Rc::new(Imports),
        secrets: Rc::new(Imports),
        zones: KnownOffsets::default(),
        rehearsal: None,
    }
}

struct Imports;

impl Storage for Imports {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Stored>>, StorageError> {
        let rows = host::storage::get(keys).map_err(error)?;
        Ok(rows.into_iter().map(|row| row.map(stored)).collect())
    }

    fn scan(&self, scan: &Scan) -> Result<Scanned, StorageError> {
        let Scan { start, end, limit, reverse } = scan;
        let page = host::storage::scan(start, end, *limit, *reverse).map_err(error)?;
        Ok(Scanned { rows: page.entries.into_iter().map(stored).collect(), next: page.next })
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Commit, StorageError> {
        let check = |Check { key, version }| host::storage::Check { key, version };
        let write = |Write { key, value }| host::storage::Write { key, value };
        let checks: Vec<_> = checks.into_iter().map(check).collect();
        let writes: Vec<_> = writes.into_iter().map(write).collect();
        let outcome = host::storage::commit(&checks, &writes).map_err(error)?;
        let host::storage::Outcome { committed, conflicts } = outcome;
        Ok(if committed { Commit::Committed } else { Commit::Conflict(conflicts) })
    }

    fn scrub(&self) -> Result<(), StorageError> {
        host::storage::scrub().map_err(error)
    }
}

fn stored(entry: host::storage::Entry) -> Stored {
    let host::storage::Entry { key, value, version } = entry;
    Stored { key, value, version }
}

fn error(error: host::storage::Error) -> StorageError {
    match error {
        host::storage::Error::Unavailable(why) => StorageError::Unavailable(why),
        host::storage::Error::TooLarge(why) => StorageError::TooLarge(why),
    }
}

impl Mail for Imports {
    fn send(&self, message: Message) -> Handover {
        let Message { id, agency, sender_name, reply_to, to, subject, kind, text, html } = message;
        let kind = kind.to_owned();
        let message = host::mail::Message {
            id,
            agency,
            sender_name,
            reply_to,
            to,
            subject,
            text,
            html,
            kind,
        };
        match host::mail::send(&message) {
            host::mail::Handover::Accepted => Handover::Accepted,
            host::mail::Handover::TryLater(why) => Handover::TryLater(why),
            host::mail::Handover::Never(why) => Handover::Never(why),
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        host::mail::forget(ids)
    }
}

impl Clock for Imports {
    fn now(&self) -> u64 {
        host::clock::now()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        host::clock::offset(zone, at)
    }
}

impl Secrets for Imports {
    fn random(&self, len: u32) -> Vec<u8> {
        host::secrets::random(len)
    }

    fn keys(&self) -> Result<Vec<RawKey>, String> {
        let keys = host::secrets::keys()?;
        Ok(keys.into_iter().map(|host::secrets::Key { id, bytes }| RawKey { id, bytes }).collect())
    }
}
