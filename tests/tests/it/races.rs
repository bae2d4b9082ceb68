//! Two hosts on one store, with threads that get in each other's way: on an SQLite file, or where there is a server,
//! in PostgreSQL or etcd.

use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;

use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::RecordingMail;
use clientdesk_host::adapters::secrets::{Key, Secrets, SecretsError, SeededSecrets};
use clientdesk_host::{CallError, Host};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::corpus::host;
use crate::{servers, trial};

const NOW: u64 = 1_788_220_800_000;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("races/no_update_is_lost", no_update_is_lost),
        trial("races/an_invite_is_accepted_once", an_invite_is_accepted_once),
        trial("races/an_address_gets_one_login", an_address_gets_one_login),
        trial("races/a_key_is_used_once", a_key_is_used_once),
        trial("races/a_job_is_done_once", a_job_is_done_once),
        trial("races/a_day_in_a_session_counts_once", a_day_in_a_session_counts_once),
        trial("races/a_period_is_charged_once", a_period_is_charged_once),
        trial("races/no_catalog_is_lost", no_catalog_is_lost),
    ]
}

/// One of the two hosts: a host of its own, with its own connection to the file.
pub struct Party {
    host: Host,
    mail: Arc<RecordingMail>,
    clock: ManualClock,
}

/// The keys of all parties are the same, their randomness isn't.
struct Shared {
    keys: SeededSecrets,
    random: SeededSecrets,
}

impl Secrets for Shared {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        self.random.random(len)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        self.keys.keys()
    }
}

impl Party {
    fn join(folder: &Path, number: u64) -> Party {
        let mail = Arc::new(RecordingMail::new());
        let clock = ManualClock::at(NOW);
        let secrets = Shared { keys: SeededSecrets::new(0), random: SeededSecrets::new(number) };
        let host = host()
            .sharing()
            .storage(servers::open_for(folder))
            .mail(mail.clone())
            .clock(Arc::new(clock.clone()))
            .secrets(Arc::new(secrets))
            .build()
            .unwrap();
        Party { host, mail, clock }
    }

    /// The answer, or the error. A command that others got in the way of is tried again.
    pub fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, Value> {
        loop {
            match self.host.call(function, arguments) {
                Ok(answer) => return Ok(answer),
                Err(CallError::Refused { error, .. }) if error == "busy" => thread::yield_now(),
                Err(CallError::Refused { error, .. }) => return Err(error),
                Err(error) => panic!("{function}: {error}"),
            }
        }
    }

    /// Invites somebody to the brand.
    pub fn invite(&self, agency: &str, email: &str) -> Result<Value, Value> {
        let invite = json!({"email": email, "brands": ["nike"]});
        self.call("clients.invite-by-email", &[call(agency, None), invite])
    }

    /// The token in the latest mail to this address.
    pub fn token(&self, email: &str) -> Value {
        let mails = self.mail.messages();
        let mail = mails.iter().rev().find(|mail| mail.to == email).unwrap();
        let (_, rest) = mail.text.split_once("/invite/").unwrap();
        rest.split_whitespace().next().unwrap().into()
    }

    /// Every entry of the agency's log, after checking it.
    pub fn log(&self, agency: &str) -> Vec<Value> {
        let call = call(agency, None);
        let found = self.call("audit.verify", &[call.clone(), json!(1), json!(null), json!(null)]);
        let found = found.unwrap();
        assert_eq!(found["flaw"], json!(null), "{found}");
        let mut entries: Vec<Value> = Vec::new();
        loop {
            let feed = [call.clone(), json!(entries.len()), json!(500)];
            let feed = self.call("audit.read", &feed).unwrap();
            let read = feed["entries"].as_array().unwrap();
            entries.extend(read.iter().cloned());
            if read.is_empty() {
                break;
            }
        }
        let numbers = entries.iter().map(|entry| entry["number"].as_u64().unwrap());
        assert!(numbers.eq(1..=entries.len() as u64), "no gap, and no number twice");
        assert_eq!(found["verified"], json!(entries.len()));
        entries
    }
}

/// An owner of the agency who calls.
pub fn call(agency: &str, key: Option<&str>) -> Value {
    let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
    json!({"agency": agency, "actor": actor, "idempotency-key": key})
}

