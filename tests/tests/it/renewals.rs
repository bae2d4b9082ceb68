//! White-label after silences: whenever the jobs run, the ledger, the event feed and the summary
//! agree to the cent, and are what they would be had the jobs never been late.

use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::derived;
use crate::native::Native;
use crate::trial;
use clientdesk_simulate::dice::Dice;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "renewals/late_jobs_book_what_punctual_ones_do",
            late_jobs_book_what_punctual_ones_do,
        ),
        trial("renewals/a_brand_that_is_damaged_holds_up_no_other", a_damaged_brand),
        trial("renewals/an_account_that_is_damaged_holds_up_no_other", a_damaged_account),
        trial("renewals/an_older_store_begins_by_itself", an_older_store),
    ]
}

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// 31 January 2027, 08:00: months that begin on the 31st end on the 28th, too.
const BEGIN: u64 = 1_801_382_400_000;
const BRANDS: [&str; 4] = ["adidas", "nike", "puma", "umbro"];
const STEPS: usize = 25;

/// What happens in a history, and after which silence.
type History = Vec<(u64, Step)>;

#[derive(Clone, Debug)]
enum Step {
    /// Somebody is invited by mail, for so many days.
    Invite { person: u64, brands: Vec<&'static str> },
    /// By a link that never expires.
    Link { brands: Vec<&'static str> },
    /// With access that ends by itself.
    Limited { person: u64, brands: Vec<&'static str>, days: u64 },
    /// Somebody logs in: a pending invite is accepted.
    LogIn { person: u64 },
    /// One of the clients so far is revoked.
    Revoke { which: u64 },
    /// A brand is archived.
    Archive { brand: &'static str },
    /// Nothing happens but that, maybe, jobs run.
    Jobs,
}

fn history(dice: &mut Dice) -> History {
    let brands = |dice: &mut Dice| {
        let some = dice.below(15) + 1;
        let chosen = BRANDS.iter().enumerate().filter(|(place, _)| some & (1 << place) != 0);
        chosen.map(|(_, brand)| *brand).collect::<Vec<_>>()
    };
    let step = |dice: &mut Dice| match dice.below(16) {
        0..4 => Step::Invite { person: dice.below(6), brands: brands(dice) },
        4..6 => Step::Link { brands: brands(dice) },
        6..8 => {
            let days = dice.below(900) + 1;
            Step::Limited { person: dice.below(6), brands: brands(dice), days }
        }
        8..10 => Step::LogIn { person: dice.below(6) },
        10..13 => Step::Revoke { which: dice.below(20) },
        13 => Step::Archive { brand: BRANDS[usize::try_from(dice.below(4)).unwrap()] },
        _ => Step::Jobs,
    };
    let silence = |dice: &mut Dice| match dice.below(5) {
        0 => 0,
        1 => dice.below(3 * DAY),
        2 => dice.below(30 * DAY),
        3 => dice.below(200 * DAY),
        _ => dice.below(1_500 * DAY),
    };
    (0..STEPS).map(|_| (silence(dice), step(dice))).collect()
}

/// An agency that a history happens to.
struct Play {
    seed: u64,
    world: World,
    target: Native,
    clients: Vec<String>,
}

impl Play {
    fn new(seed: u64, interval: &str) -> Play {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(BEGIN);
        let target = Native::new(&world);
        let play = Play { seed, world, target, clients: Vec::new() };
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": interval, "portal-address": "https://acme.example",
        });
        play.ask("agencies.create", &[agency]);
        for id in BRANDS {
            play.ask("brands.create", &[olga(), json!({"id": id, "name": id})]);
        }
        play
    }

    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("seed {}: {function}: {error:?}", self.seed))
    }

    /// A step may well be refused: the brand is archived, the client revoked.
    fn try_to(&mut self, function: &str, arguments: &[Value]) {
        if let Ok(answer) = self.target.call(function, arguments)
            && let Some(client) = answer["client"].as_str()
            && !self.clients.iter().any(|known| known == client)
        {
            self.clients.push(client.to_owned());
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Invite { person, brands } => {
                let invite = json!({"email": email(*person), "brands": brands});
                self.try_to("clients.invite-by-email", &[olga(), invite]);
            }
            Step::Link { brands } => {
                self.try_to("clients.invite-by-link", &[olga(), json!({"brands": brands})]);
            }
            Step::Limited { person, brands, days } => {
                let ends = self.world.clock.now() + days * DAY;
                let invite =
                    json!({"email": email(*person), "brands": brands, "access-ends-at": ends});
                self.try_to("clients.invite-by-email", &[olga(), invite]);
            }
            Step::LogIn { person } => {
                let who = [json!("acme"), json!(email(*person)), Value::Null, Value::Null];
                self.try_to("portal.admit", &who);
            }
            Step::Revoke { which } => {
                let place = usize::try_from(*which).unwrap();
                if let Some(client) = self.clients.get(place % self.clients.len().max(1)) {
                    let client = json!(client);
                    self.try_to("clients.revoke", &[olga(), client]);
                }
            }
            Step::Archive { brand } => {
                self.try_to("brands.archive", &[olga(), json!(brand), json!(true)]);
            }
            Step::Jobs => (),
        }
    }

