//! Names that were mistyped, and files that are no store.

use std::fs;

use serde_json::{Value, json};

use crate::program::{AGENCY, Desk};

/// Whatever needs a store that is there.
const ALL: [&[&str]; 19] = [
    &["clients", "--agency", "acme"],
    &["health", "--agency", "acme"],
    &["mails", "--agency", "acme"],
    &["jobs"],
    &["keys"],
    &["keys", "--rotate"],
    &["keys", "--retire", "k-1a2b3c4d", "--yes"],
    &["reset-clock", "--agency", "acme"],
    &["backup", "copy"],
    &["import", "roster.csv", "--agency", "acme"],
    &["call", "agencies.get", "acme"],
    &["call", "--agency", "acme", "brands.create", r#"{"id": "puma", "name": "Puma"}"#],
    &["call", "jobs.run", "5"],
    &["call", "system.status"],
    &["call", "system.check"],
    &["call", "system.repair", "acme"],
    &["call", "system.export", "acme", "limit=5"],
    &["call", "system.check-import", "[]"],
    &["call", "system.abort-import", "acme"],
];

fn each_is_refused(desk: &Desk, store: &[&str], parts: &[&str]) {
    let names = desk.names();
    for args in ALL {
        desk.run(&[args, store].concat()).refused(1, parts);
        assert_eq!(desk.names(), names, "{args:?}");
    }
}

#[test]
fn a_mistyped_store_makes_nothing() {
    let desk = Desk::new();
    fs::write(desk.path("roster.csv"), "email,brand\nann@nike.example,nike\n").unwrap();
    each_is_refused(&desk, &["--store", "s2.db"], &["no store at `s2.db` (did you mean `s.db`?)"]);
    let how = "creating an agency makes one: clientdesk agencies create <ID> --name <NAME> \
               --notification-email <ADDRESS> --portal-address <URL>";
    let catalog = "to sell in another currency than US dollars, set the catalog first: clientdesk \
                   catalog set <FILE>";
    let option = " --store new/clients.db";
    let named = format!("no store at `new/clients.db`; {how}{option}; {catalog}{option}\n");
    each_is_refused(&desk, &["--store", "new/clients.db"], &[&named]);
    each_is_refused(&desk, &[], &["no store at `", &format!("{how}; {catalog}\n")]);
}

#[test]
fn a_store_may_begin_with_its_catalog() {
    let desk = Desk::empty();
    let catalog = r#"{"currency": "EUR",
        "white-label": {"monthly": 4900, "annual": 49200, "mode": "volume", "tiers": []},
        "plans": [], "add-ons": [], "plan-discounts": [], "seller": {"name": "", "address": ""},
        "policies": {"proration": "day", "white-label-start": "invite", "trial-days-max": 14,
            "payment-days": 30}}"#;
    desk.run(&["call", "catalog.set", "{}", "0", "--store", "s.db"]).refused(2, &[]);
    assert_eq!(desk.names(), Vec::<String>::new(), "what makes no sense makes no store");
    assert_eq!(desk.call(&["catalog.set", catalog, "0"]), 1);
    desk.call(&["agencies.create", AGENCY]);
    assert_eq!(desk.call(&["billing.summary"])["run-rate"]["currency"], "EUR");
}

#[test]
fn a_call_that_makes_no_sense_makes_no_store() {
    let desk = Desk::empty();
    for args in [
        &["call", "agencies.create", "--store", "s.db"][..],
        &["call", "agencies.creat", "{}", "--store", "s.db"],
        &["call", "agencies.create", r#"{"id": 5}"#, "--store", "s.db"],
    ] {
        desk.run(args).refused(2, &[]);
        assert_eq!(desk.names(), Vec::<String>::new(), "{args:?}");
    }
    let schema = desk.run(&["call", "system.schema", "--store", "s.db"]);
    assert_eq!((schema.code, schema.error.as_str()), (Some(0), ""));
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[test]
fn an_emptied_file_is_no_new_store() {
    let desk = Desk::new();
    fs::write(desk.path("roster.csv"), "email,brand\nann@nike.example,nike\n").unwrap();
    fs::write(desk.path("s.db"), "").unwrap();
    let said = ["the store `s.db` is empty (0 bytes)", "restore a backup"];
    each_is_refused(&desk, &["--store", "s.db"], &said);
    let agency = r#"{"id": "b", "name": "B", "notification-email": "b@b.example", "billing-interval": "monthly", "portal-address": "https://b.example"}"#;
    desk.run(&["call", "agencies.create", agency, "--store", "s.db"]).refused(1, &said);
    assert_eq!(desk.bytes("s.db"), b"");
}

#[test]
fn other_files_are_no_stores() {
    let desk = Desk::new();
    let text = "a list of songs, and not a store ".repeat(40);
    fs::write(desk.path("roster.csv"), "email,brand\nann@nike.example,nike\n").unwrap();
    fs::write(desk.path("songs.txt"), &text).unwrap();
    let said = "`songs.txt` isn't a Clientdesk store: it isn't an SQLite file";
    each_is_refused(&desk, &["--store", "songs.txt"], &[said]);
    assert_eq!(desk.bytes("songs.txt"), text.as_bytes());
    let said = "`s.db.mails` isn't a Clientdesk store: it isn't a file";
    each_is_refused(&desk, &["--store", "s.db.mails"], &[said]);
}

#[test]
fn no_store_that_is_there_is_tortured() {
    let desk = Desk::new();
    let before = desk.bytes("s.db");
    let said = desk.run(&["torture", "--kills", "1", "--store", "s.db"]);
    said.refused(1, &["`s.db` already exists", "name a file that isn't there yet"]);
    assert_eq!(desk.bytes("s.db"), before);
}

#[test]
fn the_platforms_own_functions_are_called_on_the_store() {
    let desk = Desk::new();
    assert_eq!(desk.call(&["system.check", "acme"])["differences"], json!([]));
    assert!(desk.call(&["system.check", "acme"])["looked-at"].as_u64() > Some(0));
    let (mut lines, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = desk.call(&["system.export", "acme", &cursor.to_string(), "500"]);
        lines.extend(page["lines"].as_array().unwrap().clone());
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let lines = Value::from(lines).to_string();
    let progress = desk.call(&["system.import", &lines, "name-as=acme-2"]);
    assert_eq!(progress["complete"], true);
    desk.call(&["system.import", "[]", &format!("ticket={}", progress["ticket"])]);
    assert_eq!(desk.call(&["agencies.get", "acme-2"])["name"], "Acme");
}