/// Two parties on a new file, and agencies with a brand each.
pub fn parties(folder: &Path, agencies: &[&str]) -> [Party; 2] {
    let parties = [Party::join(folder, 1), Party::join(folder, 2)];
    for agency in agencies {
        let new = json!({
            "id": agency, "name": agency, "notification-email": "office@agency.example",
            "billing-interval": "monthly", "portal-address": "https://portal.example",
        });
        parties[0].call("agencies.create", &[new]).unwrap();
        let brand = json!({"id": "nike", "name": "Nike"});
        parties[0].call("brands.create", &[call(agency, None), brand]).unwrap();
    }
    parties
}

/// Runs these at the same moment, each in a thread of its own.
pub fn at_once<T: Send>(runs: Vec<Box<dyn FnOnce() -> T + Send + '_>>) -> Vec<T> {
    let barrier = Barrier::new(runs.len());
    thread::scope(|scope| {
        let wait = &barrier;
        let threads: Vec<_> = runs
            .into_iter()
            .map(|run| {
                scope.spawn(move || {
                    wait.wait();
                    run()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn no_update_is_lost() {
    const THREADS: usize = 4;
    const EACH: usize = 25;
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    let run = |thread: usize| {
        let party = &parties[thread % 2];
        move || {
            for number in 0..EACH {
                party.invite("acme", &format!("c{number}@t{thread}.example")).unwrap();
            }
        }
    };
    at_once((0..THREADS).map(|thread| Box::new(run(thread)) as Box<_>).collect());

    let page = json!({"limit": 500});
    let list = |function: &str, field: &str| {
        let mut arguments = vec![call("acme", None)];
        if function == "clients.list" {
            arguments.extend([Value::Null, Value::Null]);
        }
        if function == "billing.ledger" {
            arguments.push(Value::Null);
        }
        arguments.push(page.clone());
        let answer = parties[0].call(function, &arguments).unwrap();
        answer[field].as_array().unwrap().clone()
    };
    assert_eq!(list("clients.list", "clients").len(), THREADS * EACH);
    assert_eq!(list("brands.list", "brands")[0]["clients"], json!(THREADS * EACH));
    assert_eq!(list("billing.ledger", "lines").len(), 1, "the brand was started once");
    let mails = list("jobs.outbox", "mails");
    assert_eq!(mails.len(), THREADS * EACH);
    let taken: usize = parties.iter().map(|party| party.mail.messages().len()).sum();
    assert_eq!(taken, THREADS * EACH, "each mail went out once");
    assert!(mails.iter().all(|mail| mail["delivery"] == "handed-over"));
    assert_eq!(parties[1].log("acme").len(), 2 + 1 + THREADS * EACH);
}

fn an_invite_is_accepted_once() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    for round in 0..8 {
        let email = format!("ann{round}@nike.example");
        parties[0].invite("acme", &email).unwrap();
        let token = parties[0].token(&email);
        let password = |party: usize| json!(format!("correct horse battery {party}"));
        let run = |party: usize| {
            let arguments = [token.clone(), json!("Ann"), password(party)];
            let party = &parties[party];
            move || party.call("portal.sign-up", &arguments)
        };
        let answers = at_once(vec![Box::new(run(0)), Box::new(run(1))]);
        let winners: Vec<usize> = (0..2).filter(|party| answers[*party].is_ok()).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        for (number, party) in parties.iter().enumerate() {
            let arguments = [json!("acme"), json!(email), password(number)];
            let let_in = party.call("portal.log-in", &arguments).is_ok();
            assert_eq!(let_in, winners == [number], "only the winner's password counts");
        }
    }
    let joined = parties[0].log("acme").iter().filter(|e| e["kind"] == "client-joined").count();
    assert_eq!(joined, 8);
}

fn an_address_gets_one_login() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme", "beta"]);
    let agencies = ["acme", "beta"];
    for round in 0..4 {
        let email = format!("ann{round}@nike.example");
        let run = |party: usize| {
            parties[party].invite(agencies[party], &email).unwrap();
            let token = parties[party].token(&email);
            let arguments = [token, json!("Ann"), json!("correct horse battery")];
            let party = &parties[party];
            move || party.call("portal.sign-up", &arguments)
        };
        let answers = at_once(vec![Box::new(run(0)), Box::new(run(1))]);
        let exist = answers.iter().filter_map(|answer| answer.as_ref().err());
        let exist = exist.filter(|error| error.get("exists").is_some()).count();
        assert_eq!((answers.iter().filter(|a| a.is_ok()).count(), exist), (1, 1), "{answers:?}");
    }
}

fn a_key_is_used_once() {
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    for round in 0..20 {
        let run = |party: usize| {
            let invite = json!({"email": format!("c{round}@nike.example"), "brands": ["nike"]});
            let arguments = [call("acme", Some(&format!("key-{round}"))), invite];
            let party = &parties[party];
            move || {
                let mut answer = party.call("clients.invite-by-email", &arguments)?;
                // The second answer may be given before the first one's mail is handed over.
                answer.as_object_mut().unwrap().remove("delivery");
                Ok::<_, Value>(answer)
            }
        };
        let answers = at_once(vec![Box::new(run(0)), Box::new(run(1))]);
        assert!(answers[0].is_ok() && answers[0] == answers[1], "{answers:?}");
    }
    let invited = parties[0].log("acme").iter().filter(|e| e["kind"] == "client-invited").count();
    assert_eq!(invited, 20);
}

/// Both hosts run the jobs at the same moments: summaries, alerts, scores and seals happen once.
fn a_job_is_done_once() {
    const DAY: u64 = 86_400_000;
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    let digest = json!({"on": true, "weekday": "monday", "hour": 8, "recipients": []});
    let features = json!([{"key": "dashboard", "label": "Dashboard", "on": true}]);
    let changes = json!({"digest": digest, "alerts": true, "features": features});
    parties[0].call("agencies.update", &[call("acme", None), changes]).unwrap();
    for number in 0..12 {
        let email = format!("ann{number}@nike.example");
        parties[0].invite("acme", &email).unwrap();
        let who = [json!("acme"), json!(email), json!("Ann"), json!(null)];
        let signed_in = parties[0].call("portal.admit", &who).unwrap();
        let view = [signed_in["session"].clone(), json!("dashboard")];
        parties[0].call("portal.view-page", &view).unwrap();
    }
    let rounds = 12;
    for round in 1..=rounds {
        // 7 September 2026 is a Monday.
        let now = NOW + (6 + 7 * (round - 1)) * DAY + 8 * 3_600_000;
        parties.iter().for_each(|party| party.clock.set(now));
        let run = |party: usize| {
            let party = &parties[party];
            move || while party.call("jobs.run", &[json!(50)]).unwrap()["more"] == true {}
        };
        at_once(vec![Box::new(run(0)), Box::new(run(1))]);
    }
    // What one found leased, it did not wait for.
    parties[0].clock.set(NOW + 7 * rounds * DAY);
    while parties[0].call("jobs.run", &[json!(50)]).unwrap()["more"] == true {}
    let sent = |subject: &str| {
        let mails = parties.iter().flat_map(|party| party.mail.messages());
        mails.filter(|mail| mail.subject.contains(subject)).count()
    };
    assert_eq!(sent("in the week to"), usize::try_from(rounds).unwrap());
    assert_eq!((sent("slipping away"), sent("at risk") + sent("churned")), (2, 0));
    let log = parties[0].log("acme");
    let count = |kind: &str| log.iter().filter(|entry| entry["kind"] == kind).count();
    assert_eq!((count("client-at-risk"), count("client-churned")), (12, 12));
    assert_eq!(count("digest-sent"), usize::try_from(rounds).unwrap());
    assert_eq!(count("activity-sealed"), 1);
}

/// One session is used in two places at the same moment, at the first of each day.
fn a_day_in_a_session_counts_once() {
    const HOUR: u64 = 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    let features = json!([{"key": "dashboard", "label": "Dashboard", "on": true}]);
    parties[0]
        .call("agencies.update", &[call("acme", None), json!({"features": features})])
        .unwrap();
    let client = parties[0].invite("acme", "ann@nike.example").unwrap()["client"].clone();
    let who = [json!("acme"), json!("ann@nike.example"), json!("Ann"), json!(null)];
    let session = parties[0].call("portal.admit", &who).unwrap()["session"].clone();
    // Each 8 hours: every third time is a day's first.
    for round in 1..=24 {
        parties.iter().for_each(|party| party.clock.set(NOW + round * 8 * HOUR));
        let look = || parties[0].call("portal.me", std::slice::from_ref(&session)).map(|_| ());
        let view = [session.clone(), json!("dashboard")];
        let view = || parties[1].call("portal.view-page", &view).map(|_| ());
        let answers = at_once(vec![Box::new(look), Box::new(view)]);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
    let log = parties[0].log("acme");
    let days = log.iter().filter(|entry| entry["kind"] == "session-continued").count();
    let detail = parties[1].call("clients.detail", &[call("acme", None), client]).unwrap();
    let activity = &detail["activity"];
    assert_eq!((days, &activity["log-ins"], &activity["page-views"]), (8, &json!(9), &json!(24)));
}

/// One host charges for three years that nobody booked, while the other revokes clients whose
/// brands catch up for it.
fn a_period_is_charged_once() {
    const CLIENTS: usize = 6;
    const EACH: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    let [worker, mia] = &parties;
    let call = || call("acme", None);
    let invited = |client: usize| {
        let name = |number: usize| format!("brand-{client}-{number}");
        for number in 0..EACH {
            let brand = json!({"id": name(number), "name": name(number)});
            mia.call("brands.create", &[call(), brand]).unwrap();
        }
        let brands: Vec<String> = (0..EACH).map(name).collect();
        let link = mia.call("clients.invite-by-link", &[call(), json!({"brands": brands})]);
        link.unwrap()["client"].clone()
    };
    let clients: Vec<Value> = (0..CLIENTS).map(invited).collect();
    // 1 September 2029.
    parties.iter().for_each(|party| party.clock.set(NOW + 1_096 * 86_400_000));
    let work = || while worker.call("jobs.run", &[json!(20)]).unwrap()["more"] == true {};
    let revoke = || {
        for client in &clients[..CLIENTS - 1] {
            mia.call("clients.revoke", &[call(), client.clone()]).unwrap();
        }
    };
    at_once(vec![Box::new(work), Box::new(revoke)]);
    // A job that commands kept from its commit too often is tried again a minute later.
    worker.clock.set(NOW + 1_096 * 86_400_000 + 3_600_000);
    while worker.call("jobs.run", &[json!(1_000)]).unwrap()["more"] == true {}

    let mut lines = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = json!({"limit": 500, "cursor": cursor});
        let page = mia.call("billing.ledger", &[call(), Value::Null, page]).unwrap();
        lines.extend(page["lines"].as_array().unwrap().clone());
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let mut charged = std::collections::BTreeSet::new();
    for line in lines.iter().filter(|line| line["reason"] == "renewed") {
        let period = (line["item"].to_string(), line["covers-from"].as_u64());
        assert!(charged.insert(period), "twice: {line}");
    }
    assert_eq!(charged.len(), CLIENTS * EACH * 36);
    let sum: i64 = lines.iter().map(|line| line["amount"]["amount"].as_i64().unwrap()).sum();
    let summary = mia.call("billing.summary", &[call()]).unwrap();
    assert_eq!((&summary["total"]["amount"], &summary["brands"]), (&json!(sum), &json!(EACH)));
    mia.log("acme");
}

/// Each version of the catalog is made from the one before it, however many set one at once.
fn no_catalog_is_lost() {
    const THREADS: usize = 4;
    const EACH: u64 = 10;
    let folder = tempfile::tempdir().unwrap();
    let parties = parties(folder.path(), &["acme"]);
    let run = |thread: usize| {
        let party = &parties[thread % 2];
        move || {
            for number in 0..EACH {
                // Whoever loses makes the change in what the other left.
                loop {
                    let latest = party.call("catalog.get", &[]).unwrap();
                    let mut catalog = latest["catalog"].clone();
                    let price = catalog["white-label"]["monthly"].as_u64().unwrap();
                    catalog["white-label"]["monthly"] = json!(price + 1);
                    // The same catalog as another's would be no new version.
                    catalog["seller"]["name"] = json!(format!("Seller {thread} {number}"));
                    let version = latest["version"].as_u64().unwrap();
                    match party.call("catalog.set", &[catalog, json!(version)]) {
                        Ok(set) => {
                            assert_eq!(set, json!(version + 1));
                            break;
                        }
                        Err(error) => assert_eq!(error["conflict"]["state"], "version", "{error}"),
                    }
                }
            }
        }
    };
    at_once((0..THREADS).map(|thread| Box::new(run(thread)) as Box<_>).collect());
    let mut versions = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = json!({"limit": 20, "cursor": cursor});
        let history = parties[1].call("catalog.history", &[page]).unwrap();
        versions.extend(history["versions"].as_array().unwrap().clone());
        cursor = history["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let all = THREADS as u64 * EACH;
    let found: Vec<_> = versions
        .iter()
        .rev()
        .map(|v| (v["version"].as_u64().unwrap(), v["catalog"]["white-label"]["monthly"].clone()))
        .collect();
    let expected: Vec<_> = (0..=all).map(|number| (number, json!(4_900 + number))).collect();
    assert_eq!(found, expected);
    let since = |version: &Value| version["since"].as_u64().unwrap();
    assert!(versions.windows(2).all(|two| since(&two[0]) > since(&two[1])));
}
