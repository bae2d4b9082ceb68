//! Jobs whose store fails, or whom others get in the way of: what was done is answered as done,
//! and contention is nobody's failure.

use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::faults::{Breakage, Fault, Operation};
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("jobs/what_was_done_is_told_when_the_store_fails", done_is_told),
        trial("jobs/a_run_that_fails_gives_its_lease_back", leases_are_given_back),
        trial("jobs/getting_in_the_way_is_no_failure", contention_is_no_failure),
    ]
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

struct Town {
    world: World,
    target: Native,
}

impl Town {
    /// An agency that was asked for `count` brands with a key each: as many answers are to be
    /// forgotten, and that is all that is due.
    fn with_due(count: usize) -> Town {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(1_000 * DAY);
        let town = Town { target: Native::new(&world), world };
        let settings = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        town.target.call("agencies.create", &[settings]).unwrap();
        for number in 0..count {
            let mut call = call("acme", "owner");
            call["idempotency-key"] = json!(format!("key-{number}"));
            let id = format!("brand-{number}");
            town.target.call("brands.create", &[call, json!({"id": id, "name": id})]).unwrap();
        }
        town.world.clock.set(1_001 * DAY + MINUTE);
        town
    }

    fn later(&self, millis: u64) {
        self.world.clock.set(self.world.clock.now() + millis);
    }

    fn run(&self) -> Result<Value, TargetError> {
        self.target.call("jobs.run", &[json!(1_000)])
    }

    /// The entries for answers that are to be forgotten, with what stands in them.
    fn due(&self) -> Vec<String> {
        let rows = self.world.rows().unwrap().into_iter();
        rows.filter(|(key, _)| key.contains("/idempotency-end/")).map(|(_, value)| value).collect()
    }
}

/// Each of a run's calls of the store fails once. Whatever was done by then is in the answer, and
/// so is that the run ended early; an error means that nothing was done.
fn done_is_told() {
    let (mut told, mut refused, mut counted) = (0, 0, 0);
    for nth in 1.. {
        let town = Town::with_due(4);
        assert_eq!(town.due().len(), 4);
        town.world.storage.begin(Some(Fault::unavailable(nth)));
        let answer = town.run();
        let hit = town.world.storage.hits() > 0;
        town.world.storage.begin(None);
        let gone = 4 - town.due().len();
        match &answer {
            Err(_) => {
                assert_eq!(gone, 0, "call {nth}: {answer:?}");
                refused += 1;
            }
            Ok(report) => {
                let done = report["done"].as_u64().unwrap();
                assert_eq!(done, gone as u64, "call {nth}: {report}");
                match report["problem"].as_str() {
                    Some(problem) => {
                        assert!(problem.contains("the scenario says so"), "{problem}");
                        assert_eq!(report["more"], true);
                        told += 1;
                    }
                    None => {
                        assert_eq!(report["failed"], u64::from(hit), "call {nth}: {report}");
                        counted += 1;
                    }
                }
            }
        }
        if !hit {
            assert_eq!(gone, 4, "the run had no more calls");
            break;
        }
        // Once the lease that wasn't given back is over, and the pause of what failed.
        town.later(5 * MINUTE);
        town.run().unwrap();
        assert!(town.due().is_empty(), "call {nth}: nothing is lost");
    }
    assert!(told > 4 && refused > 4 && counted > 4, "{told}, {refused}, {counted}");
}

/// Only where giving the lease back fails itself, which is a read and a commit, others have to
/// wait until it is over.
fn leases_are_given_back() {
    let mut kept = 0;
    for nth in 1.. {
        let town = Town::with_due(1);
        town.world.storage.begin(Some(Fault::unavailable(nth)));
        // What the answer is says the test before.
        drop(town.run());
        let hit = town.world.storage.hits() > 0;
        town.world.storage.begin(None);
        kept += town.world.rows().unwrap().keys().filter(|key| key.starts_with("lease/")).count();
        if !hit {
            break;
        }
    }
    assert_eq!(kept, 2);
}

/// However often others are quicker: it is tried again within seconds, and isn't parked.
fn contention_is_no_failure() {
    let town = Town::with_due(1);
    for round in 0..15 {
        // The first commit takes the lease, and eight are the job's own.
        let (storage, on) = (Breakage::Conflict, Some(Operation::Commit));
        town.world.storage.begin(Some(Fault { storage, on, nth: 2, times: 8 }));
        let report = town.run().unwrap();
        assert_eq!(town.world.storage.hits(), 8, "round {round}: {report}");
        town.world.storage.begin(None);
        let at = town.world.clock.now() + 5_000;
        assert_eq!(report["next-due"], at, "round {round}: {report}");
        for (field, expected) in [("done", json!(0)), ("failed", json!(0)), ("more", json!(false))]
        {
            assert_eq!(report[field], expected, "round {round}: {report}");
        }
        assert!(!town.due()[0].contains("failures"), "{:?}", town.due());
        assert_eq!(town.run().unwrap()["done"], 0, "not before its time");
        town.later(5_000);
    }
    let stuck = town.target.call("jobs.stuck", &[json!({"limit": 10})]).unwrap();
    assert_eq!(stuck["jobs"], json!([]));
    assert_eq!(town.run().unwrap()["done"], 1);
    assert!(town.due().is_empty());
}
