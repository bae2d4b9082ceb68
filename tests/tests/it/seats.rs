//! Who gets the last of what an account may use, where eight want it at the same moment: two hosts
//! on one SQLite file.

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::races::{Party, at_once, call, parties};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("seats/the_last_dashboard_is_reserved_once", the_last_dashboard_is_reserved_once),
        trial("seats/the_last_seat_is_offered_once", the_last_seat_is_offered_once),
        trial("seats/the_last_seat_is_taken_once", the_last_seat_is_taken_once),
        trial("seats/the_pool_is_handed_out_once", the_pool_is_handed_out_once),
    ]
}

const THREADS: usize = 8;

/// Sells one plan, with so many users and a dashboard.
fn sell(party: &Party, users: u64) {
    let latest = party.call("catalog.get", &[]).unwrap();
    let mut catalog = latest["catalog"].clone();
    let resources = json!({
        "dashboards": {"at-most": 1}, "users": {"at-most": users}, "api-calls": {"at-most": 0},
    });
    catalog["plans"] = json!([
        {"id": "small", "name": "Small", "monthly": 1, "resources": resources, "features": []},
    ]);
    party.call("catalog.set", &[catalog, latest["version"].clone()]).unwrap();
}

/// An account with that plan, and the brand in it.
fn open_account(party: &Party) {
    let account = json!({
        "id": "nike-inc", "name": "Nike Inc", "billing-owner": "agency",
        "start": {"active": "small"},
    });
    party.call("accounts.create", &[call("acme", None), account]).unwrap();
    let moved = [call("acme", None), json!("nike"), json!("nike-inc")];
    party.call("accounts.move-brand", &moved).unwrap();
}

/// One of these went through, and all others met this limit.
fn one_of(answers: &[Result<Value, Value>], limit: &str) {
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    let refused = refused.filter(|error| error["limit"]["limit"] == limit).count();
    assert_eq!((done, refused), (1, answers.len() - 1), "{answers:?}");
}

fn the_last_dashboard_is_reserved_once() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    sell(&parties[0], 5);
    open_account(&parties[0]);
    let last = [call("acme", None), json!("nike-inc"), json!("dashboards"), json!(1)];
    for _ in 0..8 {
        let run = |thread: usize| {
            let (party, last) = (&parties[thread % 2], &last);
            move || party.call("accounts.reserve", last)
        };
        let answers = at_once((0..THREADS).map(|thread| Box::new(run(thread)) as Box<_>).collect());
        one_of(&answers, "dashboards");
        let usage = parties[1].call("accounts.usage", &last[..2]).unwrap();
        assert_eq!(usage["dashboards"], json!({"allowance": {"at-most": 1}, "used": 1}));
        parties[0].call("accounts.release", &last).unwrap();
    }
}

fn the_last_seat_is_offered_once() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    sell(&parties[0], 1);
    open_account(&parties[0]);
    for round in 0..4 {
        let run = |thread: usize| {
            let party = &parties[thread % 2];
            move || party.invite("acme", &format!("c{thread}@r{round}.example"))
        };
        let answers = at_once((0..THREADS).map(|thread| Box::new(run(thread)) as Box<_>).collect());
        one_of(&answers, "users");
        let invited = answers.iter().flatten().next().unwrap()["client"].clone();
        let usage = [call("acme", None), json!("nike-inc")];
        let usage = parties[1].call("accounts.usage", &usage).unwrap();
        assert_eq!(usage["clients"], json!([invited]));
        parties[0].call("clients.revoke", &[call("acme", None), invited]).unwrap();
    }
}

/// There is room for all who are invited; before they come, the plan gets smaller.
fn the_last_seat_is_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    sell(&parties[0], 8);
    open_account(&parties[0]);
    let tokens: Vec<Value> = (0..THREADS)
        .map(|number| {
            let email = format!("c{number}@nike.example");
            parties[0].invite("acme", &email).unwrap();
            parties[0].token(&email)
        })
        .collect();
    sell(&parties[0], 1);
    let run = |thread: usize| {
        let arguments = [tokens[thread].clone(), json!("Ann"), json!("correct horse battery")];
        let party = &parties[thread % 2];
        move || party.call("portal.sign-up", &arguments)
    };
    let answers = at_once((0..THREADS).map(|thread| Box::new(run(thread)) as Box<_>).collect());
    one_of(&answers, "users");
    let joined = parties[1].log("acme").iter().filter(|e| e["kind"] == "client-joined").count();
    assert_eq!(joined, 1);
}

/// Eight accounts are activated at once, and the agency may hand out one dashboard.
fn the_pool_is_handed_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    sell(&parties[0], 5);
    let pool =
        json!({"dashboards": {"at-most": 1}, "users": "unlimited", "api-calls": "unlimited"});
    parties[0].call("catalog.set-terms", &[json!("acme"), json!({"pool": pool})]).unwrap();
    let id = |number: usize| format!("account-{number}");
    for number in 0..THREADS {
        let account = json!({
            "id": id(number), "name": id(number), "billing-owner": "agency", "start": "setup",
        });
        parties[0].call("accounts.create", &[call("acme", None), account]).unwrap();
    }
    let run = |thread: usize| {
        let arguments = [call("acme", None), json!(id(thread)), json!("small")];
        let party = &parties[thread % 2];
        move || party.call("accounts.activate", &arguments)
    };
    let answers = at_once((0..THREADS).map(|thread| Box::new(run(thread)) as Box<_>).collect());
    one_of(&answers, "dashboards");
    let page = json!({"limit": 50});
    let all = [call("acme", None), Value::Null, Value::Null, page];
    let accounts = parties[1].call("accounts.list", &all).unwrap();
    let accounts = accounts["accounts"].as_array().unwrap();
    let active = accounts.iter().filter(|account| account["status"] == "active").count();
    assert_eq!(active, 1);
}
