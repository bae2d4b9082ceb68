//! `clientdesk keys`: which keys a store needs, and how they are changed.

use anyhow::{Result, anyhow};
use clap::Args;
use clientdesk_host::adapters::secrets::{
    RememberedSecrets, Secrets as _, SystemSecrets, remembered_keys, retire_key,
};
use clientdesk_host::adapters::storage::SqliteStorage;
use serde_json::{Value, json};
use std::sync::Arc;

use super::failure::Failure;
use super::output::{self, Form};
use super::show::{Page, Shown};
use super::store::{StoreFile, keys_of};

const EXAMPLES: &str = "\
Examples:
  clientdesk keys
      lists the keys that the store was made with, and whether the key ring has them
  clientdesk keys --rotate
      puts a new key in front: it signs from now on, and the older ones stay valid
  clientdesk keys --retire k-1a2b3c4d
      lets the store do without a key that is lost for good";

/// Lists, rotates and retires the keys that a store was made with
///
/// They are in FILE.keys.json, next to the store, which only its owner may read. The store
/// remembers their ids: without one of them it isn't opened.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct KeysArgs {
    /// Puts a new key in front of the ring
    #[arg(long)]
    rotate: bool,
    /// Makes the store forget a key that the ring doesn't have any more. What it signed is worth
    /// nothing then: log-ins, sessions, links, and that part of the log
    #[arg(long, value_name = "KEY", conflicts_with = "rotate")]
    retire: Option<String>,
    #[command(flatten)]
    store: StoreFile,
}

pub(crate) fn run(args: &KeysArgs, form: Form) -> Result<(), Failure> {
    let storage = args.store.open()?;
    let ring = keys_of(storage.path());
    let mut page = Page::on_standard_output();
    if let Some(id) = &args.retire {
        retire(&storage, id)?;
        if form.is_json() {
            return Ok(output::json(&json!({"retired": id}))?);
        }
        page.line(&format!("The store does without the key `{id}` from now on."));
        return Ok(page.print()?);
    }
    if args.rotate {
        let storage = Arc::new(storage);
        let open = || SystemSecrets::open(&ring);
        // Only a ring that is right may grow.
        RememberedSecrets::new(Arc::new(open()?), Arc::<SqliteStorage>::clone(&storage) as Arc<_>)?;
        let id = SystemSecrets::rotate(&ring)?;
        RememberedSecrets::new(Arc::new(open()?), storage)?;
        if form.is_json() {
            return Ok(output::json(&json!({"signs": id}))?);
        }
        page.line(&format!(
            "The key `{id}` signs from now on; the older ones stay valid. Processes that are \
             running take it up when they start again."
        ));
        return Ok(page.print()?);
    }
    let remembered = remembered_keys(&storage)?;
    let found = SystemSecrets::open(&ring).map_err(anyhow::Error::from);
    let found = found.and_then(|secrets| Ok(secrets.keys()?));
    let ids = found.iter().flatten().map(|key| key.id.clone()).collect::<Vec<_>>();
    if form.is_json() {
        found?;
        return Ok(output::json(&output::list(in_json(&ids, &remembered), None))?);
    }
    let rows = rows(&ids, &remembered);
    page.table(&["Key", "In the ring", "Needed by the store"], &rows);
    if let Err(problem) = found {
        page.line(&format!("{problem:#}"));
    }
    Ok(page.print()?)
}

/// The same rows for programs.
fn in_json(ring: &[String], remembered: &[String]) -> Vec<Value> {
    let lacking = remembered.iter().filter(|id| !ring.contains(id));
    let key = |id: &String| {
        json!({
            "id": id,
            "in-ring": ring.contains(id),
            "signs": ring.first() == Some(id),
            "needed": remembered.contains(id),
        })
    };
    ring.iter().chain(lacking).map(key).collect()
}

/// A row for each key, those of the ring first, newest first.
fn rows(ring: &[String], remembered: &[String]) -> Vec<Vec<Shown>> {
    let lacking = remembered.iter().filter(|id| !ring.contains(id));
    let row = |(place, id): (usize, &String)| {
        let in_ring = match place {
            0 if !ring.is_empty() => "yes: it signs",
            place if place < ring.len() => "yes",
            _ => "no",
        };
        let needed = if remembered.contains(id) { "yes" } else { "no" };
        vec![Shown::Text(id.clone()), Shown::Text(in_ring.into()), Shown::Text(needed.into())]
    };
    ring.iter().chain(lacking).enumerate().map(row).collect()
}

fn retire(storage: &SqliteStorage, id: &str) -> Result<()> {
    let ring = SystemSecrets::open(keys_of(storage.path()))?;
    if ring.keys().is_ok_and(|keys| keys.iter().any(|key| key.id == id)) {
        return Err(anyhow!(
            "the key `{id}` is in {}; take it out first, and think twice: what it signed is \
             worth nothing then",
            ring.origin()
        ));
    }
    if retire_key(storage, id)? {
        return Ok(());
    }
    let known = remembered_keys(storage)?;
    let known = super::format::quoted(known.iter().map(String::as_str));
    Err(anyhow!("the store doesn't remember a key `{id}`; it has {known}"))
}
