//! One's own address and password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::desk::{Desk, Profile, enter_alone, turned_away};
use crate::portal::field::Field;
use crate::portal::form::Fields;
use crate::portal::frame::{Frame, Instead, go, keep};
use crate::portal::notice::later;
use crate::portal::owned::{Owned, owned};
use crate::portal::posted::Posted;
use crate::portal::visit::Visit;
use crate::portal::words::{Trouble, USUAL};

/// The page about whoever is logged in.
#[derive(Template)]
#[template(path = "portal/profile.html")]
struct ProfilePage {
    frame: Frame,
    desk: Desk,
    back: String,
    owned: Vec<Owned>,
    email: Form,
    password: Form,
}

/// One of its two forms.
struct Form {
    above: Option<String>,
    current: Field,
    new: Field,
}

/// Which of the two went wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Email,
    Password,
}

/// `GET /profile`
pub(super) async fn show(State(portal): State<Portal>, visit: Visit) -> Result<Response, Instead> {
    let (_, profile) = enter_alone(&portal, &visit, "/profile").await?;
    Ok(page(&portal, &visit, profile, &Fields::default(), None).await)
}

async fn page(
    portal: &Portal,
    visit: &Visit,
    who: Profile,
    fields: &Fields,
    wrong: Option<(Which, &Trouble)>,
) -> Response {
    let at = |which: Which| wrong.filter(|(wrong, _)| *wrong == which).map(|(_, trouble)| trouble);
    let above = |which: Which| at(which).and_then(|trouble| trouble.above.clone());
    let trouble = wrong.map(|(_, trouble)| trouble);
    let page = ProfilePage {
        frame: Frame::new(visit, "Your profile").about(trouble),
        owned: owned(portal, visit, &who).await,
        email: Form {
            above: above(Which::Email),
            new: Field::new_email().filled(fields.text("email")).with(at(Which::Email)),
            current: Field::password("check", "Your password").with(at(Which::Email)),
        },
        password: Form {
            above: above(Which::Password),
            current: Field::password("current", "Current password").with(at(Which::Password)),
            new: Field::new_password("New password").with(at(Which::Password)),
        },
        desk: Desk::new(who, "profile"),
        back: "/profile".to_owned(),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    later(page.desk.show(visit, status, &page), trouble)
}

/// `POST /profile/email`
pub(super) async fn change_email(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let (pass, who) = enter_alone(&portal, &visit, "/profile").await?;
    let args = vec![
        json!(pass.secret()),
        json!(fields.text("check")),
        json!(fields.text("email")),
        json!(visit.origin()),
    ];
    match portal.ask("portal.change-email", args).await {
        Ok(_) => Ok(keep(&visit, go(&visit, "/profile"), Cookie::Done, "email")),
        Err(refusal) if refusal.has_ended() => Err(turned_away(&visit, &pass, &refusal)),
        Err(refusal) => {
            let trouble = trouble(&refusal, "check");
            Ok(page(&portal, &visit, who, &fields, Some((Which::Email, &trouble))).await)
        }
    }
}

/// `POST /profile/password`
pub(super) async fn change_password(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let (pass, who) = enter_alone(&portal, &visit, "/profile").await?;
    let args = vec![
        json!(pass.secret()),
        json!(fields.text("current")),
        json!(fields.text("password")),
        json!(visit.origin()),
    ];
    match portal.ask("portal.change-password", args).await {
        Ok(_) => Ok(keep(&visit, go(&visit, "/profile"), Cookie::Done, "password")),
        Err(refusal) if refusal.has_ended() => Err(turned_away(&visit, &pass, &refusal)),
        Err(refusal) => {
            let trouble = trouble(&refusal, "current");
            Ok(page(&portal, &visit, who, &fields, Some((Which::Password, &trouble))).await)
        }
    }
}

fn trouble(refusal: &Refusal, current: &'static str) -> Trouble {
    if refusal.is_denied("wrong-password") {
        let status = StatusCode::FORBIDDEN;
        return Trouble { status, ..Trouble::beside(current, "That isn't your password.") };
    }
    Trouble::of(refusal, &USUAL)
}
