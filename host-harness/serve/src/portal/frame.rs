//! What stands around every page, and the headers that it is sent with.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::assets;
use super::cookies::Cookie;
use super::place::origin;
use super::times;
use super::visit::Visit;
use super::words::Trouble;

/// What stands around every page.
pub(super) struct Frame {
    pub(super) title: String,
    /// The path of the portal's pages.
    pub(super) base: String,
    /// Where its first page is.
    pub(super) home: String,
    pub(super) portal: String,
    pub(super) logo: Option<String>,
    pub(super) support: Option<Support>,
    pub(super) sheet: String,
    pub(super) colors: String,
    pub(super) icon: String,
    /// What each form sends back.
    pub(super) token: String,
    /// What was done, as the page before left it.
    pub(super) done: Option<&'static str>,
    /// Whether something is wrong with what was sent: the title says it first.
    pub(super) wrong: bool,
}

/// Where clients ask for help.
pub(super) struct Support {
    pub(super) address: String,
    pub(super) link: String,
}

impl Support {
    fn new(address: &str) -> Support {
        // A subject or a copy can't be slipped in.
        let escaped = form_urlencoded::byte_serialize(address.as_bytes());
        let link = format!("mailto:{}", escaped.collect::<String>());
        Support { address: address.to_owned(), link }
    }
}

impl Frame {
    pub(super) fn new(visit: &Visit, title: impl Into<String>) -> Frame {
        let (theme, place) = (visit.theme(), visit.place());
        let done = visit.cookie(Cookie::Done).and_then(|word| done(&word));
        let logo = theme.logo_address.clone().filter(|logo| origin(logo).is_some());
        Frame {
            title: title.into(),
            base: place.base().to_owned(),
            home: place.path("/"),
            portal: theme.name.clone(),
            logo,
            support: theme.support_email.as_deref().map(Support::new),
            sheet: place.path(&assets::sheet_path()),
            colors: place.path(&assets::colors_path(theme)),
            icon: place.path(&assets::icon_path(theme)),
            token: visit.form_token(),
            done,
            wrong: false,
        }
    }

    /// The same where something went wrong.
    #[must_use]
    pub(super) fn about(self, trouble: Option<&Trouble>) -> Frame {
        Frame { wrong: trouble.is_some(), ..self }
    }
}

/// What was done, by the word that the page before left: nothing else can be said by it.
fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "out" => "You are logged out.",
        "ended" => "Your session has ended. Please log in again.",
        "acting-ended" => "The sign-in on the client's behalf is over.",
        "reset" => "Your password was changed. Log in with the new one.",
        "password" => "Your password was changed. Everywhere else, you were logged out.",
        "email" => {
            "Look into the new address's inbox: your address changes when you open the link there."
        }
        "confirmed" => "Thank you: your e-mail address is confirmed.",
        "invited" => "The invitation is on its way.",
        "plan" => "Your plan runs from now on.",
        "policy" => "That is kept.",
        "pdf" => "The PDF export is recorded. Its file comes from whoever runs this portal.",
        "csv" => "The CSV export is recorded. Its file comes from whoever runs this portal.",
        _ => return None,
    })
}

/// Somebody is signed in on a client's behalf: what the bar says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Banner {
    pub(super) id: String,
    pub(super) operator: String,
    pub(super) operator_name: String,
    pub(super) ends_at: u64,
    pub(super) return_to: Option<String>,
    pub(super) words: String,
    pub(super) way_out: String,
}

impl Banner {
    pub(super) fn until(&self) -> String {
        times::moment(self.ends_at)
    }
}

/// Answers with a page.
pub(super) fn show(visit: &Visit, status: StatusCode, page: &impl Template) -> Response {
    leading(visit, status, page, None)
}

/// Answers with a page, one of whose forms leads to another site in the end.
pub(super) fn leading(
    visit: &Visit,
    status: StatusCode,
    page: &impl Template,
    to: Option<&str>,
) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page can't be made");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Ok(policy) = HeaderValue::from_str(&policy(visit, to)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let keep = visit.new_nonce().and_then(|nonce| Cookie::Form.keep(visit.place(), nonce));
    let said = visit.cookie(Cookie::Done).and_then(|_| Cookie::Done.forget(visit.place()));
    for cookie in keep.into_iter().chain(said) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

/// What a page may load, where its forms lead, and who may hold it in a frame.
fn policy(visit: &Visit, to: Option<&str>) -> String {
    let logo = visit.theme().logo_address.as_deref().and_then(origin);
    let logo = logo.map(|logo| format!(" {logo}")).unwrap_or_default();
    let to = to.and_then(origin).map(|to| format!(" {to}")).unwrap_or_default();
    let ancestors = if visit.is_framed() { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{logo}; form-action 'self'{to}; base-uri 'none'; \
         frame-ancestors {ancestors}"
    )
}

/// Sends a browser to one of the portal's pages.
pub(super) fn go(visit: &Visit, page: &str) -> Response {
    to(&visit.place().path(page))
}

/// Sends a browser to an address.
pub(super) fn to(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Has the browser keep something, too.
pub(super) fn keep(visit: &Visit, mut response: Response, cookie: Cookie, value: &str) -> Response {
    if let Some(header) = cookie.keep(visit.place(), value) {
        response.headers_mut().append(header::SET_COOKIE, header);
    }
    response
}

/// Has the browser forget something, too.
pub(super) fn forget(visit: &Visit, mut response: Response, cookie: Cookie) -> Response {
    if let Some(header) = cookie.forget(visit.place()) {
        response.headers_mut().append(header::SET_COOKIE, header);
    }
    response
}

/// An answer instead of the one that was asked for.
pub(super) struct Instead(Box<Response>);

impl From<StatusCode> for Instead {
    fn from(status: StatusCode) -> Instead {
        Instead(Box::new(status.into_response()))
    }
}

impl From<Response> for Instead {
    fn from(response: Response) -> Instead {
        Instead(Box::new(response))
    }
}

impl IntoResponse for Instead {
    fn into_response(self) -> Response {
        *self.0
    }
}
