//! Webhooks, with receivers that refuse, stall, cut and send elsewhere.

use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::webhooks::deliver::Turns;

/// How a receiver answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Status(u16),
    /// Somewhere else.
    Elsewhere,
    /// That it was taken, after a while.
    Slowly,
    /// Nothing, for longer than anybody waits.
    Nothing,
    /// The connection ends.
    Cut,
}

/// What came: headers and body.
type Came = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Whoever messages are sent to.
pub(super) struct Receiver {
    pub(super) url: String,
    says: Arc<Mutex<Says>>,
    came: Came,
}

impl Receiver {
    pub(super) async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (says, came) = (Arc::new(Mutex::new(Says::Status(204))), Came::default());
        let (own_says, own_came) = (Arc::clone(&says), Arc::clone(&came));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (says, came) = (Arc::clone(&own_says), Arc::clone(&own_came));
                tokio::spawn(async move {
                    let request = read(&mut stream).await;
                    came.lock().unwrap().push(request);
                    let says = *says.lock().unwrap();
                    let answer = match says {
                        Says::Status(code) => format!("HTTP/1.1 {code} X\r\ncontent-length: 0\r\n\r\n"),
                        Says::Elsewhere => "HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned(),
                        Says::Slowly => {
                            tokio::time::sleep(Duration::from_millis(700)).await;
                            "HTTP/1.1 204 X\r\ncontent-length: 0\r\n\r\n".to_owned()
                        }
                        Says::Nothing => {
                            tokio::time::sleep(Duration::from_secs(60)).await;
                            return;
                        }
                        Says::Cut => return,
                    };
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Receiver { url, says, came }
    }

    fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    /// What came since the last time.
    pub(super) fn taken(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut *self.came.lock().unwrap())
    }

    /// The numbers of the entries that came since the last time.
    pub(super) fn numbers(&self) -> Vec<u64> {
        let number = |(_, body): &(HeaderMap, String)| {
            let body: Value = serde_json::from_str(body).unwrap();
            body["data"]["entry"]["number"].as_u64().unwrap()
        };
        self.taken().iter().map(number).collect()
    }
}

async fn read(stream: &mut tokio::net::TcpStream) -> (HeaderMap, String) {
    let mut text = String::new();
    let mut buffer = [0; 4_096];
    loop {
        let length = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut headers = HeaderMap::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            let name: header::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let expected: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
        if body.len() >= expected {
            return (headers, body.to_owned());
        }
    }
}

