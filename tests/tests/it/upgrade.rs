//! A store that the release before wrote: it opens, every row is read and upgraded as it is
//! changed, and its log verifies throughout.
//!
//! `fixtures/schema-1/` holds such a store, its keys, and what that release answered of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::RecordingMail;
use clientdesk_host::adapters::secrets::{KEYS_ROW, SystemSecrets};
use clientdesk_host::adapters::storage::{SqliteStorage, Storage};
use clientdesk_host::{CallError, Host};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::corpus::host;
use crate::{repository, trial};

/// When the old release last looked: 15 October 2026, 22:40 UTC.
const THEN: u64 = 1_792_104_000_000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
const AGENCIES: [&str; 2] = ["acme", "northlight"];

pub fn trials() -> Vec<Trial> {
    vec![
        trial("upgrade/an_old_store_says_what_it_said", an_old_store_says_what_it_said),
        trial("upgrade/an_old_store_goes_on", an_old_store_goes_on),
        trial("upgrade/an_old_store_keeps_its_currency", an_old_store_keeps_its_currency),
    ]
}

/// A copy of the old store, and a host of today on it.
struct Old {
    host: Host,
    clock: Arc<ManualClock>,
    storage: Arc<SqliteStorage>,
    expected: Value,
    _folder: tempfile::TempDir,
}

fn old() -> Old {
    let fixture = repository("tests/fixtures/schema-1");
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str| {
        let to = folder.path().join(name);
        fs::copy(fixture.join(name), &to).unwrap();
        readable_by_owner(&to);
        to
    };
    let storage = Arc::new(SqliteStorage::open(copy("store.sqlite")).unwrap());
    let secrets = SystemSecrets::open(copy("store.sqlite.keys.json")).unwrap();
    let clock = Arc::new(ManualClock::at(THEN));
    let shared: Arc<dyn Storage> = Arc::<SqliteStorage>::clone(&storage);
    let host = host()
        .sharing()
        .storage(shared)
        .secrets(Arc::new(secrets))
        .mail(Arc::new(RecordingMail::new()))
        .clock(Arc::<ManualClock>::clone(&clock))
        .build()
        .unwrap();
    let expected = fs::read_to_string(fixture.join("expected.json")).unwrap();
    let expected = serde_json::from_str(&expected).unwrap();
    Old { host, clock, storage, expected, _folder: folder }
}

#[cfg(unix)]
fn readable_by_owner(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn readable_by_owner(_path: &Path) {}

impl Old {
    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        self.host.call(function, arguments).unwrap_or_else(|error| panic!("{function}: {error}"))
    }

    fn verified(&self, agency: &str) -> u64 {
        let found = self.ask("audit.verify", &[call(agency), json!(1)]);
        assert_eq!(found["flaw"], Value::Null, "{agency}: {found}");
        assert_eq!(found["next"], Value::Null);
        found["verified"].as_u64().unwrap()
    }

    /// The component's rows: the host has one of its own.
    fn rows(&self) -> Vec<(String, String)> {
        let page = self.storage.scan("!", "~", 100_000, false).unwrap();
        assert!(page.next.is_none(), "all rows");
        let entries = page.entries.into_iter().filter(|entry| entry.key != KEYS_ROW);
        entries.map(|entry| (entry.key, entry.value)).collect()
    }

    /// Runs the jobs until nothing is due.
    fn run_jobs(&self) {
        for _ in 0..200 {
            let report = self.ask("jobs.run", &[json!(100)]);
            assert_eq!(report["failed"], 0, "{report}");
            if report["more"] == false {
                return;
            }
        }
        panic!("the jobs never come to an end");
    }
}

fn call(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

/// Whether `found` says all that `expected` does; what is new since may stand beside it.
fn covers(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(name, expected)| found.get(name).is_some_and(|found| covers(found, expected))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| covers(found, expected))
        }
        (found, expected) => found == expected,
    }
}

fn an_old_store_says_what_it_said() {
    let old = old();
    for agency in AGENCIES {
        let expected = &old.expected[agency];
        let page = json!({"limit": 100});
        let clients =
            old.ask("clients.list", &[call(agency), json!({}), Value::Null, page.clone()]);
        for (name, found, expected) in [
            ("clients", &clients["clients"], &expected["clients"]),
            ("counts", &old.ask("clients.counts", &[call(agency)]), &expected["clients.counts"]),
            ("brands", &old.ask("brands.list", &[call(agency), page]), &expected["brands.list"]),
            ("summary", &old.ask("billing.summary", &[call(agency)]), &expected["billing.summary"]),
            ("health", &old.ask("health.overview", &[call(agency)]), &expected["health.overview"]),
        ] {
            assert!(covers(found, expected), "{agency}, {name}: {found:#} instead of {expected:#}");
        }
        assert_eq!(old.verified(agency), expected["audit.verify"]["verified"]);
        let lines = old.ask("billing.ledger", &[call(agency), Value::Null, json!({"limit": 500})]);
        let lines = lines["lines"].as_array().unwrap().iter();
        let lines: Vec<Value> = lines
            .map(|line| {
                json!([line["number"], line["at"], line["amount"]["amount"], line["reason"]])
            })
            .collect();
        assert_eq!(Value::from(lines), expected["ledger"], "{agency}: the ledger");
        let log = old.ask("audit.read", &[call(agency), json!(0), json!(500)]);
        let log = log["entries"].as_array().unwrap().iter();
        let log: Vec<Value> =
            log.map(|entry| json!([entry["number"], entry["kind"], entry["hash"]])).collect();
        let known = expected["log"].as_array().unwrap();
        assert_eq!(log[..known.len()], known[..], "{agency}: the log");
    }
    let profile = old.ask("portal.me", &[old.expected["session"].clone()]);
    assert_eq!(profile["label"], Value::Null);
    assert_eq!(profile["current-brand"], "nike", "a session from before is still one");
    let invitation = old.ask("portal.open", &[old.expected["link"].clone()]);
    assert_eq!(invitation["brands"], json!(["Puma"]), "and so is a link");
}

