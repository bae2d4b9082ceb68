//! A forgotten password, and a new one by a link.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::field::Field;
use crate::portal::form::Fields;
use crate::portal::frame::{Frame, forget, go, keep, show as show_page};
use crate::portal::notice::{Way, later, leading_on, nothing};
use crate::portal::posted::{Path, Posted};
use crate::portal::visit::Visit;
use crate::portal::words::{Trouble, USUAL};

/// The page that asks for a link.
#[derive(Template)]
#[template(path = "portal/forgot.html")]
struct Forgot {
    frame: Frame,
    above: Option<String>,
    email: Field,
    /// To which address a link goes, if it has a login: it was asked for.
    asked: Option<String>,
}

/// The page to choose a new password.
#[derive(Template)]
#[template(path = "portal/reset.html")]
struct Reset {
    frame: Frame,
    above: Option<String>,
    link: String,
    password: Field,
}

/// `GET /forgot-password`
pub(super) async fn show_forgot(visit: Visit, RawQuery(query): RawQuery) -> Response {
    forgot_page(&visit, &Fields::of_query(query.as_deref()), None, None)
}

fn forgot_page(
    visit: &Visit,
    fields: &Fields,
    asked: Option<&str>,
    trouble: Option<&Trouble>,
) -> Response {
    let title = if asked.is_some() { "Look into your inbox" } else { "Forgot your password?" };
    let page = Forgot {
        frame: Frame::new(visit, title).about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        email: Field::email("E-mail address").filled(fields.text("email")).with(trouble),
        asked: asked.map(str::to_owned),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    later(show_page(visit, status, &page), trouble)
}

/// `POST /forgot-password`: the same answer, whoever has a login.
pub(super) async fn forgot(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Response {
    let email = fields.text("email");
    let args = vec![json!(visit.place().agency()), json!(email)];
    match portal.ask("portal.forgot-password", args).await {
        Ok(_) => forgot_page(&visit, &fields, Some(email.trim()), None),
        Err(refusal) => {
            let trouble = Trouble::of(&refusal, &USUAL);
            forgot_page(&visit, &fields, None, Some(&trouble))
        }
    }
}

/// `GET /reset-password/{token}`: the token leaves the address.
pub(super) async fn arrive(visit: Visit, Path(link): Path) -> Response {
    match visit.token(&link) {
        Some(link) => keep(&visit, go(&visit, "/reset-password"), Cookie::Reset, link),
        None => nothing(&visit),
    }
}

/// `GET /reset-password`
pub(super) async fn show_reset(visit: Visit) -> Response {
    match visit.cookie(Cookie::Reset) {
        Some(link) => reset_page(&visit, &link, None),
        None => {
            let sentence = "Open the link in your e-mail once more, or ask for another.";
            let said = ("There is no link here", sentence);
            leading_on(&visit, StatusCode::NOT_FOUND, said, Way::Forgot)
        }
    }
}

fn reset_page(visit: &Visit, link: &str, trouble: Option<&Trouble>) -> Response {
    let page = Reset {
        frame: Frame::new(visit, "Choose a new password").about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        link: link.to_owned(),
        password: Field::new_password("New password").with(trouble),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    later(show_page(visit, status, &page), trouble)
}

/// `POST /reset-password`
pub(super) async fn reset(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Response {
    let link = visit.token(fields.text("link")).unwrap_or_default();
    let args = vec![json!(link), json!(fields.text("password"))];
    match portal.ask("portal.reset-password", args).await {
        Ok(_) => {
            // All sessions are over, this browser's too.
            let response = forget(&visit, go(&visit, "/log-in"), Cookie::Reset);
            let response = forget(&visit, response, Cookie::Session);
            keep(&visit, response, Cookie::Done, "reset")
        }
        Err(refusal @ Refusal::Contract(..))
            if refusal.is("not-found") || refusal.is("expired") =>
        {
            let trouble = Trouble::of(&refusal, &[]);
            let sentence = "A link works once, and within an hour. Ask for another.";
            let said = ("This link is over", sentence);
            leading_on(&visit, trouble.status, said, Way::Forgot)
        }
        Err(refusal) => reset_page(&visit, link, Some(&Trouble::of(&refusal, &USUAL))),
    }
}
