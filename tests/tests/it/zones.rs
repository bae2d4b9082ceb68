//! How often a host is asked about time zones: a few times a call, however much it does, and
//! never twice for the same time. And what its answers are worth.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use clientdesk_host::adapters::clock::{Clock, ManualClock};
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("zones/hosts_are_asked_little", hosts_are_asked_little),
        trial("zones/a_day_or_more_is_no_offset", a_day_or_more_is_no_offset),
    ]
}

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// 1 June 2026, 12:00 UTC.
const BEGIN: u64 = 1_780_315_200_000;
const CLIENTS: u64 = 40;

/// A clock that notes the times for which it is asked about zones.
struct Noting {
    clock: ManualClock,
    asked: Arc<Mutex<Vec<u64>>>,
}

impl Clock for Noting {
    fn now(&self) -> u64 {
        self.clock.now()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        self.asked.lock().unwrap().push(at);
        self.clock.offset(zone, at)
    }
}

/// A clock that gives every zone the same offset.
struct Wild(ManualClock, i32);

impl Clock for Wild {
    fn now(&self) -> u64 {
        self.0.now()
    }

    fn offset(&self, _: &str, _: u64) -> Option<i32> {
        Some(self.1)
    }
}

struct Town {
    target: Native,
    clock: ManualClock,
    asked: Arc<Mutex<Vec<u64>>>,
}

impl Town {
    /// The answer of a call, and how often the clock was asked about zones meanwhile: each time
    /// for another one.
    fn call(&self, function: &str, arguments: &[Value]) -> (Value, usize) {
        self.asked.lock().unwrap().clear();
        let answer = self.target.call(function, arguments);
        let answer = answer.unwrap_or_else(|error| panic!("{function}: {error:?}"));
        let asked = self.asked.lock().unwrap();
        let times: BTreeSet<&u64> = asked.iter().collect();
        assert_eq!(asked.len(), times.len(), "{function} asks twice for a time: {asked:?}");
        (answer, times.len())
    }
}

fn operator() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

fn agency() -> Value {
    json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    })
}

/// An agency in Berlin whose clients joined one after the other, a day apart.
fn town() -> Town {
    let world = World::new(Arc::new(MemoryStorage::new()));
    world.clock.set(BEGIN);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noting = Noting { clock: world.clock.clone(), asked: Arc::clone(&asked) };
    let target = Native::with_clock(&world, Arc::new(noting));
    let town = Town { target, clock: world.clock.clone(), asked };
    town.call("agencies.create", &[agency()]);
    town.call("brands.create", &[operator(), json!({"id": "nike", "name": "Nike"})]);
    let calendar = json!({"time-zone": "Europe/Berlin", "utc-offset-minutes": 60});
    let features = json!([{"key": "dashboard", "label": "Dashboard", "on": true}]);
    town.call(
        "agencies.update",
        &[operator(), json!({"calendar": calendar, "features": features})],
    );
    for number in 0..CLIENTS {
        let email = json!(format!("client{number}@nike.example"));
        let invite = json!({"email": email, "brands": ["nike"]});
        town.call("clients.invite-by-email", &[operator(), invite]);
        town.call("portal.admit", &[json!("acme"), email, Value::Null, Value::Null]);
        town.clock.set(BEGIN + number * DAY);
    }
    town
}

fn hosts_are_asked_little() {
    let town = town();
    // Everybody is scored anew, and what else is due by then is done.
    town.call("jobs.run", &[json!(1_000)]);
    town.clock.set(BEGIN + CLIENTS * DAY);
    let (report, asked) = town.call("jobs.run", &[json!(1_000)]);
    assert!(report["done"].as_u64() >= Some(CLIENTS / 10), "{report}");
    assert!(asked <= 40, "scoring {CLIENTS} clients anew asks {asked} times");

    let email = json!("client7@nike.example");
    let (session, asked) =
        town.call("portal.admit", &[json!("acme"), email, Value::Null, Value::Null]);
    assert!((1..=8).contains(&asked), "a log-in asks {asked} times");
    let now = BEGIN + CLIENTS * DAY;
    let view = |number: u64| json!({"feature": "dashboard", "at": now - number * HOUR / 10});
    let views: Vec<Value> = (0..1_000).map(view).collect();
    let (_, asked) = town.call("portal.record", &[session["session"].clone(), json!(views)]);
    assert!(asked <= 8, "recording 1,000 page views asks {asked} times");

    let (page, _) =
        town.call("clients.list", &[operator(), Value::Null, Value::Null, json!({"limit": 50})]);
    let client = page["clients"][7]["id"].clone();
    for (function, arguments, most) in [
        ("health.explain", vec![operator(), client.clone()], 20),
        ("health.history", vec![operator(), client.clone()], 60),
        ("clients.report", vec![operator(), client, json!(now - 30 * DAY), json!(now)], 20),
    ] {
        let (_, asked) = town.call(function, &arguments);
        assert!(asked <= most, "{function} asks {asked} times");
    }
    let (_, asked) = town.call("health.overview", &[operator()]);
    assert!(asked <= 8, "health.overview asks {asked} times");
}

/// A day or more is as good as none, when a zone is set as when it is used.
fn a_day_or_more_is_no_offset() {
    for (offset, taken) in
        [(86_399, true), (-86_399, true), (86_400, false), (-86_400, false), (i32::MAX, false)]
    {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(BEGIN);
        let target = Native::with_clock(&world, Arc::new(Wild(world.clock.clone(), offset)));
        target.call("agencies.create", &[agency()]).unwrap();
        let before = world.rows().unwrap();
        let calendar = json!({"time-zone": "Europe/Berlin", "utc-offset-minutes": 60});
        let answer = target.call("agencies.update", &[operator(), json!({"calendar": calendar})]);
        match answer {
            Ok(_) => assert!(taken, "{offset} is taken"),
            Err(TargetError::Refused(error)) => {
                assert!(!taken, "{offset} is refused: {error}");
                assert_eq!(error["invalid"][0]["field"], "changes.calendar.time-zone");
                assert_eq!(error["invalid"][0]["code"], "unknown");
                assert_eq!(world.rows().unwrap(), before, "{offset} wrote");
            }
            Err(TargetError::Broken(problem)) => panic!("{offset}: {problem}"),
        }
    }
}
