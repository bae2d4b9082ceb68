//! What hangs on each key of a store.

use std::sync::Arc;

use clientdesk_host::{CallError, Host};
use clientdesk_serve::webhooks::Webhooks;
use serde_json::{Value, json};

use crate::agencies;
use crate::answer::{at, number, rows_of, string};
use crate::failure::Failure;
use crate::host::ComponentArgs;
use crate::refusal;
use crate::show::{Column, Page, Shown};
use crate::store::StoreFile;

/// How many of those that hang on a key are named.
const NAMED_MAX: usize = 5;

/// Of each kind: its word in the contract, one of them, several, and what becomes of it without the key.
const KINDS: [(&str, &str, &str, &str); 11] = [
    ("password", "password", "passwords", "they choose a new one with “forgot password”"),
    (
        "password-link",
        "link for a new password",
        "links for a new password",
        "they ask for another",
    ),
    (
        "confirmation-link",
        "link that proves an address",
        "links that prove an address",
        "they ask for another",
    ),
    ("invite", "open invite", "open invites", "send it again, or copy its link again"),
    ("session", "session", "sessions", "they log in again"),
    (
        "sign-in",
        "sign-in on an account's behalf",
        "sign-ins on an account's behalf",
        "they sign in again",
    ),
    ("answer", "kept answer", "kept answers", "a repeated call is refused, for a day at most"),
    (
        "log-entry",
        "entry of the log",
        "entries of the log",
        "the log can't be verified there, for good",
    ),
    (
        "activity",
        "sealed record of activity",
        "sealed records of activity",
        "it can't be verified, for good",
    ),
    ("webhook", "webhook", "webhooks", "nothing is sent there until it is made anew"),
    ("import", "import under way", "imports under way", "give it up: it can't be finished"),
];

/// What hangs on the keys of a store.
pub(super) struct Uses {
    /// Records of the contract, each with its agency; null for what is no agency's own.
    uses: Vec<Value>,
}

const COLUMNS: [Column; 5] = [
    Column::may_go("Agency", 3),
    Column::stays("What"),
    Column::may_go("Such as", 2),
    Column::may_go("What becomes of it", 1),
    Column::stays("How many"),
];

impl Uses {
    /// Asks for all of a store.
    pub(super) fn of_store(component: &ComponentArgs, store: &StoreFile) -> Result<Uses, Failure> {
        let host = Arc::new(store.open_host(component.host()?)?.build()?);
        let mut all = Uses { uses: Vec::new() };
        all.add(&host, None)?;
        for id in &agencies::ids(&host)? {
            match all.add(&host, Some(id)) {
                // It is being imported: nobody sees anything of it yet, and the import is counted.
                Err(CallError::Refused { error, .. }) if error.get("not-found").is_some() => (),
                asked => asked.map_err(refusal::failed)?,
            }
        }
        for hook in Webhooks::new(host).list()?.whole {
            all.count(json!({
                "key": hook.key(), "kind": "webhook", "agency": hook.agency(), "count": 1,
                "some": [hook.url()],
            }));
        }
        Ok(all)
    }

    fn add(&mut self, host: &Host, agency: Option<&str>) -> Result<(), CallError> {
        let mut cursor = Value::Null;
        loop {
            let page = host.call("system.key-uses", &[json!(agency), cursor])?;
            for mut found in rows_of(&page, "uses").unwrap_or_default() {
                if let Some(fields) = found.as_object_mut() {
                    fields.insert("agency".to_owned(), json!(agency));
                }
                self.count(found);
            }
            cursor = at(&page, "next").clone();
            if cursor.is_null() {
                return Ok(());
            }
        }
    }

    fn count(&mut self, found: Value) {
        let same = |one: &&mut Value| {
            ["key", "kind", "agency"].iter().all(|field| at(one, field) == at(&found, field))
        };
        let Some(known) = self.uses.iter_mut().find(same) else {
            self.uses.push(found);
            return;
        };
        let total = number(known, "count").saturating_add(number(&found, "count"));
        let both = [&*known, &found].map(|one| at(one, "some").as_array().cloned());
        let some: Vec<Value> = both.into_iter().flatten().flatten().take(NAMED_MAX).collect();
        if let Some(fields) = known.as_object_mut() {
            fields.insert("count".to_owned(), json!(total));
            fields.insert("some".to_owned(), json!(some));
        }
    }

    /// The ids of the keys that something hangs on.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.uses.iter().filter_map(|one| at(one, "key").as_str())
    }

    /// Whether nothing hangs on a key.
    pub(super) fn is_unused(&self, key: &str) -> bool {
        self.of(key).next().is_none()
    }

    fn of(&self, key: &str) -> impl Iterator<Item = &Value> {
        self.uses.iter().filter(move |one| at(one, "key") == key)
    }

    /// In words: `2 passwords, 1 session`.
    pub(super) fn summary(&self, key: &str) -> String {
        let of_kind = |kind: &str| -> u64 {
            let own = self.of(key).filter(|one| at(one, "kind") == kind);
            own.map(|one| number(one, "count")).sum()
        };
        let words = KINDS.iter().filter_map(|(kind, one, many, _)| {
            let total = of_kind(kind);
            (total > 0).then(|| counted(total, one, many))
        });
        match words.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "nothing".to_owned(),
            some => some,
        }
    }

    /// For programs: those of a key, without its id.
    pub(super) fn in_json(&self, key: &str) -> Vec<Value> {
        let without_key = |one: &Value| {
            let mut one = one.clone();
            one.as_object_mut().map(|fields| fields.remove("key"));
            one
        };
        self.of(key).map(without_key).collect()
    }

    /// A table of what hangs on a key.
    pub(super) fn show(&self, page: &mut Page, key: &str) {
        let mut rows = Vec::new();
        for (kind, one, many, then) in KINDS {
            for found in self.of(key).filter(|found| at(found, "kind") == kind) {
                let agency = match at(found, "agency") {
                    Value::Null => "all".to_owned(),
                    _ => string(found, "agency"),
                };
                let some = at(found, "some").as_array().into_iter().flatten();
                let some: Vec<&str> = some.filter_map(Value::as_str).collect();
                let total = number(found, "count");
                let what = if total == 1 { one } else { many };
                let texts = [agency.as_str(), what, &some.join(", "), then];
                let mut row: Vec<Shown> = texts.map(|text| Shown::Text(text.to_owned())).into();
                row.push(Shown::Count(total.to_string()));
                rows.push(row);
            }
        }
        page.table(&COLUMNS, &rows);
    }
}

/// `1 entry of the log`, `10,000 entries of the log`.
fn counted(total: u64, one: &str, many: &str) -> String {
    format!("{} {}", crate::format::thousands(total), if total == 1 { one } else { many })
}
