//! The store that is tortured, and hosts on it one after the other.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::storage::{SqliteOptions, SqliteStorage};
use serde_json::{Value, json};

use super::draw::{BRANDS, PLAN};
use crate::answer::at;
use crate::host::ComponentArgs;
use crate::store::{Place, SyncMode};

/// 1 September 2026.
const BEGIN: u64 = 1_788_220_800_000;
pub(super) const DAY: u64 = 24 * 60 * 60 * 1_000;

/// The store, and what time it is there.
pub(super) struct Stage {
    /// Never called: others run its code, without compiling it again.
    base: Host,
    pub(super) place: Place,
    pub(super) sync: SyncMode,
    pub(super) now: u64,
}

impl Stage {
    /// A place for stores, where none is yet.
    pub(super) fn new(component: &ComponentArgs, place: Place, sync: SyncMode) -> Result<Self> {
        if place.is_there()? {
            bail!(
                "`{}` already exists, and no store is tortured that anybody needs; name a file that \
                 isn't there yet, or another schema or prefix",
                place.shown()
            );
        }
        let base = component.host()?.build()?;
        Ok(Self { base, place, sync, now: BEGIN })
    }

    /// Makes the store, with a catalog that sells something.
    pub(super) fn make(&mut self) -> Result<()> {
        drop(self.place.create(self.options())?);
        self.now = BEGIN;
        sell(&self.open()?)
    }

    /// Removes the store, and its keys.
    pub(super) fn clear(&self) -> Result<()> {
        self.place.remove()?;
        let ring = self.place.ring();
        let keys = ring.file("none is tortured that anybody needs")?;
        std::fs::remove_file(keys).with_context(|| format!("can't remove `{}`", keys.display()))
    }

    /// A host on the store, at its time. It recovers what a killed process left.
    pub(super) fn open(&self) -> Result<Host> {
        let storage = self.place.open(self.options(), "")?;
        let secrets = self.place.ring().open()?;
        let builder = self.base.sharing().storage(storage).secrets(Arc::new(secrets));
        Ok(builder.clock(Arc::new(ManualClock::at(self.now))).build()?)
    }

    /// Reads all of it.
    pub(super) fn is_sound(&self) -> Result<()> {
        self.place.is_sound()
    }

    fn options(&self) -> SqliteOptions {
        SqliteStorage::options().sync(self.sync.into())
    }
}

/// The catalog with a plan.
pub(super) fn sell(host: &Host) -> Result<()> {
    let version = host.call("catalog.get", &[])?;
    let mut catalog = at(&version, "catalog").clone();
    let resources = json!({
        "dashboards": {"at-most": 5}, "users": {"at-most": 3}, "api-calls": {"at-most": 1000},
    });
    let plan = json!({
        "id": PLAN, "name": "Studio", "monthly": 2900, "resources": resources, "features": [],
    });
    let fields = catalog.as_object_mut().context("the component's answer has no `catalog`")?;
    fields.insert("plans".to_owned(), json!([plan]));
    host.call("catalog.set", &[catalog, at(&version, "version").clone()])?;
    Ok(())
}

/// A new agency with its brands.
pub(super) fn found(host: &Host, agency: &str) -> Result<()> {
    let new = json!({
        "id": agency, "name": agency, "notification-email": "office@agency.example",
        "billing-interval": "monthly", "portal-address": "https://clients.agency.example",
    });
    host.call("agencies.create", &[new])?;
    for brand in BRANDS {
        ask(host, agency, "brands.create", &[json!({"id": brand, "name": brand})])?;
    }
    Ok(())
}

/// A call in the agency's name.
pub(super) fn ask(host: &Host, agency: &str, function: &str, rest: &[Value]) -> Result<Value> {
    let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
    let call = json!({"agency": agency, "actor": actor});
    Ok(host.call(function, &[&[call], rest].concat())?)
}

/// All rows of a list.
pub(super) fn all(
    host: &Host,
    agency: &str,
    function: &str,
    filters: &[Value],
    field: &str,
) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = json!({"limit": 500, "cursor": cursor});
        let mut answer = ask(host, agency, function, &[filters, &[page]].concat())?;
        match answer.get_mut(field).map(Value::take) {
            Some(Value::Array(part)) => rows.extend(part),
            _ => bail!("the component's answer has no `{field}`"),
        }
        cursor = at(&answer, "next").clone();
        if cursor.is_null() {
            return Ok(rows);
        }
    }
}
