//! What a token of a sign-in on an account's behalf is worth, function by function: the table in
//! `tests/acting.txt`, compared with what really happens.
//!
//! Every function that an operator may call is tried with a token that is good, with one that
//! isn't good any more or never was, and with things that aren't the account's. Whatever the answer
//! is, nothing of others changes, and nothing of theirs is told.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use clientdesk_component::app::functions;
use clientdesk_component::domain::actor::{Role, Scope};
use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::secrets::Secrets as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::{self, arguments, call, plant};
use crate::contract::Contract;
use crate::native::Native;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("acting/what_a_token_is_worth", what_a_token_is_worth),
        trial("acting/who_stops_a_sign_in", who_stops_a_sign_in),
    ]
}

const MINUTE: u64 = 60_000;
const OTHERS_BRAND: &str = "known-to-others-only-";
const OTHERS_ACCOUNT: &str = "known-to-others-only-inc";

/// The table's columns, and what the calls of each are like.
const COLUMNS: [&str; 10] = [
    "full",
    "read-only",
    "others",
    "shared",
    "expired",
    "stopped",
    "demoted",
    "operator",
    "agency",
    "own-name",
];

/// An agency with two accounts and a client of each, besides one of both; and another agency. Olga,
/// an owner, is signed in on behalf of `own-inc`.
struct Town {
    now: u64,
    own_client: String,
    others_client: String,
    shared_client: String,
    full: SignIn,
    read_only: SignIn,
    /// After the full one was stopped.
    stopped: Rows,
}

/// A sign-in, and the store as it began.
struct SignIn {
    rows: Rows,
    token: String,
    id: String,
}

/// How a call went.
struct Came {
    word: String,
    answer: Option<String>,
    rows: Rows,
    /// What was asked for that isn't the account's alone: an answer may say it back.
    asked: Option<String>,
}

impl Town {
    fn new() -> Town {
        let world = World::new(Arc::new(MemoryStorage::new()));
        // The default catalog holds since time began.
        world.clock.set(MINUTE);
        let target = Native::new(&world);
        let run = |function: &str, arguments: &[Value]| target.call(function, arguments).unwrap();
        let acme = || call("acme", "owner");
        for agency in ["acme", "beta"] {
            let settings = json!({
                "id": agency, "name": agency, "notification-email": "office@agency.example",
                "billing-interval": "monthly", "portal-address": "https://agency.example",
            });
            run("agencies.create", &[settings]);
        }
        sell(&target);
        for (agency, brand, account) in [
            ("acme", "own", "own-inc"),
            ("acme", OTHERS_BRAND, OTHERS_ACCOUNT),
            ("beta", "own", "own-inc"),
        ] {
            let start = json!({"active": "small"});
            let new =
                json!({"id": account, "name": account, "billing-owner": "agency", "start": start});
            run("accounts.create", &[call(agency, "owner"), new]);
            let new = json!({"id": brand, "name": brand, "account": account});
            run("brands.create", &[call(agency, "owner"), new]);
        }
        let invite = |email: &str, brands: &[&str]| {
            let invited = json!({"email": email, "brands": brands});
            let invited = run("clients.invite-by-email", &[acme(), invited]);
            invited["client"].as_str().unwrap().to_owned()
        };
        let own_client = invite("ben@nike.example", &["own"]);
        let others_client = invite("cem@puma.example", &[OTHERS_BRAND]);
        let shared_client = invite("dan@both.example", &["own", OTHERS_BRAND]);
        let base = world.rows().unwrap();
        let begin = |mode: &str| {
            world.restore(&base).unwrap();
            let new = json!({"account": "own-inc", "reason": "Have a look", "mode": mode});
            let grant = run("impersonation.start", &[acme(), new]);
            let token = grant["token"].as_str().unwrap().to_owned();
            let id = grant["banner"]["id"].as_str().unwrap().to_owned();
            SignIn { rows: world.rows().unwrap(), token, id }
        };
        let read_only = begin("read-only");
        let full = begin("full");
        run("impersonation.stop", &[acme(), json!(full.id)]);
        let stopped = world.rows().unwrap();
        let now = world.clock.now();
        Town { now, own_client, others_client, shared_client, full, read_only, stopped }
    }