fn an_old_store_goes_on() {
    let old = old();
    let before = old.rows();
    assert!(before.iter().all(|(_, value)| value.starts_with(r#"{"schema":1,"#)));
    assert!(
        before.iter().any(|(key, _)| key.starts_with("due/") && key.ends_with("/slipping/agency"))
    );
    assert!(before.iter().any(|(key, _)| key == "a/acme/slipping"));

    // What fell due under the name of before is done under today's.
    old.clock.set(THEN + 14 * HOUR);
    old.run_jobs();
    let rows = old.rows();
    let left = |(key, _): &(String, String)| {
        key == "a/acme/slipping" || key.starts_with("due/") && key.contains("/slipping/")
    };
    assert!(!rows.iter().any(left), "nothing of it is left");
    assert_eq!(old.ask("jobs.stuck", &[json!({"limit": 10})])["jobs"], json!([]));
    let kinds = json!({"kind": "client-at-risk"});
    let page = json!({"limit": 10});
    let found = old.ask("audit.list", &[call("acme"), kinds, json!("backward"), page.clone()]);
    assert!(!found["entries"].as_array().unwrap().is_empty(), "Ann turned at-risk");

    // Every client, brand and setting can be changed, and is written as today's rows are.
    for agency in AGENCIES {
        let clients =
            old.ask("clients.list", &[call(agency), json!({}), Value::Null, page.clone()]);
        for client in clients["clients"].as_array().unwrap() {
            if client["erased"] == false {
                let note = json!({"note": "seen again"});
                old.ask("clients.update", &[call(agency), client["id"].clone(), note]);
            }
        }
        let brands = old.ask("brands.list", &[call(agency), json!({"limit": 100})]);
        for brand in brands["brands"].as_array().unwrap() {
            if brand["archived-at"].is_null() {
                let invite = json!({"email": "new@nike.example", "brands": [brand["id"]]});
                old.ask("clients.invite-by-email", &[call(agency), invite]);
                let name = json!(format!("{} again", brand["name"].as_str().unwrap()));
                old.ask("brands.rename", &[call(agency), brand["id"].clone(), name]);
            }
        }
        old.ask("agencies.update", &[call(agency), json!({"alerts": false})]);
    }
    for (key, value) in old.rows() {
        let part = key.split('/').nth(2).unwrap_or_default();
        let changed = ["agency", "head", "tally"].contains(&part);
        assert!(!changed || value.starts_with(r#"{"schema":2,"#), "{key} is written anew");
    }

    // Half a year on, everything still adds up.
    for month in 1..=6 {
        old.clock.set(THEN + month * 30 * DAY);
        old.run_jobs();
    }
    for agency in AGENCIES {
        assert!(
            old.verified(agency) > old.expected[agency]["log"].as_array().unwrap().len() as u64
        );
        let page = json!({"limit": 100});
        let listed = old.ask("clients.list", &[call(agency), json!({}), Value::Null, page]);
        let listed = listed["clients"].as_array().unwrap().len();
        let counts = old.ask("clients.counts", &[call(agency)]);
        assert_eq!(counts["all"], listed, "{agency}: {counts}");
    }
}

/// That release didn't write down that there is an agency: it is found all the same.
fn an_old_store_keeps_its_currency() {
    let old = old();
    let mut catalog = old.ask("catalog.get", &[])["catalog"].clone();
    catalog["currency"] = json!("EUR");
    let before = old.rows();
    match old.host.call("catalog.set", &[catalog.clone(), json!(0)]) {
        Err(CallError::Refused { error, .. }) => assert_eq!(error["conflict"]["state"], "in-use"),
        other => panic!("{other:?}"),
    }
    assert_eq!(old.rows(), before);
    catalog["currency"] = json!("USD");
    catalog["white-label"]["monthly"] = json!(5_900);
    assert_eq!(old.ask("catalog.set", &[catalog, json!(0)]), json!(1));
}
