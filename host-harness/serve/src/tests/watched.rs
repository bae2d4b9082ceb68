//! What operators see of the service: figures, a line for each request, and traces.

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use clientdesk_host::adapters::mail::{Handover, Mail, Message};
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::{MemoryStorage, Write};
use clientdesk_scenario::faults::{Breakage, Fault, FaultyStorage};

use super::webhooks::Receiver;
use super::*;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// What is logged on this thread, as long as it is kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn begin() -> (Log, tracing::subscriber::DefaultGuard) {
        let log = Log::default();
        let own = log.clone();
        let written = tracing_subscriber::fmt().json().flatten_event(true);
        let written = written.with_writer(move || own.clone()).finish();
        (log, tracing::subscriber::set_default(written))
    }

    /// The lines about requests since the last time.
    fn lines(&self) -> Vec<Value> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["trace"].is_string()).collect()
    }

    fn line(&self) -> Value {
        let lines = self.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines[0].clone()
    }
}

/// The number behind a line's name and labels.
fn figure(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name}\n{text}")).parse().unwrap()
}

async fn figures(desk: &Desk, key: &str) -> String {
    desk.get(Some(key), "/metrics").await.body.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_trace_is_the_same_for_whoever_asks_in_both_logs_and_for_webhooks() {
    let desk = Desk::new(Options::default());
    let key = desk.agency_key("acme", Role::Owner);
    let platform = desk.key(Grant::Platform);
    let receiver = Receiver::start().await;
    let wanted = json!({"agency": "acme", "url": receiver.url});
    assert_eq!(desk.ask(&platform, "POST", "/v1/webhooks", &wanted).await.status, 201);
    let (log, _logged) = Log::begin();
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    for parent in [parent.as_str(), "nonsense", ""] {
        let headers = [("authorization", key.as_str()), ("traceparent", parent)];
        let name = format!("Brand {}", parent.len());
        let brand = json!({"brand": {"name": name}});
        let made = desk.call_with(&headers, "brands.create", &brand).await;
        assert_eq!(made.status, 200);
        let told = made.headers["traceresponse"].to_str().unwrap().to_owned();
        let trace = told.split('-').nth(1).unwrap();
        assert_eq!(trace == TRACE, parent.contains(TRACE), "{told}");
        assert_eq!(desk.newest("acme")["trace-id"], trace);
        let line = log.line();
        assert_eq!((&line["trace"], &line["function"]), (&json!(trace), &json!("brands.create")));
        desk.deliver().await;
        let taken = receiver.taken();
        let (headers, body) = taken.last().unwrap();
        assert!(headers["traceparent"].to_str().unwrap().starts_with(&format!("00-{trace}-")));
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["data"]["entry"]["trace-id"], trace);
    }
    // Whoever names the call otherwise has that in the agency's log, and nobody's words are in the service's.
    let own = json!({"call": {"trace-id": "Ann's ticket"}, "brand": {"name": "Fila"}});
    let headers = [("authorization", key.as_str()), ("traceparent", parent.as_str())];
    assert_eq!(desk.call_with(&headers, "brands.create", &own).await.status, 200);
    assert_eq!(desk.newest("acme")["trace-id"], "Ann's ticket");
    assert_eq!(log.line()["trace"], TRACE);
    // Nothing hangs on the trace: a command that is repeated in another is the same.
    let again = json!({"brand": {"name": "Once"}});
    for parent in ["", parent.as_str()] {
        let headers =
            [("authorization", key.as_str()), ("idempotency-key", "once"), ("traceparent", parent)];
        assert_eq!(desk.call_with(&headers, "brands.create", &again).await.status, 200);
    }
}

