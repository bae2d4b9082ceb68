//! A store is opened with the keys that it was made with, or not at all.

use std::fs;

use serde_json::{Value, json};

use crate::program::{Desk, PASSWORD};

/// Commands that read, and commands that write.
const ALL: [&[&str]; 6] = [
    &["clients", "--agency", "acme"],
    &["mails", "--agency", "acme"],
    &["jobs"],
    &["call", "--agency", "acme", "brands.create", r#"{"id": "puma", "name": "Puma"}"#],
    &[
        "call",
        "agencies.create",
        r#"{"id": "b", "name": "B", "notification-email": "b@b.example", "billing-interval": "monthly", "portal-address": "https://b.example"}"#,
    ],
    &["reset-clock", "--agency", "acme"],
];

fn each_is_refused(desk: &Desk, parts: &[&str]) {
    let (names, store) = (desk.names(), desk.bytes("s.db"));
    for args in ALL {
        desk.run(&[args, &["--store", "s.db"]].concat()).refused(1, parts);
        assert_eq!(desk.names(), names, "{args:?}");
        assert_eq!(desk.bytes("s.db"), store, "{args:?}");
    }
}

fn ring(desk: &Desk) -> Value {
    serde_json::from_slice(&desk.bytes("s.db.keys.json")).unwrap()
}

fn put_ring(desk: &Desk, ring: &Value) {
    // Writing leaves the file's permissions alone.
    fs::write(desk.path("s.db.keys.json"), ring.to_string()).unwrap();
}

#[test]
fn a_lost_ring_is_named_with_its_keys_and_never_made_up() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let key = desk.key();
    fs::rename(desk.path("s.db.keys.json"), desk.path("away")).unwrap();
    let text = format!(
        "error: the store was made with the key `{key}`, but the key ring `s.db.keys.json` isn't \
         there; put the right key ring back: without it, nobody can log in, and the log can't be \
         verified\n"
    );
    each_is_refused(&desk, &[&text]);
    fs::rename(desk.path("away"), desk.path("s.db.keys.json")).unwrap();
    assert!(desk.can_log_in("ann@nike.example"));
    assert_eq!(desk.call(&["audit.verify", "1"])["flaw"], Value::Null);
}

