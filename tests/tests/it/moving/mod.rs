//! An agency that goes from one store to another.
//!
//! | to find | open |
//! | --- | --- |
//! | that every story's end arrives as it was, and goes on as it would have | `stories.rs` |
//! | files that are cut, damaged or put together anew, and calls that are | `damage.rs` |
//! | hosts that fail in the middle, and imports that are given up | `faults.rs` |
//! | whose login is whose | `logins.rs` |

mod damage;
mod faults;
mod logins;
mod stories;

use std::sync::Arc;

use clientdesk_host::adapters::clock::{Clock as _, ManualClock};
use clientdesk_host::adapters::storage::{MemoryStorage, Storage, Write};
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Scenario, Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::native::Native;
use crate::repository;

pub fn trials() -> Vec<Trial> {
    let trials = [stories::trials(), damage::trials(), faults::trials(), logins::trials()];
    trials.into_iter().flatten().collect()
}

/// A store with a host.
struct Place {
    world: World,
    target: Native,
}

type Answer = Result<Value, Value>;

impl Place {
    fn of(world: World) -> Place {
        Place { target: Native::new(&world), world }
    }

    /// An empty one at the time `now`, with the same keys as every other.
    fn empty(now: u64) -> Place {
        Place::on(Arc::new(MemoryStorage::new()), now)
    }

    fn on(storage: Arc<dyn Storage>, now: u64) -> Place {
        let world = World { clock: ManualClock::at(now), ..World::new(storage) };
        // Those of every story.
        world.secrets.use_keys(&["seeded", "k2"].map(str::to_owned));
        Place::of(world)
    }

    /// One with these rows.
    fn with(rows: &Rows, now: u64) -> Place {
        let place = Place::empty(now);
        place.world.restore(rows).unwrap();
        place
    }

    /// An empty one at the same time, where the same is sold.
    fn elsewhere(&self) -> Place {
        let place = Place::empty(self.now());
        let mut rows = self.rows();
        rows.retain(|key, _| key.starts_with("catalog/") && key != "catalog/in-use");
        place.world.restore(&rows).unwrap();
        place
    }

    fn now(&self) -> u64 {
        self.world.clock.now()
    }

    fn rows(&self) -> Rows {
        self.world.rows().unwrap()
    }

    fn try_to(&self, function: &str, arguments: &[Value]) -> Answer {
        match self.target.call(function, arguments) {
            Ok(answer) => Ok(answer),
            Err(TargetError::Refused(error)) => Err(error),
            Err(TargetError::Broken(why)) => panic!("{function}: {why}"),
        }
    }

    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        self.try_to(function, arguments).unwrap_or_else(|error| panic!("{function}: {error}"))
    }

    fn export(&self, agency: &str, limit: u32) -> Result<Vec<String>, Value> {
        let (mut lines, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page = self.try_to("system.export", &[json!(agency), cursor, json!(limit)])?;
            let some = page["lines"].as_array().unwrap();
            assert!(some.len() <= limit as usize);
            lines.extend(some.iter().map(|line| line.as_str().unwrap().to_owned()));
            cursor = page["next"].clone();
            if cursor.is_null() {
                return Ok(lines);
            }
        }
    }

    /// Imports lines, some in each call, up to the end; gives what was found.
    fn import(&self, lines: &[String], at_once: usize, name_as: Option<&str>) -> Answer {
        self.carry("system.import", lines, at_once, name_as)
    }

    fn carry(
        &self,
        function: &str,
        lines: &[String],
        at_once: usize,
        name_as: Option<&str>,
    ) -> Answer {
        let (mut ticket, mut findings) = (Value::Null, Vec::new());
        let mut answer = Value::Null;
        for chunk in lines.chunks(at_once) {
            answer = self.try_to(function, &[json!(chunk), json!(name_as), ticket])?;
            findings.extend(answer["findings"].as_array().unwrap().iter().cloned());
            ticket = answer["ticket"].clone();
        }
        while function == "system.import" && answer["complete"] == true && answer["done"] == false {
            answer = self.try_to(function, &[json!([]), Value::Null, ticket.clone()])?;
        }
        answer["findings"] = json!(findings);
        Ok(answer)
    }

    fn run_jobs(&self) {
        for _ in 0..500 {
            if self.ask("jobs.run", &[json!(100)])["more"] == false {
                return;
            }
        }
        panic!("the jobs never come to an end");
    }

    fn write(&self, rows: &[(&str, String)]) {
        let write = |(key, value): &(&str, String)| Write {
            key: (*key).to_owned(),
            value: Some(value.clone()),
        };
        let writes = rows.iter().map(write).collect();
        self.world.storage.inner().commit(Vec::new(), writes).unwrap();
    }

    fn agency(&self, id: &str) -> Value {
        self.ask("agencies.get", &[json!(id)])
    }

    /// That what follows from other rows is as it should be.
    fn is_whole(&self, agency: &str) {
        for of in [json!(agency), Value::Null] {
            let mut cursor = Value::Null;
            loop {
                let page = self.ask("system.check", &[of.clone(), cursor]);
                assert_eq!(page["differences"], json!([]), "{of}");
                cursor = page["next"].clone();
                if cursor.is_null() {
                    break;
                }
            }
        }
    }

    fn verified(&self, agency: &str) -> Value {
        self.ask("audit.verify", &[call(agency), json!(1)])["flaw"].clone()
    }
}

fn call(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

/// What a story leaves, in a world whose host works.
fn end_of(story: &str) -> Place {
    let mut scenario =
        Scenario::read(&repository(&format!("tests/scenarios/{story}.toml"))).unwrap();
    scenario.file = story.to_owned();
    let world = World::new(Arc::new(MemoryStorage::new()));
    clientdesk_scenario::run(&scenario, &world, &Native::new(&world), &mut ())
        .unwrap_or_else(|failure| panic!("{failure}"));
    Place::with(&world.rows().unwrap(), world.clock.now())
}

/// The agencies of a store.
fn agencies(rows: &Rows) -> Vec<String> {
    let id = |key: &String| Some(key.strip_prefix("a/")?.strip_suffix("/agency")?.to_owned());
    rows.keys().filter_map(id).filter(|id| !id.contains('/')).collect()
}