    /// What becomes of a call in a column; for `others` and `shared`, of one for each place where a
    /// thing is named that isn't the account's, or not its alone.
    fn came(&self, function: &str, column: &str) -> Vec<Came> {
        let mut caller = call("acme", "owner");
        caller["acting-as"] = json!(self.full.token);
        let (mut rows, mut later) = (&self.full.rows, 0);
        match column {
            "read-only" => {
                caller["acting-as"] = json!(self.read_only.token);
                rows = &self.read_only.rows;
            }
            "expired" => later = 30 * MINUTE,
            "stopped" => rows = &self.stopped,
            "demoted" => caller["actor"]["role"] = json!("manager"),
            "operator" => caller["actor"]["id"] = json!("max"),
            "agency" => caller["agency"] = json!("beta"),
            "own-name" => caller["acting-as"] = Value::Null,
            _ => (),
        }
        let plain = self.arguments(function, &caller);
        let planted = match column {
            "others" | "shared" => self.planted(function, &plain, column == "shared"),
            _ => vec![(None, plain)],
        };
        let call = |(asked, arguments): (Option<String>, Vec<Value>)| Came {
            asked,
            ..self.call(rows, later, function, &arguments)
        };
        planted.into_iter().map(call).collect()
    }

    /// Arguments that name the account's own things.
    fn arguments(&self, function: &str, caller: &Value) -> Vec<Value> {
        let mut arguments = arguments(function, caller);
        // Without a payer it would be the agency.
        let parameters = &Contract::get().function(function).unwrap().params;
        if let Some(place) = parameters.iter().position(|(name, _)| name == "payer") {
            arguments[place] = json!({"account": "own-inc"});
        }
        if function == "billing.ledger" {
            plant(function, &mut arguments, "filter.payer.account", "own-inc");
        }
        for (place, kind) in Contract::get().ids(function) {
            match kind.as_str() {
                "client-id" if !place.contains('.') => {
                    plant(function, &mut arguments, &place, &self.own_client);
                }
                "sign-in-id" => plant(function, &mut arguments, &place, &self.full.id),
                _ => (),
            }
        }
        arguments
    }

    fn planted(
        &self,
        function: &str,
        plain: &[Value],
        shared: bool,
    ) -> Vec<(Option<String>, Vec<Value>)> {
        let mut planted = Vec::new();
        for (place, kind) in Contract::get().ids(function) {
            let thing = match (kind.as_str(), shared) {
                ("client-id", false) => self.others_client.as_str(),
                ("client-id", true) => self.shared_client.as_str(),
                ("brand-id", false) => OTHERS_BRAND,
                ("account-id", false) => OTHERS_ACCOUNT,
                _ => continue,
            };
            // A new brand's own id is nobody's yet.
            if (function, place.as_str()) == ("brands.create", "brand.id") {
                continue;
            }
            let mut arguments = plain.to_vec();
            plant(function, &mut arguments, &place, thing);
            planted.push((Some(thing.to_owned()), arguments));
        }
        planted
    }

    fn call(&self, rows: &Rows, later: u64, function: &str, arguments: &[Value]) -> Came {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.restore(rows).unwrap();
        world.clock.set(self.now + later);
        // Not those that the town was made with.
        world.secrets.random(10_000).unwrap();
        let (word, answer) = match Native::new(&world).call(function, arguments) {
            Ok(answer) => ("yes".to_owned(), Some(answer.to_string())),
            Err(TargetError::Refused(error)) => (word(&error), None),
            Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
        };
        Came { word, answer, rows: world.rows().unwrap(), asked: None }
    }

    /// Nothing of others is changed by a call, or told by its answer.
    fn check_others(&self, name: &str, came: &Came, before: &Rows) {
        let theirs = [OTHERS_BRAND, OTHERS_ACCOUNT, self.others_client.as_str()];
        for thing in theirs {
            let told = came.answer.as_ref().is_some_and(|answer| answer.contains(thing));
            let said_back = came.asked.as_deref() == Some(thing);
            assert!(!told || said_back, "{name} tells of {thing}: {:?}", came.answer);
        }
        let rows = theirs.map(|thing| format!("/{thing}"));
        let is_theirs = |key: &&String| {
            key.starts_with("a/beta/") || rows.iter().any(|row| key.contains(row.as_str()))
        };
        // How many have no other brand follows from what the shared client has left.
        let row = |rows: &Rows, key: &String| {
            let mut row: Value = serde_json::from_str(rows.get(key)?).unwrap();
            let data = row["data"].as_object_mut();
            data.map(|data| data.remove("sole_brand_clients"));
            Some(row)
        };
        for key in before.keys().chain(came.rows.keys()).filter(is_theirs) {
            assert_eq!(row(before, key), row(&came.rows, key), "{name} changes {key}");
        }
        let shared = format!("a/acme/client/{}", self.shared_client);
        let grant = |rows: &Rows| {
            let row: Value = serde_json::from_str(&rows[&shared]).unwrap();
            let grants = row["data"]["grants"].as_array().unwrap().clone();
            grants.into_iter().find(|grant| grant["brand"] == OTHERS_BRAND)
        };
        assert_eq!(grant(before), grant(&came.rows), "{name} changes what {shared} has elsewhere");
    }
}