    /// Runs jobs until nothing is due.
    fn jobs(&self, limit: u64) {
        loop {
            let report = self.ask("jobs.run", &[json!(limit)]);
            assert_eq!(report["failed"], 0, "seed {}: {report}", self.seed);
            if report["more"] == false && report["done"] == 0 {
                return;
            }
        }
    }

    /// Lets time pass with jobs that are never late.
    fn wait(&self, millis: u64) {
        let end = self.world.clock.now() + millis;
        loop {
            let report = self.ask("jobs.run", &[json!(1_000)]);
            if report["more"] == true || report["done"] != 0 {
                continue;
            }
            match report["next-due"].as_u64().filter(|next| *next <= end) {
                Some(next) => self.world.clock.set(next),
                None => break,
            }
        }
        self.world.clock.set(end);
    }

    fn total(&self) -> i64 {
        self.ask("billing.summary", &[olga()])["total"]["amount"].as_i64().unwrap()
    }

    fn ledger(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let page = json!({"limit": 500, "cursor": cursor});
            let page = self.ask("billing.ledger", &[olga(), Value::Null, page]);
            lines.extend(page["lines"].as_array().unwrap().clone());
            cursor = page["next"].clone();
            if cursor.is_null() {
                return lines;
            }
        }
    }

    /// The amounts of what the event feed says was booked, by entry.
    fn feed(&self) -> Vec<(u64, i64)> {
        let mut booked = Vec::new();
        let mut after = 0;
        loop {
            let feed = self.ask("audit.read", &[olga(), json!(after), json!(500)]);
            let entries = feed["entries"].as_array().unwrap();
            for entry in entries {
                after = entry["number"].as_u64().unwrap();
                if entry["kind"].as_str().unwrap().starts_with("white-label-") {
                    let details: Value =
                        serde_json::from_str(entry["details"].as_str().unwrap()).unwrap();
                    booked.push((after, details["amount"]["amount"].as_i64().unwrap()));
                }
            }
            if entries.is_empty() {
                return booked;
            }
        }
    }

    /// Lets the jobs come to their end, and looks whether everything agrees.
    fn settle_and_check(&self) {
        let before = self.total();
        // A few things at a time: whatever is left when a run ends is taken up by the next.
        self.jobs(3);
        assert_eq!(self.total(), before, "seed {}: what is owed doesn't change", self.seed);
        let lines = self.ledger();
        let sum: i64 = lines.iter().map(amount).sum();
        assert_eq!(sum, before, "seed {}: the ledger is the summary", self.seed);
        let feed = self.feed();
        for (entry, said) in &feed {
            let caused = lines.iter().filter(|line| line["log-entry"] == *entry);
            assert_eq!(caused.map(amount).sum::<i64>(), *said, "seed {}: {entry}", self.seed);
        }
        assert_eq!(feed.iter().map(|(_, said)| said).sum::<i64>(), sum, "seed {}", self.seed);
        let now = self.world.clock.now();
        for line in &lines {
            assert!(line["at"].as_u64().unwrap() <= now, "seed {}: {line}", self.seed);
        }
        derived::check(&self.world.rows().unwrap()).unwrap();
    }
}

fn amount(line: &Value) -> i64 {
    line["amount"]["amount"].as_i64().unwrap()
}

fn email(person: u64) -> String {
    format!("person{person}@nike.example")
}

fn olga() -> Value {
    call("acme", "owner")
}

/// What was booked, whatever the order in which it was.
fn booked(lines: &[Value]) -> Vec<String> {
    let told = |line: &Value| {
        let [at, item, amount, from, to, reason] =
            ["at", "item", "amount", "covers-from", "covers-to", "reason"].map(|name| &line[name]);
        format!("{at} {item} {amount} {from} {to} {reason}")
    };
    let mut booked: Vec<String> = lines.iter().map(told).collect();
    booked.sort();
    booked
}

