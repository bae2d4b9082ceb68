//! Commands with as many brands as a client may have, while access to as many others is over and
//! no job has written that down: a commit holds 1,000 checks and writes.

use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("crowded/inviting_again_to_all_other_brands", inviting_again),
        trial("crowded/adding_all_other_brands", adding),
        trial("crowded/what_is_refused_changes_nothing_but_what_was_true", refused),
    ]
}

/// As many as a client may have.
const MANY: usize = 200;
const HOUR: u64 = 3_600_000;
const NOW: u64 = 1_788_220_800_000;

struct Town {
    world: World,
    target: Native,
}

impl Town {
    /// An agency with twice as many brands as a client may have.
    fn new() -> Town {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(NOW);
        let town = Town { target: Native::new(&world), world };
        let settings = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        town.target.call("agencies.create", &[settings]).unwrap();
        for brand in brands(0..2 * MANY) {
            town.run("brands.create", json!({"id": brand, "name": brand})).unwrap();
        }
        town
    }

    fn run(&self, function: &str, argument: Value) -> Result<Value, TargetError> {
        self.target.call(function, &[call("acme", "owner"), argument])
    }

    /// Invites Ann, whose access ends at that time.
    fn invite(&self, brands: &[String], ends: Option<u64>) -> Result<Value, TargetError> {
        let invite = json!({"email": "ann@x.example", "brands": brands, "access-ends-at": ends});
        self.run("clients.invite-by-email", invite)
    }

    fn admit(&self) {
        let ann = [json!("acme"), json!("ann@x.example"), json!("Ann"), Value::Null];
        self.target.call("portal.admit", &ann).unwrap();
    }

    fn granted(&self, client: &Value) -> Vec<String> {
        let client = self.run("clients.get", client.clone()).unwrap();
        let grants = client["grants"].as_array().unwrap();
        let brand = |grant: &Value| grant["brand"].as_str().unwrap().to_owned();
        let mut granted: Vec<String> = grants.iter().map(brand).collect();
        granted.sort();
        granted
    }

    /// Nothing is left to do, the log is whole, and what runs is what the client has.
    fn assert_whole(&self, running: usize) {
        while self.target.call("jobs.run", &[json!(1_000)]).unwrap()["more"] == true {}
        let stuck = self.target.call("jobs.stuck", &[json!({"limit": 10})]).unwrap();
        assert_eq!(stuck["jobs"], json!([]));
        let verified = self.run("audit.verify", json!(1)).unwrap();
        assert_eq!(verified["flaw"], Value::Null);
        let items = self.run("billing.items", json!({"limit": 500})).unwrap();
        assert_eq!(items["items"].as_array().unwrap().len(), running);
    }
}

fn brands(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("brand-{number:03}")).collect()
}

fn inviting_again() {
    for joins in [false, true] {
        let town = Town::new();
        let client = town.invite(&brands(0..MANY), Some(NOW + HOUR)).unwrap()["client"].clone();
        if joins {
            town.admit();
        }
        town.world.clock.set(NOW + 2 * HOUR);
        let invited = town.invite(&brands(MANY..2 * MANY), None).unwrap();
        assert_eq!(invited["client"], client);
        assert_eq!(town.granted(&client), brands(MANY..2 * MANY), "joined: {joins}");
        town.assert_whole(MANY);
    }
}

/// All but one of its brands are over.
fn adding() {
    let town = Town::new();
    let client = town.invite(&brands(0..MANY - 1), Some(NOW + HOUR)).unwrap()["client"].clone();
    town.admit();
    let add = |brands: Vec<String>| {
        let arguments = [call("acme", "owner"), client.clone(), json!(brands), Value::Null];
        town.target.call("clients.add-brands", &arguments)
    };
    add(brands(MANY - 1..MANY)).unwrap();
    town.world.clock.set(NOW + 2 * HOUR);
    add(brands(MANY..2 * MANY - 1)).unwrap();
    assert_eq!(town.granted(&client), brands(MANY - 1..2 * MANY - 1));
    town.assert_whole(MANY);
}

/// What was over anyway is written down, once; nothing else is.
fn refused() {
    let town = Town::new();
    let client = town.invite(&brands(0..MANY), Some(NOW + HOUR)).unwrap()["client"].clone();
    town.admit();
    town.world.clock.set(NOW + 2 * HOUR);
    let arguments = [call("acme", "owner"), client.clone(), json!(["brand-300"]), Value::Null];
    let refused = town.target.call("clients.add-brands", &arguments).unwrap_err();
    assert!(format!("{refused:?}").contains("revoked"), "{refused:?}");
    assert_eq!(town.granted(&client), [""; 0]);
    let list =
        [call("acme", "owner"), json!({"client": client}), json!("backward"), json!({"limit": 2})];
    let log = town.target.call("audit.list", &list).unwrap();
    assert_eq!(log["entries"][0]["kind"], "client-revoked");
    assert_eq!(log["entries"][1]["kind"], "brand-access-ended");
    town.assert_whole(0);
}
