//! For every function of `tests/roles.txt`: what each key gets past, and that wrong keys, and those of others, learn
//! nothing.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use axum::http::StatusCode;
use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target as _, World};
use clientdesk_serve::keys::{Grant, NewKey, Role};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{Served, quick};
use crate::calls::{self, arguments, call};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("served/keys/each_gets_past_what_its_role_may", each_gets_past_what_its_role_may),
        trial("served/keys/wrong_ones_learn_nothing", wrong_ones_learn_nothing),
        trial("served/keys/of_another_agency_learn_nothing", of_another_agency_learn_nothing),
    ]
}

const ROLES: [Role; 3] = [Role::Owner, Role::Manager, Role::Viewer];

/// A line of the table: the function, and for each of [`ROLES`] whether it may; none where no operator calls it.
fn table() -> Vec<(String, Option<[bool; 3]>)> {
    let text = fs::read_to_string(repository("tests/roles.txt")).unwrap();
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let may = match words[1..] {
            ["no", "operator", ..] => None,
            [owner, manager, viewer, _] => Some([owner, manager, viewer].map(|may| may == "yes")),
            _ => panic!("{line}"),
        };
        (words[0].to_owned(), may)
    };
    text.lines().skip(1).map(line).collect()
}

/// A service with the agencies `acme` and `beta`.
fn town() -> (World, Served) {
    let world = World::new(Arc::new(MemoryStorage::new()));
    let served = Served::of(&world, quick());
    for id in ["acme", "beta"] {
        let agency = json!({
            "id": id, "name": id, "notification-email": "office@agency.example",
            "billing-interval": "monthly", "portal-address": "https://agency.example",
        });
        served.host.call("agencies.create", &[agency]).unwrap();
    }
    (world, served)
}

fn key(served: &Served, grant: Grant, expires_at: Option<u64>) -> String {
    let new = NewKey { name: "Key".into(), grant, expires_at };
    let (_, secret) = served.service.keys().create(new).unwrap();
    format!("Bearer {}", secret.reveal())
}

fn agencys(agency: &str, role: Role) -> Grant {
    Grant::Agency { agency: agency.into(), role }
}

/// What fits a function, without `call`: the key fills it in. What no operator calls needs nothing that fits: the
/// key is looked at before.
fn fitting(served: &Served, function: &str) -> Value {
    if !calls::functions().any(|operators| operators == function) {
        return json!({});
    }
    let all = arguments(function, &call("acme", "owner"));
    let mut named = served.named(function, &all);
    named.as_object_mut().unwrap().remove("call");
    named
}

fn is_kept_out(said: &Value) -> bool {
    said["type"] == "urn:clientdesk:problem:key"
}

fn each_gets_past_what_its_role_may() {
    let mut seen = 0;
    for (function, may) in table() {
        let (world, served) = town();
        let keys = ROLES.map(|role| key(&served, agencys("acme", role), None));
        // The least first: what an owner does could be in the way of others.
        for (nth, role) in ROLES.into_iter().enumerate().rev() {
            let before = world.rows().unwrap();
            let (status, said) =
                served.ask(&function, fitting(&served, &function), Some(&keys[nth]));
            let may = match (&may, function.as_str()) {
                (Some(may), _) => may[nth],
                (None, "portal.admit") => role == Role::Owner,
                (None, portal) if portal.starts_with("portal.") => role >= Role::Manager,
                (None, _) => false,
            };
            let is_denied = said["error"]["denied"]["code"] == "role" || is_kept_out(&said);
            assert_eq!(!is_denied, may, "{function} {role:?}: {said}");
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{function}");
            assert!(!status.is_server_error() || status == 503, "{function} {role:?}: {said}");
            if !may {
                assert_eq!(status, StatusCode::FORBIDDEN, "{function} {role:?}");
                assert_eq!(world.rows().unwrap(), before, "{function} {role:?}");
            }
            seen += 1;
        }
        let platform = key(&served, Grant::Platform, None);
        let mut all = fitting(&served, &function);
        if may.is_some() {
            all["call"] = call("acme", "owner");
        }
        let (status, said) = served.ask(&function, all, Some(&platform));
        assert!(!is_kept_out(&said) && status != StatusCode::UNAUTHORIZED, "{function}: {said}");
    }
    assert!(seen > 400, "{seen}");
}

fn wrong_ones_learn_nothing() {
    let (world, served) = town();
    let now = world.clock.now();
    let over = key(&served, agencys("acme", Role::Owner), Some(now + 1_000));
    let revoked = key(&served, Grant::Platform, None);
    for known in served.service.keys().list().unwrap().whole {
        if matches!(known.grant, Grant::Platform) {
            assert!(served.service.keys().revoke(&known.id).unwrap());
        }
    }
    let good = key(&served, agencys("acme", Role::Owner), None);
    world.clock.set(now + 1_000);
    let cut = good.strip_suffix(char::is_alphanumeric).unwrap_or("Bearer clientdesk_");
    let wrong = "Bearer clientdesk_AAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let keys = [Some(over.as_str()), Some(&revoked), Some(cut), Some(wrong)];
    let before = world.rows().unwrap();
    let (mut said_without, mut said_with) = (BTreeSet::new(), BTreeSet::new());
    let functions = table().into_iter().map(|(function, _)| function);
    for function in functions.chain(["no.such".to_owned()]) {
        let all = match served.host.function(&function) {
            Ok(_) => fitting(&served, &function),
            Err(_) => json!({}),
        };
        for key in keys.into_iter().chain([None]) {
            let (status, told) = served.ask(&function, all.clone(), key);
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{function} {key:?}: {told}");
            let heard = if key.is_some() { &mut said_with } else { &mut said_without };
            heard.insert(told.to_string());
        }
    }
    assert_eq!((said_with.len(), said_without.len()), (1, 1), "always the same: {said_with:?}");
    assert_eq!(world.rows().unwrap(), before);
    world.clock.set(now);
    assert_eq!(served.ask("brands.list", json!({"page": {"limit": 1}}), Some(&good)).0, 200);
}

/// An agency that there is, and one that there isn't, are the same to whoever has another's key.
fn of_another_agency_learn_nothing() {
    let (world, served) = town();
    let keys = ROLES.map(|role| key(&served, agencys("acme", role), None));
    let before = world.rows().unwrap();
    let mut asked = 0;
    for (function, may) in table() {
        let names_agency =
            served.parameters(&function).unwrap().iter().any(|name| name == "agency");
        let all = fitting(&served, &function);
        for key in &keys {
            let ask = |agency: &str| {
                let mut all = all.clone();
                match (may.is_some(), names_agency) {
                    (true, _) => all["call"] = json!({"agency": agency}),
                    (false, true) if function != "agencies.create" => all["agency"] = agency.into(),
                    (false, _) => return None,
                }
                Some(served.ask(&function, all, Some(key)))
            };
            let Some((status, said)) = ask("beta") else { continue };
            assert_eq!(status, StatusCode::FORBIDDEN, "{function}: {said}");
            assert_eq!(Some((status, said)), ask("nobody"), "{function}");
            asked += 1;
        }
    }
    assert!(asked > 250, "{asked}");
    assert_eq!(world.rows().unwrap(), before);
}
