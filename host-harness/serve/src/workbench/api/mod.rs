//! What the page asks for, below `/workbench/api/`: on this machine alone, from its own page, with a
//! key of the platform where there are keys.
//!
//! | place | does |
//! | --- | --- |
//! | `GET state` | the clock, faults, what is next: `state.rs` |
//! | `POST clock`, `faults`, `jobs`, `rotate-key` | move the clock, switch faults, run jobs, a new key: `state.rs` |
//! | `GET mails`, `mails/{agency}/{id}`; `POST` to one | the outbox, and what is said to a mail: `mails.rs` |
//! | `GET due`, `scores`, `calls`, `story`, `functions`; `POST tamper` | what falls due, weeks of scores, calls, a story of them, parameters in order, a changed entry: `look.rs` |

mod look;
mod mails;
mod state;

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::Value;

use super::bench::Workbench;
use crate::caller::Caller;
use crate::guard::host_of;
use crate::keys::Grant;
use crate::names::is_this_machine;
use crate::problem::Problem;
use crate::shared::Shared;

/// The routes that take a key of the platform, and those of frames, which can't send any.
pub(crate) fn routes(bench: &Workbench) -> (Router<Shared>, Router<Shared>) {
    let managing = Router::new()
        .route("/workbench/api/state", get(state::show))
        .route("/workbench/api/clock", post(state::clock))
        .route("/workbench/api/faults", post(state::faults))
        .route("/workbench/api/jobs", post(state::jobs))
        .route("/workbench/api/rotate-key", post(state::rotate))
        .route("/workbench/api/mails", get(mails::list))
        .route("/workbench/api/mails/{agency}/{id}", get(mails::show).post(mails::say))
        .route("/workbench/api/due", get(look::due))
        .route("/workbench/api/scores", get(look::scores))
        .route("/workbench/api/calls", get(look::calls))
        .route("/workbench/api/story", get(look::story))
        .route("/workbench/api/functions", get(look::functions))
        .route("/workbench/api/tamper", post(look::tamper))
        .route_layer(middleware::from_fn(only_here));
    let frames = Router::new().route("/workbench/frames/{secret}/{id}", get(mails::frame));
    (managing.layer(Extension(bench.clone())), frames.layer(Extension(bench.clone())))
}

/// Lets in only what is asked for on this machine, in the platform's name; other pages were turned away before.
async fn only_here(request: Request, next: Next) -> Response {
    match allowed(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn allowed(request: &Request) -> Result<(), Problem> {
    if !host_of(request).is_some_and(is_this_machine) {
        return Err(Problem::misdirected(
            "the workbench is for this machine alone: call it by `localhost`",
        ));
    }
    let caller = request.extensions().get::<Caller>();
    if !caller.is_some_and(|caller| matches!(caller.grant(), Grant::Platform)) {
        return Err(Problem::forbidden("the workbench takes a key of the platform"));
    }
    Ok(())
}

/// Does something that blocks, with the host.
async fn with_host<T: Send + 'static>(
    shared: &Shared,
    bench: &Workbench,
    work: impl FnOnce(&Workbench, &clientdesk_host::Host) -> Result<T, String> + Send + 'static,
) -> Result<T, Problem> {
    let (host, bench) = (shared.host.clone(), bench.clone());
    let done = shared.seats.run(None, move || work(&bench, &host)).await?;
    done.map_err(Problem::malformed)
}

/// The values of the fields with these names are times: milliseconds become RFC 3339.
fn spelled(mut value: Value) -> axum::Json<Value> {
    clientdesk_contract::times::spell_out(&mut value);
    axum::Json(value)
}
