//! After any silence, and any clock, what the jobs have booked is what is owed: ledger, summary
//! and event feed agree to the cent, and no command is refused for what is behind.

use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::jumps::Dice;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("renewals/ledger_summary_and_feed_agree", ledger_summary_and_feed_agree),
        trial("renewals/nine_years_of_200_brands", nine_years_of_200_brands),
        trial("renewals/older_stores_catch_up", older_stores_catch_up),
    ]
}

const DAY: u64 = 24 * 3_600_000;
/// 31 January 2026: months end on other days.
const BEGIN: u64 = 1_769_817_600_000;
const BRANDS: u64 = 4;

struct Books {
    world: World,
    target: Native,
}

impl Books {
    fn open(interval: &str) -> Books {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(BEGIN);
        let books = Books { target: Native::new(&world), world };
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": interval, "portal-address": "https://acme.example",
        });
        books.ask("agencies.create", &[agency]);
        books
    }

    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("{function}: {error:?}"))
    }

    fn brand(&self, id: &str) {
        self.ask("brands.create", &[olga(), json!({"id": id, "name": id})]);
    }

    fn invite(&self, email: &str, brands: &[String], ends: Option<u64>) -> Value {
        let invite = json!({"email": email, "brands": brands, "access-ends-at": ends});
        self.ask("clients.invite-by-email", &[olga(), invite])["client"].clone()
    }

    fn pass(&self, time: u64) {
        self.world.clock.set(self.world.clock.now() + time);
    }

    fn jobs(&self) {
        loop {
            let run = self.ask("jobs.run", &[json!(100)]);
            assert_eq!(run["failed"], 0);
            if run["more"] != true {
                return;
            }
        }
    }

    /// The amounts of all lines of the ledger, with the entry that each was written with.
    fn ledger(&self) -> Vec<(u64, i64)> {
        let all = self.pages("billing.ledger", "lines", |page| vec![olga(), page]);
        let line = |line: &Value| {
            (line["log-entry"].as_u64().unwrap(), line["amount"]["amount"].as_i64().unwrap())
        };
        all.iter().map(line).collect()
    }

    /// The sum of what the event feed says was charged and credited.
    fn fed(&self) -> i64 {
        let (mut after, mut sum) = (0, 0);
        loop {
            let feed = self.ask("audit.read", &[olga(), json!(after), json!(500)]);
            let entries = feed["entries"].as_array().unwrap();
            let Some(last) = entries.last() else { return sum };
            after = last["number"].as_u64().unwrap();
            for entry in entries {
                let details: Value =
                    serde_json::from_str(entry["details"].as_str().unwrap()).unwrap();
                sum += details["amount"]["amount"].as_i64().unwrap_or_default();
            }
        }
    }

    fn pages(
        &self,
        function: &str,
        list: &str,
        arguments: impl Fn(Value) -> Vec<Value>,
    ) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page = self.ask(function, &arguments(json!({"limit": 500, "cursor": cursor})));
            all.extend(page[list].as_array().unwrap().iter().cloned());
            cursor = page["next"].clone();
            if cursor.is_null() {
                return all;
            }
        }
    }

    fn check(&self, told: &str) {
        let summary = self.ask("billing.summary", &[olga()]);
        let owed = summary["total"]["amount"].as_i64().unwrap();
        self.jobs();
        let booked: i64 = self.ledger().iter().map(|(_, amount)| amount).sum();
        assert_eq!(booked, owed, "the ledger, {told}");
        assert_eq!(self.fed(), owed, "the feed, {told}");
        let summary = self.ask("billing.summary", &[olga()]);
        assert_eq!(summary["total"]["amount"], owed, "the summary, {told}");
    }
}

fn olga() -> Value {
    call("acme", "owner")
}

fn id(number: u64) -> String {
    format!("brand-{number:03}")
}

fn ledger_summary_and_feed_agree() {
    for seed in 0..24 {
        let interval = if seed % 3 == 0 { "annual" } else { "monthly" };
        let books = Books::open(interval);
        let mut dice = Dice::new(seed);
        (0..BRANDS).for_each(|number| books.brand(&id(number)));
        let mut clients: Vec<Value> = Vec::new();
        for step in 0..30 {
            books.pass(match dice.below(4) {
                0 => dice.below(DAY),
                1 => dice.below(20 * DAY),
                2 => dice.below(90 * DAY),
                _ => dice.below(1_500 * DAY),
            });
            match dice.below(4) {
                0 | 1 => {
                    let brands: Vec<String> =
                        (0..BRANDS).filter(|_| dice.below(2) == 0).map(id).collect();
                    let ends = (dice.below(3) == 0)
                        .then(|| books.world.clock.now() + 1 + dice.below(200 * DAY));
                    if !brands.is_empty() {
                        let email = format!("{step}@nike.example");
                        clients.push(books.invite(&email, &brands, ends));
                    }
                }
                2 if !clients.is_empty() => {
                    let index = dice.below(clients.len() as u64);
                    let client = clients.remove(usize::try_from(index).unwrap());
                    // It may have ended by itself.
                    let _ = books.target.call("clients.revoke", &[olga(), client]);
                }
                _ => books.jobs(),
            }
            if dice.below(3) == 0 {
                books.check(&format!("seed {seed}, step {step}"));
            }
        }
        books.check(&format!("seed {seed}, at the end"));
    }
}

fn nine_years_of_200_brands() {
    let books = Books::open("monthly");
    let brands: Vec<String> = (0..200).map(id).collect();
    brands.iter().for_each(|brand| books.brand(brand));
    let arguments = [olga(), json!({"brands": brands})];
    let client = books.ask("clients.invite-by-link", &arguments)["client"].clone();
    books.pass(9 * 365 * DAY + 2 * DAY);
    books.ask("clients.revoke", &[olga(), client]);
    // A start, a renewal for each of 108 months, and a stop.
    assert_eq!(books.ledger().len(), 200 * (1 + 108 + 1));
    books.check("after nine years");
    let summary = books.ask("billing.summary", &[olga()]);
    assert_eq!(summary["brands"], 0);
}

/// A store in which nothing says when brands are to be renewed.
fn older_stores_catch_up() {
    let books = Books::open("monthly");
    books.brand("nike");
    books.invite("ann@nike.example", &["nike".to_owned()], None);
    books
        .ask("portal.admit", &[json!("acme"), json!("ann@nike.example"), Value::Null, Value::Null]);
    let mut rows = books.world.rows().unwrap();
    let before = rows.len();
    rows.retain(|key, _| !key.contains("/renewal/"));
    assert_eq!(rows.len(), before - 1);
    books.world.restore(&rows).unwrap();
    books.pass(100 * DAY);
    books.jobs();
    assert_eq!(books.ledger().len(), 4, "a start and three renewals");
    books.check("of an older store");
}
