//! Log-in and log-out.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::desk::{SignedIn, signed_in};
use crate::portal::field::Field;
use crate::portal::form::Fields;
use crate::portal::frame::{Frame, forget, go, keep, show as show_page};
use crate::portal::next;
use crate::portal::notice::later;
use crate::portal::posted::Posted;
use crate::portal::visit::Visit;
use crate::portal::words::{Trouble, USUAL};

/// The page to log in.
#[derive(Template)]
#[template(path = "portal/log_in.html")]
struct LogIn {
    frame: Frame,
    above: Option<String>,
    email: Field,
    password: Field,
    /// Where somebody goes on.
    next: String,
}

/// `GET /log-in`
pub(super) async fn show(visit: Visit, RawQuery(query): RawQuery) -> Response {
    page(&visit, &Fields::of_query(query.as_deref()), None)
}

fn page(visit: &Visit, fields: &Fields, trouble: Option<&Trouble>) -> Response {
    let page = LogIn {
        frame: Frame::new(visit, "Log in").about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        email: Field::email("E-mail address").filled(fields.text("email")).with(trouble),
        password: Field::password("password", "Password").with(trouble),
        next: next::known(fields.text("next")).unwrap_or("/").to_owned(),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    later(show_page(visit, status, &page), trouble)
}

/// `POST /log-in`
pub(super) async fn log_in(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Response {
    let agency = visit.place().agency();
    let [email, password] = ["email", "password"].map(|name| fields.text(name));
    let args = vec![json!(agency), json!(email), json!(password), json!(visit.origin())];
    match portal.get::<SignedIn>("portal.log-in", args).await {
        Ok(new) => {
            let page = next::known(fields.text("next")).unwrap_or("/");
            signed_in(&portal, &visit, &new, page).await
        }
        Err(refusal) => {
            tracing::info!(agency, "a log-in was refused");
            page(&visit, &fields, Some(&trouble(&refusal)))
        }
    }
}

fn trouble(refusal: &Refusal) -> Trouble {
    let trouble = Trouble::of(refusal, &USUAL);
    if refusal.is_denied("wrong-password") { trouble.moved("password") } else { trouble }
}

/// `POST /log-out`
pub(super) async fn log_out(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(_): Posted,
) -> Response {
    if let Some(session) = visit.cookie(Cookie::Session) {
        // A session that has ended already is as good as one that ends now; where the store can't be
        // reached, the browser forgets it all the same.
        let _ = portal.ask("portal.log-out", vec![json!(session)]).await;
    }
    let response = forget(&visit, go(&visit, "/log-in"), Cookie::Session);
    keep(&visit, response, Cookie::Done, "out")
}
