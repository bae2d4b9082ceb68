//! The component's code without WebAssembly, on the adapters of the harness.

use std::rc::Rc;
use std::sync::Arc;

use clientdesk_component::app::ports::{
    self, Check, Commit, Message, Ports, RawKey, Scan, Scanned, StorageError, Stored, Write,
};
use clientdesk_component::domain::mail::Handover;
use clientdesk_component::guest::native;
use clientdesk_harness::adapters::storage::{self, Storage};
use clientdesk_harness::adapters::{clock::Clock, mail, mail::Mail, secrets::Secrets};
use clientdesk_harness::scenario::{Target, TargetError, World};
use serde_json::Value;

use crate::contract::Contract;

/// Calls the component's functions as plain Rust.
pub struct Native {
    ports: Rc<Ports>,
    contract: &'static Contract,
}

impl Native {
    /// The component's code in this world.
    pub fn new(world: &World) -> Self {
        let ports = Ports {
            storage: Box::new(Bridge(Arc::clone(&world.storage))),
            mail: Box::new(Bridge(Arc::clone(&world.mail))),
            clock: Box::new(Bridge(Arc::new(world.clock.clone()))),
            secrets: Box::new(Bridge(Arc::clone(&world.secrets))),
        };
        Native { ports: Rc::new(ports), contract: Contract::get() }
    }
}

impl Target for Native {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        let function = self.contract.function(function)?;
        Some(function.params.iter().map(|(name, _)| name.clone()).collect())
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        let broken = |problem: String| TargetError::Broken(problem);
        let signature = self.contract.function(function);
        let signature = signature.ok_or_else(|| broken(format!("no function `{function}`")))?;
        let translated = signature.params.iter().zip(arguments).map(|((name, ty), value)| {
            let value = self.contract.argument(*ty, value);
            value.map_err(|problem| broken(format!("`{name}`: {problem}")))
        });
        let translated = translated.collect::<Result<_, _>>()?;
        let answer = native::call(&self.ports, function, translated);
        let answer = answer.ok_or_else(|| broken(format!("`{function}` can't be called natively")))?;
        let answer = answer.map_err(|error| broken(error.to_string()))?;
        let answer = self.contract.answer(signature, &answer).map_err(broken)?;
        answer.map_err(TargetError::Refused)
    }
}

/// An adapter of the harness as a port of the component.
struct Bridge<T>(Arc<T>);

impl<T: Storage> ports::Storage for Bridge<T> {
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
        let check = |check: Check| storage::Check { key: check.key, version: check.version };
        let write = |write: Write| storage::Write { key: write.key, value: write.value };
        let checks = checks.into_iter().map(check).collect();
        let writes = writes.into_iter().map(write).collect();
        match self.0.commit(checks, writes).map_err(storage_error)? {
            storage::Outcome::Committed => Ok(Commit::Committed),
            storage::Outcome::Conflict(keys) => Ok(Commit::Conflict(keys)),
        }
    }
}

fn stored(entry: storage::Entry) -> Stored {
    Stored { key: entry.key, value: entry.value, version: entry.version }
}

fn storage_error(error: storage::Error) -> StorageError {
    match error {
        storage::Error::Unavailable(why) => StorageError::Unavailable(why),
        storage::Error::TooLarge(what) => StorageError::TooLarge(what),
    }
}

impl<T: Mail> ports::Mail for Bridge<T> {
    fn send(&self, message: Message) -> Handover {
        let Message { id, agency, sender_name, reply_to, to, subject, text, html } = message;
        let message =
            mail::Message { id, agency, sender_name, reply_to, to, subject, text, html };
        match self.0.send(message) {
            mail::Handover::Accepted => Handover::Accepted,
            mail::Handover::TryLater(why) => Handover::TryLater(why),
            mail::Handover::Never(why) => Handover::Never(why),
        }
    }
}

impl<T: Clock> ports::Clock for Bridge<T> {
    fn now(&self) -> u64 {
        self.0.now()
    }
}

impl<T: Secrets> ports::Secrets for Bridge<T> {
    fn random(&self, len: u32) -> Vec<u8> {
        self.0.random(len as usize).expect("seeded secrets never fail")
    }

    fn keys(&self) -> Result<Vec<RawKey>, String> {
        let key = |key: clientdesk_harness::adapters::secrets::Key| RawKey {
            id: key.id,
            bytes: key.bytes.to_vec(),
        };
        let keys = self.0.keys().map_err(|error| error.to_string())?;
        Ok(keys.into_iter().map(key).collect())
    }
}
