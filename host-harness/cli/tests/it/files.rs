//! Who may read what is there, and what erasing leaves of somebody.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::program::Desk;

/// What isn't private, with its permissions.
fn open_to_others(desk: &Desk) -> Vec<(String, u32)> {
    let mode = |name: &String| fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    let modes = desk.names().into_iter().map(|name| (mode(&name), name));
    modes.filter(|(mode, _)| mode & 0o077 != 0).map(|(mode, name)| (name, mode)).collect()
}

/// Waits until this holds.
#[track_caller]
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn all_files_are_their_owners_alone() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    assert_eq!(open_to_others(&desk), []);
    let watching = desk.start(&["jobs", "--watch", "--every", "1", "--store", "s.db"]);
    eventually("it opens the store", || desk.path("s.db-shm").exists());
    desk.call(&["brands.create", r#"{"id": "puma", "name": "Puma"}"#]);
    for name in ["s.db", "s.db-wal", "s.db-shm", "s.db.keys.json", "s.db.mails"] {
        assert!(desk.names().contains(&name.to_owned()), "{name}");
    }
    assert_eq!(open_to_others(&desk), []);
    drop(watching);

    // A store of an older release, which others could read.
    fs::set_permissions(desk.path("s.db"), fs::Permissions::from_mode(0o644)).unwrap();
    desk.on_store(&["jobs"]);
    assert_eq!(open_to_others(&desk), []);
}

/// Files in which one of the words stands, in any case.
fn holding(desk: &Desk, words: &[&str]) -> Vec<String> {
    let holds = |name: &String| {
        let Ok(bytes) = fs::read(desk.path(name)) else { return false };
        let bytes = bytes.to_ascii_lowercase();
        words.iter().any(|word| bytes.windows(word.len()).any(|part| part == word.as_bytes()))
    };
    desk.names().into_iter().filter(holds).collect()
}

#[test]
fn erasing_leaves_nothing_in_any_file() {
    let desk = Desk::empty();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let ago = |days: u64| (now - Duration::from_secs(days * 24 * 3_600)).as_millis().to_string();
    let at = |days: u64, call: &[&str]| desk.call(&[call, &["--now", &ago(days)]].concat());
    let agency = r#"{"id": "acme", "name": "Acme", "notification-email": "office@acme.example", "billing-interval": "monthly", "portal-address": "https://clients.acme.example"}"#;
    at(100, &["agencies.create", agency]);
    at(
        100,
        &[
            "agencies.update",
            r#"{"alerts": true, "digest": {"on": true, "weekday": "monday", "hour": 8, "recipients": []}}"#,
        ],
    );
    at(100, &["brands.create", r#"{"id": "nike", "name": "Nike"}"#]);
    let mut ann = String::new();
    for (email, name) in [
        ("ben@nike.example", "Ben"),
        ("ann.secretive@x.example", "Ann Secretive"),
        ("cleo@nike.example", "Cleo"),
    ] {
        let invite = format!(
            r#"{{"email": "{email}", "name": "{name}", "brands": ["nike"], "note": "For {name}"}}"#
        );
        let invited = at(99, &["clients.invite-by-email", &invite]);
        at(98, &["portal.admit", "acme", email, name]);
        if name.starts_with("Ann") {
            ann = invited["client"].as_str().unwrap().to_owned();
        }
    }
    for days in [80, 60, 40, 20, 5] {
        desk.on_store(&["jobs", "--now", &ago(days)]);
    }
    at(4, &["clients.update", &ann, r#"{"label": "Secretive label", "note": "Secretive note"}"#]);
    desk.call(&["clients.revoke", &ann]);
    let words = ["secretive"];
    let mails = desk.names().into_iter().filter(|name| name.ends_with(".eml")).count();
    let hers: Vec<String> = holding(&desk, &words);
    let to_agency = |name: &String| {
        name.ends_with(".eml") && String::from_utf8_lossy(&desk.bytes(name)).contains("office@acme")
    };
    assert!(hers.contains(&"s.db".to_owned()), "{hers:?}");
    assert!(hers.iter().any(to_agency), "an alert or a summary names her: {hers:?}");
    let draft = hers.iter().find(|name| name.ends_with(".eml")).unwrap().clone() + ".1-2.tmp";
    fs::write(desk.path(&draft), "for Ann Secretive").unwrap();

    // Another process keeps the store open, and with it the log beside it.
    let _watching = desk.start(&["jobs", "--watch", "--every", "1", "--store", "s.db"]);
    eventually("it opens the store", || desk.path("s.db-shm").exists());
    desk.call(&["clients.erase", &ann]);
    eventually(&format!("{:?}", holding(&desk, &words)), || holding(&desk, &words).is_empty());
    let left = desk.names().into_iter().filter(|name| name.ends_with(".eml")).count();
    assert!(0 < left && left < mails, "only those about her go: {left} of {mails}");
    assert!(!holding(&desk, &["ben@nike.example"]).is_empty());
    assert_eq!(desk.call(&["audit.verify", "1"])["flaw"], serde_json::Value::Null);
    desk.on_store(&["mails", "--agency", "acme"]);
}
