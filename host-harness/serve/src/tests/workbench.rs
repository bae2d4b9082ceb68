//! What the workbench manages, as its page asks for it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::NowhereMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::MemoryStorage;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Answer, Desk, NOW, compiled, problem};
use crate::keys::{Grant, Role};
use crate::workbench::{Adapters, Workbench};
use crate::{Options, ServeError, Service};

const DAY: u64 = 86_400_000;

fn bench() -> Desk {
    let clock = Arc::new(ManualClock::at(NOW));
    let storage = Arc::new(MemoryStorage::new());
    let adapters =
        Adapters { clock: clock.clone(), ..Adapters::new(storage, Arc::new(NowhereMail)) };
    let workbench = Workbench::new(adapters).unwrap();
    let secrets = Arc::new(SystemSecrets::ephemeral().unwrap());
    let host = workbench.equip(compiled().sharing().secrets(secrets)).build().unwrap();
    let options =
        Options { open_without_keys: true, workbench: Some(workbench), ..Options::default() };
    Desk::of(host, clock, options)
}

async fn ask(desk: &Desk, name: &str) -> Answer {
    desk.get(None, &format!("/workbench/api/{name}")).await
}

async fn post(desk: &Desk, name: &str, body: Value) -> Answer {
    post_with(desk, name, body, &[]).await
}

