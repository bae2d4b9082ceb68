//! Logs that are longer than what one call looks at.

use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;

/// One call looks at 5,000 entries.
const RENAMES: usize = 5_050;

pub fn trials() -> Vec<Trial> {
    vec![trial("log/pages_of_a_long_log_lead_to_its_end", pages_of_a_long_log_lead_to_its_end)]
}

/// An agency whose log begins and ends with the creation of a brand, with many entries in
/// between.
fn long_log() -> Native {
    let target = Native::new(&World::new(Arc::new(MemoryStorage::new())));
    let run = |function: &str, arguments: &[Value]| target.call(function, arguments).unwrap();
    let settings = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    run("agencies.create", &[settings]);
    let olga = call("acme", "owner");
    run("brands.create", &[olga.clone(), json!({"id": "first", "name": "First"})]);
    for n in 0..RENAMES {
        run("brands.rename", &[olga.clone(), json!("first"), json!(format!("Name {n}"))]);
    }
    run("brands.create", &[olga, json!({"id": "last", "name": "Last"})]);
    target
}

/// The numbers of the entries on each page.
fn pages(target: &Native, filter: &Value, limit: u32, direction: &str) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = json!({"limit": limit, "cursor": cursor});
        let arguments = [call("acme", "viewer"), filter.clone(), json!(direction), page];
        let page = target.call("audit.list", &arguments).unwrap();
        let entries = page["entries"].as_array().unwrap().iter();
        pages.push(entries.map(|entry| entry["number"].as_u64().unwrap()).collect());
        cursor = page["next"].clone();
        if cursor.is_null() {
            return pages;
        }
    }
}

fn pages_of_a_long_log_lead_to_its_end() {
    let target = long_log();
    let last = RENAMES as u64 + 3;
    let created = json!({"kind": "brand-created"});
    assert_eq!(pages(&target, &created, 10, "forward"), [vec![2], vec![last]]);
    assert_eq!(pages(&target, &created, 10, "backward"), [vec![last], vec![2]]);
    let never = json!({"brand": "nobodys"});
    assert_eq!(pages(&target, &never, 10, "forward"), [[0; 0]; 2], "short, and going on");
    let all: Vec<u64> = pages(&target, &Value::Null, 500, "forward").concat();
    assert!(all.into_iter().eq(1..=last), "everything, once, in order");
    let all: Vec<u64> = pages(&target, &Value::Null, 500, "backward").concat();
    assert!(all.into_iter().eq((1..=last).rev()));
}
