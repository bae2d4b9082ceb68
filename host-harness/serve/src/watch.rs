//! What whoever runs the service looks at: is it alive, can it work, and what has it done.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::shared::Shared;

/// The media type of OpenMetrics.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "alive\n"
}

/// `/readyz`: the component runs and its store answers.
pub(crate) async fn ready(State(shared): State<Shared>) -> Response {
    if shared.ready.is(&shared.host).await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

/// `/metrics`: what was counted, as OpenMetrics.
pub(crate) async fn metrics(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    if caller.tenant().is_some() {
        let detail = "figures are of all agencies: they take a key of the platform";
        return Err(Problem::forbidden(detail));
    }
    let (counts, status) = (&shared.counts, shared.ready.status(&shared.host).await);
    counts.now(shared.seats.taken(), shared.followers.taken(), &shared.host, status.as_deref());
    let text = counts.show().map_err(|error| Problem::failed(&error))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

/// What the service is, for whoever opens it without more.
pub(crate) async fn root(State(shared): State<Shared>) -> axum::Json<Value> {
    axum::Json(json!({
        "service": "clientdesk",
        "version": env!("CARGO_PKG_VERSION"),
        "docs": shared.docs.then_some("/docs"),
        "openapi": "/openapi.json",
        "calls": "/v1/call/{interface}.{function}",
        "events": "/v1/events",
        "keys": "/v1/api-keys",
        "webhooks": "/v1/webhooks",
        "bounces": "/v1/bounces",
        "health": ["/healthz", "/readyz", "/metrics"],
    }))
}