async fn post_with(desk: &Desk, name: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post(format!("/workbench/api/{name}"))
        .header(header::HOST, "localhost:8700")
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    desk.send(request.body(body.to_string().into()).unwrap()).await
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

async fn invite(desk: &Desk, email: &str) -> Answer {
    let invite = json!({"email": email, "brands": ["nike"]});
    desk.call_with(&[], "clients.invite-by-email", &json!({"call": call(), "invite": invite})).await
}

async fn with_nike() -> Desk {
    let desk = bench();
    let brand = json!({"call": call(), "brand": {"id": "nike", "name": "Nike"}});
    assert_eq!(desk.call_with(&[], "brands.create", &brand).await.status, 200);
    desk
}

#[tokio::test]
async fn the_clock_moves_on_runs_jobs_on_the_way_and_comes_back() {
    let desk = with_nike().await;
    let invited = invite(&desk, "ann@nike.example").await;
    let client = json!({"call": call(), "id": invited.body["client"]});
    let moved = post(&desk, "clock", json!({"by": 15 * DAY})).await;
    assert_eq!(moved.body["state"]["ahead"], 15 * DAY, "{}", moved.body);
    assert!(moved.body["done"].as_u64() > Some(0), "the invite expired: {}", moved.body);
    let found = desk.call_with(&[], "clients.get", &client).await;
    assert_eq!(found.body["expired"], true);
    let next = post(&desk, "clock", json!("next-due")).await;
    let (due, now) = (&next.body["due-at"], &next.body["state"]["now"]);
    assert!(due.is_string() && due == now, "{}", next.body);
    let far = post(&desk, "clock", json!({"to": "9999-01-01T00:00:00Z"})).await;
    assert_eq!(far.status, 400, "jobs would be set aside by that: {}", far.body);
    let early = post(&desk, "clock", json!({"to": "2026-09-02T00:00:00Z"})).await;
    assert_eq!((early.status, &early.body["type"]), (400, &json!(problem("malformed"))));
    let back = post(&desk, "clock", json!("back")).await;
    assert_eq!(back.body["state"]["ahead"], 0);
    assert_eq!(back.body["agencies-back"], 1, "one of the two was taken along: {}", back.body);
    assert_eq!(back.body["state"]["now"], "2026-09-01T00:00:00Z");
}

#[tokio::test]
async fn a_restart_doesnt_turn_time_back() {
    let storage = Arc::new(MemoryStorage::new());
    let open = || {
        let clock = Arc::new(ManualClock::at(NOW));
        let mail = Arc::new(NowhereMail);
        let adapters = Adapters { clock: clock.clone(), ..Adapters::new(storage.clone(), mail) };
        let workbench = Workbench::new(adapters).unwrap();
        let keys = Arc::new(clientdesk_host::adapters::secrets::SeededSecrets::new(1));
        let host = workbench.equip(compiled().sharing().secrets(keys)).build().unwrap();
        let options =
            Options { open_without_keys: true, workbench: Some(workbench), ..Options::default() };
        let service = Service::new(Arc::new(host), options);
        let router = service.router();
        Desk { clock, service, router }
    };
    post(&open(), "clock", json!({"by": DAY})).await;
    assert_eq!(ask(&open(), "state").await.body["ahead"], DAY);
}

#[tokio::test]
async fn what_a_broken_store_comes_to_is_told_in_a_sentence() {
    let desk = with_nike().await;
    post(&desk, "faults", json!({"store": "unavailable"})).await;
    let refused = invite(&desk, "ann@nike.example").await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    let state = ask(&desk, "state").await;
    assert_eq!((state.status, &state.body["store"]), (200, &json!("unavailable")));
    let after = post(&desk, "faults", json!({})).await;
    assert_eq!(
        after.body["trial"]["sentence"],
        "While the store was down: one call was refused, and it left nothing behind; nothing was lost; and nothing was done twice."
    );
    assert_eq!(invite(&desk, "ann@nike.example").await.body["outcome"], "invited");
}

#[tokio::test]
async fn conflicts_end_in_busy() {
    let desk = with_nike().await;
    post(&desk, "faults", json!({"store": "conflict"})).await;
    let refused = invite(&desk, "ann@nike.example").await;
    assert_eq!((refused.status, &refused.body["type"]), (503, &json!(problem("busy"))));
    let after = post(&desk, "faults", json!({})).await;
    let sentence = after.body["trial"]["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("While others were quicker at every commit: one call"),
        "{sentence}"
    );
}

#[tokio::test]
async fn mails_wait_and_go_out_once() {
    let desk = with_nike().await;
    post(&desk, "faults", json!({"mail": "try-later"})).await;
    assert_eq!(invite(&desk, "ann@nike.example").await.body["delivery"], "queued");
    let waits = post(&desk, "faults", json!({})).await;
    let sentence = waits.body["trial"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("one mail still waits for the next try"), "{sentence}");
    post(&desk, "clock", json!({"by": DAY})).await;
    let state = ask(&desk, "state").await;
    let sentence = state.body["trial"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("one mail came late, by"), "{sentence}");
    assert!(sentence.ends_with("nothing was lost; and nothing was done twice."), "{sentence}");
}

#[tokio::test]
async fn mails_are_shown_and_come_back() {
    let desk = with_nike().await;
    invite(&desk, "ann@nike.example").await;
    let list = ask(&desk, "mails?agency=acme").await;
    let mail = &list.body["mails"][0];
    assert_eq!(mail["subject"], "Olga invites you to Nike at ACME", "{}", list.body);
    assert_eq!(mail["delivery"], "handed-over");
    let id = mail["id"].as_str().unwrap();
    let shown = ask(&desk, &format!("mails/acme/{id}")).await.body;
    assert!(shown["text"].as_str().unwrap().contains("/invite/"), "{shown}");
    let frame = desk.get(None, shown["frame"].as_str().unwrap()).await;
    assert!(frame.body.as_str().unwrap().contains("<html"));
    let policy = frame.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox") && !policy.contains("allow-scripts"), "{policy}");
    let guessed = desk.get(None, &format!("/workbench/frames/guessed/{id}")).await;
    assert_eq!(guessed.status, 404);
    let place = format!("mails/acme/{id}");
    let said = post(&desk, &place, json!({"say": "bounce", "reason": "gone"})).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let list = ask(&desk, "mails?agency=acme").await;
    assert_eq!(list.body["mails"][0]["delivery"], json!({"bounced": "gone"}));
}

#[tokio::test]
async fn what_falls_due_is_listed_by_name() {
    let desk = with_nike().await;
    invite(&desk, "ann@nike.example").await;
    let due = ask(&desk, "due?agency=acme").await.body;
    let kinds: Vec<&str> =
        due["due"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"invite-expiry") && kinds.contains(&"renewals"), "{due}");
    let expiry = due["due"].as_array().unwrap().iter().find(|it| it["kind"] == "invite-expiry");
    assert_eq!(expiry.unwrap()["title"], "ann@nike.example");
    assert_eq!(ask(&desk, "due?agency=beta").await.body["due"], json!([]));
}

#[tokio::test]
async fn a_changed_entry_is_named_and_the_store_stays_as_it_is() {
    let desk = with_nike().await;
    let found = post(&desk, "tamper", json!({"agency": "acme", "number": 2})).await.body;
    assert_eq!(found["flaw"]["number"], 2, "{found}");
    assert_eq!(found["verified"], 1);
    let verify = json!({"call": call(), "start": 1});
    let verified = desk.call_with(&[], "audit.verify", &verify).await.body;
    assert_eq!((&verified["verified"], &verified["flaw"]), (&json!(2), &Value::Null));
    assert_eq!(post(&desk, "tamper", json!({"agency": "acme", "number": 9})).await.status, 400);
}