impl Desk {
    pub(super) async fn ask(&self, key: &str, method: &str, place: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(place)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, key)
            .header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
        self.send(request.body(body).unwrap()).await
    }

    /// Everything that is due is sent.
    pub(super) async fn deliver(&self) {
        let shared = self.service.shared();
        let mut turns = Turns::default();
        turns.begin(&shared.courier, &shared.counts, &shared.stops).await.unwrap();
        while turns.next(&shared.counts).await {}
    }

    pub(super) async fn brand(&self, key: &str, name: &str) {
        let brand = json!({"call": {"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}}, "brand": {"name": name}});
        assert_eq!(self.call(key, "brands.create", &brand).await.status, 200);
    }
}

/// A desk whose receivers have not long to answer.
fn hasty() -> (Desk, String) {
    let options = Options {
        webhook_deadline: Duration::from_millis(300),
        open_without_keys: true,
        ..Options::default()
    };
    let desk = Desk::new(options);
    let platform = desk.key(Grant::Platform);
    (desk, platform)
}

async fn hook(desk: &Desk, key: &str, wanted: &Value) -> Answer {
    let made = desk.ask(key, "POST", "/v1/webhooks", wanted).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made
}

#[tokio::test]
async fn entries_come_signed_in_order_and_only_those_that_are_wanted() {
    let (desk, key) = hasty();
    let (all, some) = (Receiver::start().await, Receiver::start().await);
    let made = hook(&desk, &key, &json!({"agency": "acme", "url": all.url, "after": 0})).await;
    let kinds = json!(["brand-renamed"]);
    let wanted = json!({"agency": "acme", "url": some.url, "kinds": kinds});
    let other = hook(&desk, &key, &wanted).await;
    assert_eq!((&made.body["delivered"], &other.body["delivered"]), (&json!(0), &json!(1)));
    desk.brand(&key, "Nike").await;
    desk.deliver().await;
    let came = all.taken();
    let secret = made.body["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap();
    let secret = BASE64_STANDARD.decode(secret).unwrap();
    assert_eq!(came.len(), 2);
    for (headers, body) in &came {
        let text = |name: &str| headers[name].to_str().unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(
            format!("{}.{}.{body}", text("webhook-id"), text("webhook-timestamp")).as_bytes(),
        );
        let signature = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(text("webhook-signature"), signature);
        assert!(!text("webhook-id").contains('.'));
        assert_eq!(text("content-type"), "application/json");
    }
    let first: Value = serde_json::from_str(&came[0].1).unwrap();
    assert_eq!(
        (&first["type"], &first["data"]["agency"]),
        (&json!("agency-created"), &json!("acme"))
    );
    assert_eq!(
        (&first["timestamp"], &first["data"]["entry"]["number"]),
        (&json!("2026-09-01T00:00:00Z"), &json!(1))
    );
    assert!(some.taken().is_empty(), "another kind");
    let listed =
        desk.get(Some(&key), &format!("/v1/webhooks/{}", other.body["id"].as_str().unwrap())).await;
    assert_eq!(listed.body["delivered"], 2, "it was passed over for good");
    desk.deliver().await;
    assert!(all.taken().is_empty(), "each once");
    // Another process goes on where this one was.
    desk.brand(&key, "Puma").await;
    desk.restarted().deliver().await;
    assert_eq!(all.numbers(), [3]);
}

#[tokio::test]
async fn a_message_that_isnt_taken_is_sent_again_and_the_next_waits() {
    let (desk, key) = hasty();
    let receiver = Receiver::start().await;
    let made = hook(&desk, &key, &json!({"agency": "acme", "url": receiver.url, "after": 0})).await;
    let place = format!("/v1/webhooks/{}", made.body["id"].as_str().unwrap());
    desk.brand(&key, "Nike").await;
    let mut wait = 5;
    for (says, problem) in [
        (Says::Status(500), "it answered 500"),
        (Says::Cut, "the connection ended before it answered"),
        (Says::Nothing, "no answer within 0.3 seconds"),
        (Says::Elsewhere, "it answered 302: redirects aren't followed"),
    ] {
        receiver.say(says);
        desk.deliver().await;
        assert_eq!(receiver.numbers(), [1], "{problem}");
        let stands = desk.get(Some(&key), &place).await.body;
        assert_eq!(
            (&stands["state"], &stands["failing"]["problem"]),
            (&json!("failing"), &json!(problem))
        );
        desk.deliver().await;
        assert!(receiver.taken().is_empty(), "it isn't due yet");
        desk.clock.set(desk.clock.now() + wait * 1_000);
        wait = if wait == 5 { 60 } else { wait * 10 };
    }
    let failing = desk.get(Some(&key), "/v1/webhooks?state=failing").await.body;
    assert_eq!(failing["webhooks"].as_array().unwrap().len(), 1);
    receiver.say(Says::Status(200));
    desk.clock.set(desk.clock.now() + 60 * 60 * 1_000);
    desk.deliver().await;
    assert_eq!(receiver.numbers(), [1, 2], "in order, and nothing is missing");
    let stands = desk.get(Some(&key), &place).await.body;
    assert_eq!(
        (&stands["state"], &stands["failing"], &stands["delivered"]),
        (&json!("active"), &Value::Null, &json!(2))
    );

    receiver.say(Says::Status(410));
    desk.brand(&key, "Puma").await;
    desk.deliver().await;
    assert_eq!(desk.get(Some(&key), &place).await.body["state"], "given-up");
    desk.clock.set(desk.clock.now() + 100 * 24 * 60 * 60 * 1_000);
    desk.deliver().await;
    assert_eq!(receiver.numbers(), [3]);
    receiver.say(Says::Status(202));
    assert_eq!(desk.ask(&key, "POST", &format!("{place}/resume"), &Value::Null).await.status, 204);
    desk.deliver().await;
    assert_eq!(receiver.numbers(), [3], "from where it was");
    assert_eq!(desk.ask(&key, "DELETE", &place, &Value::Null).await.status, 204);
    desk.brand(&key, "Fila").await;
    desk.deliver().await;
    assert!(receiver.taken().is_empty());
    let figures = desk.get(Some(&key), "/metrics").await;
    let text = figures.body.as_str().unwrap();
    assert!(text.contains("clientdesk_webhook_messages_total{outcome=\"done\"} 3"), "{text}");
}

#[tokio::test]
async fn one_that_stalls_keeps_no_other_waiting() {
    let (desk, key) = hasty();
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    slow.say(Says::Nothing);
    for receiver in [&slow, &quick] {
        hook(&desk, &key, &json!({"agency": "acme", "url": receiver.url, "after": 0})).await;
    }
    let shared = desk.service.shared();
    let mut turns = Turns::default();
    turns.begin(&shared.courier, &shared.counts, &shared.stops).await.unwrap();
    assert!(turns.next(&shared.counts).await && turns.any());
    assert_eq!((quick.numbers(), slow.taken().len()), (vec![1], 1));
    desk.brand(&key, "Nike").await;
    turns.begin(&shared.courier, &shared.counts, &shared.stops).await.unwrap();
    assert!(turns.next(&shared.counts).await && turns.any(), "the slow one runs still");
    assert_eq!(quick.numbers(), [2]);
}

#[tokio::test]
async fn one_agencys_slow_receivers_keep_no_other_agency_waiting() {
    let webhook_deadline = Duration::from_millis(1_500);
    let desk = Desk::new(Options { webhook_deadline, ..Options::default() });
    let key = desk.key(Grant::Platform);
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    slow.say(Says::Nothing);
    for _ in 0..20 {
        hook(&desk, &key, &json!({"agency": "beta", "url": slow.url, "after": 0})).await;
    }
    hook(&desk, &key, &json!({"agency": "acme", "url": quick.url, "after": 0})).await;
    let shared = desk.service.shared();
    let mut turns = Turns::default();
    turns.begin(&shared.courier, &shared.counts, &shared.stops).await.unwrap();
    assert!(turns.next(&shared.counts).await && turns.any());
    assert_eq!(quick.numbers(), [1], "the youngest of them all");
    while turns.next(&shared.counts).await {}
    assert_eq!(slow.taken().len(), 4, "an agency has four turns at once");
    // Whoever had no turn yet has the next one.
    turns.begin(&shared.courier, &shared.counts, &shared.stops).await.unwrap();
    while turns.next(&shared.counts).await {}
    let failing = desk.get(Some(&key), "/v1/webhooks?state=failing&limit=500").await.body;
    assert_eq!(failing["webhooks"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn a_turn_is_over_after_a_while_and_the_next_goes_on() {
    let desk = Desk::new(Options::default());
    let key = desk.key(Grant::Platform);
    let receiver = Receiver::start().await;
    receiver.say(Says::Slowly);
    hook(&desk, &key, &json!({"agency": "acme", "url": receiver.url, "after": 0})).await;
    for name in ["Nike", "Puma", "Fila", "Asics", "Vans", "Kappa"] {
        desk.brand(&key, name).await;
    }
    desk.deliver().await;
    let first = receiver.numbers();
    assert!((1..7).contains(&first.len()), "{first:?}");
    receiver.say(Says::Status(204));
    desk.deliver().await;
    assert_eq!([first, receiver.numbers()].concat(), [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn an_agency_sends_to_the_internet_only_and_sees_to_its_own() {
    let desk = Desk::new(Options::default());
    let (platform, owner) = (desk.key(Grant::Platform), desk.agency_key("acme", Role::Owner));
    let (manager, beta) =
        (desk.agency_key("acme", Role::Manager), desk.agency_key("beta", Role::Owner));
    let good = json!({"url": "https://localhost/hooks"});
    for (key, wanted, status, field) in [
        (&owner, json!({"url": "http://crm.example/"}), 422, "url"),
        (&owner, json!({"url": "https://127.0.0.1/"}), 422, "url"),
        (&owner, json!({"url": "https://[::ffff:10.0.0.1]/"}), 422, "url"),
        (&owner, json!({"url": "https://a:b@crm.example/"}), 422, "url"),
        (&owner, json!({"url": "https://crm.example/", "kinds": ["brand-creatd"]}), 422, "kinds"),
        (&owner, json!({"url": "https://crm.example/", "after": 99}), 422, "after"),
        (&platform, json!({"url": "https://crm.example/", "agency": "nobody"}), 422, "agency"),
        (&owner, json!({"url": "https://crm.example/", "agency": "beta"}), 403, ""),
        (&manager, good.clone(), 403, ""),
        (&platform, good.clone(), 400, ""),
        (&owner, json!({"url": "https://crm.example/", "more": 1}), 400, ""),
    ] {
        let refused = desk.ask(key, "POST", "/v1/webhooks", &wanted).await;
        assert_eq!(refused.status, status, "{wanted}: {}", refused.body);
        if !field.is_empty() {
            assert_eq!(refused.body["error"]["invalid"][0]["field"], field, "{}", refused.body);
        }
    }
    // A name that leads into the service's own network.
    let made = hook(&desk, &owner, &good).await;
    let place = format!("/v1/webhooks/{}", made.body["id"].as_str().unwrap());
    let tried = desk.ask(&owner, "POST", &format!("{place}/test"), &Value::Null).await;
    assert_eq!((tried.status, &tried.body["delivered"]), (200, &json!(false)));
    let problem = tried.body["problem"].as_str().unwrap();
    assert!(problem.contains("must be an address of the internet"), "{problem}");
    // One that nobody knows is told in the same words.
    let unknown = json!({"url": "https://no-such-name.invalid/hooks"});
    let made = hook(&desk, &owner, &unknown).await;
    let test = format!("/v1/webhooks/{}", made.body["id"].as_str().unwrap());
    let told = desk.ask(&owner, "POST", &format!("{test}/test"), &Value::Null).await;
    assert_eq!(told.body["problem"], problem);
    assert_eq!(desk.ask(&owner, "DELETE", &test, &Value::Null).await.status, 204);
    for key in [&manager, &beta] {
        for (method, place) in [
            ("GET", place.clone()),
            ("DELETE", place.clone()),
            ("POST", format!("{place}/test")),
            ("POST", format!("{place}/resume")),
        ] {
            let expected = if key == &manager { 403 } else { 404 };
            assert_eq!(
                desk.ask(key, method, &place, &Value::Null).await.status,
                expected,
                "{method} {place}"
            );
        }
    }
    let listed = |answer: Answer| answer.body["webhooks"].as_array().unwrap().len();
    assert_eq!(listed(desk.get(Some(&owner), "/v1/webhooks").await), 1);
    assert_eq!(listed(desk.get(Some(&beta), "/v1/webhooks").await), 0);
    assert_eq!(listed(desk.get(Some(&platform), "/v1/webhooks?agency=acme").await), 1);
    assert_eq!(desk.get(Some(&owner), "/v1/webhooks?agency=beta").await.status, 403);
    let shown = desk.get(Some(&owner), "/v1/webhooks").await.body.to_string();
    assert!(!shown.contains("whsec_"));
}

#[tokio::test]
async fn a_wish_that_is_repeated_is_one_webhook_and_lists_have_pages() {
    let desk = Desk::new(Options::default());
    let owner = desk.agency_key("acme", Role::Owner);
    let ask = async |repeated: &str, path: &str| {
        let request = Request::post("/v1/webhooks")
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, &owner)
            .header("idempotency-key", repeated)
            .header(header::CONTENT_TYPE, "application/json");
        let body = json!({"url": format!("https://crm.example/{path}")}).to_string();
        desk.send(request.body(body.into()).unwrap()).await
    };
    let first = ask("one", "a").await;
    assert_eq!(ask("one", "a").await.body, first.body);
    assert_eq!(ask("one", "b").await.body["error"]["invalid"][0]["field"], "idempotency-key");
    assert_eq!(ask("a b", "a").await.status, 400);
    for number in 1..20 {
        assert_eq!(ask(&format!("n{number}"), "a").await.status, 201);
    }
    let many = ask("n20", "a").await;
    assert_eq!((many.status, &many.body["error"]["limit"]["limit"]), (409, &json!("webhooks")));
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let page = desk.get(Some(&owner), &format!("/v1/webhooks?limit=7{cursor}")).await.body;
        seen += page["webhooks"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 20);
    assert_eq!(desk.get(Some(&owner), "/v1/webhooks?limit=0").await.status, 422);
    assert_eq!(desk.get(Some(&owner), "/v1/webhooks?state=lost").await.status, 400);
}
