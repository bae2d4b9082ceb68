//! What observing costs: the same invites, looks at a session and lists, without anybody who watches, with figures
//! and a line for each request, and with spans too. `.ci/overhead.sh` counts the instructions of each.
//!
//! `overhead MODE FOLDER [COMPONENT]`: MODE is `off`, `on` or `spans`; FOLDER is where compiled code is kept; COMPONENT is
//! another than the one that is built in.

use std::error::Error;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use clientdesk_host::{Host, Instances, Limits};
use clientdesk_serve::keys::{Grant, NewKey};
use clientdesk_serve::{Options, Service};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

/// As `clientdesk serve` writes them.
#[path = "../../cli/src/serve/lines.rs"]
mod lines;

type Tried<T> = Result<T, Box<dyn Error>>;

/// How often each is done.
const TIMES: usize = 100;
/// How many clients there are for lists.
const CLIENTS: usize = 50;

fn main() -> Tried<()> {
    let mut args = std::env::args().skip(1);
    let (Some(mode), Some(folder)) = (args.next(), args.next()) else {
        return Err("usage: overhead off|on|spans FOLDER [COMPONENT]".into());
    };
    let watched = mode != "off";
    if watched {
        log(mode == "spans")?;
    }
    let limits = Limits { instances: 4, ..Limits::default() };
    let builder = Host::builder().code_cache(folder).limits(limits);
    let builder = match args.next() {
        Some(file) => builder.component(std::fs::read(file)?),
        None => builder,
    };
    let builder = builder.instances(Instances::Warm { max_idle: 4 });
    let host = Arc::new(if watched { builder } else { builder.uncounted() }.build()?);
    let desk = Desk::new(host, watched)?;
    let session = desk.prepare()?;
    // What is only done once: it is no one's cost.
    for of_library in [true, false] {
        desk.invite(of_library, "first")?;
        desk.look(of_library, &session)?;
        desk.list(of_library)?;
    }
    library_invites(&desk)?;
    library_sessions(&desk, &session)?;
    library_lists(&desk)?;
    service_invites(&desk)?;
    service_sessions(&desk, &session)?;
    service_lists(&desk)?;
    finished();
    Ok(())
}

/// Where the last of what is counted ends.
#[inline(never)]
fn finished() {
    std::hint::black_box(());
}

/// The log of `clientdesk serve`, to nowhere.
fn log(with_spans: bool) -> Tried<()> {
    let level = if with_spans { LevelFilter::TRACE } else { LevelFilter::INFO };
    let told = Targets::new().with_default(LevelFilter::INFO).with_target("clientdesk", level);
    let log = tracing_subscriber::registry().with(told);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::sink);
    if with_spans {
        let lines = lines.with_span_events(FmtSpan::CLOSE).json().flatten_event(true);
        return Ok(log.with(lines.with_current_span(true).with_span_list(true)).try_init()?);
    }
    Ok(log.with(lines.event_format(lines::JsonLines)).try_init()?)
}

#[inline(never)]
fn library_invites(desk: &Desk) -> Tried<()> {
    (0..TIMES).try_for_each(|number| desk.invite(true, &format!("library-{number}")))
}

#[inline(never)]
fn library_sessions(desk: &Desk, session: &Value) -> Tried<()> {
    (0..TIMES).try_for_each(|_| desk.look(true, session))
}

#[inline(never)]
fn library_lists(desk: &Desk) -> Tried<()> {
    (0..TIMES).try_for_each(|_| desk.list(true))
}

#[inline(never)]
fn service_invites(desk: &Desk) -> Tried<()> {
    (0..TIMES).try_for_each(|number| desk.invite(false, &format!("service-{number}")))
}

#[inline(never)]
fn service_sessions(desk: &Desk, session: &Value) -> Tried<()> {
    (0..TIMES).try_for_each(|_| desk.look(false, session))
}

#[inline(never)]
fn service_lists(desk: &Desk) -> Tried<()> {
    (0..TIMES).try_for_each(|_| desk.list(false))
}

/// A host with an agency, and a service of it without a network in between.
struct Desk {
    host: Arc<Host>,
    router: Router,
    key: String,
    runtime: tokio::runtime::Runtime,
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

impl Desk {
    fn new(host: Arc<Host>, watched: bool) -> Tried<Desk> {
        let often = std::num::NonZeroU32::MAX;
        let options = Options { tells: watched, calls_a_second: often, ..Options::default() };
        let service = Service::new(Arc::clone(&host), options);
        let new = NewKey { name: "Platform".into(), grant: Grant::Platform, expires_at: None };
        let (_, secret) = service.keys().create(new)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let key = format!("Bearer {}", secret.reveal());
        Ok(Desk { host, router: service.router(), key, runtime })
    }

    /// Fills the agency, and gives a client's session.
    fn prepare(&self) -> Tried<Value> {
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
        });
        self.host.call("agencies.create", &[agency])?;
        let brand = json!({"id": "nike", "name": "Nike"});
        self.host.call("brands.create", &[call(), brand])?;
        for number in 0..CLIENTS {
            self.invite(true, &format!("client-{number}"))?;
        }
        let page = json!({"limit": 1});
        let list = self.host.call("clients.list", &[call(), Value::Null, Value::Null, page])?;
        let id = list.pointer("/clients/0/id").cloned().unwrap_or_default();
        let link = self.host.call("clients.copy-link", &[call(), id])?;
        let token = link.get("token").cloned().unwrap_or_default();
        let (name, password) = (json!("Ann"), json!("a well kept secret"));
        let joined = self.host.call("portal.sign-up", &[token, name, password])?;
        Ok(joined.get("session").cloned().unwrap_or_default())
    }

    fn invite(&self, of_library: bool, name: &str) -> Tried<()> {
        let email = format!("{name}@nike.example");
        let invite = json!({"email": email, "name": name, "brands": ["nike"]});
        self.ask(of_library, "clients.invite-by-email", &[("call", call()), ("invite", invite)])
    }

    fn look(&self, of_library: bool, session: &Value) -> Tried<()> {
        self.ask(of_library, "portal.me", &[("session", session.clone())])
    }

    fn list(&self, of_library: bool) -> Tried<()> {
        let page = json!({"limit": 50});
        let arguments =
            [("call", call()), ("filter", Value::Null), ("sort", Value::Null), ("page", page)];
        self.ask(of_library, "clients.list", &arguments)
    }

    fn ask(&self, of_library: bool, function: &str, arguments: &[(&str, Value)]) -> Tried<()> {
        if of_library {
            let values: Vec<Value> = arguments.iter().map(|(_, value)| value.clone()).collect();
            self.host.call(function, &values)?;
            return Ok(());
        }
        let named = arguments.iter().filter(|(_, value)| !value.is_null());
        let body: serde_json::Map<String, Value> =
            named.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let request = Request::post(format!("/v1/call/{function}"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &self.key)
            .body(Body::from(serde_json::to_vec(&body)?))?;
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await?;
            let status = answer.status();
            let said = to_bytes(answer.into_body(), usize::MAX).await?;
            match status.is_success() {
                true => Ok(()),
                false => Err(format!("{function}: {}", String::from_utf8_lossy(&said)).into()),
            }
        })
    }
}
