//! A session that goes on for a month: each calendar day of it counts as one log-in.

use std::sync::Arc;

use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("sessions/each_day_of_a_long_one_counts_once", each_day_of_a_long_one_counts_once)]
}

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// 1 September 2026, 00:00 UTC.
const BEGIN: u64 = 1_788_220_800_000;

struct Portal {
    target: Native,
    clock: ManualClock,
}

impl Portal {
    fn call(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("{function}: {error:?}"))
    }

    /// What the agency asks, with these arguments.
    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
        let call = json!({"agency": "acme", "actor": actor});
        self.call(function, &[&[call], arguments].concat())
    }
}

/// Used every few hours, by all that uses a session: by a calendar that is ahead of UTC.
fn each_day_of_a_long_one_counts_once() {
    let world = World::new(Arc::new(MemoryStorage::new()));
    world.clock.set(BEGIN);
    let portal = Portal { target: Native::new(&world), clock: world.clock.clone() };
    let agency = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    portal.call("agencies.create", &[agency]);
    for brand in ["nike", "puma"] {
        portal.ask("brands.create", &[json!({"id": brand, "name": brand})]);
    }
    let features = json!([{"key": "dashboard", "label": "Dashboard", "on": true}]);
    let calendar = json!({"utc-offset-minutes": 120});
    portal.ask("agencies.update", &[json!({"calendar": calendar, "features": features})]);
    let invite = json!({"email": "ann@nike.example", "brands": ["nike", "puma"]});
    let ann = portal.ask("clients.invite-by-email", &[invite])["client"].clone();
    let who = [json!("acme"), json!("ann@nike.example"), Value::Null, Value::Null];
    let session = portal.call("portal.admit", &who)["session"].clone();

    let views = json!([{"feature": "dashboard"}]);
    let uses = [
        ("portal.me", vec![]),
        ("portal.view-page", vec![json!("dashboard")]),
        ("portal.export", vec![json!("pdf")]),
        ("portal.record", vec![views]),
        ("portal.switch-brand", vec![json!("nike")]),
        ("portal.me", vec![]),
        ("portal.switch-brand", vec![json!("puma")]),
    ];
    let mut days = std::collections::BTreeSet::from([(BEGIN + 2 * HOUR) / DAY]);
    // 7 hours don't divide a day, nor 7 uses: each use is a day's first at some time.
    let times =
        (1..).map(|number| BEGIN + number * 7 * HOUR).take_while(|at| *at < BEGIN + 30 * DAY);
    for (now, (function, arguments)) in times.zip(uses.iter().cycle()) {
        portal.clock.set(now);
        portal.call(function, &[std::slice::from_ref(&session), &arguments[..]].concat());
        days.insert((now + 2 * HOUR) / DAY);
        let detail = portal.ask("clients.detail", std::slice::from_ref(&ann));
        let counted = &detail["activity"]["log-ins"];
        assert_eq!(counted, &json!(days.len()), "{function} at {}", (now - BEGIN) / HOUR);
        assert_eq!(detail["client"]["status"], "active");
    }
    assert_eq!(days.len(), 30);
    let filter = json!({"kind": "session-continued"});
    let page = json!({"limit": 100});
    let logged = portal.ask("audit.list", &[filter, json!("forward"), page]);
    assert_eq!(logged["entries"].as_array().unwrap().len(), 29, "all but the log-in itself");

    portal.clock.set(BEGIN + 30 * DAY);
    let over = portal.target.call("portal.me", &[session]);
    assert!(over.is_err(), "30 days after the log-in it is over, however much it was used");
}
