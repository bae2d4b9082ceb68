//! An agency that a history happens to, and what the reference is told of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use clientdesk_tests::billing_reference::history::{Event, History, Interval, Time, What};
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use clientdesk_simulate::dice::Dice;

pub const HOUR: u64 = 3_600_000;
pub const DAY: u64 = 24 * HOUR;
pub const BRANDS: [&str; 5] = ["adidas", "nike", "puma", "umbro", "vans"];

/// When agencies are created: at the end of months, on 29 February, in the middle of one.
const BEGINNINGS: [u64; 4] = [
    // 31 January 2027, 08:00
    1_801_382_400_000,
    // 29 February 2028, 23:59:59.999
    1_835_481_599_999,
    // 1 September 2026, 00:00
    1_788_220_800_000,
    // 15 November 2026, 13:14:15.016
    1_794_748_455_016,
];

/// A client's access to one brand, as the reference was told: until when, and whether it has
/// accepted.
pub type Access = (Option<u64>, bool);

/// An agency that a history happens to.
pub struct Play {
    pub seed: u64,
    pub dice: Dice,
    pub world: World,
    target: Native,
    /// What the reference is told.
    pub history: History,
    /// What it was told of each client: its brands.
    pub known: BTreeMap<String, BTreeMap<String, Access>>,
}

impl Play {
    pub fn new(seed: u64) -> Play {
        let mut dice = Dice::new(seed);
        let world = World::new(Arc::new(MemoryStorage::new()));
        let begin = BEGINNINGS[place(dice.below(4))];
        world.clock.set(begin);
        let target = Native::new(&world);
        let (interval, word) = match dice.below(3) {
            0 => (Interval::Annual, "annual"),
            _ => (Interval::Monthly, "monthly"),
        };
        let history = History::new(time(begin), interval);
        let mut play = Play { seed, dice, world, target, history, known: BTreeMap::new() };
        play.set_first_catalog();
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": word, "portal-address": "https://acme.example",
        });
        play.ask("agencies.create", &[agency]);
        for id in BRANDS {
            play.ask("brands.create", &[olga(), json!({"id": id, "name": id})]);
        }
        let days = play.dice.below(60) + 1;
        let invites = json!({"invites": {"email-days": days, "link-days": null}});
        play.ask("agencies.update", &[olga(), invites]);
        play
    }

    pub fn now(&self) -> u64 {
        self.world.clock.now()
    }

    /// The answer of a call that can't be refused.
    pub fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("seed {}: {function}: {error:?}", self.seed))
    }

    /// The answer of a call that may be.
    pub fn try_to(&self, function: &str, arguments: &[Value]) -> Result<Value, Value> {
        match self.target.call(function, arguments) {
            Ok(answer) => Ok(answer),
            Err(TargetError::Refused(error)) => Err(error),
            Err(TargetError::Broken(why)) => panic!("seed {}: {function}: {why}", self.seed),
        }
    }

    /// Tells the reference what happened now.
    pub fn tell(&mut self, what: What) {
        let at = time(self.now());
        self.history.events.push(Event { at, what });
    }

    /// Lets time pass: none, a bit, months; or exactly up to the start of a month, the end of
    /// somebody's access, or a millisecond around it.
    pub fn pass_time(&mut self) {
        let now = self.now();
        let next = match self.dice.below(8) {
            0 => now,
            1 => now + 1,
            2 => now + self.dice.below(3 * DAY),
            3 => now + self.dice.below(40 * DAY),
            4 => now + self.dice.below(120 * DAY),
            5 => self.next_month(),
            6 => self.next_end().unwrap_or(now),
            _ => self.next_month() - self.dice.below(2),
        };
        self.world.clock.set(next.max(now));
        if self.dice.below(3) == 0 {
            self.jobs();
        }
    }

    fn next_month(&self) -> u64 {
        let summary = self.ask("billing.summary", &[olga()]);
        summary["next-invoice-at"].as_u64().unwrap()
    }

    fn next_end(&self) -> Option<u64> {
        let now = self.now();
        let ends = self.known.values().flat_map(BTreeMap::values).filter_map(|(until, _)| *until);
        ends.filter(|end| *end > now).min()
    }

    /// Runs jobs until nothing is due, some things at a time.
    pub fn jobs(&mut self) {
        let limit = self.dice.below(400) + 1;
        self.jobs_of(limit);
    }

    /// Runs jobs until nothing is due.
    pub fn jobs_of(&self, limit: u64) {
        loop {
            let report = self.ask("jobs.run", &[json!(limit)]);
            assert_eq!(report["failed"], 0, "seed {}: {report}", self.seed);
            if report["more"] == false && report["done"] == 0 {
                return;
            }
        }
    }

    /// Tells the reference how a client's access differs from what it was told before.
    pub fn tell_of(&mut self, client: &str) {
        let now = self.now();
        let found = self.access(client);
        let before = self.known.insert(client.to_owned(), found.clone()).unwrap_or_default();
        let gone = |(brand, (until, _)): &(&String, &Access)| {
            !found.contains_key(*brand) && until.is_none_or(|until| until > now)
        };
        let gone: Vec<String> =
            before.iter().filter(gone).map(|(brand, _)| brand.clone()).collect();
        if !gone.is_empty() {
            self.tell(What::End { client: client.to_owned(), brands: gone });
        }
        // In the order of the brands' ids, in which they start.
        let changed: Vec<(String, Access)> =
            found.into_iter().filter(|(brand, access)| before.get(brand) != Some(access)).collect();
        for alike in changed.chunk_by(|(_, one), (_, other)| one == other) {
            let (until, accepted) = alike[0].1;
            let brands = alike.iter().map(|(brand, _)| brand.clone()).collect();
            let (client, until) = (client.to_owned(), until.map(time));
            self.tell(What::Access { client, brands, until, accepted });
        }
    }

    /// A client's brands, as the component says who has access.
    fn access(&self, client: &str) -> BTreeMap<String, Access> {
        let shown = self.ask("clients.get", &[olga(), json!(client)]);
        let expires = shown["expires-at"].as_u64();
        let accepted = !shown["joined-at"].is_null() && shown["status"] != "pending";
        let grants = shown["grants"].as_array().unwrap();
        let access = |grant: &Value| {
            let ends = grant["ends-at"].as_u64();
            let until = if accepted { ends } else { ends.into_iter().chain(expires).min() };
            (grant["brand"].as_str().unwrap().to_owned(), (until, accepted))
        };
        grants.iter().map(access).collect()
    }
}

pub fn olga() -> Value {
    call("acme", "owner")
}

pub fn time(millis: u64) -> Time {
    Time::try_from(millis).unwrap()
}

pub fn place(number: u64) -> usize {
    usize::try_from(number).unwrap()
}
