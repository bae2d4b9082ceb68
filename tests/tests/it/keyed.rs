//! Whatever in a store names a key of the host's ring, `system.key-uses` knows.
//!
//! At the end of every story (`corpus.rs`), all rows are searched for names of keys: each stands where this list says,
//! and those that break for certain are counted one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clientdesk_component::app::keys;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Scenario, Target, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::native::Native;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("keyed/every_place_is_left_by_a_story", every_place_is_left_by_a_story),
        trial("keyed/an_import_under_way_hangs_on_its_keys", an_import_hangs_on_its_keys),
        trial("keyed/each_call_looks_at_some_hundred_rows", each_call_looks_at_some_hundred_rows),
    ]
}

/// What becomes of the name of a key.
#[derive(Clone, Copy, Debug)]
enum Counted {
    /// It is counted as this, always.
    Always(&'static str),
    /// The same while it is worth something.
    WhileOpen(&'static str),
    /// It isn't: it repeats what is counted elsewhere.
    #[expect(dead_code, reason = "it says so to whoever reads the list")]
    Repeats(&'static str),
}
use Counted::{Always, Repeats, WhileOpen};

/// Where keys are named: the kind of row, and the field.
const NAMED: [(&str, &str, Counted); 16] = [
    ("identity", "password.key", Always("password")),
    ("identity", "reset.key", WhileOpen("password-link")),
    ("identity", "confirmation.link.key", WhileOpen("confirmation-link")),
    ("client", "standing.pending.invite.key", WhileOpen("invite")),
    ("session", "key", WhileOpen("session")),
    ("acting", "key", WhileOpen("sign-in")),
    ("idempotency", "request", WhileOpen("answer")),
    ("idempotency", "reply.key", Repeats("the invite")),
    ("log", "entries.mac", Always("log-entry")),
    ("log", "entries.body.event.hash", Always("activity")),
    ("head", "mac", Repeats("the log's last entry")),
    ("mail", "topic.client.content.invite.key", Repeats("the invite")),
    ("mail", "topic.client.content.email-confirmation.key", Repeats("the login's link")),
    ("mail", "topic.client.content.password-reset.key", Repeats("the login's link")),
    // Before the release that noted it, none had a key: the stories have no such rows.
    ("import", "progress.keys", Always("import")),
    ("import-login", "identity.password.key", Repeats("the import's own list")),
];

/// Kinds that no story leaves, but a test below.
const ELSEWHERE: [&str; 2] = ["import", "import-login"];

const KEYS: [&str; 2] = ["seeded", "k2"];

/// Looks at all that a story has left: whatever names a key is counted, and nothing else is.
pub fn check(target: &dyn Target, rows: &Rows) -> Result<(), String> {
    let mut expected = BTreeMap::<(String, String, &str), u64>::new();
    for (place, key, agency) in named_in(rows) {
        let known = NAMED.iter().find(|(kind, field, _)| (*kind, *field) == (&place.0, &place.1));
        let (_, _, counted) = known.ok_or_else(|| {
            format!(
                "{place:?} names a key: is it counted by `system.key-uses`? say so in a list here"
            )
        })?;
        if let Always(kind) | WhileOpen(kind) = counted {
            *expected.entry((agency, key, kind)).or_default() += 1;
        }
    }
    let found = uses(target, rows);
    for ((agency, key, kind), count) in &expected {
        let at = (agency.clone(), key.clone(), (*kind).to_owned());
        let found = found.get(&at).copied().unwrap_or_default();
        let certain = NAMED.iter().any(|(_, _, one)| matches!(one, Always(one) if one == kind));
        if found > *count || certain && found != *count {
            return Err(format!("{at:?}: {found} are counted, and there are {count}"));
        }
    }
    // A link whose key is gone counts for each key of the ring.
    let derived = ["invite", "password-link", "confirmation-link"];
    let named = |at: &(String, String, String)| {
        expected.keys().any(|(agency, key, kind)| (agency, key, *kind) == (&at.0, &at.1, &at.2))
    };
    match found.keys().find(|at| !named(at) && !derived.contains(&at.2.as_str())) {
        Some(at) => Err(format!("{at:?} is counted, and nothing names the key there")),
        None => Ok(()),
    }
}

/// Stories that leave all that names a key.
const LEAVING: [&str; 3] = ["hosts/keys", "portal/passwords", "clients/erase"];

fn every_place_is_left_by_a_story() {
    let ends = LEAVING.map(|story| end_of(story).0.rows().unwrap());
    let named = ends.iter().flat_map(named_in).map(|(place, ..)| place);
    let left: BTreeSet<(String, String)> = named.collect();
    for (kind, field, _) in NAMED.iter().filter(|(kind, ..)| !ELSEWHERE.contains(kind)) {
        let place = ((*kind).to_owned(), (*field).to_owned());
        assert!(left.contains(&place), "no story leaves {place:?}, only {left:#?}");
    }
}

/// Every name of a key: where it stands, the key, and whose row it is.
fn named_in(rows: &Rows) -> Vec<((String, String), String, String)> {
    let mut all = Vec::new();
    for (key, value) in rows {
        let row: Value = serde_json::from_str(value).unwrap();
        let own = key.strip_prefix("a/").and_then(|rest| rest.split('/').next());
        let agency = own.unwrap_or_default().to_owned();
        walk(&row["data"], "", &mut |field, id| {
            let place = (keys::kind_of(key).to_owned(), field.to_owned());
            all.push((place, id.to_owned(), agency.clone()));
        });
    }
    all
}

fn walk(value: &Value, at: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            let is_key = |id: &&&str| {
                text == **id
                    || text
                        .strip_prefix(**id)
                        .is_some_and(|rest| rest.len() == 44 && rest.starts_with(':'))
            };
            if let Some(id) = KEYS.iter().find(is_key) {
                found(at, id);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, at, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                walk(field, &at, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What `system.key-uses` counts, of all agencies and what is no agency's own (an empty id).
fn uses(target: &dyn Target, rows: &Rows) -> BTreeMap<(String, String, String), u64> {
    let id = |key: &String| Some(key.strip_prefix("a/")?.strip_suffix("/agency")?.to_owned());
    let ids = rows.keys().filter_map(id).filter(|id| !id.contains('/'));
    let agencies: Vec<Value> = ids.map(Value::from).collect();
    let mut all = BTreeMap::new();
    for agency in agencies.iter().chain([&Value::Null]) {
        for page in pages(target, agency) {
            for one in page["uses"].as_array().unwrap() {
                let text = |field: &str| one[field].as_str().unwrap().to_owned();
                let at =
                    (agency.as_str().unwrap_or_default().to_owned(), text("key"), text("kind"));
                *all.entry(at).or_default() += one["count"].as_u64().unwrap();
            }
        }
    }
    all
}

fn pages(target: &dyn Target, agency: &Value) -> Vec<Value> {
    let (mut pages, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = target.call("system.key-uses", &[agency.clone(), cursor]).unwrap();
        cursor = page["next"].clone();
        pages.push(page);
        if cursor.is_null() {
            return pages;
        }
    }
}

fn end_of(story: &str) -> (World, Native) {
    let scenario = Scenario::read(&repository(&format!("tests/scenarios/{story}.toml"))).unwrap();
    let world = World::new(Arc::new(MemoryStorage::new()));
    let target = Native::new(&world);
    clientdesk_scenario::run(&scenario, &world, &target, &mut ())
        .unwrap_or_else(|failure| panic!("{failure}"));
    (world, target)
}

fn an_import_hangs_on_its_keys() {
    let (_, source) = end_of("hosts/keys");
    let (mut lines, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = source.call("system.export", &[json!("acme"), cursor, json!(500)]).unwrap();
        lines.extend(page["lines"].as_array().unwrap().iter().cloned());
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let world = World::new(Arc::new(MemoryStorage::new()));
    world.secrets.use_keys(&["k2", "seeded"].map(str::to_owned));
    let target = Native::new(&world);
    let rest = [json!(lines[..lines.len() - 1]), Value::Null, Value::Null];
    target.call("system.import", &rest).unwrap();
    let rows = world.rows().unwrap();
    for ((kind, field), ..) in named_in(&rows).into_iter().map(|(place, ..)| (place, ())) {
        let known = NAMED.iter().any(|(k, f, _)| (*k, *f) == (kind.as_str(), field.as_str()));
        // Rows of the agency that arrives are the import's, as long as nobody sees it.
        assert!(known || kind.starts_with("import"), "{kind} {field}");
    }
    let found = &pages(&target, &Value::Null)[0]["uses"];
    let import = |key: &str| json!({"key": key, "kind": "import", "count": 1, "some": ["acme"]});
    assert_eq!(*found, json!([import("k2"), import("seeded")]));
    while target.call("system.abort-import", &[json!("acme")]).unwrap() == true {}
    assert_eq!(pages(&target, &Value::Null)[0]["uses"], json!([]));
}

/// A store of any size is looked at in calls of one size, and the pages add up.
fn each_call_looks_at_some_hundred_rows() {
    let (world, target) = end_of("hosts/keys");
    let call = json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}});
    for number in 0..400 {
        let brand = json!({"id": format!("b{number}"), "name": format!("Brand {number}")});
        target.call("brands.create", &[call.clone(), brand]).unwrap();
    }
    let rows = world.rows().unwrap();
    let entries = rows.iter().filter(|(key, _)| key.starts_with("a/acme/log/"));
    let entries: usize = entries.map(|(_, value)| value.matches(r#""mac":"#).count()).sum();
    let pages = pages(&target, &json!("acme"));
    assert!(pages.len() >= 2, "{} pages", pages.len());
    let mut counted = 0;
    for page in &pages {
        assert!(page["looked-at"].as_u64().unwrap() < 400, "{}", page["looked-at"]);
        let entries =
            page["uses"].as_array().unwrap().iter().filter(|one| one["kind"] == "log-entry");
        counted += entries.map(|one| one["count"].as_u64().unwrap()).sum::<u64>();
    }
    assert_eq!(counted, entries as u64);
}
