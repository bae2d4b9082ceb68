//! The whole service, and how it starts and stops.

use std::future::Future;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use clientdesk_host::Host;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tower_http::catch_panic::CatchPanicLayer;

use crate::connections::Bounds;
use crate::counts::Counts;
use crate::keys::ApiKeys;
use crate::names::Names;
use crate::news::News;
use crate::places::Places;
use crate::portal::{Gate, PortalOptions, at_its_place};
use crate::problem::Problem;
use crate::rates::Rates;
use crate::ready::Ready;
use crate::seats::Seats;
use crate::shared::{Parts, Shared};
use crate::webhooks::deliver::Courier;
use crate::webhooks::{DEADLINE, Webhooks};
use crate::workbench::Workbench;
use crate::{
    bounces, calls, connections, docs, events, guard, hooks, line, manage, rounds,
    watch as watching, workbench,
};

/// The contract as an OpenAPI document, made from the WIT.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

/// How many webhooks are tested at once; beyond it, 503. Those of one agency are a quarter at most.
const WEBHOOK_TESTS: usize = 8;

/// What a service may be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The names, without ports, that it may be called by besides those of this machine itself.
    pub names: Vec<String>,
    /// Whether anybody may call as long as nobody has made a key: only where none but this machine can.
    pub open_without_keys: bool,
    /// How many calls with good keys run at once; beyond it, 503. Those of one agency are three quarters at most. 32.
    pub calls_at_once: usize,
    /// How many calls of portals' visitors run at once, beside the others; beyond it, 503. Of those that hash a
    /// password, half as many. 16.
    pub visits_at_once: usize,
    /// How many follow events at once; beyond it, 503. An agency's key has an eighth of them at most, and all of
    /// its keys a quarter. 64.
    pub followers: usize,
    /// How often each key may call in a second; twice as often at once. 200.
    pub calls_a_second: NonZeroU32,
    /// How large a request's body may be. 4 MiB: a page of an agency's export fits.
    pub body_bytes: usize,
    /// How long a request may take. 30 seconds: the host stops a call after ten.
    pub deadline: Duration,
    /// How many connections there are at once; who comes then waits until one ends. 1,024.
    pub connections: usize,
    /// How long a request's head may take to come, and a connection stay without a request; and how long a client
    /// may read nothing of its answer. 30 seconds.
    pub patience: Duration,
    /// Whether requests are counted, have a trace, and a line in the log; not: the program around it sees to that. True.
    pub tells: bool,
    /// How long a request may take before its line in the log is a warning. 1 second.
    pub slow: Duration,
    /// How long requests that run may go on once it is to stop. 10 seconds.
    pub grace: Duration,
    /// How long a webhook's receiver may take to answer. 10 seconds.
    pub webhook_deadline: Duration,
    /// Whether what webhooks are to be told is sent; not: another process does it. True.
    pub delivers: bool,
    /// How often due jobs are run; none: somebody else does. 5 seconds.
    pub jobs_every: Option<Duration>,
    /// What tells that the key ring is to be read again, besides every minute.
    pub reread_keys: Arc<Notify>,
    /// A file or a folder into which mail servers' reports of bounces come; none: they come by `POST /v1/bounces`, or
    /// somebody else reads them.
    pub bounces: Option<PathBuf>,
    /// The portal's pages, at the agencies' addresses and below `/portal/{agency}`; none: they are another's.
    pub portal: Option<PortalOptions>,
    /// Whether the documentation is served at `/docs`, to everybody. True.
    pub docs: bool,
    /// A workbench at `/workbench`, which the host was equipped with: for this machine alone; none.
    pub workbench: Option<Workbench>,
}

impl Default for Options {
    fn default() -> Self {
        const RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(199);
        Self {
            names: Vec::new(),
            open_without_keys: false,
            calls_at_once: 32,
            visits_at_once: 16,
            followers: 64,
            calls_a_second: RATE,
            body_bytes: 4 * 1024 * 1024,
            deadline: Duration::from_secs(30),
            connections: 1_024,
            patience: Duration::from_secs(30),
            tells: true,
            slow: Duration::from_secs(1),
            grace: Duration::from_secs(10),
            webhook_deadline: DEADLINE,
            delivers: true,
            jobs_every: Some(Duration::from_secs(5)),
            reread_keys: Arc::default(),
            bounces: None,
            portal: Some(PortalOptions::default()),
            docs: true,
            workbench: None,
        }
    }
}

/// Why a service ended by itself.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The listener can't tell where it listens.
    #[error("can't listen")]
    Listen(#[from] std::io::Error),
    /// Others than this machine could use the workbench.
    #[error(
        "the workbench is for this machine alone: listen at a loopback address, such as 127.0.0.1"
    )]
    Workbench,
}

/// A host as an HTTP service.
pub struct Service {
    shared: Shared,
    options: Options,
    stop: watch::Sender<bool>,
}

