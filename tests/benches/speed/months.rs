//! The end of a month at 10,000 agencies with 20 brands each, and what one of 200 brands owes, on
//! SQLite.

use std::rc::Rc;
use std::sync::Arc;

use clientdesk_component::app::Ports;
use clientdesk_component::guest::native;
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::storage::SqliteStorage;
use serde_json::{Value, json};

use super::health::timed;
use super::invites::temporary;
use super::raw::{Asked, RawSqlite, Recorder};
use super::table::{Goal, Row};
use super::world;

const AGENCIES: usize = 10_000;
const BRANDS: u64 = 20;
/// Of the agency whose summary is read.
const MANY_BRANDS: u64 = 200;
/// An hour into October: what runs is charged for, and September's invoices close.
const OCTOBER: u64 = world::NOW + 30 * 86_400_000 + 3_600_000;
const RUNS: usize = 200;

pub fn rows() -> Vec<Row> {
    let folder = temporary();
    let storage = Arc::new(SqliteStorage::open(folder.join("store.sqlite")).unwrap());
    let clock = ManualClock::at(world::NOW);
    let host = world::host_at(storage, clock.clone());
    for number in 0..AGENCIES {
        agency(&host, &format!("agency-{number}"), BRANDS);
    }
    agency(&host, "many", MANY_BRANDS);
    clock.set(OCTOBER);
    let mut done = 0;
    let month = timed(1, || {
        while {
            let report = host.call("jobs.run", &[json!(1_000)]).unwrap();
            done += 1;
            report["more"] == true
        } {}
    });
    let invoices = host.call("billing.invoices", &[call("agency-9999"), Value::Null, page()]);
    assert_eq!(invoices.unwrap()["invoices"].as_array().unwrap().len(), 1, "after {done} runs");
    let each = month / AGENCIES as f64;
    let summary = timed(RUNS, || {
        let summary = host.call("billing.summary", &[call("many")]).unwrap();
        assert_eq!(summary["brands"], MANY_BRANDS);
    });
    let raw = RawSqlite::open(&folder.join("store.sqlite"));
    let scan = timed(RUNS, || {
        let rows = raw.scan("a/many/brand/", "a/many/brand0", 500);
        assert_eq!(rows.len() as u64, MANY_BRANDS);
    });
    let closed = raw_month(&folder.join("raw.sqlite"));
    vec![
        Row::of(
            &format!("close a month, an agency of 20 brands ({:.0} a second)", 1e9 / each),
            Some(each),
            "the same reads and writes, raw",
            Some(closed),
            Goal::None,
        ),
        Row::of(
            "billing.summary, 200 brands",
            Some(summary),
            "raw scan of the 200 rows",
            Some(scan),
            Goal::None,
        ),
    ]
}

/// What closing the month of one agency asks of the store, done directly: the median.
fn raw_month(path: &std::path::Path) -> f64 {
    let recorder = Arc::new(Recorder::default());
    let clock = ManualClock::at(world::NOW);
    let ports = Rc::new(world::ports_at(Arc::clone(&recorder) as _, clock.clone()));
    let wire = |function: &str, arguments: Vec<Value>| natively(&ports, function, arguments);
    wire("agencies.create", vec![new_agency("acme")]);
    for brand in 0..BRANDS {
        wire(
            "brands.create",
            vec![native_call(), json!({"id": format!("b{brand}"), "name": format!("B {brand}")})],
        );
    }
    let brands: Vec<String> = (0..BRANDS).map(|brand| format!("b{brand}")).collect();
    wire("clients.invite-by-link", vec![native_call(), json!({"brands": brands})]);
    recorder.take();
    let before = recorder.dump();
    clock.set(OCTOBER);
    wire("jobs.run", vec![json!(1_000)]);
    let asked: Vec<Asked> = recorder.take();
    let mut raw = RawSqlite::create(path, &before);
    timed(RUNS, || {
        std::hint::black_box(raw.replay(&asked));
    })
}

fn natively(ports: &Rc<Ports>, function: &str, arguments: Vec<Value>) {
    let answer = native::call(ports, function, arguments).unwrap().unwrap();
    assert!(answer.get("Err").is_none(), "{function}: {answer}");
}

/// The caller as the native build spells it.
fn native_call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "Owner"}})
}

fn new_agency(id: &str) -> Value {
    json!({
        "id": id, "name": id, "notification_email": "office@acme.example",
        "billing_interval": "Monthly", "portal_address": "https://acme.example",
    })
}

/// An agency whose brands one client has, by a link that never expires.
fn agency(host: &Host, id: &str, brands: u64) {
    let new = json!({
        "id": id, "name": id, "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    host.call("agencies.create", &[new]).unwrap();
    let name = |brand: u64| format!("brand-{brand}");
    for brand in 0..brands {
        host.call("brands.create", &[call(id), json!({"id": name(brand), "name": name(brand)})])
            .unwrap();
    }
    let brands: Vec<String> = (0..brands).map(name).collect();
    host.call("clients.invite-by-link", &[call(id), json!({"brands": brands})]).unwrap();
}

fn call(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

fn page() -> Value {
    json!({"limit": 10})
}
