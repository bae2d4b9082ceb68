//! The list of clients, its counts and the overview of health say the same at any time, also
//! while jobs are late: before turns and ends of access were written down, before archived
//! brands were tidied up, before scores were computed anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;
use clientdesk_simulate::dice::Dice;

pub fn trials() -> Vec<Trial> {
    vec![trial("agree/list_counts_and_overview", list_counts_and_overview)]
}

const DAY: u64 = 86_400_000;
/// 7 September 2026, a Monday, at midnight.
const BEGIN: u64 = 1_788_739_200_000;
/// More than archiving a brand tidies up at once.
const CLIENTS: u64 = 70;
const STEPS: usize = 25;
const STATUSES: [&str; 5] = ["pending", "active", "at-risk", "churned", "revoked"];

struct Play {
    seed: u64,
    dice: Dice,
    world: World,
    target: Native,
}

fn list_counts_and_overview() {
    for seed in 0..6 {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(BEGIN);
        let target = Native::new(&world);
        Play { seed, dice: Dice::new(seed), world, target }.run();
    }
}

impl Play {
    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("seed {}: {function}: {error:?}", self.seed))
    }

    fn run(&mut self) {
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        self.ask("agencies.create", &[agency]);
        let thresholds = json!({"at-risk-days": 5, "churn-days": 12});
        self.ask("agencies.update", &[olga(), json!({"thresholds": thresholds})]);
        for brand in ["nike", "puma"] {
            self.ask("brands.create", &[olga(), json!({"id": brand, "name": brand})]);
        }
        for number in 0..CLIENTS {
            self.invite(number);
        }
        let archived = self.dice.below(STEPS as u64);
        for step in 0..STEPS as u64 {
            if step == archived {
                self.ask("brands.archive", &[olga(), json!("puma"), json!(true)]);
                self.compare();
            }
            self.world.clock.set(self.world.clock.now() + self.dice.below(4 * DAY));
            for _ in 0..self.dice.below(20) {
                self.log_in();
            }
            self.compare();
            if self.dice.below(3) == 0 {
                let limit = self.dice.below(40) + 1;
                self.ask("jobs.run", &[json!(limit)]);
                self.compare();
            }
        }
    }

    /// Some for one brand, some for both; some for a time; most join.
    fn invite(&mut self, number: u64) {
        let brands: &[&str] = if number.is_multiple_of(5) { &["nike", "puma"] } else { &["puma"] };
        let brands = if number.is_multiple_of(3) { &["nike"] } else { brands };
        let ends = self.world.clock.now() + DAY + self.dice.below(60 * DAY);
        let ends = if number.is_multiple_of(4) { json!(ends) } else { Value::Null };
        let invite = json!({"email": email(number), "brands": brands, "access-ends-at": ends});
        self.ask("clients.invite-by-email", &[olga(), invite]);
        if self.dice.below(5) > 0 {
            self.ask("portal.admit", &admission(number));
        }
    }

    /// Somebody logs in, unless their access is over.
    fn log_in(&mut self) {
        let number = self.dice.below(CLIENTS);
        let _ = self.target.call("portal.admit", &admission(number));
    }

    fn list(&self, filter: &Value) -> Vec<Value> {
        let page = json!({"limit": 500});
        let page = self.ask("clients.list", &[olga(), filter.clone(), Value::Null, page]);
        assert!(page["next"].is_null());
        page["clients"].as_array().unwrap().clone()
    }

    fn compare(&self) {
        let seed = self.seed;
        let all = self.list(&Value::Null);
        let mut by_status = BTreeMap::<String, u64>::new();
        for client in &all {
            *by_status.entry(status(client)).or_default() += 1;
        }
        let overview = self.ask("health.overview", &[olga()]);
        let counts = self.ask("clients.counts", &[olga(), Value::Null]);
        assert_eq!(overview["statuses"], counts, "seed {seed}");
        assert_eq!(counts["all"], all.len(), "seed {seed}");
        for wanted in STATUSES {
            let listed = by_status.get(wanted).copied().unwrap_or_default();
            assert_eq!(counts[wanted], listed, "seed {seed}: {wanted}, of {by_status:?}");
            let filtered = self.list(&json!({"status": wanted}));
            assert_eq!(filtered.len() as u64, listed, "seed {seed}: the list of {wanted}");
        }
        let nike = self.ask("clients.counts", &[olga(), json!({"brand": "nike"})]);
        let has_nike = |client: &&Value| {
            client["grants"].as_array().unwrap().iter().any(|grant| grant["brand"] == "nike")
        };
        assert_eq!(nike["all"], all.iter().filter(has_nike).count(), "seed {seed}");
        self.compare_scores(&all, &overview);
    }

    fn compare_scores(&self, all: &[Value], overview: &Value) {
        let marks: Vec<&Value> =
            all.iter().map(|client| &client["health"]).filter(|mark| !mark.is_null()).collect();
        for band in ["active", "at-risk", "churned"] {
            let listed = marks.iter().filter(|mark| mark["band"] == band).count();
            assert_eq!(overview["bands"][band], listed, "seed {}: {band}", self.seed);
        }
        let sum: u64 = marks.iter().map(|mark| mark["score"].as_u64().unwrap()).sum();
        let count = marks.len() as u64;
        let average = (count > 0).then(|| (2 * sum + count) / (2 * count));
        assert_eq!(overview["average"].as_u64(), average, "seed {}", self.seed);
        for mover in
            ["falls", "rises"].into_iter().flat_map(|side| overview[side].as_array().unwrap())
        {
            let own = all.iter().find(|client| client["id"] == mover["client"]).unwrap();
            assert!(!own["health"].is_null(), "seed {}: {mover} has no score", self.seed);
        }
    }
}

/// As filters call it: links are pending.
fn status(client: &Value) -> String {
    let status = client["status"].as_str().unwrap();
    if status == "link-invite" { "pending".to_owned() } else { status.to_owned() }
}

fn admission(number: u64) -> [Value; 4] {
    [json!("acme"), json!(email(number)), Value::Null, Value::Null]
}

fn email(number: u64) -> String {
    format!("client{number}@nike.example")
}

fn olga() -> Value {
    call("acme", "owner")
}
