//! Many invites with a quote, and somebody who gets in between two of them: nothing is booked that
//! wasn't quoted.

use std::sync::{Arc, Mutex};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, Storage, Write,
};
use clientdesk_scenario::{Target, World};
use clientdesk_tests::bridge;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("quoted_rows/a_row_that_comes_to_something_else_is_refused", a_row_is_refused)]
}

const NOW: u64 = 1_788_220_800_000;

type Meddler = Box<dyn FnOnce() + Send>;

/// A store behind whose next commit somebody does something.
struct Meddled {
    below: Arc<dyn Storage>,
    next: Mutex<Option<Meddler>>,
}

impl Storage for Meddled {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.below.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.below.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        let outcome = self.below.commit(checks, writes);
        let meddler = self.next.lock().unwrap().take();
        if let Some(meddle) = meddler {
            meddle();
        }
        outcome
    }

    fn scrub(&self) -> Result<(), Error> {
        self.below.scrub()
    }
}

fn run(target: &Native, function: &str, arguments: &[Value]) -> Value {
    target.call(function, arguments).unwrap()
}

fn olga() -> Value {
    call("acme", "owner")
}

fn a_row_is_refused() {
    let world = World::new(Arc::new(MemoryStorage::new()));
    world.clock.set(NOW);
    let other = Native::new(&world);
    let settings = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    run(&other, "agencies.create", &[settings]);
    for brand in ["fila", "nike", "puma"] {
        run(&other, "brands.create", &[olga(), json!({"id": brand, "name": brand})]);
    }
    let World { storage, mail, clock, secrets } = world.clone();
    let meddled = Arc::new(Meddled { below: storage, next: Mutex::default() });
    let store: Arc<dyn Storage> = Arc::<Meddled>::clone(&meddled);
    let target = Native::of(bridge::ports(store, mail, Arc::new(clock), secrets));

    let invite =
        |name: &str, brand: &str| json!({"email": format!("{name}@x.example"), "brands": [brand]});
    let invites = json!([invite("ann", "nike"), invite("ben", "puma"), invite("cem", "fila")]);
    let change = json!({"invite-many": invites});
    let quote = run(&target, "billing.preview", &[olga(), change, Value::Null]);
    assert_eq!(quote["lines"].as_array().unwrap().len(), 3);

    let at_puma = invite("dan", "puma");
    let there = world.clone();
    *meddled.next.lock().unwrap() = Some(Box::new(move || {
        run(&Native::new(&there), "clients.invite-by-email", &[olga(), at_puma]);
    }));
    let mut with_quote = olga();
    with_quote["quote"] = quote["quote"].clone();
    let outcomes = run(&target, "clients.invite-many", &[with_quote, invites]);
    assert_eq!(outcomes[0]["done"]["outcome"], "invited");
    let refused = &outcomes[1]["refused"]["conflict"];
    assert_eq!(
        (&refused["state"], &refused["event"]),
        (&json!("quote"), &json!("invite-by-email"))
    );
    assert_eq!(outcomes[2]["done"]["outcome"], "invited");

    let page = json!({"limit": 10});
    let clients = run(&target, "clients.list", &[olga(), json!({}), Value::Null, page.clone()]);
    let emails: Vec<&Value> =
        clients["clients"].as_array().unwrap().iter().map(|client| &client["email"]).collect();
    assert!(emails.contains(&&json!("dan@x.example")), "{emails:?}");
    assert!(!emails.contains(&&json!("ben@x.example")), "{emails:?}");
    let ledger = run(&target, "billing.ledger", &[olga(), Value::Null, page]);
    let booked: Vec<&Value> = ledger["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["item"]["white-label"])
        .collect();
    assert_eq!(booked, ["nike", "puma", "fila"], "Puma is Dan's doing");
}
