//! The component: the host's imports as ports, and the exports.

use crate::check::{self, Host};
use crate::ports::{
    Checked, Clock, Entry, Handover, Key, Mail, Message, Outcome, Page, Secrets, Storage,
    StorageError, Write,
};

/// What `wit-bindgen` makes of the contract.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, clippy::restriction)]
mod wit {
    wit_bindgen::generate!({
        path: ["../../wit/deps/host", "wit"],
        world: "clientdesk:check-host/check-host",
        generate_all,
    });
}

use wit::clientdesk::host::{clock, mail, secrets, storage};
use wit::exports::clientdesk::check_host::checks;

/// The component: a type for the exports to hang on.
struct Component;

#[allow(unsafe_code, reason = "the macro makes the exported symbols")]
mod export {
    use super::Component;
    super::wit::export!(Component with_types_in super::wit);
}

impl checks::Guest for Component {
    fn list() -> Vec<checks::Check> {
        check::all()
            .map(|check| checks::Check {
                name: check.name.into(),
                subject: check.subject().name().into(),
                promise: check.promise.into(),
            })
            .collect()
    }

    fn run(name: String) -> Result<(), checks::Failure> {
        let Some(check) = check::find(&name) else {
            return Err(checks::Failure {
                expected: "the name of a check".into(),
                found: name,
                advice: "`list` gives the names.".into(),
            });
        };
        let host = Host { storage: &Imports, mail: &Imports, clock: &Imports, secrets: &Imports };
        check.run(&host).map_err(|failure| checks::Failure {
            expected: failure.expected,
            found: failure.found,
            advice: failure.advice,
        })
    }
}

/// The host's imports.
struct Imports;

impl Storage for Imports {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Entry>>, StorageError> {
        let rows = storage::get(keys).map_err(error)?;
        Ok(rows.into_iter().map(|row| row.map(entry)).collect())
    }

    fn scan(
        &self,
        start: &str,
        end: &str,
        limit: u32,
        reverse: bool,
    ) -> Result<Page, StorageError> {
        let page = storage::scan(start, end, limit, reverse).map_err(error)?;
        Ok(Page { entries: page.entries.into_iter().map(entry).collect(), next: page.next })
    }

    fn commit(&self, checks: &[Checked], writes: &[Write]) -> Result<Outcome, StorageError> {
        let checks: Vec<storage::Check> = checks
            .iter()
            .map(|check| storage::Check { key: check.key.clone(), version: check.version })
            .collect();
        let writes: Vec<storage::Write> = writes
            .iter()
            .map(|write| storage::Write { key: write.key.clone(), value: write.value.clone() })
            .collect();
        let outcome = storage::commit(&checks, &writes).map_err(error)?;
        Ok(Outcome { committed: outcome.committed, conflicts: outcome.conflicts })
    }

    fn scrub(&self) -> Result<(), StorageError> {
        storage::scrub().map_err(error)
    }
}

fn entry(row: storage::Entry) -> Entry {
    Entry { key: row.key, value: row.value, version: row.version }
}

fn error(error: storage::Error) -> StorageError {
    match error {
        storage::Error::Unavailable(why) => StorageError::Unavailable(why),
        storage::Error::TooLarge(why) => StorageError::TooLarge(why),
    }
}

impl Mail for Imports {
    fn send(&self, message: Message) -> Handover {
        let answer = mail::send(&mail::Message {
            id: message.id,
            agency: message.agency,
            sender_name: message.sender_name,
            reply_to: message.reply_to,
            to: message.to,
            subject: message.subject,
            text: message.text,
            html: message.html,
            kind: message.kind,
        });
        match answer {
            mail::Handover::Accepted => Handover::Accepted,
            mail::Handover::TryLater(why) => Handover::TryLater(why),
            mail::Handover::Never(why) => Handover::Never(why),
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        mail::forget(ids)
    }
}

impl Clock for Imports {
    fn now(&self) -> u64 {
        clock::now()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        clock::offset(zone, at)
    }
}

impl Secrets for Imports {
    fn random(&self, len: u32) -> Vec<u8> {
        secrets::random(len)
    }

    fn keys(&self) -> Result<Vec<Key>, String> {
        let keys = secrets::keys()?;
        Ok(keys.into_iter().map(|key| Key { id: key.id, bytes: key.bytes }).collect())
    }
}