#[test]
fn another_ring_is_refused_and_so_is_another_key_of_the_same_name() {
    let desk = Desk::new();
    let (mine, key) = (ring(&desk), desk.key());
    let other = ring(&Desk::new());
    put_ring(&desk, &other);
    each_is_refused(&desk, &[&format!("the key `{key}`"), "s.db.keys.json` lacks"]);
    let mut false_one = mine.clone();
    false_one["keys"][0]["bytes"] = other["keys"][0]["bytes"].clone();
    put_ring(&desk, &false_one);
    each_is_refused(&desk, &[&format!("the key `{key}`"), "same id and other bytes"]);
    put_ring(&desk, &mine);
    desk.call(&["brands.list", r#"{"limit": 5}"#]);
}

#[test]
fn a_store_from_before_it_remembered_its_keys_needs_them_too() {
    let desk = Desk::empty();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/schema-1/");
    fs::copy(format!("{fixture}store.sqlite"), desk.path("s.db")).unwrap();
    each_is_refused(&desk, &["the key `k-f95144d4`", "`s.db.keys.json` isn't there"]);
    fs::copy(format!("{fixture}store.sqlite.keys.json"), desk.path("s.db.keys.json")).unwrap();
    private(&desk, 0o600);
    desk.call(&["brands.list", r#"{"limit": 5}"#]);
    let shown = desk.on_store(&["keys"]);
    assert!(shown.contains("k-f95144d4   yes: it signs   yes"), "{shown}");
}

#[test]
fn rotating_and_retiring() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let old = desk.key();
    desk.on_store(&["keys", "--rotate"]);
    let new = desk.key();
    assert_ne!(old, new);
    assert!(desk.can_log_in("ann@nike.example"));
    assert_eq!(desk.call(&["audit.verify", "1"])["flaw"], Value::Null);

    let both = ring(&desk);
    for (left, lost) in [(0, &old), (1, &new)] {
        put_ring(&desk, &json!({"keys": [both["keys"][left]]}));
        each_is_refused(&desk, &[&format!("the key `{lost}`"), "lacks"]);
    }
    put_ring(&desk, &both);
    desk.run(&["keys", "--retire", &new, "--store", "s.db"]).refused(
        1,
        &["signs; put a new one in front first: clientdesk keys --rotate --store s.db"],
    );
    desk.run(&["keys", "--retire", "k9", "--store", "s.db"]).refused(1, &["doesn't remember"]);
    put_ring(&desk, &json!({"keys": [both["keys"][0]]}));
    desk.on_store(&["keys", "--retire", &old]);
    desk.call(&["brands.create", r#"{"id": "puma", "name": "Puma"}"#]);
}

#[test]
fn what_hangs_on_an_old_key_is_told_and_keeps_it() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let old = desk.key();
    desk.on_store(&["keys", "--rotate"]);
    let new = desk.key();
    let listed: Value = serde_json::from_str(&desk.on_store(&["keys", "--json"])).unwrap();
    let key = |id: &str| -> Value {
        let items = listed["items"].as_array().unwrap();
        items.iter().find(|key| key["id"] == id).unwrap().clone()
    };
    let uses = |key: &Value, kind: &str| -> Value {
        let uses = key["uses"].as_array().unwrap();
        uses.iter().find(|one| one["kind"] == kind).cloned().unwrap_or_default()
    };
    assert_eq!(key(&new)["uses"], json!([]));
    assert_eq!((&key(&new)["signs"], &key(&old)["signs"]), (&json!(true), &json!(false)));
    let password = uses(&key(&old), "password");
    let expected =
        json!({"agency": null, "kind": "password", "count": 1, "some": ["ann@nike.example"]});
    assert_eq!(password, expected);
    let session = uses(&key(&old), "session");
    assert_eq!(session, json!({"agency": "acme", "kind": "session", "count": 1, "some": ["Ann"]}));
    let entries = uses(&key(&old), "log-entry")["count"].as_u64().unwrap();
    assert!(entries > 3, "{entries}");

    let shown = desk.on_store(&["keys"]);
    for part in [
        "1 password, 1 session",
        &format!("Without `{old}`"),
        "ann@nike.example",
        "forgot password",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains(&format!("Without `{new}`")), "{shown}");

    let before = (ring(&desk), desk.bytes("s.db"));
    let retire = ["keys", "--retire", &old, "--store", "s.db"];
    let said = desk.run(&retire);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("ann@nike.example"), "{}", said.out);
    let parts = ["1 password", "entries of the log", &format!("without the key `{old}`"), "--yes"];
    assert!(parts.iter().all(|part| said.error.contains(part)), "{}", said.error);
    let told = desk.run(&[&retire[..], &["--json"]].concat());
    let told: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&told["retired"], &told["uses"]), (&Value::Null, &key(&old)["uses"]));
    assert_eq!((ring(&desk), desk.bytes("s.db")), before, "a refusal changes nothing");
}

#[test]
fn a_key_that_is_retired_all_the_same_breaks_what_was_told() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    desk.join("ben@nike.example", "Ben");
    let old = desk.key();
    desk.on_store(&["keys", "--rotate"]);
    let new = desk.key();
    assert!(desk.can_log_in("ann@nike.example"), "which keeps her password under the new key");
    let said = desk.on_store(&["keys", "--retire", &old, "--yes", "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["retired"], json!(old));
    let password = said["uses"].as_array().unwrap().iter().find(|one| one["kind"] == "password");
    assert_eq!(password.unwrap()["some"], json!(["ben@nike.example"]));
    assert_eq!(ring(&desk)["keys"].as_array().unwrap().len(), 1);
    assert_eq!(desk.key(), new);

    assert!(desk.can_log_in("ann@nike.example"));
    let ben = ["call", "portal.log-in", "acme", "ben@nike.example", PASSWORD, "--store", "s.db"];
    desk.run(&ben).refused(1, &["wrong e-mail address or password"]);
    assert_eq!(desk.call(&["audit.verify", "1"])["flaw"]["problem"], "unknown-key");
    let shown = desk.on_store(&["keys"]);
    let gone = [format!("{old}   no"), format!("Since `{old}` is gone")];
    for part in [&gone[0], &gone[1], "ben@nike.example"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

/// Gives the ring these permissions.
fn private(desk: &Desk, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let ring = desk.path("s.db.keys.json");
    fs::set_permissions(ring, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_ring_that_others_can_read_is_refused_until_the_line_is_typed() {
    let desk = Desk::new();
    for mode in [0o644, 0o640] {
        private(&desk, mode);
        each_is_refused(&desk, &["`s.db.keys.json` can be read by others"]);
        let error = desk.run(&["jobs", "--store", "s.db"]).error;
        let line = error.trim_end().split("make it private: ").nth(1).unwrap();
        let mut shell = std::process::Command::new("sh");
        assert!(shell.args(["-c", line]).current_dir(desk.folder()).status().unwrap().success());
        desk.on_store(&["jobs"]);
    }
}
