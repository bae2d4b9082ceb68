//! The page's own files, built in: no build step, no network.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::asked::Path;
use crate::problem::Problem;
use crate::shared::Shared;

/// What the page may load: its own files, and mails and portal in frames.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// What the page may load that the way out of a sign-in leads to: it stands where the portal stood, in a frame of
/// the page.
const LEFT: &str = "left.html";
const LEFT_CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'",
);

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../workbench/", $name)))),*]
    };
}

/// All files, by name.
const FILES: &[(&str, &str)] = files![
    "account-form.js",
    "account.js",
    "accounts.js",
    "acting.js",
    "agency.js",
    "api.js",
    "app.js",
    "bar.js",
    "base.css",
    "billing.js",
    "brands.js",
    "calls.js",
    "client.js",
    "clients.js",
    "copies.js",
    "desk.js",
    "dom.js",
    "drawer.js",
    "form.js",
    "format.js",
    "functions.js",
    "icon.svg",
    "index.html",
    "invite.js",
    "layout.css",
    "left.html",
    "left.js",
    "log.js",
    "outbox.js",
    "palette.js",
    "parts.css",
    "portal.js",
    "prices.js",
    "quote.js",
    "resources.js",
    "screens.css",
    "settings.js",
    "state.js",
    "theme.js",
    "time.js",
    "transport.js",
    "ui.js",
];

/// `/workbench` and what lies below it, but for `/workbench/api/`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/workbench", get(async || Redirect::permanent("/workbench/")))
        .route("/workbench/", get(async || file("index.html")))
        .route("/workbench/{*path}", get(async |Path(path): Path<String>| file(&path)))
}

fn file(name: &str) -> Response {
    let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        return Problem::no_such_place("the workbench has no such file").into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let kind = HeaderValue::from_static(kind);
    let cache = HeaderValue::from_static("no-cache");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, if *name == LEFT { LEFT_CSP } else { CSP }),
    ];
    (headers, *text).into_response()
}
