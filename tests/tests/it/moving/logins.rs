//! Whose login is whose in another store: what is there stays as it is, whatever arrives.

use std::sync::Arc;

use clientdesk_host::adapters::secrets::{Key, Secrets, SecretsError, SeededSecrets};
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{World, token};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{Place, call};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("moving/logins/a_login_that_is_there_stays", a_login_that_is_there_stays),
        trial("moving/logins/an_operator_can_send_the_link", an_operator_can_send_the_link),
        trial("moving/logins/an_id_that_is_taken_is_anothers", an_id_that_is_taken_is_anothers),
        trial("moving/logins/a_row_gives_nobody_access", a_row_gives_nobody_access),
        trial("moving/logins/a_key_that_is_missing_is_told", a_key_that_is_missing_is_told),
        trial("moving/logins/an_agency_gets_another_id", an_agency_gets_another_id),
    ]
}

const NOW: u64 = 1_788_220_800_000;
const ANN: &str = "ann@nike.example";
const HERS: &str = "correct horse battery";
const OTHERS: &str = "staple battery horse";

/// Makes an agency with a client that has joined.
fn settle(place: &Place, agency: &str, password: &str) -> String {
    let settings = json!({
        "id": agency, "name": agency, "notification-email": "office@agency.example",
        "billing-interval": "monthly", "portal-address": "https://agency.example",
    });
    place.ask("agencies.create", &[settings]);
    place.ask("brands.create", &[call(agency), json!({"id": "nike", "name": "Nike"})]);
    let invite = json!({"email": ANN, "brands": ["nike"]});
    let invited = place.ask("clients.invite-by-email", &[call(agency), invite]);
    let link = last_link(place);
    place.ask("portal.sign-up", &[link, json!("Ann"), json!(password), Value::Null, Value::Null]);
    invited["client"].as_str().unwrap().to_owned()
}

fn last_link(place: &Place) -> Value {
    let mails = place.world.mails_after(0);
    let link = mails.iter().rev().find_map(|mail| token(&mail.text));
    json!(link.expect("a mail has a link"))
}

fn log_in(place: &Place, agency: &str, password: &str) -> Result<Value, Value> {
    let asked = [json!(agency), json!(ANN), json!(password), Value::Null];
    place.try_to("portal.log-in", &asked)
}

fn login_rows(place: &Place) -> Vec<(String, String)> {
    let rows = place.rows();
    rows.into_iter().filter(|(key, _)| key.starts_with("identity")).collect()
}

/// The lines of Acme, whose client Ann has joined.
fn acme() -> Vec<String> {
    let place = Place::empty(NOW);
    settle(&place, "acme", HERS);
    place.export("acme", 500).unwrap()
}

/// A store where somebody has a login with Ann's address, as Beta's client.
fn taken() -> Place {
    let place = Place::empty(NOW + 1_000);
    settle(&place, "beta", OTHERS);
    place
}

fn a_login_that_is_there_stays() {
    let (lines, place) = (acme(), taken());
    let before = login_rows(&place);
    let found = place.carry("system.check-import", &lines, 500, None).unwrap();
    let expected = json!([["login-taken", ANN]]);
    let told = |answer: &Value| -> Value {
        let findings = answer["findings"].as_array().unwrap().iter();
        findings.map(|f| json!([f["kind"], f["subject"]])).collect()
    };
    assert_eq!(told(&found), expected);
    assert_eq!(told(&place.import(&lines, 500, None).unwrap()), expected);
    assert_eq!(login_rows(&place), before, "nothing of it was changed");

    // Neither password opens it: one is gone, and the other may be anybody's.
    for password in [HERS, OTHERS] {
        let error = log_in(&place, "acme", password).unwrap_err();
        assert_eq!(error["denied"]["code"], "wrong-password", "{error}");
    }
    log_in(&place, "beta", OTHERS).unwrap();
    let error = log_in(&place, "beta", HERS).unwrap_err();
    assert_eq!(error["denied"]["code"], "wrong-password");

    // Whoever reads the mails of the address gets in, and then as Beta's client, too.
    place.ask("portal.forgot-password", &[json!("acme"), json!(ANN)]);
    place.run_jobs();
    place.ask("portal.reset-password", &[last_link(&place), json!("another horse battery")]);
    let session = log_in(&place, "acme", "another horse battery").unwrap();
    let me = place.ask("portal.me", &[session["session"].clone()]);
    assert_eq!(me["email"], ANN);
    log_in(&place, "beta", "another horse battery").unwrap();
    assert_eq!(place.verified("acme"), Value::Null);
    crate::derived::check(&place.rows()).unwrap();
    place.is_whole("acme");
}

