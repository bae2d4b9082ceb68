//! A new period of many brands, and a client of many brands that nobody touched for years, on
//! SQLite.

use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::storage::SqliteStorage;
use serde_json::{Value, json};

use super::health::{middle, timed};
use super::invites::temporary;
use super::table::{Goal, Row};
use super::world;

/// How many clients there are, each with 200 brands of its own.
const CLIENTS: u64 = 8;
/// How many months are charged.
const MONTHS: u64 = 7;
const DAY: u64 = 86_400_000;

pub fn rows() -> Vec<Row> {
    let storage = Arc::new(SqliteStorage::open(temporary().join("store.sqlite")).unwrap());
    world::prepare(&world::ports(Arc::clone(&storage) as _));
    let clock = ManualClock::at(world::NOW);
    let host = world::host_at(storage, clock.clone());
    let clients: Vec<Value> = (0..CLIENTS).map(|number| client(&host, number)).collect();
    let jobs = || host.call("jobs.run", &[json!(100)]).unwrap()["more"] == true;
    while jobs() {}
    let months = (1..=MONTHS).map(|month| {
        // A few days into each month.
        clock.set(world::NOW + (month * 31 + 3) * DAY);
        let call = timed(1, || assert!(jobs()));
        while jobs() {}
        call
    });
    let period = middle(months.collect());
    clock.set(world::NOW + 9 * 366 * DAY);
    let revoke = timed(1, || {
        host.call("clients.revoke", &[call(), clients[0].clone()]).unwrap();
    });
    vec![
        Row::of("jobs.run, limit 100, a new period", Some(period), "", None, Goal::Nanos(50e6)),
        Row::of("revoke 200 brands, 9 years behind", Some(revoke), "", None, Goal::Nanos(5e9)),
    ]
}

/// A client with 200 brands of its own, by a link that never expires.
fn client(host: &Host, number: u64) -> Value {
    let name = |brand: u64| format!("brand-{number}-{brand}");
    for brand in 0..200 {
        let brand = json!({"id": name(brand), "name": name(brand)});
        host.call("brands.create", &[call(), brand]).unwrap();
    }
    let brands: Vec<String> = (0..200).map(name).collect();
    let link = host.call("clients.invite-by-link", &[call(), json!({"brands": brands})]);
    link.unwrap()["client"].clone()
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}