#[tokio::test]
async fn figures_tell_what_was_asked_and_what_became_of_it() {
    let desk = Desk::new(Options::default());
    assert_eq!(desk.get(None, "/healthz").await.status, 200);
    assert_eq!(desk.get(None, "/readyz").await.status, 200);
    assert_eq!(desk.get(None, "/metrics").await.status, 401, "figures are for whoever has a key");
    let key = desk.key(Grant::Platform);
    desk.call(&key, "system.schema", &json!({})).await;
    desk.call(&key, "agencies.get", &json!({"id": "acme"})).await;
    desk.call(&key, "no.such", &json!({})).await;
    desk.call(&key, "agencies.list", &json!({"page": {"limit": 0}})).await;
    desk.call(&key, "agencies.list", &json!({"pages": {}})).await;
    let text = figures(&desk, &key).await;
    for (line, number) in [
        ("calls_total{function=\"system.schema\",outcome=\"done\",error=\"\"}", 1.0),
        ("calls_total{function=\"agencies.list\",outcome=\"refused\",error=\"invalid\"}", 1.0),
        ("call_seconds_count{function=\"system.schema\"}", 1.0),
        ("call_seconds_bucket{le=\"+Inf\",function=\"system.schema\"}", 1.0),
        ("requests_total{place=\"/v1/call/{name}\",status=\"200\"}", 2.0),
        ("requests_total{place=\"/v1/call/{name}\",status=\"404\"}", 1.0),
        ("requests_total{place=\"/v1/call/{name}\",status=\"422\"}", 2.0),
        ("requests_total{place=\"/metrics\",status=\"401\"}", 1.0),
        ("host_calls_total{function=\"mail.send\"}", 0.0),
        ("conflicts_total", 0.0),
        ("store_up", 1.0),
        ("jobs_stuck", 0.0),
        ("mails_waiting", 0.0),
        ("mails_oldest_seconds", 0.0),
        ("instances", 0.0),
    ] {
        assert!(
            (figure(&text, &format!("clientdesk_{line}")) - number).abs() < 1e-9,
            "{line}\n{text}"
        );
    }
    assert!(figure(&text, "clientdesk_host_calls_total{function=\"storage.get\"}") > 0.0);
    assert!(figure(&text, "clientdesk_start_time_seconds") > 1.7e9);
    assert!(text.contains("clientdesk_build_info{version=\"0.1.0\",store=\"memory\"} 1"), "{text}");
    assert!(text.ends_with("# EOF\n"));
    // By the rules of OpenMetrics: each name has its kind and its help, and what grows ends in `_total`.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        assert!(name.starts_with("clientdesk_"), "{line}");
        assert!(name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{line}");
    }
}

/// Takes no mail, as long as it is told so.
#[derive(Default)]
struct Post(Mutex<bool>);

impl Mail for Post {
    fn send(&self, _: Message) -> Handover {
        let takes = *self.0.lock().unwrap();
        if takes { Handover::Accepted } else { Handover::TryLater("421".into()) }
    }
}

#[tokio::test]
async fn the_age_of_the_outbox_grows_until_its_mails_are_taken() {
    let (clock, post) = (Arc::new(ManualClock::at(NOW)), Arc::new(Post::default()));
    let host = compiled().sharing().clock(clock.clone()).mail(post.clone()).build().unwrap();
    let desk = Desk::of(host, clock, Options::default());
    let key = desk.key(Grant::Platform);
    let owner = desk.agency_key("acme", Role::Owner);
    desk.call(&owner, "brands.create", &json!({"brand": {"id": "nike", "name": "Nike"}})).await;
    let invite = json!({"invite": {"email": "ann@nike.example", "brands": ["nike"]}});
    assert_eq!(desk.call(&owner, "clients.invite-by-email", &invite).await.status, 200);
    desk.clock.set(NOW + 90_000);
    let text = figures(&desk, &key).await;
    assert_eq!(
        ["waiting", "oldest_seconds"]
            .map(|name| figure(&text, &format!("clientdesk_mails_{name}"))),
        [1.0, 90.0]
    );
    assert!(figure(&text, "clientdesk_mails_total{outcome=\"later\"}") > 0.5);
    *post.0.lock().unwrap() = true;
    desk.host().run_due(100, |_| true);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let text = figures(&desk, &key).await;
    assert_eq!(
        ["waiting", "oldest_seconds"]
            .map(|name| figure(&text, &format!("clientdesk_mails_{name}"))),
        [0.0, 0.0]
    );
}

