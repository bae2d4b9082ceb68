//! Once a person is erased, no row holds the address, nor a hash that tells it to whoever tries
//! addresses: at once, not when a job comes by.

use std::sync::Arc;

use clientdesk_component::domain::text::key_hash;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("erasing/no_row_holds_the_address", no_row_holds_the_address),
        trial("erasing/attackers_get_no_other_go", attackers_get_no_other_go),
    ]
}

const ADDRESS: &str = "Ann@Nike.example";

struct Town {
    world: World,
    target: Native,
}

impl Town {
    /// Agencies with a brand of their own.
    fn new(agencies: &[&str]) -> Town {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let town = Town { target: Native::new(&world), world };
        for agency in agencies {
            let settings = json!({
                "id": agency, "name": "Acme", "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://acme.example",
            });
            town.run("agencies.create", &[settings]);
            let brand = json!({"id": "nike", "name": "Nike"});
            town.run("brands.create", &[call(agency, "owner"), brand]);
        }
        town
    }

    fn run(&self, function: &str, arguments: &[Value]) -> Value {
        self.target
            .call(function, arguments)
            .unwrap_or_else(|error| panic!("{function}: {error:?}"))
    }

    /// Invites the person; gives the client.
    fn invite(&self, agency: &str) -> Value {
        let invite = json!({"email": ADDRESS, "brands": ["nike"]});
        self.run("clients.invite-by-email", &[call(agency, "owner"), invite])["client"].clone()
    }

    fn admit(&self, agency: &str) {
        self.run("portal.admit", &[json!(agency), json!(ADDRESS), json!("Ann"), Value::Null]);
    }

    /// An account whose mail goes to the address, and a mail about it.
    fn keep_an_account(&self, agency: &str) {
        let account = json!({
            "id": "nike-inc", "name": "Nike Inc", "email": ADDRESS, "billing-owner": "agency",
            "start": {"trial": 7},
        });
        self.run("accounts.create", &[call(agency, "owner"), account]);
        self.run("accounts.disable", &[call(agency, "owner"), json!("nike-inc")]);
    }

    /// Somebody tries a password, and asks for a new one.
    fn try_to_get_in(&self, agency: &str) -> TargetError {
        let address = json!(ADDRESS.to_lowercase());
        self.run("portal.forgot-password", &[json!(agency), address.clone()]);
        let wrong = json!("wrong horse battery");
        self.target
            .call("portal.log-in", &[json!(agency), address, wrong, Value::Null])
            .unwrap_err()
    }

    fn erase(&self, agency: &str, client: &Value) {
        for function in ["clients.revoke", "clients.erase"] {
            self.run(function, &[call(agency, "owner"), client.clone()]);
        }
    }

    /// The rows that hold the address, or its hash.
    fn telling(&self) -> Vec<String> {
        let (address, hash) = (ADDRESS.to_lowercase(), key_hash(&ADDRESS.to_lowercase()));
        let rows = self.world.rows().unwrap().into_iter();
        let rows = rows.map(|(key, value)| format!("{key} {value}"));
        rows.filter(|row| row.to_lowercase().contains(&address) || row.contains(&hash)).collect()
    }
}

fn no_row_holds_the_address() {
    for joins in [false, true] {
        let town = Town::new(&["acme"]);
        let client = town.invite("acme");
        if joins {
            town.admit("acme");
        }
        town.keep_an_account("acme");
        town.try_to_get_in("acme");
        assert!(town.telling().iter().any(|row| row.contains("/account/nike-inc")));
        assert!(town.telling().iter().any(|row| row.contains("account-disabled")));
        assert!(town.telling().iter().any(|row| row.contains("attempts/log-in/")));
        assert!(town.telling().iter().any(|row| row.contains("attempts/reset/")));
        assert!(town.telling().iter().any(|row| row.contains("/password-request/")));
        assert!(town.telling().iter().any(|row| row.contains("/attempts-end/")));
        town.erase("acme", &client);
        assert_eq!(town.telling(), [""; 0], "joined: {joins}");
        let report = town.run("jobs.run", &[json!(1_000)]);
        assert_eq!(report["failed"], 0, "jobs pass over what is gone");
    }
}

/// While another agency's client has a login with the address, what was counted stays.
fn attackers_get_no_other_go() {
    let town = Town::new(&["acme", "beta"]);
    let client = town.invite("acme");
    town.invite("beta");
    town.admit("acme");
    town.admit("beta");
    for _ in 0..5 {
        town.try_to_get_in("beta");
    }
    town.erase("acme", &client);
    let refused = town.try_to_get_in("beta");
    assert!(format!("{refused:?}").contains("failed-log-ins"), "{refused:?}");
}
