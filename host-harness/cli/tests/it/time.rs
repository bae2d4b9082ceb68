//! Calls at another time, and the way back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::program::Desk;

const HOUR: Duration = Duration::from_secs(3_600);

/// The clock's time, moved by so many hours: milliseconds since the Unix epoch.
fn in_hours(hours: u32) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now + HOUR * hours).as_millis().to_string()
}

const BRAND: [&str; 5] =
    ["call", "--agency", "acme", "brands.create", r#"{"id": "puma", "name": "Puma"}"#];

#[test]
fn a_time_far_ahead_must_be_meant() {
    let desk = Desk::new();
    let (near, far) = (in_hours(23), in_hours(49));
    let before = desk.bytes("s.db");
    let jobs = ["jobs"];
    let simulate = ["simulate-activity", "--agency", "b", "--clients", "1", "--months", "1"];
    for args in [&BRAND[..], &jobs, &simulate] {
        let said = desk.run(&[args, &["--store", "s.db", "--now", &far]].concat());
        let parts = ["2 days ahead of the clock", "for good", "--time-travel", "reset-clock"];
        said.refused(2, &parts);
        assert_eq!(desk.bytes("s.db"), before, "{args:?}");
    }
    // Looking moves nothing.
    desk.on_store(&["clients", "--agency", "acme", "--now", &far]);
    desk.on_store(&["mails", "--agency", "acme", "--now", &far]);
    desk.on_store(&["jobs", "--now", "2020-01-01T00:00:00Z"]);
    desk.on_store(&[&BRAND[..], &["--now", &near]].concat());
    desk.run(&["jobs", "--time-travel", "--store", "s.db"]).refused(2, &["--now"]);
}

#[test]
fn the_way_back_says_what_it_leaves() {
    let desk = Desk::new();
    let said = desk.on_store(&["reset-clock", "--agency", "acme"]);
    assert!(said.starts_with("The time of `acme` wasn't ahead: it is "), "{said}");
    let far = in_hours(1_000);
    let latest = || {
        let agency = desk.call(&["agencies.get", "acme"]);
        let time = chrono::DateTime::parse_from_rfc3339(agency["latest-time"].as_str().unwrap());
        time.unwrap().timestamp_millis().to_string()
    };
    desk.on_store(&[&BRAND[..], &["--now", &far, "--time-travel"]].concat());
    assert_eq!(latest(), far);
    let said = desk.on_store(&["reset-clock", "--agency", "acme"]);
    assert!(said.starts_with("The time of `acme` is "), "{said}");
    for part in [
        "Z again; it was ",
        "1 entry of the log is dated after now: number 4.",
        "stays booked",
        "mails that went out",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert!(latest() < in_hours(1));
    let said = desk.run(&["reset-clock", "--agency", "nobody", "--store", "s.db"]);
    said.refused(1, &["nobody"]);
}