fn an_operator_can_send_the_link() {
    let (lines, place) = (acme(), taken());
    place.import(&lines, 500, None).unwrap();
    let page = json!({"limit": 10});
    let clients = place.ask("clients.list", &[call("acme"), json!({}), Value::Null, page]);
    let id = clients["clients"][0]["id"].clone();
    place.ask("clients.reset-password", &[call("acme"), id]);
    place.ask("portal.reset-password", &[last_link(&place), json!("another horse battery")]);
    log_in(&place, "acme", "another horse battery").unwrap();

    // Or the host proves the address.
    let (lines, place) = (acme(), taken());
    place.import(&lines, 500, None).unwrap();
    place.ask("portal.admit", &[json!("acme"), json!(ANN), json!("Ann"), Value::Null]);
    log_in(&place, "acme", OTHERS).unwrap();
}

/// The only row that begins so.
fn row(place: &Place, start: &str) -> (String, String) {
    let rows = place.rows();
    let mut found = rows.into_iter().filter(|(key, _)| key.starts_with(start));
    let row = found.next().unwrap();
    assert!(found.next().is_none());
    row
}

fn id_of(lines: &[String], kind: &str) -> String {
    let start = format!(r#"{{"kind":"{kind}","id":""#);
    let line = lines.iter().find_map(|line| line.strip_prefix(&start)).unwrap();
    line.split('"').next().unwrap().to_owned()
}

fn an_id_that_is_taken_is_anothers() {
    let lines = acme();
    let taken = id_of(&lines, "login");
    // Somebody else's login has the id of Ann's.
    let place = Place::empty(NOW + 1_000);
    settle(&place, "beta", OTHERS);
    let rows = place.rows();
    let own = row(&place, "identity/").0.strip_prefix("identity/").unwrap().to_owned();
    let mut rows: clientdesk_scenario::world::Rows = rows
        .into_iter()
        .map(|(key, value)| {
            let rename = |text: String| text.replace(&own, &taken).replace(ANN, "ben@nike.example");
            (rename(key), rename(value))
        })
        .collect();
    rows.retain(|key, _| !key.starts_with("identity-email/"));
    let place = Place::with(&rows, NOW + 1_000);
    let before = login_rows(&place);
    let answer = place.import(&lines, 500, None).unwrap();
    assert_eq!(answer["findings"][0]["kind"], "login-renumbered");
    assert_eq!(answer["findings"].as_array().unwrap().len(), 1);
    assert!(before.iter().all(|row| login_rows(&place).contains(row)), "it stays as it was");
    log_in(&place, "acme", HERS).unwrap();
    let again = place.export("acme", 500).unwrap();
    assert_ne!(id_of(&again, "login"), taken);
}

/// A file that somebody made: its client has the id of a login that is there, and brings none.
fn a_row_gives_nobody_access() {
    let place = taken();
    let theirs = row(&place, "identity/").0.strip_prefix("identity/").unwrap().to_owned();
    let lines = acme();
    let hers = id_of(&lines, "login");
    let forged: Vec<String> = lines
        .iter()
        .filter(|line| !line.starts_with(r#"{"kind":"login""#))
        .map(|line| match line.starts_with(r#"{"kind":"client""#) {
            true => line.replace(&hers, &theirs),
            false => line.clone(),
        })
        .collect();
    place.import(&signed(&forged), 500, None).unwrap();
    let error = log_in(&place, "acme", OTHERS).unwrap_err();
    assert_eq!(error["denied"]["code"], "wrong-password", "{error}");
    // Nor one with a login of its own that says it is a client of others.
    let place = taken();
    let beta = |line: &String| match line.starts_with(r#"{"kind":"login""#) {
        true => line.replace(r#""agency":"acme""#, r#""agency":"beta""#),
        false => line.clone(),
    };
    let forged: Vec<String> = lines.iter().map(beta).collect();
    let error = place.import(&signed(&forged), 500, None).unwrap_err();
    assert!(error["invalid"][0]["message"].as_str().unwrap().contains("another's"), "{error}");
}

/// The lines with an end that says that they are whole.
fn signed(lines: &[String]) -> Vec<String> {
    use clientdesk_component::domain::moving::{Footer, Line, Progress};
    let (last, lines) = lines.split_last().unwrap();
    let Ok(Line::Footer(Footer { keys, .. })) = Line::parse(last) else { panic!("{last}") };
    let mut progress = Progress { keys, ..Progress::default() };
    lines.iter().for_each(|line| progress.count(line));
    let footer = Line::Footer(progress.footer()).text().unwrap();
    lines.iter().cloned().chain([footer]).collect()
}

/// Another host's keys.
struct Others(SeededSecrets);

impl Secrets for Others {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        self.0.random(len)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        let keys = self.0.keys()?;
        Ok(keys.into_iter().map(|key| Key { id: "others".into(), ..key }).collect())
    }
}

fn a_key_that_is_missing_is_told() {
    let lines = acme();
    let world = World::new(Arc::new(MemoryStorage::new()));
    world.clock.set(NOW + 1_000);
    let mail = world.mail.clone();
    let ports = clientdesk_tests::bridge::ports(
        world.storage.clone(),
        mail,
        Arc::new(world.clock.clone()),
        Arc::new(Others(SeededSecrets::new(7))),
    );
    let place = Place { target: crate::native::Native::of(ports), world };
    let answer = place.import(&lines, 500, None).unwrap();
    let kinds: Vec<&str> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["key-missing", "password-unreadable"]);
    assert_eq!(answer["findings"][0]["subject"], "seeded");
    assert_eq!(place.verified("acme")["problem"], "unknown-key");
    assert!(log_in(&place, "acme", HERS).is_err());
    place.ask("portal.forgot-password", &[json!("acme"), json!(ANN)]);
    place.run_jobs();
    place.ask("portal.reset-password", &[last_link(&place), json!(OTHERS)]);
    log_in(&place, "acme", OTHERS).unwrap();
}

fn an_agency_gets_another_id() {
    let lines = acme();
    let place = Place::empty(NOW + 1_000);
    let answer = place.import(&lines, 500, Some("acme-2")).unwrap();
    assert_eq!(answer["findings"][0]["kind"], "renamed");
    assert_eq!(place.agency("acme"), Value::Null);
    assert_eq!(place.agency("acme-2")["id"], "acme-2");
    assert_eq!(place.verified("acme-2"), Value::Null, "its log verifies under the new id");
    log_in(&place, "acme-2", HERS).unwrap();
    place.ask("brands.create", &[call("acme-2"), json!({"id": "puma", "name": "Puma"})]);
    place.world.clock.set(NOW + 40 * 24 * 3_600_000);
    place.run_jobs();
    assert_eq!(place.verified("acme-2"), Value::Null, "and goes on to");
    crate::derived::check(&place.rows()).unwrap();

    // Exported from there, and under its old id elsewhere: as if it had never been away.
    let again = place.export("acme-2", 500).unwrap();
    let home = Place::empty(place.now());
    home.import(&again, 500, Some("acme")).unwrap();
    assert_eq!(home.verified("acme"), Value::Null);
    assert!(!home.rows().values().any(|value| value.contains("sealed_as")));

    // A copy beside the original: every address has a login there.
    let beside = Place::empty(NOW);
    settle(&beside, "acme", HERS);
    let found = beside.import(&lines, 500, Some("copy")).unwrap();
    let kinds: Vec<&Value> =
        found["findings"].as_array().unwrap().iter().map(|finding| &finding["kind"]).collect();
    assert_eq!(kinds, ["renamed", "login-taken"]);
    for id in ["", "a/b", "x y"] {
        let error = place.import(&lines, 500, Some(id)).unwrap_err();
        assert_eq!(error["invalid"][0]["field"], "name-as", "{error}");
    }
}
