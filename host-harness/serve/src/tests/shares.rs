//! Nobody takes all of anything: for each thing of which there is only so much, one who takes what it can, and another
//! who is served all the same.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::*;
use crate::keys::ApiKey;
use crate::seats::{Need, Seats};

/// Which seats are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pool {
    Calls,
    Visits(Need),
    Checks,
}

impl Pool {
    const ALL: [Pool; 4] =
        [Pool::Calls, Pool::Visits(Need::Quick), Pool::Visits(Need::Password), Pool::Checks];

    /// Does something on one of its seats; says whether there was one.
    async fn run(self, seats: &Seats, who: &str, work: impl FnOnce() + Send + 'static) -> bool {
        let done = match self {
            Pool::Calls => seats.run(Some(who), work).await,
            Pool::Visits(need) => seats.visit(need, Some(who), work).await,
            Pool::Checks => seats.check(work).await,
        };
        done.is_ok()
    }
}

#[tokio::test]
async fn whoever_takes_all_seats_that_it_can_leaves_others_theirs() {
    for hogged in Pool::ALL {
        let (seats, over) = (Seats::new(8, 8), Arc::new(AtomicBool::new(false)));
        let mut hogs = Vec::new();
        for _ in 0..20 {
            let (seats, over) = (seats.clone(), Arc::clone(&over));
            hogs.push(tokio::spawn(async move {
                let work = move || {
                    while !over.load(Ordering::SeqCst) {
                        std::thread::sleep(Duration::from_millis(2));
                    }
                };
                hogged.run(&seats, "hog", work).await
            }));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        for pool in Pool::ALL.into_iter().filter(|pool| (*pool, *pool) != (hogged, Pool::Checks)) {
            assert!(pool.run(&seats, "other", || ()).await, "{hogged:?} hogged: {pool:?}");
            let hog =
                tokio::time::timeout(Duration::from_millis(500), pool.run(&seats, "hog", || ()));
            let has_more = hog.await.unwrap_or(false);
            assert_eq!(has_more, pool != hogged, "{hogged:?} hogged: {pool:?}");
        }
        over.store(true, Ordering::SeqCst);
        let mut served = 0;
        for hog in hogs {
            served += usize::from(hog.await.unwrap());
        }
        // Checks are quick, so all of them wait their turn.
        let expected = match hogged {
            Pool::Calls | Pool::Visits(Need::Quick) => 6,
            Pool::Visits(Need::Password) => 3,
            Pool::Checks => 20,
        };
        assert_eq!(served, expected, "{hogged:?}");
    }
}

#[tokio::test]
async fn whoever_follows_all_that_it_can_leaves_others_theirs() {
    let desk = Desk::new(Options { followers: 16, ..Options::default() });
    let follow = async |key: &str| {
        let request = Request::get("/v1/events?agency=acme")
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, key);
        desk.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let mut open = Vec::new();
    for expected in [2, 2, 0] {
        let (key, before) = (desk.agency_key("acme", Role::Viewer), open.len());
        for _ in 0..4 {
            let stream = follow(&key).await;
            if stream.status() == 200 {
                open.push(stream);
            } else {
                assert_eq!(stream.status(), 503);
            }
        }
        assert_eq!(open.len() - before, expected, "an eighth for a key, a quarter for an agency");
    }
    let beta = desk.agency_key("beta", Role::Viewer);
    let request = Request::get("/v1/events")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, &beta);
    let stream = desk.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(stream.status(), 200);
    assert_eq!(follow(&desk.key(Grant::Platform)).await.status(), 200);
}

#[tokio::test]
async fn whoever_tests_all_webhooks_that_it_can_leaves_others_theirs() {
    let desk = Desk::new(Options::default());
    let tests = &desk.service.shared().tests;
    let share = [tests.part("acme", 4)];
    let running: Vec<_> = std::iter::from_fn(|| tests.take(&share)).collect();
    assert_eq!(running.len(), 2);
    for (agency, status) in [("acme", 503), ("beta", 200)] {
        let key = desk.agency_key(agency, Role::Owner);
        let wanted = json!({"url": "https://localhost/hooks"});
        let made = desk.ask(&key, "POST", "/v1/webhooks", &wanted).await;
        let place = format!("/v1/webhooks/{}/test", made.body["id"].as_str().unwrap());
        assert_eq!(desk.ask(&key, "POST", &place, &Value::Null).await.status, status, "{agency}");
    }
}

