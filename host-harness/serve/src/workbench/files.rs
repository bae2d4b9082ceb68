//! The page's own files, built in: no build step, no network.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::problem::Problem;
use crate::shared::Shared;

/// What the page may load: its own files, and mails and portal in frames.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../workbench/", $name)))),*]
    };
}

/// All files, by name.
const FILES: &[(&str, &str)] = files![
    "account.js",
    "accounts.js",
    "agency.js",
    "api.js",
    "app.js",
    "bar.js",
    "base.css",
    "billing.js",
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
    "log.js",
    "outbox.js",
    "palette.js",
    "parts.css",
    "portal.js",
    "quote.js",
    "screens.css",
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
        (header::CONTENT_SECURITY_POLICY, CSP),
    ];
    (headers, *text).into_response()
}
