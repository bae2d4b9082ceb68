//! `clientdesk keys`: which keys a store needs, what hangs on them, and how they are changed.

mod retire;
mod uses;

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use clientdesk_host::adapters::secrets::{
    RememberedSecrets, Secrets as _, SystemSecrets, remembered_keys,
};
use serde_json::{Value, json};

use self::uses::Uses;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::{Column, Page, Shown};
use super::store::StoreFile;

const EXAMPLES: &str = "\
Examples:
  clientdesk keys
      lists the keys of the store, whether the key ring has them, and what hangs on each
  clientdesk keys --rotate
      puts a new key in front: it signs from now on, and the older ones stay valid
  clientdesk keys --retire k-1a2b3c4d
      says what would break without an old key, and takes it away if that is nothing";

/// Lists, rotates and retires the keys that a store was made with
///
/// They are in FILE.keys.json, next to the store, or where `--keys` says: only their owner may read a file. The store
/// remembers their ids: without one of them it isn't opened. docs/command-line.md says when to rotate, and
/// how long an old key has to stay.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct KeysArgs {
    /// Puts a new key in front of the ring
    #[arg(long)]
    rotate: bool,
    /// Takes an old key out of the ring, and makes the store forget it. What was made with it is worth
    /// nothing then: log-ins, sessions, links, and that part of the log. Refused where there is such a thing,
    /// but for a key that the ring has lost anyway
    #[arg(long, value_name = "KEY", conflicts_with = "rotate")]
    retire: Option<String>,
    /// Retires the key whatever breaks
    #[arg(long, requires = "retire")]
    yes: bool,
    #[command(flatten)]
    store: StoreFile,
}

pub(crate) fn run(component: &ComponentArgs, args: &KeysArgs, form: Form) -> Result<(), Failure> {
    match &args.retire {
        Some(id) => retire::run(component, args, id, form),
        None if args.rotate => rotate(args, form),
        None => list(component, args, form),
    }
}

fn rotate(args: &KeysArgs, form: Form) -> Result<(), Failure> {
    let storage = args.store.open()?;
    let ring = args.store.ring()?;
    let file = ring.file(
        "put a new key behind the others there first, and in front of them once every process knows it (SIGHUP, or a \
         minute); docs/command-line.md has the way",
    )?;
    let open = || SystemSecrets::open(file);
    // Only a ring that is right may grow.
    RememberedSecrets::new(Arc::new(open()?), Arc::clone(&storage))?;
    let id = SystemSecrets::rotate(file)?;
    RememberedSecrets::new(Arc::new(open()?), storage)?;
    if form.is_json() {
        return Ok(output::json(&json!({"signs": id}))?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "The key `{id}` signs from now on; the older ones stay valid. Processes that are \
         running take it up within a second."
    ));
    Ok(page.print()?)
}

const COLUMNS: [Column; 4] = [
    Column::stays_whole("Key"),
    Column::stays("In the ring"),
    Column::stays("Needed by the store"),
    Column::may_go("What hangs on it", 1),
];

/// A key of the ring, or one that it lacks.
struct Listed<'a> {
    id: &'a str,
    in_ring: bool,
    signs: bool,
    needed: bool,
}

fn list(component: &ComponentArgs, args: &KeysArgs, form: Form) -> Result<(), Failure> {
    let storage = args.store.open()?;
    let remembered = remembered_keys(&*storage)?;
    let found = args.store.ring()?.open().map_err(anyhow::Error::from);
    let found = found.and_then(|secrets| Ok(secrets.keys()?));
    let ring = found.iter().flatten().map(|key| key.id.clone()).collect::<Vec<_>>();
    // Nothing is opened with a ring that lacks a key: what hangs on it isn't known then.
    let has_all = found.is_ok() && remembered.iter().all(|id| ring.contains(id));
    let uses = has_all.then(|| Uses::of_store(component, &args.store)).transpose()?;
    let keys = listed(&ring, &remembered, uses.as_ref());
    if form.is_json() {
        found?;
        let items: Vec<Value> = keys.iter().map(|key| in_json(key, uses.as_ref())).collect();
        return Ok(output::json(&output::list(items, None))?);
    }
    let mut page = Page::on_standard_output();
    page.table(&COLUMNS, &keys.iter().map(|key| row(key, uses.as_ref())).collect::<Vec<_>>());
    if let Some(uses) = &uses {
        for key in keys.iter().filter(|key| !key.signs && !uses.is_unused(key.id)) {
            page.heading(&if key.in_ring {
                format!("Without `{}`", key.id)
            } else {
                format!("Since `{}` is gone", key.id)
            });
            uses.show(&mut page, key.id);
        }
    }
    if let Err(problem) = found {
        page.line(&format!("{problem:#}"));
    }
    Ok(page.print()?)
}

/// The ring's keys, newest first, then those that it lacks.
fn listed<'a>(
    ring: &'a [String],
    remembered: &'a [String],
    uses: Option<&'a Uses>,
) -> Vec<Listed<'a>> {
    let mut ids: Vec<&str> = ring.iter().map(String::as_str).collect();
    let used = uses.into_iter().flat_map(Uses::keys);
    for id in remembered.iter().map(String::as_str).chain(used) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let is_in = |ids: &[String], id: &str| ids.iter().any(|one| one == id);
    let key = |id| Listed {
        id,
        in_ring: is_in(ring, id),
        signs: ring.first().is_some_and(|first| first == id),
        needed: is_in(remembered, id),
    };
    ids.into_iter().map(key).collect()
}

fn row(key: &Listed<'_>, uses: Option<&Uses>) -> Vec<Shown> {
    let in_ring = match (key.signs, key.in_ring) {
        (true, _) => "yes: it signs",
        (false, true) => "yes",
        (false, false) => "no",
    };
    let needed = if key.needed { "yes" } else { "no" };
    let uses = uses.map(|uses| uses.summary(key.id)).unwrap_or_default();
    [key.id, in_ring, needed, &uses].map(|text| Shown::Text(text.to_owned())).into()
}

/// The same for programs.
fn in_json(key: &Listed<'_>, uses: Option<&Uses>) -> Value {
    let Listed { id, in_ring, signs, needed } = *key;
    let uses = uses.map(|uses| uses.in_json(id));
    json!({"id": id, "in-ring": in_ring, "signs": signs, "needed": needed, "uses": uses})
}
