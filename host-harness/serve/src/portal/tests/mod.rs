//! The portal as a browser sees it, without a network in between.

mod borders;
mod guests;
mod insiders;
mod operators;
mod owners;
mod safety;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::RecordingMail;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{Options, PortalOptions, Service};

/// The first of September 2026.
const NOW: u64 = 1_788_220_800_000;
const PASSWORD: &str = "correct horse battery";

/// A service with an agency that has a portal at `clients.acme.example`, and one below the service's own name.
struct Site {
    host: Arc<Host>,
    router: Router,
    mail: Arc<RecordingMail>,
    clock: Arc<ManualClock>,
}

impl Site {
    fn new() -> Site {
        Site::with(PortalOptions::default())
    }

    fn with(portal: PortalOptions) -> Site {
        static COMPILED: LazyLock<Host> = LazyLock::new(|| Host::builder().build().unwrap());
        let (mail, clock) = (Arc::new(RecordingMail::new()), Arc::new(ManualClock::at(NOW)));
        let host = COMPILED.sharing().clock(clock.clone()).mail(mail.clone()).build().unwrap();
        let host = Arc::new(host);
        for (id, address) in [
            ("acme", "https://clients.acme.example"),
            ("beta", "http://localhost:8700/portal/beta"),
        ] {
            let agency = json!({
                "id": id, "name": id.to_uppercase(), "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": address,
            });
            host.call("agencies.create", &[agency]).unwrap();
        }
        let options = Options { portal: Some(portal), ..Options::default() };
        let router = Service::new(host.clone(), options).router();
        let site = Site { host, router, mail, clock };
        for (id, name) in [("nike", "Nike"), ("adidas", "Adidas & Söhne")] {
            site.as_olga("brands.create", &[json!({"id": id, "name": name})]);
        }
        let features = json!([
            {"key": "dashboard", "label": "Dashboard", "on": true},
            {"key": "citations", "label": "Citations", "on": true},
            {"key": "hidden", "label": "Hidden", "on": false},
        ]);
        site.as_olga("agencies.update", &[json!({"features": features})]);
        site
    }

    fn call(&self, name: &str, args: &[Value]) -> Value {
        self.host.call(name, args).unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// Calls as the agency's owner.
    fn as_olga(&self, name: &str, args: &[Value]) -> Value {
        let olga = json!({"id": "olga", "name": "Olga", "role": "owner"});
        let call = json!({"agency": "acme", "actor": olga});
        self.call(name, &[&[call], args].concat())
    }

    fn invite(&self, email: &str, brands: &[&str]) -> Value {
        let invite = json!({"email": email, "brands": brands, "name": "Ann Example"});
        self.as_olga("clients.invite-by-email", &[invite])
    }

    fn jobs(&self) {
        for _ in 0..5 {
            self.call("jobs.run", &[json!(200)]);
        }
    }

    /// The path of the link in the latest mail to somebody that has one with a secret.
    fn link(&self, to: &str) -> String {
        let mails = self.mail.messages();
        let of_mail = |text: &str| {
            let mut words = text.split_whitespace();
            let address = words.find_map(|word| word.strip_prefix("https://clients.acme.example/"));
            address.map(|path| format!("/{path}"))
        };
        let mut sent = mails.iter().rev().filter(|mail| mail.to == to);
        sent.find_map(|mail| of_mail(&mail.text)).expect("a mail has a link")
    }

    fn browser(&self) -> Browser<'_> {
        self.browser_at("clients.acme.example", "")
    }

    fn browser_at(&self, host: &str, base: &str) -> Browser<'_> {
        let (host, base) = (host.to_owned(), base.to_owned());
        Browser { site: self, host, base, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// Somebody who has signed up, in their browser.
    async fn client(&self, email: &str, brands: &[&str]) -> Browser<'_> {
        self.invite(email, brands);
        let mut browser = self.browser();
        browser.open(&self.link(email)).await;
        let page =
            browser.send("/invite", &[("name", "Ann Example"), ("password", PASSWORD)]).await;
        assert_eq!(page.status, 200, "{}", page.html);
        browser
    }

