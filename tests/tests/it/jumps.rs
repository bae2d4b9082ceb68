//! Clocks that jump: hours, months, backwards. Whatever they do, each turn of a client is
//! written down once, each week has one summary at most, and every mail goes out once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, World};
use clientdesk_simulate::dice::Dice;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("jumps/nothing_is_lost_or_repeated", nothing_is_lost_or_repeated)]
}

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// 7 September 2026, a Monday, at midnight.
const BEGIN: u64 = 1_788_739_200_000;
const CLIENTS: usize = 5;
const STEPS: usize = 60;

fn nothing_is_lost_or_repeated() {
    for seed in 0..12 {
        Play::new(seed).run();
    }
}

struct Play {
    seed: u64,
    dice: Dice,
    world: World,
    target: Native,
    clients: Vec<String>,
}

impl Play {
    fn new(seed: u64) -> Play {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let target = Native::new(&world);
        world.clock.set(BEGIN);
        let mut play = Play { seed, dice: Dice::new(seed), world, target, clients: Vec::new() };
        play.found();
        play
    }

    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("seed {}: {function}: {error:?}", self.seed))
    }

    fn found(&mut self) {
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        self.ask("agencies.create", &[agency]);
        self.ask("brands.create", &[call(), json!({"id": "nike", "name": "Nike"})]);
        let digest = json!({"on": true, "weekday": "wednesday", "hour": 9, "recipients": []});
        let thresholds = json!({"at-risk-days": 5, "churn-days": 12});
        let changes = json!({"digest": digest, "thresholds": thresholds, "alerts": true});
        self.ask("agencies.update", &[call(), changes]);
        for number in 0..CLIENTS {
            let invite = json!({"email": email(number), "brands": ["nike"]});
            let invited = self.ask("clients.invite-by-email", &[call(), invite]);
            self.clients.push(invited["client"].as_str().unwrap().to_owned());
            self.log_in(number);
        }
    }

    fn log_in(&self, number: usize) {
        let who = [json!("acme"), json!(email(number)), Value::Null, Value::Null];
        self.ask("portal.admit", &who);
    }

    fn now(&self) -> u64 {
        use clientdesk_host::adapters::clock::Clock as _;
        self.world.clock.now()
    }

    fn jobs(&self) {
        while self.ask("jobs.run", &[json!(100)])["more"] == true {}
    }

    fn run(&mut self) {
        for _ in 0..STEPS {
            self.jump();
            if self.dice.below(3) > 0 {
                self.jobs();
            }
            if self.dice.below(3) == 0 {
                let number = usize::try_from(self.dice.below(CLIENTS as u64)).unwrap();
                self.log_in(number);
            }
        }
        // The clock comes to its senses, and the jobs to their end.
        let agency = self.ask("agencies.get", &[json!("acme")]);
        let latest = agency["latest-time"].as_u64().unwrap();
        self.world.clock.set(latest.max(self.now()) + 8 * DAY);
        self.jobs();
        self.check_turns();
        self.check_mails();
    }

    /// On by minutes, hours, days or months; or back.
    fn jump(&mut self) {
        let now = self.now();
        let back = self.dice.below(5) == 0;
        let far = match self.dice.below(4) {
            0 => self.dice.below(HOUR),
            1 => self.dice.below(3 * DAY),
            2 => self.dice.below(14 * DAY),
            _ => self.dice.below(70 * DAY),
        };
        self.world.clock.set(if back { (now - far).max(BEGIN) } else { now + far });
    }

    fn entries(&self, kind: &str) -> Vec<Value> {
        let filter = json!({"kind": kind});
        let mut entries = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let page = json!({"limit": 500, "cursor": cursor});
            let arguments = [call(), filter.clone(), json!("forward"), page];
            let page = self.ask("audit.list", &arguments);
            entries.extend(page["entries"].as_array().unwrap().clone());
            cursor = page["next"].clone();
            if cursor.is_null() {
                return entries;
            }
        }
    }

    /// Each turn once for a log-in; and the latest log-in's are there, if their time has come.
    fn check_turns(&self) {
        for (kind, days) in [("client-at-risk", 5), ("client-churned", 12)] {
            let mut seen = BTreeSet::new();
            for entry in self.entries(kind) {
                let details: Value =
                    serde_json::from_str(entry["details"].as_str().unwrap()).unwrap();
                let login = details["last-log-in"].as_u64().unwrap();
                let client = details["client"].as_str().unwrap().to_owned();
                let since = details["since"].as_u64().unwrap();
                assert_eq!(since, login + days * DAY, "seed {}", self.seed);
                assert!(entry["at"].as_u64().unwrap() >= since, "seed {}: too early", self.seed);
                assert!(seen.insert((client, login)), "seed {}: {kind} twice", self.seed);
            }
            for client in &self.clients {
                let shown = self.ask("clients.get", &[call(), json!(client)]);
                let login = shown["last-log-in"].as_u64().unwrap();
                let turned = login + days * DAY <= self.now();
                let there = seen.contains(&(client.clone(), login));
                assert_eq!(there, turned, "seed {}: {kind} of {login}", self.seed);
            }
        }
    }

    /// Every mail of the outbox went out, once; a summary a week at most.
    fn check_mails(&self) {
        let outbox = self.ask("jobs.outbox", &[call(), json!({"limit": 500})]);
        let mut sent: BTreeMap<String, usize> = BTreeMap::new();
        for mail in self.world.mails_after(0) {
            *sent.entry(mail.id).or_default() += 1;
        }
        let mut weeks = BTreeSet::new();
        let mut digests = 0;
        for mail in outbox["mails"].as_array().unwrap() {
            let id = mail["id"].as_str().unwrap();
            assert_eq!(mail["delivery"], "handed-over", "seed {}", self.seed);
            assert_eq!(sent.get(id), Some(&1), "seed {}: {mail}", self.seed);
            if mail["kind"] == "digest" {
                let week = (mail["created-at"].as_u64().unwrap() / DAY + 3) / 7;
                assert!(weeks.insert(week), "seed {}: two summaries a week", self.seed);
                digests += 1;
            }
        }
        assert!(digests > 0, "seed {}: no summary at all", self.seed);
        assert_eq!(self.entries("digest-sent").len(), digests, "seed {}", self.seed);
    }
}

fn email(number: usize) -> String {
    format!("client{number}@nike.example")
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}