#[tokio::test]
async fn calls_become_a_story_that_plays() {
    let desk = with_nike().await;
    let invited = invite(&desk, "ann@nike.example").await.body;
    let list = ask(&desk, "mails?agency=acme").await.body;
    let id = list["mails"][0]["id"].as_str().unwrap().to_owned();
    let mail = ask(&desk, &format!("mails/acme/{id}")).await.body;
    let link = mail["text"].as_str().unwrap().split_once("/invite/").unwrap().1;
    let token = link.split_whitespace().next().unwrap();
    let accept = json!({"token": token, "name": "Ann", "password": "correct horse battery"});
    let signed_in = desk.call_with(&[], "portal.sign-up", &accept).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    let me = json!({"session": signed_in.body["session"], "brand": "puma"});
    assert!(desk.call_with(&[], "portal.switch-brand", &me).await.status > 399);
    post(&desk, "clock", json!({"by": DAY})).await;
    let revoke = json!({"call": call(), "id": invited["client"]});
    assert_eq!(desk.call_with(&[], "clients.revoke", &revoke).await.status, 204);
    let story = ask(&desk, "story?agency=acme").await.body;
    let text = story.as_str().unwrap();
    for part in [
        "title = \"What happened at `acme`\"\n",
        "with.token = \"${token-1}\"",
        "save = { client-1 = \"answer.client\", token-1 = \"mails.0.token\" }",
        "at = 2026-09-02T00:00:00Z",
        "call = \"clients.revoke\"\nas = \"owner:olga:Olga\"\nwith.id = \"${client-1}\"\nlog = [\"client-revoked\", \"white-label-stopped\"]",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("doesn't play"), "{text}");
    // A story is passed on, and so is what is seen here: neither has a secret.
    let calls = ask(&desk, "calls?after=0").await.body.to_string();
    for secret in ["correct horse battery", token, signed_in.body["session"].as_str().unwrap()] {
        assert!(!text.contains(secret) && !calls.contains(secret), "{secret}\n{text}\n{calls}");
    }
    assert!(calls.contains("<password>") && calls.contains("<session>"), "{calls}");
    // What was there before the first call that is told is made first.
    let later = ask(&desk, "calls?after=0").await.body["calls"].as_array().unwrap().len() - 1;
    let story = ask(&desk, &format!("story?agency=acme&after={later}")).await.body;
    let text = story.as_str().unwrap();
    assert!(text.contains("portal.admit") && !text.contains("doesn't play"), "{text}");
    let none = ask(&desk, "story?agency=beta").await;
    assert_eq!(none.status, 400, "{}", none.body);
}

#[tokio::test]
async fn the_page_is_served_with_its_files_and_loads_nothing_else() {
    let desk = bench();
    let page = desk.get(None, "/workbench/").await;
    assert_eq!(page.status, 200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    let text = page.body.as_str().unwrap().to_owned();
    for (file, kind) in
        [("app.js", "text/javascript; charset=utf-8"), ("base.css", "text/css; charset=utf-8")]
    {
        assert!(text.contains(file));
        let found = desk.get(None, &format!("/workbench/{file}")).await;
        assert_eq!((found.status, &found.headers["content-type"]), (200, &kind.parse().unwrap()));
    }
    // What the way out of a sign-in leads to stands in the page's own frame, and in no other's.
    let left = desk.get(None, "/workbench/left.html").await;
    let policy = left.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
    assert_eq!(desk.get(None, "/workbench/no-such.js").await.status, 404);
    assert_eq!(desk.get(None, "/workbench").await.status, 308);
    assert_eq!(
        Desk::open().get(None, "/workbench/").await.status,
        404,
        "only where it is asked for"
    );
}

/// Every file of the page is built in, and every one that a module names is there.
#[test]
fn no_file_of_the_page_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/workbench");
    let built_in = include_str!("../workbench/files.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(built_in.contains(&format!("\"{name}\"")), "`{name}` isn't built in");
        let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
        assert!(text.lines().count() <= 500, "`{name}` has more than 500 lines");
    }
}

#[tokio::test]
async fn only_its_own_page_manages_it_in_the_platforms_name() {
    let desk = bench();
    let jump = || json!({"by": DAY});
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let refused = post_with(&desk, "clock", jump(), &[(header, value)]).await;
        assert_eq!(refused.status, 421, "{header}: {value}");
    }
    let request = Request::get("/workbench/api/state").header(header::HOST, "desk.example");
    assert_eq!(desk.send(request.body(Body::empty()).unwrap()).await.status, 421);
    let platform = desk.key(Grant::Platform);
    let owner = desk.agency_key("acme", Role::Owner);
    assert_eq!(
        ask(&desk, "state").await.status,
        401,
        "from the first key on, nobody calls without"
    );
    let state = "/workbench/api/state";
    assert_eq!(desk.get(Some(&owner), state).await.status, 403);
    assert_eq!(desk.get(Some(&platform), state).await.status, 200);
}

#[tokio::test]
async fn it_is_for_this_machine_alone() {
    let desk = bench();
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let stopped = desk.service.run(listener, async {}).await;
    assert!(matches!(stopped, Err(ServeError::Workbench)));
}