    /// How many entries the log of an agency has.
    fn log_length(&self) -> u64 {
        let page = json!({"limit": 1});
        let list = self.as_olga("audit.list", &[Value::Null, "backward".into(), page]);
        list["entries"][0]["number"].as_u64().unwrap()
    }
}

/// A browser: it keeps cookies, goes where it is sent, and fills in forms.
struct Browser<'a> {
    site: &'a Site,
    host: String,
    base: String,
    cookies: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
}

/// What a browser shows.
#[derive(Debug)]
struct Page {
    status: u16,
    path: String,
    headers: HeaderMap,
    html: String,
}

impl Page {
    /// The text, without what isn't shown.
    fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// The hidden fields of its forms.
    fn hidden(&self, name: &str) -> Option<&str> {
        let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self.html.split_once(&field)?;
        rest.split_once('"').map(|(value, _)| value)
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser<'_> {
    async fn one(&mut self, method: &str, path: &str, body: Option<&str>) -> Page {
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = Body::from(body.unwrap_or_default().to_owned());
        let response = self.site.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, rest) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let html = String::from_utf8(bytes.to_vec()).unwrap();
        let path = path.to_owned();
        Page { status: parts.status.as_u16(), path, headers: parts.headers, html }
    }

    /// Goes on as long as it is sent on within the portal.
    async fn on(&mut self, mut page: Page) -> Page {
        while page.status == 303 && page.header("location").starts_with('/') {
            let path = page.header("location").to_owned();
            page = self.one("GET", &path, None).await;
        }
        page
    }

    /// Opens a page.
    async fn open(&mut self, path: &str) -> Page {
        let page = self.one("GET", &format!("{}{path}", self.base), None).await;
        self.on(page).await
    }

    /// Sends the form that goes to `path`, from the page that has it.
    async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let from = if path.starts_with("/profile") { "/profile" } else { path };
        let from = match path {
            "/log-out" | "/brand" | "/export" | "/on-behalf/leave" => "/",
            _ => from,
        };
        let page = self.open(from).await;
        let page = self.send_from(&page, path, fields).await;
        self.on(page).await
    }

    /// Sends a form of a page.
    async fn send_from(&mut self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for name in ["form", "link", "next", "back"] {
            if let Some(value) =
                page.hidden(name).filter(|_| fields.iter().all(|(it, _)| *it != name))
            {
                body.append_pair(name, value);
            }
        }
        body.extend_pairs(fields);
        let body = body.finish();
        self.one("POST", &format!("{}{path}", self.base), Some(&body)).await
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        let found = self.cookies.iter().find(|(found, _)| found.ends_with(name));
        found.map(|(_, value)| value.as_str())
    }
}

#[tokio::test]
async fn an_invite_is_opened_taken_and_leads_in() {
    let site = Site::new();
    site.invite("ann@nike.example", &["nike", "adidas"]);
    let mut browser = site.browser();
    let page = browser.open(&site.link("ann@nike.example")).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/invite"));
    for text in
        ["Olga invites you", "Nike", "Adidas &#38; Söhne", "ann@nike.example", "Ann Example"]
    {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    let page = browser.send("/invite", &[("name", "Ann"), ("password", PASSWORD)]).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/"), "{}", page.html);
    for text in ["<h1>Nike</h1>", "Dashboard", "Citations", "Export PDF", "Switch to another brand"]
    {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    assert!(!page.has("Hidden"), "a feature that is off isn't seen");
    assert!(browser.cookie("portal-invite").is_none(), "the link's secret is forgotten");
    let page = browser.send("/brand", &[("brand", "adidas")]).await;
    assert!(page.has("<h1>Adidas &#38; Söhne</h1>"), "{}", page.html);
    let page = browser.send("/log-out", &[]).await;
    assert!(page.path == "/log-in" && page.has("You are logged out."), "{}", page.html);
    let page = browser.open("/").await;
    assert_eq!(page.path, "/log-in");
}
