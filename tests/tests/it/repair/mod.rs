//! Whatever is broken by hand in a store is named by `system.check`, and mended by `system.repair`.
//!
//! At the end of every story, one row after the other that follows from others is deleted, altered,
//! and given a false neighbour. What others follow from is broken too: that is named, and left.

mod breakage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use clientdesk_component::app::keys;
use clientdesk_host::adapters::storage::{MemoryStorage, Write};
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Scenario, Target, World, run};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use self::breakage::{Breakage, breakages, contradictions, damages, is_named};
use crate::corpus::stories;
use crate::native::Native;
use crate::repository;

pub fn trials() -> Vec<Trial> {
    let trial = |story: String| Trial::test(format!("repair/{story}"), move || mend(&story));
    stories().into_iter().map(trial).collect()
}

/// Kinds of rows that follow from others, as docs/design.md lists them; and counters that are part
/// of a row of another kind.
const DERIVED: &[&str] = &[
    "about",
    "access",
    "account-billed",
    "account-brand",
    "account-by-created",
    "account-by-name",
    "account-by-status",
    "account-counted",
    "account-owned",
    "account-plan",
    "account-plan-due",
    "acting-for",
    "acting-of",
    "brand-name",
    "by-end",
    "by-expiry",
    "by-health",
    "by-login",
    "by-name",
    "by-status",
    "client-email",
    "due",
    "identity-email",
    "mail-of",
    "payer",
    "search",
    "tally",
    "undelivered",
];

/// Kinds of rows that others follow from, or that are counted.
const SOURCES: &[&str] = &[
    "account",
    "acting",
    "agency",
    "brand",
    "client",
    "head",
    "identity",
    "invoice",
    "ledger",
    "log",
    "mail",
    "password-request",
    "session",
];

/// Kinds that nothing follows from, and that follow from nothing that is kept.
const ALONE: &[&str] = &[
    "account-template",
    "activity",
    "attempts",
    "brand-activity",
    "catalog",
    "crossings",
    "digest",
    "idempotency",
    "import",
    "import-agency",
    "import-due",
    "import-login",
    "lease",
    "opening",
    "renewals",
    "rescoring",
    "scored",
    "sealed",
    "slipping",
    "stuck",
    "trail",
    "unsealed",
    "use",
];

/// How many rows of a kind are broken in each story.
const ROWS_EACH: usize = 3;

/// A walk ends after so many calls, or it never does.
const CALLS_MAX: usize = 2_000;

/// Everything that differs, of all agencies and of what is no agency's own.
pub fn differences(target: &dyn Target, rows: &Rows) -> Result<Vec<Value>, String> {
    walk_all(target, "system.check", rows)
}

fn walk_all(target: &dyn Target, function: &str, rows: &Rows) -> Result<Vec<Value>, String> {
    let mut all = Vec::new();
    for agency in agencies(rows).into_iter().map(Value::String).chain([Value::Null]) {
        all.extend(walk(target, function, &agency)?);
    }
    Ok(all)
}

fn walk(target: &dyn Target, function: &str, agency: &Value) -> Result<Vec<Value>, String> {
    let (mut all, mut cursor) = (Vec::new(), Value::Null);
    for _ in 0..CALLS_MAX {
        let page = target.call(function, &[agency.clone(), cursor.clone()]);
        let page = page.map_err(|error| format!("{function} of {agency}: {error:?}"))?;
        all.extend(page["differences"].as_array().cloned().unwrap_or_default());
        let next = page["next"].clone();
        if next.is_null() {
            return Ok(all);
        }
        if next == cursor {
            return Err(format!("{function} of {agency} doesn't go on"));
        }
        cursor = next;
    }
    Err(format!("{function} of {agency} has no end"))
}

fn agencies(rows: &Rows) -> Vec<String> {
    let agency = |key: &String| {
        let id = key.strip_prefix("a/")?.strip_suffix("/agency")?;
        (!id.contains('/')).then(|| id.to_owned())
    };
    rows.keys().filter_map(agency).collect()
}

/// A store at the end of a story.
struct Ward {
    world: World,
    target: Native,
    rows: Rows,
}

impl Ward {
    fn after(story: &str) -> Ward {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let target = Native::new(&world);
        let path = repository(&format!("tests/scenarios/{story}.toml"));
        run(&Scenario::read(&path).unwrap(), &world, &target, &mut ()).unwrap();
        let rows = world.rows().unwrap();
        Ward { world, target, rows }
    }

    fn write(&self, changes: &[(String, Option<String>)]) {
        let write = |(key, value): &(String, Option<String>)| Write {
            key: key.clone(),
            value: value.clone(),
        };
        let writes = changes.iter().map(write).collect();
        self.world.storage.inner().commit(Vec::new(), writes).unwrap();
    }