/// A plan and an add-on that are there to be had.
fn sell(target: &Native) {
    let mut catalog = target.call("catalog.get", &[]).unwrap()["catalog"].clone();
    let resources =
        json!({"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"});
    let sold = |id: &str| json!([{"id": id, "name": id, "monthly": 1, "resources": resources, "features": []}]);
    (catalog["plans"], catalog["add-ons"]) = (sold("small"), sold("users"));
    target.call("catalog.set", &[catalog, json!(0)]).unwrap();
}

/// A refusal in a word: the code of what is denied, the state that is in the way, or the case.
pub fn word(error: &Value) -> String {
    if let Some(denied) = error.get("denied") {
        return denied["code"].as_str().unwrap().to_owned();
    }
    if let Some(conflict) = error.get("conflict") {
        return conflict["state"].as_str().unwrap().to_owned();
    }
    match error {
        Value::Object(case) => case.keys().next().unwrap().clone(),
        other => other.as_str().unwrap().to_owned(),
    }
}

fn what_a_token_is_worth() {
    let town = Town::new();
    let mut table = format!("{:<28}", "function");
    COLUMNS.iter().for_each(|column| write!(table, "{column:<21}").unwrap());
    for function in calls::functions() {
        write!(table, "\n{function:<28}").unwrap();
        for column in COLUMNS {
            let came = town.came(function, column);
            let before = match column {
                "read-only" => &town.read_only.rows,
                "stopped" => &town.stopped,
                _ => &town.full.rows,
            };
            let name = format!("{function}, {column}");
            if column != "own-name" {
                came.iter().for_each(|came| town.check_others(&name, came, before));
            }
            let words: BTreeSet<&str> = came.iter().map(|came| came.word.as_str()).collect();
            check(function, column, &words);
            let words = words.into_iter().collect::<Vec<_>>().join(",");
            let cell = if words.is_empty() { "." } else { &words };
            write!(table, "{cell:<21}").unwrap();
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let table = table.join("\n") + "\n";
    let file = repository("tests/acting.txt");
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(table == expected, "{} should hold:\n{table}", file.display());
}

/// What must hold whatever the table says: a token opens what its scope allows while it is good, and
/// nothing otherwise.
fn check(function: &str, column: &str, words: &BTreeSet<&str>) {
    let declared = functions::ALL.iter().find(|declared| declared.name == function).unwrap();
    let is_write = declared.least > Role::Viewer;
    let only = |word: &str| words.iter().all(|found| *found == word);
    let denied = ["acting-as", "read-only", "role", "scope"];
    let holds = match (declared.scope, column) {
        (_, "own-name") if is_write => only("acting"),
        (_, "own-name") => words.is_disjoint(&denied.into()),
        // For what is an owner's, the role comes first.
        (_, "demoted") if declared.least == Role::Owner => only("role"),
        (Scope::Agency | Scope::Never, _) => only("scope"),
        (Scope::Account, "full") => words.is_disjoint(&denied.into()),
        // A preview is of a command, which it carries out on a copy.
        (Scope::Account, "read-only") if is_write || function == "billing.preview" => {
            only("read-only")
        }
        (Scope::Account, "read-only") => words.is_disjoint(&denied.into()),
        (Scope::Account, "others" | "shared") => true,
        (Scope::Account, _) => only("acting-as"),
    };
    assert!(holds, "{function}, {column}: {words:?}");
}

fn who_stops_a_sign_in() {
    let town = Town::new();
    for (id, role, word) in [
        ("max", "viewer", "starter"),
        ("max", "manager", "starter"),
        ("max", "owner", "yes"),
        ("olga", "viewer", "yes"),
    ] {
        let mut caller = call("acme", role);
        caller["actor"]["id"] = json!(id);
        let arguments = [caller, json!(town.full.id)];
        let came = town.call(&town.full.rows, 0, "impersonation.stop", &arguments);
        assert_eq!(came.word, word, "{id}, {role}");
        assert_eq!(came.rows == town.full.rows, word != "yes", "{id}, {role}: a refusal writes");
    }
    // Beta's own people don't know of it.
    let arguments = [call("beta", "owner"), json!(town.full.id)];
    let came = town.call(&town.full.rows, 0, "impersonation.stop", &arguments);
    assert!(came.word == "not-found" && came.rows == town.full.rows, "{}", came.word);
}
