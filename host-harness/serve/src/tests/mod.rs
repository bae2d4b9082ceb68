//! The service as whoever calls it sees it, without a network in between.

mod bounces;
mod connections;
mod https;
mod keys;
mod refused;
mod secrets;
mod shares;
mod stream;
mod watched;
mod webhooks;
mod workbench;

use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::{Clock as _, ManualClock};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::keys::{Grant, NewKey, Role};
use crate::{Options, Service};

/// The first of September 2026.
const NOW: u64 = 1_788_220_800_000;

/// A service with an agency, and what asks it.
struct Desk {
    clock: Arc<ManualClock>,
    service: Service,
    router: Router,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Desk {
    fn new(options: Options) -> Desk {
        let clock = Arc::new(ManualClock::at(NOW));
        let host = compiled().sharing().clock(clock.clone()).build().unwrap();
        Desk::of(host, clock, options)
    }

    fn of(host: Host, clock: Arc<ManualClock>, options: Options) -> Desk {
        for id in ["acme", "beta"] {
            let agency = json!({
                "id": id, "name": id.to_uppercase(), "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
            });
            host.call("agencies.create", &[agency]).unwrap();
        }
        let service = Service::new(Arc::new(host), options);
        let router = service.router();
        Desk { clock, service, router }
    }

    /// Another service of the same host.
    fn restarted(&self) -> Desk {
        let host = Arc::clone(&self.service.shared().host);
        let service = Service::new(host, Options::default());
        let (clock, router) = (Arc::clone(&self.clock), service.router());
        Desk { clock, service, router }
    }

    fn open() -> Desk {
        Desk::new(Options { open_without_keys: true, ..Options::default() })
    }

    fn key(&self, grant: Grant) -> String {
        let new = NewKey { name: "CRM sync".into(), grant, expires_at: None };
        let (_, secret) = self.service.keys().create(new).unwrap();
        format!("Bearer {}", secret.reveal())
    }

    fn agency_key(&self, agency: &str, role: Role) -> String {
        self.key(Grant::Agency { agency: agency.into(), role })
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    async fn call_with(&self, headers: &[(&str, &str)], name: &str, arguments: &Value) -> Answer {
        let mut request = Request::post(format!("/v1/call/{name}"))
            .header(header::HOST, "localhost:8700")
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(arguments.to_string().into()).unwrap()).await
    }

    async fn call(&self, key: &str, name: &str, arguments: &Value) -> Answer {
        self.call_with(&[("authorization", key)], name, arguments).await
    }

    async fn get(&self, key: Option<&str>, place: &str) -> Answer {
        let mut request = Request::get(place).header(header::HOST, "localhost");
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, key);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The newest entry of an agency's log.
    fn newest(&self, agency: &str) -> Value {
        let olga = json!({"id": "olga", "name": "Olga", "role": "owner"});
        let call = json!({"agency": agency, "actor": olga});
        let page = json!({"limit": 1});
        let list = self.host().call("audit.list", &[call, Value::Null, "backward".into(), page]);
        list.unwrap()["entries"][0].clone()
    }

    fn host(&self) -> &Host {
        &self.service.shared().host
    }
}

pub(crate) fn compiled() -> &'static Host {
    static COMPILED: LazyLock<Host> = LazyLock::new(|| Host::builder().build().unwrap());
    &COMPILED
}

fn problem(kind: &str) -> String {
    format!("urn:clientdesk:problem:{kind}")
}

#[tokio::test]
async fn a_command_that_is_repeated_with_its_key_is_done_once() {
    let desk = Desk::new(Options::default());
    let key = desk.agency_key("acme", Role::Owner);
    let ask = async |header: &str, arguments: &Value| {
        let headers = [("authorization", key.as_str()), ("idempotency-key", header)];
        desk.call_with(&headers, "brands.create", arguments).await
    };
    let brand = json!({"brand": {"name": "Nike"}});
    let first = ask("once", &brand).await;
    assert_eq!(first.status, 200);
    let before = desk.newest("acme");
    assert_eq!(ask("once", &brand).await.body, first.body);
    assert_eq!(desk.newest("acme"), before);
    let other = ask("once", &json!({"brand": {"name": "Puma"}})).await;
    assert_eq!(other.body["error"]["invalid"][0]["code"], "reused");
    let both = json!({"call": {"idempotency-key": "other"}, "brand": {"name": "Fila"}});
    assert_eq!(ask("once", &both).await.status, 400);
    let platform = desk.key(Grant::Platform);
    let headers = [("authorization", platform.as_str()), ("idempotency-key", "once")];
    let none = desk.call_with(&headers, "agencies.get", &json!({"id": "acme"})).await;
    assert_eq!((none.status, &none.body["type"]), (400, &json!(problem("malformed"))));
}

#[tokio::test]
async fn times_are_texts_both_ways() {
    let desk = Desk::new(Options::default());
    let key = desk.agency_key("acme", Role::Owner);
    desk.call(&key, "brands.create", &json!({"brand": {"id": "nike", "name": "Nike"}})).await;
    let invite = json!({"invite": {
        "email": "ann@nike.example", "brands": ["nike"], "access-ends-at": "2026-10-01T00:00:00Z",
    }});
    let invited = desk.call(&key, "clients.invite-by-email", &invite).await;
    assert_eq!(invited.body["expires-at"], "2026-09-15T00:00:00Z", "{}", invited.body);
    let client = invited.body["client"].clone();
    let found = desk.call(&key, "clients.get", &json!({"id": client})).await;
    assert_eq!(found.body["grants"][0]["ends-at"], "2026-10-01T00:00:00Z", "{}", found.body);
    let wrong = json!({"invite": {"email": "b@nike.example", "brands": ["nike"], "access-ends-at": "soon"}});
    let refused = desk.call(&key, "clients.invite-by-email", &wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["error"]["invalid"][0]["field"], "invite.access-ends-at");
}

#[tokio::test]
async fn the_document_names_every_function() {
    let desk = Desk::new(Options::default());
    let document = desk.get(None, "/openapi.json").await.body;
    let paths = document["paths"].as_object().unwrap();
    let calls: Vec<&str> = paths.keys().filter_map(|path| path.strip_prefix("/v1/call/")).collect();
    let functions: Vec<&str> = desk.host().functions().map(|function| function.name()).collect();
    assert_eq!(calls, functions);
}
