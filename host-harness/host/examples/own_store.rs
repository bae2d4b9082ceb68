//! A store of one's own: an ordered map with one atomic commit, put to what the component relies on.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Bound::{Excluded, Included};
use std::sync::{Arc, Mutex, PoisonError};

use clientdesk_host::Host;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::{
    self, Check, Entry, Outcome, Page, READ_BYTES_MAX, Storage, Write, accept_commit, accept_keys,
    contract,
};
use serde_json::{Value, json};

/// Each row with the version of the commit that wrote it, and the latest version: it never goes back.
#[derive(Default)]
struct Rows {
    by_key: BTreeMap<String, (u64, String)>,
    version: u64,
}

#[derive(Default)]
struct OwnStore(Mutex<Rows>);

fn entry(key: &str, (version, value): &(u64, String)) -> Entry {
    Entry { key: key.to_owned(), value: value.clone(), version: *version }
}

fn bytes(entry: &Entry) -> usize {
    entry.key.len() + entry.value.len()
}

impl Storage for OwnStore {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, storage::Error> {
        accept_keys(keys.iter().map(String::as_str))?;
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = keys.iter().map(|key| rows.by_key.get(key).map(|row| entry(key, row)));
        let found: Vec<Option<Entry>> = found.collect();
        let all: usize = found.iter().flatten().map(bytes).sum();
        if all > READ_BYTES_MAX {
            return Err(storage::Error::TooLarge(format!("{all} bytes at once")));
        }
        Ok(found)
    }

    fn scan(
        &self,
        start: &str,
        end: &str,
        limit: u32,
        reverse: bool,
    ) -> Result<Page, storage::Error> {
        let mut page = Page { entries: Vec::new(), next: None };
        if start >= end {
            return Ok(page);
        }
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let range = rows.by_key.range::<str, _>((Included(start), Excluded(end)));
        let range: Box<dyn Iterator<Item = _>> =
            if reverse { Box::new(range.rev()) } else { Box::new(range) };
        let mut left = READ_BYTES_MAX;
        for (key, row) in range {
            let entry = entry(key, row);
            let is_full = page.entries.len() >= limit as usize || bytes(&entry) > left;
            if is_full {
                // Upwards it goes on with this row; downwards before the last that was given.
                let last = page.entries.last().map_or(end, |entry| &entry.key);
                page.next = Some(if reverse { last.to_owned() } else { entry.key });
                break;
            }
            left -= bytes(&entry);
            page.entries.push(entry);
        }
        Ok(page)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, storage::Error> {
        accept_commit(&checks, &writes)?;
        // The lock is held from the first check to the last write.
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = |check: &Check| rows.by_key.get(&check.key).map(|row| row.0) == check.version;
        let broken: Vec<String> =
            checks.into_iter().filter(|check| !holds(check)).map(|check| check.key).collect();
        if !broken.is_empty() {
            return Ok(Outcome::Conflict(broken));
        }
        rows.version += 1;
        let version = rows.version;
        for Write { key, value } in writes {
            match value {
                Some(value) => rows.by_key.insert(key, (version, value)),
                None => rows.by_key.remove(&key),
            };
        }
        Ok(Outcome::Committed)
    }

    fn scrub(&self) -> Result<(), storage::Error> {
        Ok(()) // There is no file in which anything could be found.
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    contract::check(&|| Arc::new(OwnStore::default()))?;
    println!("it keeps all {} promises", contract::cases().count());

    // Where rows last, keys must: `SystemSecrets::open`.
    let secrets = Arc::new(SystemSecrets::ephemeral()?);
    let host = Host::builder().storage(Arc::new(OwnStore::default())).secrets(secrets).build()?;
    let agency = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
    });
    host.call("agencies.create", &[agency])?;
    let olga = json!({"id": "olga", "name": "Olga", "role": "owner"});
    let call = json!({"agency": "acme", "actor": olga});
    host.call("brands.create", &[call.clone(), json!({"name": "Nike"})])?;
    let brands = host.call("brands.list", &[call, json!({"limit": 10})])?;
    let number = brands.get("brands").and_then(Value::as_array).map_or(0, Vec::len);
    println!("and serves: Acme has {number} brand");
    Ok(())
}