/// The rows of keys and webhooks, one of each damaged.
struct Damaged {
    desk: Desk,
    key: ApiKey,
    secret: String,
    hook: String,
}

impl Damaged {
    async fn new() -> Damaged {
        let desk = Desk::new(Options::default());
        let grant = Grant::Agency { agency: "beta".into(), role: Role::Owner };
        let new = NewKey { name: "Beta's".into(), grant, expires_at: None };
        let (key, secret) = desk.service.keys().create(new).unwrap();
        let secret = format!("Bearer {}", secret.reveal());
        let wanted = json!({"url": "https://crm.example/hooks"});
        let made = desk.ask(&secret, "POST", "/v1/webhooks", &wanted).await;
        let hook = made.body["id"].as_str().unwrap().to_owned();
        for row in [format!("host/api-key/{}", key.id), format!("host/webhook/{hook}")] {
            let value = Some("{\"agency\": \"beta\", \"na".to_owned());
            let write = clientdesk_host::adapters::storage::Write { key: row, value };
            desk.host().storage().commit(Vec::new(), vec![write]).unwrap();
        }
        Damaged { desk, key, secret, hook }
    }
}

#[tokio::test]
async fn a_damaged_row_is_damaged_for_itself_alone() {
    let Damaged { desk, key, secret, hook } = Damaged::new().await;
    let (platform, owner) = (desk.key(Grant::Platform), desk.agency_key("acme", Role::Owner));
    let refused = desk.call(&secret, "brands.list", &json!({"page": {"limit": 1}})).await;
    assert_eq!(refused.status, 401, "whether it is the key can't be known: {}", refused.body);
    for (list, id) in [("/v1/api-keys", &key.id), ("/v1/webhooks", &hook)] {
        let place = format!("{list}/{id}");
        let seen = desk.get(Some(&platform), list).await;
        assert_eq!((seen.status, &seen.body["damaged"]), (200, &json!([id])), "{list}");
        let others = desk.get(Some(&owner), list).await;
        assert_eq!((others.status, &others.body["damaged"]), (200, &json!([])), "{list}");
        assert_eq!(desk.ask(&owner, "DELETE", &place, &Value::Null).await.status, 404, "{list}");
        assert_eq!(desk.get(Some(&platform), list).await.body["damaged"], json!([id]), "{list}");
        assert_eq!(desk.ask(&platform, "DELETE", &place, &Value::Null).await.status, 204, "{list}");
        assert_eq!(desk.ask(&platform, "DELETE", &place, &Value::Null).await.status, 404, "{list}");
        assert_eq!(desk.get(Some(&platform), list).await.body["damaged"], json!([]), "{list}");
    }
}

#[tokio::test]
async fn a_damaged_webhook_stops_no_other_and_tells_nothing_of_its_row() {
    let Damaged { desk, hook, .. } = Damaged::new().await;
    let (platform, owner) = (desk.key(Grant::Platform), desk.agency_key("acme", Role::Owner));
    let receiver = super::webhooks::Receiver::start().await;
    let wanted = json!({"agency": "acme", "url": receiver.url, "after": 0});
    assert_eq!(desk.ask(&platform, "POST", "/v1/webhooks", &wanted).await.status, 201);
    desk.deliver().await;
    assert_eq!(receiver.numbers(), [1]);
    let figures = desk.get(Some(&platform), "/metrics").await;
    assert!(figures.body.as_str().unwrap().contains("clientdesk_webhooks_failing 1\n"));
    let place = format!("/v1/webhooks/{hook}");
    for (key, method, place, status) in [
        (&platform, "GET", place.clone(), 500),
        (&platform, "POST", format!("{place}/test"), 500),
        (&platform, "POST", format!("{place}/resume"), 500),
        (&owner, "GET", place.clone(), 404),
        (&owner, "POST", format!("{place}/test"), 404),
    ] {
        let told = desk.ask(key, method, &place, &Value::Null).await;
        assert_eq!(told.status, status, "{method} {place}: {}", told.body);
        if status == 500 {
            assert_eq!(told.body["type"], problem("corrupt"));
            let text = told.body.to_string();
            assert!(!text.contains("host/") && !text.contains("column"), "{text}");
        }
    }
}
