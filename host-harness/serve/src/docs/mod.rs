//! `/docs`: the documentation of the repository, built in and made into pages: no script, nothing of another
//! site, and for everybody, since nothing in it is anybody's secret.
//!
//! | module | holds |
//! | --- | --- |
//! | `shelf` | which files are pages, in which order |
//! | `links` | where a link in one of them leads |
//! | `anchors` | what headings are called in addresses |
//! | `render` | Markdown as HTML |
//! | `page` | what stands around it |
//! | `answer` | how it is sent, and kept by browsers |

mod anchors;
mod answer;
mod links;
mod page;
mod render;
mod shelf;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;

use self::answer::{Cache, Sent};
use self::shelf::Page;
use crate::asked::Path;
use crate::shared::Shared;

/// Where it is.
const PLACE: &str = "/docs";

/// `/docs` and what lies below it.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/docs", get(async |headers: HeaderMap| INDEX.answer(&headers)))
        .route("/docs/", get(async || Redirect::permanent(PLACE)))
        .route(
            "/docs/{*path}",
            get(async |headers: HeaderMap, Path(path): Path<String>| found(&headers, &path)),
        )
}

static INDEX: LazyLock<Sent> = LazyLock::new(|| Sent::page(page::index()));
static SHEET: LazyLock<Sent> = LazyLock::new(|| Sent::text("text/css; charset=utf-8", page::SHEET));
static ICON: LazyLock<Sent> = LazyLock::new(|| Sent::text("image/svg+xml", page::ICON));

/// The pages, each made when it is asked for the first time.
static PAGES: LazyLock<BTreeMap<&'static str, (&'static Page, OnceLock<Sent>)>> =
    LazyLock::new(|| shelf::pages().map(|page| (page.slug, (page, OnceLock::new()))).collect());

fn found(headers: &HeaderMap, path: &str) -> Response {
    match path {
        "style.css" => return SHEET.lasting(headers),
        "icon.svg" => return ICON.lasting(headers),
        _ => {}
    }
    if let Some(name) = path.strip_prefix("pictures/")
        && let Some((_, bytes)) = shelf::PICTURES.iter().find(|(known, _)| *known == name)
    {
        return Sent::new("image/png", bytes, Cache::Asks).answer(headers);
    }
    if let Some((page, sent)) = PAGES.get(path) {
        return sent.get_or_init(|| Sent::page(page::of(page))).answer(headers);
    }
    // As files are called in the repository.
    let slug = path.strip_suffix(".md").unwrap_or_default();
    if PAGES.contains_key(slug) {
        return Redirect::permanent(&format!("{PLACE}/{slug}")).into_response();
    }
    let mut response = Sent::page(page::nothing()).answer(&HeaderMap::new());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

#[cfg(test)]
mod tests;