fn late_jobs_book_what_punctual_ones_do() {
    let mut renewed = 0;
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let interval = if seed % 3 == 0 { "annual" } else { "monthly" };
        let (mut late, mut punctual) = (Play::new(seed, interval), Play::new(seed, interval));
        for (silence, step) in history(&mut dice) {
            late.world.clock.set(late.world.clock.now() + silence);
            punctual.wait(silence);
            assert_eq!(late.total(), punctual.total(), "seed {seed}: {step:?}");
            if dice.below(4) == 0 {
                late.settle_and_check();
            }
            late.take(&step);
            punctual.take(&step);
        }
        late.settle_and_check();
        punctual.settle_and_check();
        let (late, punctual) = (late.ledger(), punctual.ledger());
        assert_eq!(booked(&late), booked(&punctual), "seed {seed}");
        renewed += late.iter().filter(|line| line["reason"] == "renewed").count();
    }
    assert!(renewed > 1_000, "{renewed} renewals show little");
}

/// Two brands that run, and a year without jobs.
fn two_running() -> Play {
    let mut play = Play::new(0, "monthly");
    for brand in ["nike", "puma"] {
        play.take(&Step::Link { brands: vec![brand] });
    }
    play.world.clock.set(BEGIN + 365 * DAY);
    play
}

fn a_damaged_brand() {
    let play = two_running();
    let items = [json!({"white-label": "nike"}), json!({"white-label": "puma"})];
    a_damaged_row(&play, "a/acme/brand/nike", ("brand-renewals", "nike"), &items);
}

fn a_damaged_account() {
    let play = two_running();
    let catalog = play.ask("catalog.get", &[]);
    let mut catalog = catalog["catalog"].clone();
    catalog["plans"] = json!([{
        "id": "small", "name": "Small", "monthly": 1_000, "features": [],
        "resources": {"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"},
    }]);
    play.ask("catalog.set", &[catalog, json!(0)]);
    for id in ["nike-inc", "puma-inc"] {
        let account = json!({"id": id, "name": id, "billing-owner": "agency", "start": "setup"});
        play.ask("accounts.create", &[olga(), account]);
        play.ask("accounts.activate", &[olga(), json!(id), json!("small")]);
    }
    play.world.clock.set(play.world.clock.now() + 366 * DAY);
    let items = [json!({"plan": "nike-inc"}), json!({"plan": "puma-inc"})];
    a_damaged_row(&play, "a/acme/account/nike-inc", ("account-renewals", "nike-inc"), &items);
}

/// The row of the first item is damaged; the second is charged on for a year.
fn a_damaged_row(play: &Play, key: &str, job: (&str, &str), items: &[Value; 2]) {
    let row = play.world.rows().unwrap().remove(key).unwrap();
    let put = |value: &str| {
        let mut rows = play.world.rows().unwrap();
        rows.insert(key.to_owned(), value.to_owned());
        play.world.restore(&rows).unwrap();
    };
    put("{");
    let mut runs = 0;
    while play.ask("jobs.run", &[json!(1_000)])["more"] == true {
        runs += 1;
        assert!(runs < 100, "it doesn't come to an end");
    }
    let lines = |item: &Value| play.ledger().iter().filter(|line| line["item"] == *item).count();
    assert_eq!((lines(&items[1]), lines(&items[0])), (13, 1), "the others are charged");
    // Ten failures later, it is parked, and says what it is about.
    for _ in 0..30 {
        play.world.clock.set(play.world.clock.now() + 9 * HOUR);
        play.ask("jobs.run", &[json!(1_000)]);
    }
    let parked = play.ask("jobs.stuck", &[json!({"limit": 100})]);
    let parked = parked["jobs"].as_array().unwrap();
    assert!(!parked.is_empty());
    for one in parked {
        assert_eq!((&one["kind"], &one["subject"]), (&json!(job.0), &json!(job.1)));
        assert!(one["problem"].as_str().unwrap().contains(key), "{one}");
    }
    put(&row);
    let job = &parked[0];
    let name = [&json!("acme"), &job["kind"], &job["subject"], &job["due-at"]].map(Value::clone);
    play.ask("jobs.retry", &name);
    while play.ask("jobs.run", &[json!(1_000)])["more"] == true {}
    assert_eq!(lines(&items[0]), lines(&items[1]), "mended, it has caught up");
    let sum: i64 = play.ledger().iter().map(amount).sum();
    assert_eq!(sum, play.total());
}

/// A store of a release whose jobs booked no renewals has no entry for them.
fn an_older_store() {
    let mut play = two_running();
    play.take(&Step::Invite { person: 1, brands: vec!["umbro"] });
    play.take(&Step::LogIn { person: 1 });
    let mut rows = play.world.rows().unwrap();
    rows.retain(|key, _| !key.ends_with("/renewals/agency") && key != "a/acme/renewals");
    play.world.restore(&rows).unwrap();
    play.world.clock.set(BEGIN + 3 * 366 * DAY);
    play.settle_and_check();
}
