//! The component that checks hosts: what it asks for, and that it sees what this library's host does.

use std::sync::Arc;

use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::NowhereMail;
use clientdesk_host::adapters::secrets::{SeededSecrets, SystemSecrets};
use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, OverlayStorage, Page, SqliteStorage, Storage,
    Write,
};
use clientdesk_host::{CHECK_HOST, CallError, Host, HostBuilder};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::boundary::imports_four_interfaces;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("check_host/it_imports_what_the_component_imports", it_imports_four_interfaces),
        trial("check_host/every_adapter_keeps_every_promise", every_adapter_keeps_every_promise),
        trial("check_host/what_is_broken_is_named", what_is_broken_is_named),
    ]
}

fn host() -> Host {
    Host::builder().component(CHECK_HOST).build().unwrap()
}

fn it_imports_four_interfaces() {
    let host = host();
    imports_four_interfaces(&host);
    let exports: Vec<&str> = host.functions().map(|function| function.name()).collect();
    assert_eq!(exports, ["checks.list", "checks.run"]);
}

/// The checks that fail, by name, with what was found.
fn broken(host: &Host) -> Vec<(String, String)> {
    let checks = host.call("checks.list", &[]).unwrap();
    let checks = checks.as_array().unwrap();
    assert!(checks.len() > 45, "only {} checks", checks.len());
    let run = |check: &Value| match host.call("checks.run", &[check["name"].clone()]) {
        Ok(_) => None,
        Err(CallError::Refused { error, .. }) => Some(error["found"].as_str().unwrap().to_owned()),
        Err(stopped) => Some(stopped.to_string()),
    };
    let named = |check: &Value| Some((check["name"].as_str()?.to_owned(), run(check)?));
    checks.iter().filter_map(named).collect()
}

fn every_adapter_keeps_every_promise() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let memory = || Arc::new(MemoryStorage::new());
    let sqlite = SqliteStorage::open(folder.path().join("store.sqlite")).unwrap();
    let stores: [Arc<dyn Storage>; 3] =
        [memory(), Arc::new(sqlite), Arc::new(OverlayStorage::over(memory()))];
    for storage in stores {
        let secrets = Arc::new(SystemSecrets::ephemeral().unwrap());
        let host = host.sharing().storage(storage.clone()).secrets(secrets).build().unwrap();
        assert_eq!(broken(&host), []);
        let left = storage.scan("", "\u{7f}", 10, false).unwrap().entries;
        let left: Vec<&str> = left.iter().map(|row| row.key.as_str()).collect();
        assert!(left.iter().all(|key| key.starts_with("host/")), "{left:?} is left");
    }
    let builder = || host.sharing();
    let others: [HostBuilder; 3] = [
        builder().mail(Arc::new(NowhereMail)),
        builder().clock(Arc::new(ManualClock::at(1_788_220_800_000))),
        builder().secrets(Arc::new(SeededSecrets::new(7))),
    ];
    for builder in others {
        assert_eq!(broken(&builder.build().unwrap()), []);
    }
}

/// A store that looks at no version, and takes the time to say so.
struct Careless(MemoryStorage);

impl Storage for Careless {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.0.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.0.scan(start, end, limit, reverse)
    }

    fn commit(&self, _: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.0.commit(Vec::new(), writes)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.0.scrub()
    }
}

fn what_is_broken_is_named() {
    let storage = Arc::new(Careless(MemoryStorage::new()));
    let secrets = Arc::new(SystemSecrets::ephemeral().unwrap());
    let clock = Arc::new(ManualClock::at(1_788_220_800));
    let host = host().sharing().storage(storage).secrets(secrets).clock(clock).build().unwrap();
    let broken = broken(&host);
    let names: Vec<&str> = broken.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "commit-refused-by-any-check",
        "commands-lose-no-update",
        "commands-create-once",
        "commands-rely-on-what-they-read",
        "clock-counts-milliseconds",
    ] {
        assert!(names.contains(&name), "{name} isn't among {names:?}");
    }
    assert!(names.len() < 15, "{names:?}");
    let unknown = host.call("checks.run", &["no-such-check".into()]);
    let Err(CallError::Refused { error, .. }) = unknown else { panic!("{unknown:?}") };
    assert_eq!(error["found"], "no-such-check");
}
