//! A damaged row is an error of the thing that it belongs to, and of nothing else.
//!
//! After some stories, one row of each kind after the other is damaged in every way that a
//! list knows. Then every reading function is called, people come to the portal, and jobs run
//! for a week: nothing panics, what is refused names the row, the jobs go on, and the other
//! agency doesn't notice.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::{MemoryStorage, Write};
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Scenario, Target, TargetError, World, run};
use libtest_mimic::Trial;
use serde_json::{Map, Value, json};

use crate::calls::{self, call};
use crate::contract::Contract;
use crate::native::Native;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![trial("damage/stays_where_it_is", damage_stays_where_it_is)]
}

/// Stories whose stores have rows of all kinds between them.
const STORIES: [&str; 4] =
    ["health/digest", "clients/two-agencies", "activity/sealed", "portal/rate-limits"];
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn damage_stays_where_it_is() {
    let mut kinds = BTreeSet::new();
    let mut count = 0;
    for story in STORIES {
        let ward = Ward::after(story);
        let mut seen = BTreeSet::new();
        for (key, value) in &ward.rows {
            if !seen.insert(kind_of(key)) {
                continue;
            }
            for damaged in damages(value) {
                ward.examine(key, &damaged);
                count += 1;
            }
        }
        kinds.extend(seen);
    }
    assert!(kinds.len() >= 35 && count > 2_000, "{count} damages of {kinds:?}");
}

/// What kind of row this is: its key without what differs from one to the other.
fn kind_of(key: &str) -> String {
    let mut parts = key.split('/');
    match parts.next() {
        Some("a") => parts.nth(1).unwrap_or_default().to_owned(),
        Some("due" | "stuck") => format!("due/{}", parts.nth(3).unwrap_or_default()),
        first => first.unwrap_or_default().to_owned(),
    }
}

