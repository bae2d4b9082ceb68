//! Operators on a client's behalf: how they come in, and the way out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::portal::ask::Portal;
use crate::portal::cookies::Cookie;
use crate::portal::desk::{Profile, enter, turned_away};
use crate::portal::frame::{Frame, Instead, forget, go, keep, show as show_page, to};
use crate::portal::notice::{Way, leading_on, nothing, notice, refused};
use crate::portal::place::origin;
use crate::portal::posted::{Foreign, Path, Posted};
use crate::portal::visit::{Pass, Visit};

/// The page that asks whether to go on.
#[derive(Template)]
#[template(path = "portal/arrive.html")]
struct Arrive {
    frame: Frame,
    link: String,
}

/// `GET /on-behalf/{token}`: the token leaves the address.
pub(super) async fn arrive(visit: Visit, Path(link): Path) -> Response {
    match visit.token(&link) {
        Some(link) => keep(&visit, go(&visit, "/on-behalf"), Cookie::Arriving, link),
        None => nothing(&visit),
    }
}

/// `POST /on-behalf/arrive`: the token never stood in an address. It comes from another site, the agency's console,
/// so nothing happens before somebody presses a button.
pub(super) async fn arrive_by_form(visit: Visit, Foreign(fields): Foreign) -> Response {
    match visit.token(fields.text("token")) {
        Some(link) => keep(&visit, go(&visit, "/on-behalf"), Cookie::Arriving, link),
        None => nothing(&visit),
    }
}

/// `GET /on-behalf`
pub(super) async fn show(visit: Visit) -> Response {
    match visit.cookie(Cookie::Arriving) {
        Some(link) => {
            let frame = Frame::new(&visit, "On a client's behalf");
            show_page(&visit, StatusCode::OK, &Arrive { frame, link })
        }
        None => {
            let sentence = "Begin where you came from. Your browser must take this site's cookies.";
            notice(&visit, StatusCode::NOT_FOUND, "There is no sign-in here", sentence)
        }
    }
}

/// `POST /on-behalf`
pub(super) async fn begin(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let link = visit.token(fields.text("link")).unwrap_or_default();
    let over = || {
        let said = ("This sign-in is over", "Begin where you came from.");
        let response = leading_on(&visit, StatusCode::FORBIDDEN, said, Way::None);
        forget(&visit, response, Cookie::Arriving)
    };
    match portal.get::<Profile>("portal.me", vec![json!(link)]).await {
        // A client's session isn't a sign-in on anybody's behalf.
        Ok(profile) if profile.acting.is_some() && profile.agency == visit.place().agency() => {
            let response = keep(&visit, go(&visit, "/"), Cookie::Acting, link);
            Ok(forget(&visit, response, Cookie::Arriving))
        }
        Ok(_) => Ok(over()),
        Err(refusal) if refusal.has_ended() => Ok(over()),
        Err(refusal) => Err(turned_away(&visit, &Pass::Operator(link.to_owned()), &refusal)),
    }
}

/// `POST /on-behalf/leave`: stops the sign-in, and leads back.
pub(super) async fn leave(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(_): Posted,
) -> Result<Response, Instead> {
    let Some(Pass::Operator(_)) = visit.pass() else { return Ok(go(&visit, "/")) };
    let out = || forget(&visit, go(&visit, "/log-in"), Cookie::Acting);
    let gone = || keep(&visit, out(), Cookie::Done, "acting-ended");
    // Whoever can't be told who they are forgets the token; the sign-in ends by its time.
    let Ok((_, profile)) = enter(&portal, &visit, "/").await else { return Ok(gone()) };
    let Some(banner) = profile.acting else { return Ok(gone()) };
    let call = json!({
        "agency": visit.place().agency(),
        "actor": {"id": banner.operator, "name": banner.operator_name, "role": "viewer"},
    });
    if let Err(refusal) = portal.ask("impersonation.stop", vec![call, json!(banner.id)]).await {
        return Ok(refused(&visit, &refusal));
    }
    match banner.return_to.filter(|back| origin(back).is_some()) {
        Some(back) => Ok(forget(&visit, to(&back), Cookie::Acting)),
        None => Ok(gone()),
    }
}
