//! An address that is proved by opening a link, and pressing a button: mail programs open links, too.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::portal::ask::Portal;
use crate::portal::cookies::Cookie;
use crate::portal::frame::{Frame, forget, go, keep, show as show_page};
use crate::portal::notice::{Way, later, leading_on, nothing};
use crate::portal::posted::{Path, Posted};
use crate::portal::visit::Visit;
use crate::portal::words::Trouble;

/// The page with the button.
#[derive(Template)]
#[template(path = "portal/confirm.html")]
struct Confirm {
    frame: Frame,
    link: String,
}

/// `GET /confirm-email/{token}`: the token leaves the address.
pub(super) async fn arrive(visit: Visit, Path(link): Path) -> Response {
    match visit.token(&link) {
        Some(link) => keep(&visit, go(&visit, "/confirm-email"), Cookie::Confirm, link),
        None => nothing(&visit),
    }
}

/// `GET /confirm-email`
pub(super) async fn show(visit: Visit) -> Response {
    match visit.cookie(Cookie::Confirm) {
        Some(link) => {
            let frame = Frame::new(&visit, "Confirm your e-mail address");
            show_page(&visit, StatusCode::OK, &Confirm { frame, link })
        }
        None => {
            let sentence = "Open the link in your e-mail once more. Your browser must take this site's cookies.";
            let said = ("There is no link here", sentence);
            leading_on(&visit, StatusCode::NOT_FOUND, said, Way::Home)
        }
    }
}

/// `POST /confirm-email`
pub(super) async fn confirm(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Response {
    let link = visit.token(fields.text("link")).unwrap_or_default();
    match portal.ask("portal.confirm-email", vec![json!(link)]).await {
        Ok(_) => {
            let response = forget(&visit, go(&visit, "/"), Cookie::Confirm);
            keep(&visit, response, Cookie::Done, "confirmed")
        }
        Err(refusal) => {
            let trouble = Trouble::of(&refusal, &[]);
            let sentence = if refusal.is("exists") {
                "Another log-in has this address by now, so it can't be yours as well."
            } else if refusal.is("not-found") || refusal.is("expired") {
                "A link works once, within seven days, and only the latest one does. Log in, and ask for another in your profile."
            } else {
                trouble.above.as_deref().unwrap_or_default()
            };
            let said = ("The address isn't confirmed", sentence);
            later(leading_on(&visit, trouble.status, said, Way::Home), Some(&trouble))
        }
    }
}
