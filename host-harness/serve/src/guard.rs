//! What no request gets past: it must be meant for this service, come from no other site's page, bear a
//! good key, not come too often, and be answered in time.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::caller::Caller;
use crate::names::Names;
use crate::problem::Problem;
use crate::shared::Shared;

/// Refuses requests that came by another name (a page that made its own name point here), and those
/// that a page of another site sent.
pub(crate) async fn meant_for_us(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(problem) = is_meant(&shared.names, &request) {
        return problem.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_meant(names: &Names, request: &Request) -> Result<(), Problem> {
    let text = |name: header::HeaderName| {
        request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
    };
    // HTTP/1.1 asks for the header; a request that names its target in full has it there.
    let host = text(header::HOST).or_else(|| request.uri().authority().map(|it| it.as_str()));
    if !host.is_some_and(|host| names.has(host)) {
        return Err(Problem::misdirected("call it by a name that it was started with"));
    }
    let is_foreign = text(header::ORIGIN).is_some_and(|origin| {
        let name = origin.split_once("://").map_or(origin, |(_, name)| name);
        !names.has(name)
    });
    if is_foreign {
        return Err(Problem::misdirected("pages of other sites may not call this service"));
    }
    Ok(())
}

/// Lets in who has a good key, and doesn't come too often.
pub(crate) async fn known(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let (keys, open) = (shared.keys.clone(), shared.open);
    let headers = request.headers().clone();
    let caller = shared.seats.run(move || Caller::of(&headers, &keys, open)).await;
    let caller = match caller.and_then(|caller| caller) {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    if let Some(wait) = shared.rates.wait(caller.id()) {
        return Problem::too_many(wait).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Answers in time, or says that it couldn't. Bodies that are too large are refused before they are read.
pub(crate) async fn in_time(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > shared.body_bytes) {
        return Problem::too_large(shared.body_bytes).into_response();
    }
    match tokio::time::timeout(shared.deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::deadline().into_response(),
    }
}
