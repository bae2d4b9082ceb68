//! How much the service bears: requests a second, and how long they take, beside a handler that does nothing and
//! the same calls without a network; and whether anything that was answered is lost when it is stopped under load.
//!
//! ```sh
//! cargo run --release --example load -- 3        # seconds for each figure
//! ```

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use clientdesk_host::adapters::mail::NowhereMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_host::{CallError, Host};
use clientdesk_serve::keys::{Grant, NewKey};
use clientdesk_serve::{Options, Service};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How many ask at once.
const CALLERS: usize = 16;
/// When somebody asks again who was told that others were quicker: all write into one agency here.
const AGAIN: Duration = Duration::from_millis(5);
/// How many clients the agency begins with.
const CLIENTS: usize = 500;

type Failed = Box<dyn Error + Send + Sync>;

/// Numbers that no other invite has.
static NEXT: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let seconds: u64 = std::env::args().nth(1).map_or(Ok(3), |text| text.parse())?;
    let time = Duration::from_secs(seconds);
    let folder = std::env::temp_dir().join(format!("clientdesk-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(&folder.join("store.sqlite"), time).await;
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn measure(store: &std::path::Path, time: Duration) -> Result<(), Failed> {
    let open = || -> Result<Arc<Host>, Failed> {
        let storage = Arc::new(SqliteStorage::open(store)?);
        let secrets = Arc::new(SystemSecrets::open(store.with_extension("keys.json"))?);
        let builder = Host::builder().storage(storage).secrets(secrets);
        Ok(Arc::new(builder.mail(Arc::new(NowhereMail)).build()?))
    };
    let host = open()?;
    let session = fill(&host)?;
    let calls = [
        ("session check", "portal.me", json!({"session": session})),
        (
            "list of 50",
            "clients.list",
            json!({"call": caller(), "page": {"limit": 50}, "order": null, "filter": null}),
        ),
        ("invite", "clients.invite-by-email", json!({"call": caller()})),
    ];
    println!("{CALLERS} callers, {} s each, {CLIENTS} clients to begin with\n", time.as_secs());
    println!("{:<34}{:>12}{:>11}{:>11}", "", "a second", "p50", "p99");
    for (name, function, arguments) in &calls {
        let (host, function, arguments) = (Arc::clone(&host), *function, arguments.clone());
        let all = in_process(host, function, arguments, time).await?;
        show(&format!("{name}, in process"), time, all);
    }

    let service = Service::new(Arc::clone(&host), options());
    let new = NewKey { name: "Load".into(), grant: Grant::Platform, expires_at: None };
    let (_, secret) = service.keys().create(new)?;
    let web = Arc::new(Web::new(secret.reveal()));
    let bare = TcpListener::bind("127.0.0.1:0").await?;
    let bare_at = format!("http://{}/", bare.local_addr()?);
    tokio::spawn(
        async move { axum::serve(bare, Router::new().route("/", get(async || "{}"))).await },
    );
    show("a handler that does nothing", time, load(&web, &bare_at, None, time).await?.1);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = format!("http://{}/v1/call/", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(service.run(listener, async { stopped.await.unwrap_or_default() }));
    for (name, function, arguments) in &calls {
        let place = format!("{at}{function}");
        let (_, all) = load(&web, &place, Some(arguments), time).await?;
        show(&format!("{name}, over HTTP"), time, all);
    }

    // Stopped while it is under load: whatever it answered is there.
    let invites = json!({"call": caller()});
    let place = format!("{at}clients.invite-by-email");
    let asking = {
        let web = Arc::clone(&web);
        tokio::spawn(async move { load(&web, &place, Some(&invites), time).await })
    };
    tokio::time::sleep(time / 2).await;
    let _ = stop.send(());
    running.await??;
    let (answered, _) = asking.await??;
    drop(host);
    let host = open()?;
    let lost = answered.iter().filter(|id| !is_there(&host, id)).count();
    println!(
        "\nstopped under load: {} invites were answered, {lost} of them are lost",
        answered.len()
    );
    if lost > 0 { Err("something that was answered is lost".into()) } else { Ok(()) }
}

fn options() -> Options {
    Options { calls_a_second: std::num::NonZeroU32::MAX, ..Options::default() }
}

fn caller() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

/// An agency with clients; gives a session of one of them.
fn fill(host: &Host) -> Result<Value, Failed> {
    let agency = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
    });
    host.call("agencies.create", &[agency])?;
    host.call("brands.create", &[caller(), json!({"id": "nike", "name": "Nike"})])?;
    for _ in 0..CLIENTS {
        host.call("clients.invite-by-email", &[caller(), invite()])?;
    }
    let first = json!("client0@nike.example");
    let signed_in = host.call("portal.admit", &[json!("acme"), first, Value::Null, Value::Null])?;
    Ok(signed_in.get("session").cloned().unwrap_or_default())
}

fn invite() -> Value {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    json!({"email": format!("client{number}@nike.example"), "name": "Somebody", "brands": ["nike"]})
}

/// The arguments of one call: an invite is somebody else's each time.
fn fresh(function: &str, arguments: &Value) -> Value {
    let mut arguments = arguments.clone();
    if let (true, Some(fields)) = (function.ends_with("invite-by-email"), arguments.as_object_mut())
    {
        fields.insert("invite".to_owned(), invite());
    }
    arguments
}

fn is_there(host: &Host, id: &str) -> bool {
    host.call("clients.get", &[caller(), json!(id)]).is_ok_and(|client| client.is_object())
}

/// The same calls without a network: how long each took.
async fn in_process(
    host: Arc<Host>,
    function: &'static str,
    arguments: Value,
    time: Duration,
) -> Result<Vec<Duration>, Failed> {
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (host, arguments) = (Arc::clone(&host), arguments.clone());
        callers.spawn_blocking(move || -> Result<Vec<Duration>, String> {
            let mut took = Vec::new();
            while began.elapsed() < time {
                let named = fresh(function, &arguments);
                let params = host.function(function).map_err(|error| error.to_string())?.params();
                let values =
                    params.iter().map(|param| named.get(&param.name).cloned().unwrap_or_default());
                let values: Vec<Value> = values.collect();
                let before = Instant::now();
                match host.call(function, &values) {
                    Ok(_) => took.push(before.elapsed()),
                    Err(CallError::Refused { error, .. }) if error == "busy" => {
                        std::thread::sleep(AGAIN);
                    }
                    Err(error) => return Err(error.to_string()),
                }
            }
            Ok(took)
        });
    }
    let mut all = Vec::new();
    while let Some(took) = callers.join_next().await {
        all.extend(took??);
    }
    Ok(all)
}