impl Service {
    /// A service of this host. Keys are rows of its store.
    pub fn new(host: Arc<Host>, options: Options) -> Service {
        let (stop, stops) = watch::channel(false);
        let webhooks = Webhooks::new(Arc::clone(&host));
        let own = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        let workbench = options.workbench.as_ref();
        let rows = workbench.map_or(host.storage(), Workbench::storage);
        let parts = Parts {
            keys: ApiKeys::new(Arc::clone(rows), Arc::clone(host.clock())),
            seats: Seats::new(options.calls_at_once, options.visits_at_once),
            followers: Places::new(options.followers),
            tests: Places::new(WEBHOOK_TESTS),
            ready: Ready::default(),
            rates: Rates::new(options.calls_a_second),
            names: Names::new(own.into_iter().chain(options.names.iter().cloned())),
            open: options.open_without_keys,
            docs: options.docs,
            body_bytes: options.body_bytes,
            deadline: options.deadline,
            patience: options.patience,
            courier: Arc::new(Courier::new(webhooks.clone(), options.webhook_deadline)),
            webhooks,
            news: News::default(),
            counts: Counts::new(&host),
            slow: options.slow,
            hearing: workbench.map(|workbench| Arc::clone(workbench.hearing())),
            stops,
            host,
        };
        Service { shared: Shared::new(parts), options, stop }
    }

    /// The keys of its store.
    pub fn keys(&self) -> &ApiKeys {
        &self.shared.keys
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The service as a router, to mount in another program.
    pub fn router(&self) -> Router {
        let shared = self.shared.clone();
        let known = middleware::from_fn_with_state(shared.clone(), guard::known);
        let (mut calls, mut pages) = (Router::new(), Router::new());
        if let Some(workbench) = &self.options.workbench {
            let (managing, frames) = workbench::api(workbench);
            calls = calls.merge(managing);
            pages = pages.merge(frames).merge(workbench::files());
        }
        if self.options.docs {
            pages = pages.merge(docs::routes());
        }
        let calls = calls
            .route("/v1/call/{name}", post(calls::call))
            .route("/v1/events", get(events::follow))
            .route("/v1/api-keys", post(manage::create).get(manage::list))
            .route("/v1/api-keys/{id}", delete(manage::revoke))
            .route("/v1/webhooks", post(hooks::create).get(hooks::list))
            .route("/v1/webhooks/{id}", get(hooks::get).delete(hooks::delete))
            .route("/v1/webhooks/{id}/resume", post(hooks::resume))
            .route("/v1/webhooks/{id}/test", post(hooks::test))
            .route("/metrics", get(watching::metrics))
            .route_layer(known);
        let router = Router::new()
            .merge(calls)
            .merge(pages)
            .route("/v1/bounces", post(bounces::receive))
            .route("/", get(watching::root))
            .route("/healthz", get(watching::alive))
            .route("/readyz", get(watching::ready))
            .route("/openapi.json", get(openapi))
            .fallback(async |uri: axum::http::Uri| {
                Problem::no_such_place(format!("there is nothing at `{}`", uri.path()))
            })
            .method_not_allowed_fallback(async || {
                Problem::method("`/v1/call/…` takes POST; see `/openapi.json` for the others")
            })
            .layer(middleware::from_fn_with_state(shared.clone(), guard::in_time))
            .layer(DefaultBodyLimit::max(self.options.body_bytes))
            .layer(middleware::from_fn_with_state(shared.clone(), guard::meant_for_us))
            .with_state(shared.clone());
        let router = match self.options.portal.clone() {
            Some(mut options) => {
                // It shows the portal in a frame.
                options.framed |= self.options.workbench.is_some();
                let gate = Gate::new(shared.clone(), options);
                router.layer(middleware::from_fn_with_state(gate, at_its_place))
            }
            None => router,
        };
        let router = router.layer(middleware::from_fn(guard::one_host));
        let router = router.layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a request's handler panicked");
            Problem::internal("the request failed; the service's log says how").into_response()
        }));
        if self.options.tells {
            return router.layer(middleware::from_fn_with_state(shared, line::told));
        }
        router
    }

    /// Serves until `stop` is done; requests that run then are answered, for a while.
    ///
    /// # Errors
    ///
    /// When the listener fails, or others than this machine could use a workbench.
    pub async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        if self.options.workbench.is_some() && !listener.local_addr()?.ip().is_loopback() {
            return Err(ServeError::Workbench);
        }
        let router = self.router();
        let Service { shared, options, stop: stopping } = self;
        let jobs =
            options.jobs_every.map(|every| tokio::spawn(rounds::jobs(shared.clone(), every)));
        let courier = options.delivers.then(|| tokio::spawn(rounds::messages(shared.clone())));
        let keys = tokio::spawn(rounds::keys(shared.clone(), options.reread_keys.clone()));
        let bounces = options
            .bounces
            .clone()
            .map(|place| tokio::spawn(bounces::watch(shared.clone(), place)));
        let mut stops = shared.stops.clone();
        tokio::spawn(async move {
            stop.await;
            let _ = stopping.send(true);
        });
        let bounds = Bounds { connections: options.connections, patience: options.patience };
        let serving = connections::serve(listener, router, bounds, shared.stops.clone());
        let too_long = async {
            if stops.wait_for(|stops| *stops).await.is_ok() {
                tokio::time::sleep(options.grace).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = serving => {}
            () = too_long => tracing::warn!("requests were still running when the service stopped"),
        }
        // They end by themselves, after the call or the message that they are at.
        for task in [jobs, courier, Some(keys), bounces].into_iter().flatten() {
            let _ = tokio::time::timeout(options.grace, task).await;
        }
        tracing::info!("stopped");
        Ok(())
    }
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}
