//! What comes to a portal, and what no request gets past: it must come from a page of the portal's own, and be
//! answered in time.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::addresses::Claim;
use super::ask::{ASKED, Portal, Refusal};
use super::form;
use super::notice::{Way, leading_on, nothing, notice, refused};
use super::options::PortalOptions;
use super::pages;
use super::place::{Place, named};
use super::visit::{Theme, Visit, came_from};
use crate::guard::host_of;
use crate::known::note;
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

/// What a request is for.
enum Found {
    /// A portal, and a page there.
    Portal(Place, String),
    /// An address that more than one agency claims, below this path: nobody's, and a page there.
    Contested(String, String),
    /// Nobody knows just now.
    Unknown,
    /// None of the portals.
    Nobodys,
}

/// Why there is no portal.
#[derive(Clone, Copy)]
enum Why {
    Unknown,
    Contested,
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

    /// What a request is for.
    async fn find(&self, host: &str, path: &str, headers: &HeaderMap) -> Found {
        let host = host.to_ascii_lowercase();
        let is_own = self.portal.shared.names.has(&host);
        let within = |base: &&&str| {
            path.strip_prefix(**base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_own && (path == "/" || RESERVED.iter().find(within).is_some()) {
            return Found::Nobodys;
        }
        if !self.knows_all().await {
            return Found::Unknown;
        }
        let claim = self.portal.addresses.find(&host, path);
        if let Some((agency, page)) = named(path).filter(|_| is_own) {
            let base = path.strip_suffix(page).unwrap_or(path);
            // Browsers may come there over https, as the agency's address says.
            let claimed = claim.is_some_and(|claim| match claim {
                Claim::One { agency: whose, base: at, secure } => {
                    whose == agency && at == base && secure
                }
                Claim::Several { .. } => false,
            });
            let secure = claimed || self.is_told_secure(headers);
            return Found::Portal(Place::new(agency, base, secure), page.to_owned());
        }
        let page = |base: &str| path.strip_prefix(base).unwrap_or_default().to_owned();
        match claim {
            // On a name of the service's own, an address must have a path of its own.
            Some(Claim::One { base, .. } | Claim::Several { base })
                if is_own && base.is_empty() =>
            {
                Found::Nobodys
            }
            Some(Claim::One { agency, base, secure }) => {
                let secure = secure || self.is_told_secure(headers);
                Found::Portal(Place::new(&agency, &base, secure), page(&base))
            }
            Some(Claim::Several { base }) => Found::Contested(base.clone(), page(&base)),
            None => Found::Nobodys,
        }
    }

    /// Whether a proxy of ours says that a browser came over https.
    fn is_told_secure(&self, headers: &HeaderMap) -> bool {
        let told = headers.get("x-forwarded-proto").and_then(|told| told.to_str().ok());
        self.portal.options.behind_proxy && told == Some("https")
    }

    /// Looks where all portals are, where that was long ago; says whether it is known. One looks for all who come
    /// meanwhile.
    async fn knows_all(&self) -> bool {
        let addresses = &self.portal.addresses;
        if !addresses.is_stale() {
            return true;
        }
        let _one = addresses.looking.lock().await;
        if !addresses.is_stale() {
            return true;
        }
        let Some(portals) = self.look().await else { return addresses.keep() };
        for address in addresses.replace(portals) {
            tracing::error!(address, "several agencies have their portal there: nobody's is shown");
        }
        true
    }

    /// Where all portals are; none: it can't be found out just now.
    async fn look(&self) -> Option<Vec<(String, String)>> {
        let mut portals = Vec::new();
        let mut cursor = None;
        loop {
            let args = vec![Value::Null, json!({"limit": PAGE, "cursor": cursor})];
            let page = self.portal.get::<Agencies>("agencies.list", args).await;
            let Agencies { agencies, next } = page.ok()?;
            portals.extend(agencies.into_iter().map(|agency| (agency.id, agency.portal_address)));
            match next {
                Some(next) => cursor = Some(next),
                None => return Some(portals),
            }
        }
    }

    /// Says something where no agency's portal is, in nobody's colours.
    async fn without_portal(&self, base: &str, page: &str, request: Request, why: Why) -> Response {
        let visit = Visit::new(&self.portal, Place::new("", base, false), nobodys(), &request);
        match why {
            Why::Unknown => refused(&visit, &Refusal::Busy),
            Why::Contested if pages::LOOKS.contains(&page) => self.page(visit, page, request).await,
            Why::Contested => {
                let sentence = "Whoever runs this service has to set this address up first. Please come back later.";
                let said = ("There is no portal here", sentence);
                leading_on(&visit, StatusCode::NOT_FOUND, said, Way::None)
            }
        }
    }

    async fn answer(&self, place: Place, page: &str, request: Request) -> Response {
        // Nothing is asked for whoever sends too much: it would keep others waiting.
        let is_own = is_own_page(&place, page, &request);
        let wait = is_own.then(|| self.wait(page, &request)).flatten();
        if let Some(wait) = wait {
            let visit = Visit::new(&self.portal, place, nobodys(), &request);
            let seconds = wait.as_millis().div_ceil(1_000).max(1);
            let sentence =
                format!("Very much was sent from where you are. Please try again in {seconds} s.");
            let title = "Please wait a moment";
            let mut response = notice(&visit, StatusCode::TOO_MANY_REQUESTS, title, sentence);
            if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
            }
            return response;
        }
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
        if !is_own {
            let sentence = "It was sent by a page of another site. Nothing was changed.";
            let title = "This can't be taken from there";
            return notice(&visit, StatusCode::FORBIDDEN, title, sentence);
        }
        self.page(visit, page, request).await
    }

    /// How long whoever sends a form has to wait; none: they don't.
    fn wait(&self, page: &str, request: &Request) -> Option<Duration> {
        if *request.method() != Method::POST {
            return None;
        }
        self.portal.tries.wait(&came_from(&self.portal, request)?, page)
    }

    /// Answers with one of the pages.
    async fn page(&self, visit: Visit, page: &str, mut request: Request) -> Response {
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
    let framed = gate.portal.options.framed;
    let mut response = match gate.find(&host, &path, &headers).await {
        Found::Portal(place, page) => {
            let agency = place.agency().to_owned();
            // Which page isn't told: a path may have somebody's secret.
            note(|known| {
                known.place = Some("portal".to_owned());
                known.agency = Some(agency.clone());
            });
            ASKED.scope(agency, gate.answer(place, &page, request)).await
        }
        Found::Contested(base, page) => {
            gate.without_portal(&base, &page, request, Why::Contested).await
        }
        Found::Unknown => gate.without_portal("", "/", request, Why::Unknown).await,
        Found::Nobodys => return next.run(request).await,
    };
    if gate.is_told_secure(&headers) {
        // For a year, and for this name alone: what is below it may be another's.
        let lasts = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, lasts);
    }
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
