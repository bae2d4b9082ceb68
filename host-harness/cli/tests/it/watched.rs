//! What a service writes down and counts when everything is told, through a whole story: nothing of anybody.

use std::fs::{self, File};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::program::Desk;
use crate::serve::{Serving, made};

const ANN: &str = "Ann Ode";
const EMAIL: &str = "ann.ode@nike.example";
const PASSWORD: &str = "correct horse battery";
const NEXT_PASSWORD: &str = "staple of many words";
const COMES_FROM: &str = "203.0.113.77";

/// Whatever must be found nowhere, in small letters.
struct Secrets(Vec<String>);

impl Secrets {
    fn add(&mut self, secret: &Value) {
        self.0.push(secret.as_str().unwrap().to_lowercase());
    }

    fn assert_not_in(&self, what: &str, text: &str) {
        let text = text.to_lowercase();
        for secret in &self.0 {
            let found = text.lines().find(|line| line.contains(secret));
            assert_eq!(found, None, "{what}: {secret}");
        }
    }
}

#[test]
fn a_whole_story_leaves_nothing_of_anybody_in_log_spans_and_figures() {
    let desk = Desk::new();
    let key = made(&desk, &["api-keys", "create", "--name", "Nosy Parker"]);
    let log = desk.path("log.jsonl");
    let serving = Serving::start_writing(
        &desk,
        &["--log-detail", "host-calls", "--behind-proxy"],
        Stdio::from(File::create(&log).unwrap()),
    );
    let olga = json!({"id": "olga-o", "name": "Olga Owner", "role": "owner"});
    let call = json!({"agency": "acme", "actor": olga, "trace-id": "ticket of Ann Ode"});
    let asks = |function: &str, arguments: Value| {
        let place = format!("/v1/call/{function}");
        serving.ask_from(COMES_FROM, &place, &key, &arguments).1
    };
    let invite = json!({"email": EMAIL, "name": ANN, "note": "Dear Ann", "brands": ["nike"]});
    let invited = asks("clients.invite-by-email", json!({"call": call, "invite": invite}));
    let client = &invited["client"];
    let mut secrets = Secrets(vec![
        "ann.ode".into(),
        "ann ode".into(),
        "dear ann".into(),
        "olga".into(),
        "nosy".into(),
        "ticket of".into(),
        COMES_FROM.into(),
        PASSWORD.into(),
        NEXT_PASSWORD.into(),
        key.split_once('.').unwrap().1.to_lowercase(),
    ]);
    secrets.add(client);
    let link = asks("clients.copy-link", json!({"call": call, "id": client}));
    secrets.add(&link["token"]);
    let page = format!("/portal/acme/invite/{}", link["token"].as_str().unwrap());
    serving.ask("GET", &page, "", &Value::Null);
    let sign_up = json!({"token": link["token"], "name": ANN, "password": PASSWORD});
    let joined = asks("portal.sign-up", sign_up);
    secrets.add(&joined["session"]);
    let session = joined["session"].clone();
    asks("portal.me", json!({"session": session}));
    let mine = json!({"session": session, "current": PASSWORD, "password": NEXT_PASSWORD});
    asks("portal.change-password", mine);
    let log_in = |password: &str| json!({"agency": "acme", "email": EMAIL, "password": password, "origin": COMES_FROM});
    asks("portal.log-in", log_in("wrong battery of Ann Ode"));
    asks("portal.log-in", log_in(NEXT_PASSWORD));
    asks("portal.forgot-password", json!({"agency": "acme", "email": EMAIL}));
    asks(
        "clients.list",
        json!({"call": call, "filter": {"search": "ann ode"}, "page": {"limit": 5}}),
    );
    asks("clients.get", json!({"call": call, "id": EMAIL}));
    asks("audit.list", json!({"call": call, "page": {"limit": 5}}));
    asks(&format!("clients.{EMAIL}"), json!({}));
    let nowhere = json!({"agency": EMAIL, "actor": olga});
    asks("clients.counts", json!({"call": nowhere}));
    serving.ask(
        "GET",
        &format!("/{EMAIL}?session={}", session.as_str().unwrap()),
        &key,
        &Value::Null,
    );
    asks("clients.revoke", json!({"call": call, "id": client}));
    asks("clients.erase", json!({"call": call, "id": client}));
    let (status, figures) = serving.ask("GET", "/metrics", &key, &Value::Null);
    assert_eq!(status, 200);
    serving.stop("-TERM");
    let log = fs::read_to_string(log).unwrap();
    for told in [
        "\"host call\"",
        "\"call\"",
        "storage.commit",
        "clients.erase",
        "portal.change-password",
        "mail.send",
    ] {
        assert!(log.contains(told), "{told} isn't told");
    }
    secrets.assert_not_in("log", &log);
    secrets.assert_not_in("figures", figures.as_str().unwrap());
    // Each line is JSON, and each span of a request says of which trace it is.
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_requests = lines.iter().filter(|line| line["span"]["name"] == "call");
    let traced = of_requests.filter(|line| {
        let spans = line["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        spans.iter().any(|span| span["name"] == "request" && span["trace"].is_string())
    });
    assert!(traced.count() > 10, "calls belong to requests");
}
