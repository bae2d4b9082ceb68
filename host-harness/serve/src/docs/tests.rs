//! Every page, as a browser asks for it: what is in it, and where each of its links leads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use tower::ServiceExt as _;

use super::shelf;
use crate::tests::compiled;
use crate::{Options, Service};

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn router() -> Router {
    with(Options::default())
}

fn with(options: Options) -> Router {
    let host = compiled().sharing().build().unwrap();
    Service::new(host.into(), options).router()
}

async fn ask(router: &Router, method: Method, place: &str, more: &[(&str, &str)]) -> Answer {
    let mut request =
        Request::builder().method(method).uri(place).header(header::HOST, "localhost");
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()));
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status.as_u16(), headers: headers.collect(), body }
}

async fn get(router: &Router, place: &str) -> Answer {
    ask(router, Method::GET, place, &[]).await
}

/// What stands in an attribute, each time.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    html.split(&begin).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn every_link_and_anchor_of_every_page_leads_somewhere() {
    let router = router();
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    let mut open = vec!["/docs".to_owned()];
    let mut files = BTreeSet::new();
    while let Some(place) = open.pop() {
        if pages.contains_key(&place) || files.contains(&place) {
            continue;
        }
        let answer = get(&router, &place).await;
        assert_eq!(answer.status, 200, "{place}");
        if !answer.headers["content-type"].starts_with("text/html") {
            files.insert(place);
            continue;
        }
        let html = answer.text();
        for link in attributes(&html, "href").into_iter().chain(attributes(&html, "src")) {
            let path = link.split(['#', '?']).next().unwrap();
            if !path.is_empty() && !path.contains("://") {
                open.push(path.to_owned());
            }
        }
        pages.insert(place, html);
    }
    assert_eq!(pages.len(), shelf::pages().count() + 1, "all of them can be reached");
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(place, html)| (place.as_str(), attributes(html, "id").into_iter().collect()))
        .collect();
    let mut anchors = 0;
    for (place, html) in &pages {
        assert_eq!(attributes(html, "id").len(), ids[place.as_str()].len(), "{place}: twice");
        for link in attributes(html, "href") {
            let Some((path, anchor)) = link.split_once('#') else { continue };
            if path.contains("://") {
                continue;
            }
            let path = if path.is_empty() { place } else { path };
            assert!(ids[path].contains(anchor), "{place} links to {link}, which isn't there");
            anchors += 1;
        }
    }
    assert!(anchors > 100, "{anchors}");
    let shown: BTreeSet<String> =
        shelf::PICTURES.iter().map(|(name, _)| format!("/docs/pictures/{name}")).collect();
    assert!(shown.is_subset(&files), "{shown:?} in {files:?}");
}

#[test]
fn every_file_of_the_docs_is_in_the_index() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let names = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let files = entries.filter(|entry| entry.path().is_file());
        files.map(|entry| entry.file_name().into_string().unwrap()).collect()
    };
    let shelved: BTreeSet<String> = shelf::pages()
        .filter_map(|page| Some(page.file.strip_prefix("docs/")?.to_owned()))
        .chain(["openapi.json".to_owned()])
        .collect();
    assert_eq!(names(&docs), shelved);
    let pictures: BTreeSet<String> =
        shelf::PICTURES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&docs.join("pictures")), pictures);
}

/// Nothing is loaded from elsewhere, nothing runs, and no HTML of a file counts.
#[tokio::test]
async fn pages_load_nothing_but_their_own() {
    let router = router();
    let places = shelf::pages().map(|page| format!("/docs/{}", page.slug));
    for place in places.chain(["/docs".to_owned(), "/docs/nothing".to_owned()]) {
        let answer = get(&router, &place).await;
        let csp = &answer.headers["content-security-policy"];
        assert!(csp.starts_with("default-src 'none'; style-src 'self'; img-src 'self'"), "{csp}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let html = answer.text();
        for foreign in ["<script", "<iframe", " style=", " onclick=", "<style"] {
            assert!(!html.contains(foreign), "{place} has {foreign}");
        }
        for source in attributes(&html, "src") {
            assert!(source.starts_with("/docs/"), "{place} loads {source}");
        }
    }
}

#[tokio::test]
async fn browsers_keep_what_they_have() {
    let router = router();
    for place in ["/docs", "/docs/http", "/docs/style.css", "/docs/pictures/workbench-log.png"] {
        let first = get(&router, place).await;
        let tag = first.headers["etag"].as_str();
        for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
            let again = ask(&router, Method::GET, place, &[("if-none-match", known)]).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{place}: {known}");
            assert_eq!(again.headers["etag"], tag);
        }
        let other = ask(&router, Method::GET, place, &[("if-none-match", "\"other\"")]).await;
        assert_eq!((other.status, other.body), (200, first.body.clone()));
        for accept in ["application/json", "image/*", "text/html;q=0.1"] {
            let any = ask(&router, Method::GET, place, &[("accept", accept)]).await;
            assert_eq!(
                (any.status, &any.headers["content-type"]),
                (200, &first.headers["content-type"])
            );
        }
        let head = ask(&router, Method::HEAD, place, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.headers["etag"], tag);
    }
    for place in ["/docs", "/docs/http"] {
        assert_eq!(get(&router, place).await.headers["cache-control"], "no-cache");
    }
}

#[tokio::test]
async fn what_isnt_there_is_a_page_that_says_so() {
    let router = router();
    for place in ["/docs/nothing", "/docs/http/more", "/docs/pictures/none.png", "/docs/%2e%2e/x"] {
        let answer = get(&router, place).await;
        assert_eq!(answer.status, 404, "{place}");
        assert!(answer.text().contains("There is no such page"));
    }
    for (place, to) in [("/docs/", "/docs"), ("/docs/http.md", "/docs/http")] {
        let answer = get(&router, place).await;
        assert_eq!((answer.status, answer.headers["location"].as_str()), (308, to));
    }
    assert_eq!(ask(&router, Method::POST, "/docs/http", &[]).await.status, 405);
    let without = with(Options { docs: false, ..Options::default() });
    assert_eq!(get(&without, "/docs").await.status, 404);
}

#[test]
fn html_and_styles_of_a_file_are_not_used() {
    let table = super::render::markdown("docs/http.md", "| | a |\n| --- | ---: |\n| b | c |\n");
    assert!(table.body.contains("<td></td><th>a</th>"), "{}", table.body);
    let text = "# A <b>title</b>\n\n<script>alert(1)</script>\n\nText <i>x</i> [a](\"><img src=x>) <!-- y -->";
    let page = super::render::markdown("docs/http.md", text);
    for used in ["<script", "<i>", "<b>", "<img", "<!--"] {
        assert!(!page.body.contains(used), "{used} in {}", page.body);
    }
}