/// Who asks over HTTP.
struct Web {
    client: Client<HttpConnector, Full<Bytes>>,
    key: String,
}

impl Web {
    fn new(key: &str) -> Web {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Web { client, key: format!("Bearer {key}") }
    }

    /// Asks once: what was answered.
    async fn ask(
        &self,
        place: &str,
        arguments: Option<&Value>,
    ) -> Result<(StatusCode, Bytes), Failed> {
        let request = Request::builder()
            .uri(place)
            .method(if arguments.is_some() { "POST" } else { "GET" })
            .header(header::AUTHORIZATION, &self.key)
            .header(header::CONTENT_TYPE, "application/json");
        let body = arguments.map(Value::to_string).unwrap_or_default();
        let response = self.client.request(request.body(Full::new(body.into()))?).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}

/// Asks for a time, many at once: the ids of clients in what was answered, and how long each answer took. A service
/// that stops ends it early.
async fn load(
    web: &Arc<Web>,
    place: &str,
    arguments: Option<&Value>,
    time: Duration,
) -> Result<(Vec<String>, Vec<Duration>), Failed> {
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (web, place, arguments) = (Arc::clone(web), place.to_owned(), arguments.cloned());
        callers.spawn(async move {
            let (mut ids, mut took) = (Vec::new(), Vec::new());
            while began.elapsed() < time {
                let fresh = arguments.as_ref().map(|arguments| fresh(&place, arguments));
                let before = Instant::now();
                let Ok((status, said)) = web.ask(&place, fresh.as_ref()).await else { break };
                if status == StatusCode::SERVICE_UNAVAILABLE {
                    tokio::time::sleep(AGAIN).await;
                    continue;
                }
                if !status.is_success() {
                    return Err(String::from_utf8_lossy(&said).into_owned());
                }
                took.push(before.elapsed());
                let said: Value = serde_json::from_slice(&said).unwrap_or_default();
                ids.extend(said.get("client").and_then(Value::as_str).map(str::to_owned));
            }
            Ok((ids, took))
        });
    }
    let (mut ids, mut all) = (Vec::new(), Vec::new());
    while let Some(joined) = callers.join_next().await {
        let (some, took) = joined??;
        ids.extend(some);
        all.extend(took);
    }
    Ok((ids, all))
}

fn show(name: &str, time: Duration, mut all: Vec<Duration>) {
    all.sort_unstable();
    let at = |percent: usize| {
        let place = (all.len() * percent / 100).min(all.len().saturating_sub(1));
        all.get(place).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    let rate = all.len() as f64 / time.as_secs_f64();
    println!("{name:<34}{rate:>12.0}{:>8.2} ms{:>8.2} ms", at(50), at(99));
}
