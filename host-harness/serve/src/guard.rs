//! What no request gets past: it must be meant for this service, come from no other site's page, bear a
//! good key, not come too often, and be answered in time.

use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::caller::Caller;
use crate::known::note;
use crate::names::Names;
use crate::problem::Problem;
use crate::shared::Shared;

const FOREIGN: &str = "pages of other sites, or at other ports, may not call this service";

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
    let host = host_of(request).filter(|host| names.has(host));
    let Some(host) = host else {
        return Err(Problem::misdirected("call it by a name that it was started with"));
    };
    let is_foreign = text(request, "origin").is_some_and(|origin| !is_origin_of(origin, host));
    if is_foreign { Err(Problem::misdirected(FOREIGN)) } else { Ok(()) }
}

/// The name that a request came by: HTTP/1.1 asks for the header; a request that names its target in full has it
/// there.
pub(crate) fn host_of(request: &Request) -> Option<&str> {
    text(request, "host").or_else(|| request.uri().authority().map(Authority::as_str))
}

fn text<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

/// Whether a page of this origin came by this name, with its port: another port is somebody else's.
fn is_origin_of(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    // Browsers leave a scheme's own port out.
    let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    let plain = |name: &str| name.strip_suffix(port).unwrap_or(name).to_ascii_lowercase();
    plain(authority) == plain(host)
}

/// Refuses requests that name two hosts, for whoever is before or behind may take the other one.
pub(crate) async fn one_host(request: Request, next: Next) -> Response {
    let named = request.headers().get_all(header::HOST).iter().count();
    let host = text(&request, "host");
    let target = request.uri().authority().map(Authority::as_str);
    let differ = target.zip(host).is_some_and(|(one, other)| !one.eq_ignore_ascii_case(other));
    if named > 1 || differ {
        return Problem::malformed("the request names more than one host").into_response();
    }
    next.run(request).await
}

/// Lets in who has a good key, and doesn't come too often.
pub(crate) async fn known(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    // A page at another port of this machine is of the same site, and isn't this service's.
    let site = text(&request, "sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return Problem::misdirected(FOREIGN).into_response();
    }
    let (keys, open) = (shared.keys.clone(), shared.open);
    let headers = request.headers().clone();
    let caller = shared.seats.check(move || Caller::of(&headers, &keys, open)).await;
    let caller = match caller.and_then(|caller| caller) {
        Ok(caller) => caller,
        Err(problem) => {
            tracing::info!(status = problem.status().as_u16(), "a key was refused");
            return problem.into_response();
        }
    };
    note(|known| {
        known.key = Some(caller.id().to_owned());
        known.agency = caller.tenant().map(str::to_owned);
    });
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
    if let Some(place) = request.extensions().get::<MatchedPath>() {
        note(|known| known.place = Some(place.as_str().to_owned()));
    }
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
