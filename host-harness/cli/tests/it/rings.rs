//! Keys that are in no file of the store: in a variable of the environment, or with a command that prints them.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{AGENCY, Desk};
use crate::serve::Serving;

const COMMAND: [&str; 4] = ["--store", "s.db", "--keys", "command:cat ring.json"];

/// A desk whose ring was moved away from the store.
fn moved() -> Desk {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    fs::rename(desk.path("s.db.keys.json"), desk.path("ring.json")).unwrap();
    desk
}

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

#[test]
fn every_command_takes_keys_from_a_variable_or_a_command() {
    let desk = moved();
    for args in [
        &["clients", "--agency", "acme"][..],
        &["jobs"],
        &["log", "verify", "--agency", "acme"],
        &["call", "--agency", "acme", "brands.create", r#"{"name": "Puma"}"#],
        &["keys"],
        &["api-keys"],
        &["bounces", "--secret"],
        &["status"],
        &["check"],
    ] {
        let said = desk.run(&with(args, &COMMAND));
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{args:?}");
    }
    let script = "export RING=\"$(cat ring.json)\"\nclientdesk clients --agency acme --store s.db --keys env:RING";
    assert!(desk.script(script, "").out.contains("ann@nike.example"));
    let script = "export CLIENTDESK_KEYS='command:cat ring.json'\nclientdesk keys --store s.db";
    assert!(desk.script(script, "").out.contains("yes: it signs"));
    assert!(!desk.path("s.db.keys.json").exists());
}

#[test]
fn a_new_store_is_made_with_them() {
    let desk = moved();
    let made = ["--store", "new.db", "--keys", "command:cat ring.json"];
    let said = desk.run(&with(&["call", "agencies.create", AGENCY], &made));
    assert_eq!(said.code, Some(0), "{}", said.error);
    assert!(!desk.path("new.db.keys.json").exists());
    let hint = desk.run(&[
        "clients",
        "--agency",
        "acme",
        "--store",
        "missing-store.sqlite",
        "--keys",
        "command:cat ring.json",
    ]);
    hint.refused(1, &["--store missing-store.sqlite --keys 'command:cat ring.json'"]);
}

#[test]
fn what_gives_no_ring_is_named_at_the_start_and_nothing_is_made() {
    let desk = moved();
    fs::write(desk.path("rubbish"), "not a ring").unwrap();
    let names = desk.names();
    for (keys, why) in [
        (
            "command:false",
            "the command `false` doesn't tell the key ring: it failed: exit status: 1",
        ),
        ("command:cat rubbish", "the key ring that `cat rubbish` prints is none: it should hold"),
        ("command:/no/such/program", "the command `/no/such/program` doesn't tell the key ring: "),
        ("env:NO_SUCH_RING", "the variable `NO_SUCH_RING` isn't set"),
        ("env:PATH", "the key ring in the variable `PATH` is none: it should hold"),
    ] {
        for args in [&["clients", "--agency", "acme"][..], &["jobs"], &["serve"]] {
            let said = desk.run(&with(args, &["--store", "s.db", "--keys", keys]));
            said.refused(1, &[why]);
            assert_eq!(desk.names(), names, "{keys}");
        }
    }
    let said = desk.run(&["clients", "--store", "s.db", "--keys", "env:"]);
    said.refused(2, &["`env:` needs the name of a variable"]);
    // A ring that is another's.
    let other = Desk::new();
    fs::copy(other.path("s.db.keys.json"), desk.path("ring.json")).unwrap();
    desk.run(&with(&["jobs"], &COMMAND)).refused(
        1,
        &["the store was made with the key `", "the key ring that `cat ring.json` prints lacks"],
    );
}

#[test]
fn what_only_a_file_can_do_says_what_to_do_instead() {
    let desk = moved();
    for (args, why) in [
        (&["keys", "--rotate"][..], "put a new key behind the others there first"),
        (&["backup", "copy.tar"], "a backup holds them"),
    ] {
        desk.run(&with(args, &COMMAND)).refused(1, &[why, "command:cat ring.json"]);
    }
}

fn ring(desk: &Desk) -> Vec<Value> {
    let ring: Value = serde_json::from_slice(&desk.bytes("ring.json")).unwrap();
    ring["keys"].as_array().unwrap().clone()
}

fn put_ring(desk: &Desk, keys: &[&Value]) {
    // Whole or not at all: the command may run just now.
    fs::write(desk.path("draft.json"), json!({"keys": keys}).to_string()).unwrap();
    fs::rename(desk.path("draft.json"), desk.path("ring.json")).unwrap();
}

fn hang_up(serving: &Serving) {
    let id = serving.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
}

/// Waits until a service's keys are these.
fn has(serving: &Serving, keys: &[&Value]) {
    let ids: Vec<&Value> = keys.iter().map(|key| &key["id"]).collect();
    let begun = Instant::now();
    loop {
        let status = serving.call("system.status", "", &json!({}));
        let found: Vec<&Value> = status["keys"].as_array().unwrap().iter().collect();
        if found == ids {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{found:?} aren't {ids:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_services_rotate_a_key_that_a_command_tells_without_a_restart() {
    let desk = moved();
    let keys = ["--keys", "command:cat ring.json", "--no-sample"];
    let (one, two) = (Serving::start(&desk, &keys), Serving::start(&desk, &keys));
    let old = ring(&desk).remove(0);
    let mut new = old.clone();
    new["id"] = json!("k-new");
    new["bytes"] = json!("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    let log_in = json!({"agency": "acme", "email": "ann@nike.example", "password": crate::program::PASSWORD});
    let me = |serving: &Serving, session: &Value| {
        let asked = json!({"session": session["session"]});
        serving.ask("POST", "/v1/call/portal.me", "", &asked).0
    };
    let before = one.call("portal.log-in", "", &log_in);

    // First all of them know it, and the old one signs still.
    put_ring(&desk, &[&old, &new]);
    for serving in [&one, &two] {
        hang_up(serving);
        has(serving, &[&old, &new]);
    }
    // Then it signs: what one makes, the other knows, whichever is first.
    put_ring(&desk, &[&new, &old]);
    hang_up(&one);
    has(&one, &[&new, &old]);
    has(&two, &[&old, &new]);
    let of_new = one.call("portal.log-in", "", &log_in);
    let of_old = two.call("portal.log-in", "", &log_in);
    for serving in [&one, &two] {
        for session in [&before, &of_new, &of_old] {
            assert_eq!(me(serving, session), 200);
        }
    }
    hang_up(&two);
    has(&two, &[&new, &old]);

    // What can't be read again changes nothing, and is told.
    let unread = |serving: &Serving| {
        let figures = serving.ask("GET", "/metrics", "", &Value::Null).1.to_string();
        figures.contains("clientdesk_keys_unread 1")
    };
    assert!(!unread(&one));
    for rubbish in ["rubbish", r#"{"keys": []}"#] {
        fs::write(desk.path("ring.json"), rubbish).unwrap();
        hang_up(&one);
        let begun = Instant::now();
        while !unread(&one) {
            assert!(begun.elapsed() < Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(me(&one, &of_new), 200);
        has(&one, &[&new, &old]);
    }
    // So does a ring that lacks a key which the store was made with.
    put_ring(&desk, &[&new]);
    hang_up(&one);
    std::thread::sleep(Duration::from_millis(300));
    assert!(unread(&one));
    has(&one, &[&new, &old]);
    put_ring(&desk, &[&new, &old]);
    hang_up(&one);
    let begun = Instant::now();
    while unread(&one) {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
    let said = one.stop("-TERM");
    assert_eq!(said.code, Some(0));
    for told in [
        "the one that was goes on",
        "`cat ring.json` prints is none",
        "`cat ring.json` prints lacks",
        "was read again",
    ] {
        assert!(said.error.contains(told), "{told}: {}", said.error);
    }
    assert!(!said.error.contains("BwcHBwc"), "{}", said.error);
    assert_eq!(two.stop("-TERM").code, Some(0));
    let verified = desk.run(&with(&["log", "verify", "--agency", "acme"], &COMMAND));
    assert!(verified.out.starts_with("Verified"), "{}", verified.error);
}