/// The row's value, damaged in every way.
fn damages(value: &str) -> Vec<String> {
    let mut damaged: Vec<String> =
        ["", "{", "null", "[]", "{}", r#"{"schema":2}"#, r#"{"schema":2,"data":null}"#]
            .map(str::to_owned)
            .into();
    let half = value.len() / 2;
    damaged.push(value.get(..half).unwrap_or_default().to_owned());
    damaged.push(value.replacen("\"schema\":2", "\"schema\":1", 1));
    damaged.push(value.replacen("\"schema\":2", "\"schema\":99", 1));
    let row: Value = serde_json::from_str(value).unwrap();
    for path in leaves(&row["data"]) {
        for other in others(row["data"].pointer(&path).unwrap()) {
            let mut row = row.clone();
            *row["data"].pointer_mut(&path).unwrap() = other;
            // As the component writes it, so that it isn't looked at more closely for its form.
            damaged.push(format!(r#"{{"schema":2,"data":{}}}"#, row["data"]));
        }
    }
    damaged
}

/// Where values are: of long lists and objects only the first few.
fn leaves(value: &Value) -> Vec<String> {
    let below = |name: &str, value: &Value| -> Vec<String> {
        let name = name.replace('~', "~0").replace('/', "~1");
        leaves(value).into_iter().map(|rest| format!("/{name}{rest}")).collect()
    };
    let mut found = vec![String::new()];
    match value {
        Value::Object(fields) => {
            let few = |fields: &Map<String, Value>| fields.len().min(20);
            found.extend(fields.iter().take(few(fields)).flat_map(|(name, v)| below(name, v)));
        }
        Value::Array(items) => {
            let few = items.iter().enumerate().take(2);
            found.extend(few.flat_map(|(index, item)| below(&index.to_string(), item)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
    found
}

/// What may stand in a value's place.
fn others(value: &Value) -> Vec<Value> {
    let numbers = [
        json!(i64::MIN),
        json!(-1),
        json!(0),
        json!(255),
        json!(u32::MAX),
        json!(i64::MAX),
        json!(u64::MAX),
    ];
    match value {
        Value::Number(_) => {
            numbers.into_iter().chain([json!(1e300), json!("7"), Value::Null]).collect()
        }
        Value::String(_) => {
            vec![
                json!(""),
                json!("x".repeat(40_000)),
                json!("\u{0}/\u{202e}"),
                json!(7),
                Value::Null,
            ]
        }
        Value::Array(items) => {
            let doubled: Vec<&Value> = items.iter().chain(items).collect();
            vec![json!([]), json!(doubled), json!([[i64::MIN, 67]]), Value::Null]
        }
        Value::Object(_) => vec![json!({}), json!([]), Value::Null],
        Value::Null => vec![json!(u64::MAX), json!(""), json!({})],
        Value::Bool(_) => vec![Value::Null, json!(1)],
    }
}

/// A store at the end of a story.
struct Ward {
    world: World,
    target: Native,
    rows: Rows,
    now: u64,
    /// What everybody in the other agency sees while nothing is damaged.
    beta: BTreeMap<&'static str, Value>,
    clients: Vec<String>,
}

impl Ward {
    fn after(story: &str) -> Ward {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let target = Native::new(&world);
        let path = repository(&format!("tests/scenarios/{story}.toml"));
        run(&Scenario::read(&path).unwrap(), &world, &target, &mut ()).unwrap();
        let rows = world.rows().unwrap();
        let client = |key: &String| key.strip_prefix("a/acme/client/").map(str::to_owned);
        let clients = rows.keys().filter_map(client).take(1).collect();
        let now = world.clock.now();
        let mut ward = Ward { world, target, rows, now, beta: BTreeMap::new(), clients };
        ward.beta = ward.seen_by_beta();
        ward.reset();
        ward
    }

    fn reset(&self) {
        self.world.restore(&self.rows).unwrap();
        self.world.clock.set(self.now);
    }

    /// Damages a row, has everybody go on with their lives, and makes it whole again.
    fn examine(&self, key: &str, value: &str) {
        let write = Write { key: key.to_owned(), value: Some(value.to_owned()) };
        self.world.storage.inner().commit(Vec::new(), vec![write]).unwrap();
        let lived = catch_unwind(AssertUnwindSafe(|| self.live(key)));
        let problem = match lived {
            Ok(problem) => problem,
            Err(_) => Some("it panicked".to_owned()),
        };
        if let Some(problem) = problem {
            panic!("{key} damaged as\n{value}\n{problem}");
        }
        self.reset();
    }

    fn live(&self, key: &str) -> Option<String> {
        for function in calls::functions().filter(|function| reads(function)) {
            for client in &self.clients {
                let mut arguments = calls::arguments(function, &call("acme", "owner"));
                self.ask_about(function, client, &mut arguments);
                let problem = self.problem(key, function, &arguments);
                if problem.is_some() {
                    return problem;
                }
            }
        }
        for (function, arguments) in portal() {
            let problem = self.problem(key, function, &arguments);
            if problem.is_some() {
                return problem;
            }
        }
        if !key.starts_with("a/beta/") && key.starts_with("a/") && self.seen_by_beta() != self.beta
        {
            return Some("the other agency sees something else".to_owned());
        }
        [MINUTE, DAY, 7 * DAY].into_iter().find_map(|later| {
            self.world.clock.set(self.now + later);
            match self.target.call("jobs.run", &[json!(100)]) {
                Ok(_) => None,
                Err(error) => Some(format!("jobs.run: {error:?}")),
            }
        })
    }

    /// Points the arguments at a client that is there.
    fn ask_about(&self, function: &str, client: &str, arguments: &mut [Value]) {
        let parameters = &Contract::get().function(function).unwrap().params;
        for ((name, _), argument) in parameters.iter().zip(arguments) {
            if ["id", "client"].contains(&name.as_str()) && argument.is_string() {
                *argument = json!(client);
            }
        }
    }

    /// What is wrong with how a call ends: it broke, or it complains of another row.
    fn problem(&self, key: &str, function: &str, arguments: &[Value]) -> Option<String> {
        match self.target.call(function, arguments) {
            Err(TargetError::Broken(problem)) => Some(format!("{function}: {problem}")),
            Err(TargetError::Refused(error)) => {
                let told = error["corrupt"].as_str()?;
                (!told.contains(&format!("`{key}`")))
                    .then(|| format!("{function} complains of another row: {told}"))
            }
            Ok(_) => None,
        }
    }

    fn seen_by_beta(&self) -> BTreeMap<&'static str, Value> {
        ["brands.list", "clients.list", "clients.counts", "audit.list", "billing.summary"]
            .into_iter()
            .map(|function| {
                let arguments = calls::arguments(function, &call("beta", "owner"));
                (function, self.target.call(function, &arguments).unwrap_or_default())
            })
            .collect()
    }
}

/// Whether a function only reads.
fn reads(function: &str) -> bool {
    let verbs = [
        "activity", "counts", "detail", "explain", "export", "get", "head", "history", "items",
        "ledger", "list", "outbox", "overview", "read", "report", "settings", "summary", "verify",
    ];
    function.split_once('.').is_some_and(|(_, verb)| verbs.contains(&verb))
}

/// What people do in the portal.
fn portal() -> Vec<(&'static str, Vec<Value>)> {
    let ann = json!("ann@nike.example");
    let password = json!("correct horse battery");
    vec![
        ("portal.admit", vec![json!("acme"), ann.clone(), Value::Null, Value::Null]),
        ("portal.log-in", vec![json!("acme"), ann.clone(), password, Value::Null]),
        ("portal.forgot-password", vec![json!("acme"), ann, Value::Null]),
        ("portal.theme", vec![json!("acme")]),
    ]
}
