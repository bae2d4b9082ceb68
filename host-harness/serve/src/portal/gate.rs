//! What comes to a portal, and what no request gets past: it must come from a page of the portal's own, and be
//! answered in time.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::ask::{Portal, Refusal};
use super::form;
use super::notice::{nothing, notice, refused};
use super::options::PortalOptions;
use super::pages;
use super::place::{Place, named, parts};
use super::visit::{Theme, Visit};
use crate::shared::Shared;

/// How many agencies are asked for at once.
const PAGE: u32 = 500;
/// What is the service's own, whatever an agency's address says.
const RESERVED: [&str; 7] =
    ["/v1", "/healthz", "/readyz", "/metrics", "/openapi.json", "/workbench", "/docs"];

/// A page of agencies, as `agencies.list` gives it.
#[derive(Deserialize)]
struct Agencies {
    agencies: Vec<Agency>,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Agency {
    id: String,
    portal_address: String,
}

/// The portals, before everything else that the service answers.
#[derive(Clone)]
pub(crate) struct Gate {
    portal: Portal,
    pages: Router,
}

impl Gate {
    pub(crate) fn new(shared: Shared, options: PortalOptions) -> Gate {
        let portal = Portal::new(shared, options);
        let pages = pages::all().layer(DefaultBodyLimit::max(form::BYTES_MAX));
        Gate { pages: pages.with_state(portal.clone()), portal }
    }

    /// The portal that a request is for, and what its path says there; none: it is for none.
    async fn find(&self, host: &str, path: &str, headers: &HeaderMap) -> Option<(Place, String)> {
        let host = host.to_ascii_lowercase();
        let is_own = self.portal.shared.names.has(&host);
        if let Some((agency, page)) = named(path).filter(|_| is_own) {
            let base = path.strip_suffix(page).unwrap_or(path);
            let secure = self.is_secure(headers, &host, base, agency).await;
            return Some((Place::new(agency, base, secure), page.to_owned()));
        }
        let within = |base: &&&str| {
            path.strip_prefix(**base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_own && (path == "/" || RESERVED.iter().find(within).is_some()) {
            return None;
        }
        let addresses = &self.portal.addresses;
        let mut found = addresses.find(&host, path);
        if found.is_none() && addresses.is_stale() {
            self.look().await;
            found = addresses.find(&host, path);
        }
        // On a name of the service's own, an address must have a path of its own.
        let (agency, base) = found.filter(|(_, base)| !is_own || !base.is_empty())?;
        let page = path.strip_prefix(base.as_str()).unwrap_or_default().to_owned();
        let secure = self.is_secure(headers, &host, &base, &agency).await;
        Some((Place::new(&agency, &base, secure), page))
    }

    /// Whether browsers come there over https: the agency's address says so, or a proxy does.
    async fn is_secure(&self, headers: &HeaderMap, host: &str, base: &str, agency: &str) -> bool {
        let told = headers.get("x-forwarded-proto").and_then(|told| told.to_str().ok());
        if self.portal.options.behind_proxy && told == Some("https") {
            return true;
        }
        let agency = self.portal.ask("agencies.get", vec![json!(agency)]).await;
        let Ok(agency) = agency else { return false };
        let address = agency.get("portal-address").and_then(Value::as_str);
        address.and_then(parts).is_some_and(|(scheme, authority, path)| {
            let is_there = authority.eq_ignore_ascii_case(host) && path == base;
            is_there && scheme.eq_ignore_ascii_case("https")
        })
    }

    /// Looks where all portals are.
    async fn look(&self) {
        let mut portals = Vec::new();
        let mut cursor = None;
        loop {
            let args = vec![Value::Null, json!({"limit": PAGE, "cursor": cursor})];
            let page = self.portal.get::<Agencies>("agencies.list", args).await;
            let Ok(Agencies { agencies, next }) = page else { return };
            portals.extend(agencies.into_iter().map(|agency| (agency.id, agency.portal_address)));
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        self.portal.addresses.replace(portals);
    }

    async fn answer(&self, place: Place, page: &str, mut request: Request) -> Response {
        let theme = self.portal.get::<Theme>("portal.theme", vec![json!(place.agency())]).await;
        let (theme, missing) = match theme {
            Ok(theme) => (theme, None),
            Err(refusal) => (nobodys(), Some(refusal)),
        };
        let visit = Visit::new(&self.portal, place, theme, &request);
        if let Some(refusal) = missing {
            return match refusal {
                Refusal::Contract(case, _) if case == "not-found" || case == "invalid" => {
                    nothing(&visit)
                }
                refusal => refused(&visit, &refusal),
            };
        }
        if !is_own_page(visit.place(), page, &request) {
            let sentence = "It was sent by a page of another site. Nothing was changed.";
            let title = "This can't be taken from there";
            return notice(&visit, StatusCode::FORBIDDEN, title, sentence);
        }
        let page = if page.is_empty() { "/" } else { page };
        let asked = match request.uri().query() {
            Some(query) => format!("{page}?{query}").parse::<Uri>(),
            None => page.parse::<Uri>(),
        };
        let Ok(asked) = asked else { return nothing(&visit) };
        *request.uri_mut() = asked;
        request.extensions_mut().insert(visit.clone());
        let answer = self.pages.clone().oneshot(request);
        match tokio::time::timeout(self.portal.shared.deadline, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => {
                let sentence = "Please look whether it was done before you try again.";
                notice(&visit, StatusCode::GATEWAY_TIMEOUT, "It took too long", sentence)
            }
        }
    }
}

/// Answers what is for a portal; everything else goes on.
pub(crate) async fn at_its_place(
    State(gate): State<Gate>,
    request: Request,
    next: Next,
) -> Response {
    let host = host_of(&request).unwrap_or_default().to_owned();
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    let Some((place, page)) = gate.find(&host, &path, &headers).await else {
        return next.run(request).await;
    };
    let framed = gate.portal.options.framed;
    let mut response = gate.answer(place, &page, request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        // Within the portal, so that its forms say where they come from; to nobody else.
        ("referrer-policy", "same-origin"),
        ("x-frame-options", if framed { "SAMEORIGIN" } else { "DENY" }),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// How a page looks that is of no agency.
fn nobodys() -> Theme {
    Theme {
        name: "Portal".to_owned(),
        logo_address: None,
        accent_color: "#1f2937".to_owned(),
        background_color: "#f3f4f6".to_owned(),
        support_email: None,
    }
}

/// The name that a request came by.
fn host_of(request: &Request) -> Option<&str> {
    let host = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    host.or_else(|| request.uri().authority().map(|authority| authority.as_str()))
}

/// Whether a request that changes something was sent by a page of the portal, as far as the browser says. What
/// an operator brings along comes from the agency's console.
fn is_own_page(place: &Place, page: &str, request: &Request) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD) || page == pages::ARRIVING {
        return true;
    }
    let text =
        |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let from_here = |origin: &str| {
        let Some((scheme, host)) = origin.split_once("://") else { return false };
        let is_this = host_of(request).is_some_and(|this| this.eq_ignore_ascii_case(host));
        is_this && (scheme == "https" || !place.is_secure())
    };
    text("origin").is_none_or(from_here)
        && text("sec-fetch-site").is_none_or(|site| site == "same-origin")
}