    /// Breaks something, and sees to it that it is named and mended.
    fn mend(&self, breakage: &Breakage) -> Result<(), String> {
        self.write(&breakage.changes);
        let found = differences(&self.target, &self.rows)?;
        let named = |key: &str| {
            found.iter().filter_map(|found| found["key"].as_str()).any(|named| is_named(key, named))
        };
        if let Some((key, _)) = breakage.changes.iter().find(|(key, _)| !named(key)) {
            return Err(format!("`{key}` isn't named, but {found:#?}"));
        }
        walk_all(&self.target, "system.repair", &self.rows)?;
        let left = differences(&self.target, &self.rows)?;
        if !left.is_empty() {
            return Err(format!("this is left: {left:#?}"));
        }
        let mended = self.world.rows()?;
        if !breakage.comes_back {
            return Ok(());
        }
        let other = |key: &&String| !is_logged(key) && mended.get(*key) != self.rows.get(*key);
        match self.rows.keys().chain(mended.keys()).find(other) {
            None => Ok(()),
            Some(key) => Err(format!(
                "`{key}` was\n{:?}, and is\n{:?} now",
                self.rows.get(key),
                mended.get(key)
            )),
        }
    }

    /// Damages what others follow from: it is named, and repairing leaves all of its kind alone.
    fn leave(&self, key: &str, value: Option<String>) -> Result<(), String> {
        self.write(&[(key.to_owned(), value.clone())]);
        let sources = |rows: &Rows| -> BTreeMap<String, String> {
            let is_source = |key: &str| SOURCES.contains(&keys::kind_of(key)) && !is_logged(key);
            let own = |key: &str| !["brand", "agency", "identity"].contains(&keys::kind_of(key));
            rows.iter()
                .filter(|(key, _)| is_source(key) && own(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        let before = sources(&self.world.rows()?);
        let found = differences(&self.target, &self.rows)?;
        if value.is_some() && !found.iter().any(|found| found["key"] == key) {
            return Err(format!("`{key}` isn't named, but {found:#?}"));
        }
        walk_all(&self.target, "system.repair", &self.rows)?;
        let left = differences(&self.target, &self.rows)?;
        if let Some(left) = left.iter().find(|left| left["kind"] != "contradiction") {
            return Err(format!("this is left: {left:#?}"));
        }
        if sources(&self.world.rows()?) == before {
            Ok(())
        } else {
            Err("it changed what others follow from".to_owned())
        }
    }

    fn reset(&self) {
        self.world.restore(&self.rows).unwrap();
    }
}

/// Rows that a repair writes besides: it is logged.
fn is_logged(key: &str) -> bool {
    matches!(keys::kind_of(key), "head" | "log")
}

fn mend(story: &str) -> Result<(), Failed> {
    let ward = Ward::after(story);
    let found = differences(&ward.target, &ward.rows)?;
    if !found.is_empty() {
        return Err(format!("the story leaves this: {found:#?}").into());
    }
    every_kind_is_known(&ward.rows)?;
    let mut counts = BTreeMap::<String, usize>::new();
    for (key, value) in &ward.rows {
        let kind = keys::kind_of(key);
        let count = counts.entry(breakage::kind(key)).or_default();
        *count += 1;
        if *count > ROWS_EACH {
            continue;
        }
        for breakage in breakages(key, value, &ward.rows) {
            note(&breakage.what);
            let mended = ward.mend(&breakage);
            mended.map_err(|why| format!("{}: {:?}\n{why}", breakage.what, breakage.changes))?;
            ward.reset();
        }
        for value in contradictions(key, value) {
            let left = ward.leave(key, Some(value.clone()));
            left.map_err(|why| format!("`{key}` as {value}\n{why}"))?;
            ward.reset();
        }
        if SOURCES.contains(&kind) && *count == 1 && !["agency", "head"].contains(&kind) {
            for value in damages(key, value) {
                let left = ward.leave(key, value.clone());
                left.map_err(|why| format!("`{key}` as {value:?}\n{why}"))?;
                ward.reset();
            }
        }
    }
    Ok(())
}

/// Nothing that is stored is forgotten: a new kind of row gets a place in one of the lists.
fn every_kind_is_known(rows: &Rows) -> Result<(), String> {
    let known: BTreeSet<&str> = DERIVED.iter().chain(SOURCES).chain(ALONE).copied().collect();
    match rows.keys().find(|key| !known.contains(keys::kind_of(key))) {
        None => Ok(()),
        Some(key) => Err(format!("is `{key}` looked at by `system.check`? say so in a list here")),
    }
}

/// What was broken so far, over all stories.
fn note(what: &str) {
    static WHAT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut all = WHAT.lock().unwrap_or_else(PoisonError::into_inner);
    if all.insert(what.to_owned()) && std::env::var_os("CLIENTDESK_BREAKAGES").is_some() {
        eprintln!("{}", json!(what));
    }
}