#[tokio::test]
async fn each_request_has_one_line_with_what_it_asked() {
    let slow = Options { slow: Duration::ZERO, ..Options::default() };
    let (desk, strict) = (Desk::new(Options::default()), Desk::new(slow));
    let key = desk.agency_key("acme", Role::Owner);
    let (log, _logged) = Log::begin();
    desk.call(&key, "brands.create", &json!({"brand": {"id": "nike", "name": "Nike"}})).await;
    let line = log.line();
    let id = key.strip_prefix("Bearer clientdesk_").unwrap().split('.').next().unwrap();
    for (field, expected) in [
        ("level", json!("INFO")),
        ("message", json!("a request was answered")),
        ("method", json!("POST")),
        ("place", json!("/v1/call/{name}")),
        ("status", json!(200)),
        ("outcome", json!("done")),
        ("calls", json!(1)),
        ("conflicts", json!(0)),
        ("agency", json!("acme")),
        ("key", json!(id)),
        ("error", Value::Null),
    ] {
        assert_eq!(line[field], expected, "{field}: {line}");
    }
    assert!(line["host_calls"].as_u64().unwrap() >= 3, "{line}");
    let millis = |field: &str| line[field].as_f64().unwrap();
    assert!(millis("millis") >= millis("store_millis") && millis("wait_millis") >= 0.0, "{line}");
    desk.call(&key, "clients.revoke", &json!({"id": "nobody"})).await;
    let line = log.line();
    assert_eq!((&line["outcome"], &line["error"]), (&json!("refused"), &json!("not-found")));
    assert_eq!((&line["level"], &line["cause"]), (&json!("INFO"), &Value::Null));
    desk.get(None, "/healthz").await;
    desk.get(None, "/openapi.json").await;
    assert_eq!(log.lines(), Vec::<Value>::new(), "who only looks isn't told of");
    strict.get(None, "/healthz").await;
    let line = log.line();
    assert_eq!((&line["level"], &line["message"]), (&json!("WARN"), &json!("a request took long")));
}

#[tokio::test]
async fn what_fails_is_told_with_its_cause() {
    let storage = Arc::new(FaultyStorage::new(Arc::new(MemoryStorage::new())));
    let clock = Arc::new(ManualClock::at(NOW));
    let secrets = Arc::new(SystemSecrets::ephemeral().unwrap());
    let builder = compiled().sharing().storage(storage.clone()).secrets(secrets);
    let host = builder.clock(clock.clone()).build().unwrap();
    let desk = Desk::of(host, clock, Options::default());
    let (key, platform) = (desk.agency_key("acme", Role::Owner), desk.key(Grant::Platform));
    desk.call(&key, "brands.create", &json!({"brand": {"id": "nike", "name": "Nike"}})).await;
    let invite = json!({"invite": {"email": "ann@nike.example", "brands": ["nike"]}});
    let invited = desk.call(&key, "clients.invite-by-email", &invite).await.body;
    let row = format!("a/acme/client/{}", invited["client"].as_str().unwrap());
    let (log, _logged) = Log::begin();
    let level =
        |line: &Value| (line["level"].clone(), line["status"].clone(), line["error"].clone());

    // The key is good, and then the store is away.
    let fault = Fault { storage: Breakage::Unavailable, times: u32::MAX, ..Fault::unavailable(2) };
    storage.begin(Some(fault));
    let refused = desk.call(&key, "brands.list", &json!({"page": {"limit": 5}})).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    let line = log.line();
    assert_eq!(level(&line), (json!("WARN"), json!(503), json!("unavailable")), "{line}");
    assert!(line["cause"].as_str().unwrap().contains("the scenario says so"), "{line}");

    // Not even whether the key is good can be known.
    storage.begin(Some(Fault { times: u32::MAX, ..Fault::unavailable(1) }));
    assert_eq!(desk.call(&key, "brands.list", &json!({})).await.status, 500);
    let line = log.line();
    assert_eq!(level(&line), (json!("ERROR"), json!(500), json!("internal")), "{line}");
    assert!(line["cause"].as_str().unwrap().contains("the scenario says so"), "{line}");
    assert_eq!(desk.get(None, "/readyz").await.status, 503);
    let line = log.line();
    assert_eq!(line["level"], "WARN");
    assert!(line["cause"].as_str().unwrap().contains("the scenario says so"), "{line}");
    storage.begin(None);

    // Figures that can't be known are marked as old.
    storage.begin(Some(Fault { times: u32::MAX, ..Fault::unavailable(2) }));
    assert_eq!(figure(&figures(&desk, &platform).await, "clientdesk_store_up").to_bits(), 0);
    storage.begin(None);
    log.lines();

    // Of a damaged row, not the whole key is told: others have names in them.
    let write = Write { key: row, value: Some("{\"ann@nike.example".into()) };
    storage.inner().commit(Vec::new(), vec![write]).unwrap();
    let refused = desk.call(&key, "clients.get", &json!({"id": invited["client"]})).await;
    assert_eq!(refused.status, 500, "{}", refused.body);
    let line = log.line();
    assert_eq!(level(&line), (json!("ERROR"), json!(500), json!("corrupt")), "{line}");
    let cause = line["cause"].as_str().unwrap();
    assert!(cause.contains("`a/acme/client/…`") && !cause.contains("ann@"), "{cause}");
}
