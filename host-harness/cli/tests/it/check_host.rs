//! `check-host`: on a store of its own and on one that is in use, and as a file for other hosts.

use std::fs;
use std::path::Path;

use clientdesk_host::adapters::storage::{Entry, SqliteStorage, Storage as _};
use clientdesk_host::{BUILT_IN, CHECK_HOST};

use crate::program::Desk;

fn rows(path: &Path) -> Vec<Entry> {
    let storage = SqliteStorage::open(path).unwrap();
    storage.scan("", "\u{7f}", u32::MAX, false).unwrap().entries
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<String> = paths
        .flat_map(
            |path| if path.is_dir() { files(&path) } else { vec![path.display().to_string()] },
        )
        .collect();
    found.sort();
    found
}

#[test]
fn every_promise_is_kept() {
    let desk = Desk::empty();
    let said = desk.run(&["check-host"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{}", said.out);
    assert!(said.out.contains("commands-lose-no-update"), "{}", said.out);
    assert!(said.out.contains("promises are kept."), "{}", said.out);
}

#[test]
fn a_store_in_use_stays_as_it_is() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let (store, mails) = (desk.path("s.db"), desk.path("s.db.mails"));
    let before = (rows(&store), files(&mails));
    assert!(!before.1.is_empty(), "Ann got a mail");
    let said = desk.run(&["check-host", "--store", "s.db"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{}", said.out);
    let (mut after, mails) = (rows(&store), files(&mails));
    // The adapter's own note that a scrub is to be done.
    after.retain(|row| row.key != "host/scrub");
    assert_eq!((after, mails), before);
    desk.run(&["check-host", "--store", "no.db"]).refused(1, &["no.db"]);
}

#[test]
fn the_checks_can_be_taken_elsewhere() {
    let desk = Desk::empty();
    let said = desk.run(&["check-host", "--out", "checks/check-host.wasm"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{}", said.out);
    assert_eq!(fs::read(desk.path("checks/check-host.wasm")).unwrap(), CHECK_HOST);
    let said = desk.run(&["inspect", "checks/check-host.wasm"]);
    assert!(said.out.contains("checks.run(name: string)"), "{}", said.out);
    assert!(said.out.contains("clientdesk:host/storage@0.1.0 (get, scan, commit, scrub)"));
}

#[test]
fn other_checks_are_run_and_what_has_none_is_refused() {
    let desk = Desk::empty();
    fs::write(desk.path("mine.wasm"), CHECK_HOST).unwrap();
    let said = desk.run(&["check-host", "--component", "mine.wasm"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{}", said.out);
    fs::write(desk.path("core.wasm"), BUILT_IN).unwrap();
    desk.run(&["check-host", "--component", "core.wasm"]).refused(2, &["core.wasm", "no `checks`"]);
    let out = ["check-host", "--component", "mine.wasm", "--out", "out.wasm"];
    desk.run(&out).refused(2, &["--out", "--component"]);
    assert!(!desk.path("out.wasm").exists());
}
