//! A page that only says something.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::ask::Refusal;
use super::frame::{Frame, show};
use super::visit::{Pass, Visit};
use super::words::Trouble;

/// A page that only says something.
#[derive(Template)]
#[template(path = "portal/notice.html")]
struct Notice {
    frame: Frame,
    sentence: String,
    /// Whether somebody is signed in on a client's behalf, and may want to leave.
    leave: bool,
    way: Way,
}

/// Where somebody goes on from a page that only says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To the portal's first page.
    Home,
    /// To the page to log in.
    LogIn,
    /// To the page that mails a link to choose a new password.
    Forgot,
    /// Nowhere.
    None,
}

/// Says something, in a page of its own.
pub(super) fn notice(
    visit: &Visit,
    status: StatusCode,
    title: &str,
    sentence: impl Into<String>,
) -> Response {
    leading_on(visit, status, (title, &sentence.into()), Way::Home)
}

/// Says something, and where to go on.
pub(super) fn leading_on(
    visit: &Visit,
    status: StatusCode,
    (title, sentence): (&str, &str),
    way: Way,
) -> Response {
    let leave = matches!(visit.pass(), Some(Pass::Operator(_)));
    let frame = Frame::new(visit, title);
    show(visit, status, &Notice { frame, sentence: sentence.to_owned(), leave, way })
}

/// There is nothing at this address.
pub(super) fn nothing(visit: &Visit) -> Response {
    let sentence = "Please check the address, or begin at the portal's first page.";
    notice(visit, StatusCode::NOT_FOUND, "There is nothing here", sentence)
}

/// Says why something can't be shown.
pub(super) fn refused(visit: &Visit, refusal: &Refusal) -> Response {
    let trouble = Trouble::of(refusal, &[]);
    let title = match trouble.status {
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::FORBIDDEN => "You can't get in here",
        StatusCode::GONE => "This is over",
        status if status.is_server_error() => "This doesn't work just now",
        _ => "This isn't possible",
    };
    let sentence = trouble.above.clone().unwrap_or_default();
    later(notice(visit, trouble.status, title, sentence), Some(&trouble))
}

/// Says also to programs when it is time to try again.
pub(super) fn later(mut response: Response, trouble: Option<&Trouble>) -> Response {
    if let Some(wait) = trouble.and_then(|trouble| trouble.wait) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}
