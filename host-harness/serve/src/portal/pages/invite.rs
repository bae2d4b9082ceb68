//! What an invite's link opens. Looking at it changes nothing: mail programs look at links, too.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::desk::{SignedIn, signed_in};
use crate::portal::field::Field;
use crate::portal::form::Fields;
use crate::portal::frame::{Frame, Instead, go, keep, show as show_page};
use crate::portal::notice::{Way, later, leading_on, nothing};
use crate::portal::posted::{Path, Posted};
use crate::portal::times;
use crate::portal::visit::Visit;
use crate::portal::words::{Trouble, USUAL};

/// What an invite is for, as `portal.open` gives it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Invitation {
    agency: String,
    inviter: String,
    email: Option<String>,
    domain: Option<String>,
    name: Option<String>,
    brands: Vec<String>,
    expires_at: Option<u64>,
    has_login: bool,
}

/// The page that an invite's link opens.
#[derive(Template)]
#[template(path = "portal/invite.html")]
struct Landing {
    frame: Frame,
    above: Option<String>,
    invitation: Invitation,
    /// Whether it is accepted with a login that is there; otherwise somebody signs up.
    accepts: bool,
    link: String,
    name: Field,
    email: Field,
    password: Field,
}

impl Landing {
    fn until(&self) -> Option<String> {
        self.invitation.expires_at.map(times::moment)
    }
}

/// `GET /invite/{token}`: the token leaves the address.
pub(super) async fn arrive(visit: Visit, Path(link): Path) -> Response {
    match visit.token(&link) {
        Some(link) => keep(&visit, go(&visit, "/invite"), Cookie::Invite, link),
        None => nothing(&visit),
    }
}

/// `GET /invite`
pub(super) async fn show(State(portal): State<Portal>, visit: Visit) -> Result<Response, Instead> {
    landing(&portal, &visit, &link_of(&visit)?, (false, &Fields::default()), None).await
}

/// `GET /accept`
pub(super) async fn show_accept(
    State(portal): State<Portal>,
    visit: Visit,
) -> Result<Response, Instead> {
    landing(&portal, &visit, &link_of(&visit)?, (true, &Fields::default()), None).await
}

/// The token that an address brought.
fn link_of(visit: &Visit) -> Result<String, Instead> {
    visit.cookie(Cookie::Invite).ok_or_else(|| {
        let sentence = "Open the link in your invitation once more. Your browser must take this site's cookies.";
        let said = ("There is no invitation here", sentence);
        leading_on(visit, StatusCode::NOT_FOUND, said, Way::LogIn).into()
    })
}

async fn landing(
    portal: &Portal,
    visit: &Visit,
    link: &str,
    (wants_accept, fields): (bool, &Fields),
    trouble: Option<&Trouble>,
) -> Result<Response, Instead> {
    let invitation = open(portal, visit, link).await?;
    let accepts = wants_accept || invitation.has_login;
    let bound = invitation.email.as_deref();
    let email = Field::email("E-mail address").with(trouble);
    let email = match bound {
        Some(bound) => email.filled(bound).fixed(),
        None => email.filled(fields.text("email")),
    };
    let password = if accepts {
        Field::password("password", "Password")
    } else {
        Field::new_password("Choose a password")
    };
    let named = fields.filled("name").or(invitation.name.as_deref()).unwrap_or_default();
    let title = if accepts { "Accept the invitation" } else { "Sign up" };
    let page = Landing {
        frame: Frame::new(visit, title).about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        name: Field::name("Your name", "name").filled(named).with(trouble),
        email,
        password: password.with(trouble),
        link: link.to_owned(),
        accepts,
        invitation,
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(later(show_page(visit, status, &page), trouble))
}

async fn open(portal: &Portal, visit: &Visit, link: &str) -> Result<Invitation, Instead> {
    match portal.get::<Invitation>("portal.open", vec![json!(link)]).await {
        // Another agency's link doesn't come in under this one's name.
        Ok(invitation) if invitation.agency == visit.place().agency() => Ok(invitation),
        Ok(_) => Err(nothing(visit).into()),
        Err(refusal) => Err(closed(visit, &refusal).into()),
    }
}

/// A link that can't be used, and where to go on.
fn closed(visit: &Visit, refusal: &Refusal) -> Response {
    let trouble = Trouble::of(refusal, &[]);
    let above = trouble.above.clone().unwrap_or_default();
    let (title, sentence, way) = match refusal {
        Refusal::Contract(case, said) if case == "not-found" => {
            let said = said.as_str().unwrap_or_default();
            if said.contains("used") {
                let sentence = "If you are the one who used it, log in.".to_owned();
                ("This invitation was used already", sentence, Way::LogIn)
            } else {
                ("This invitation can't be used", above, Way::LogIn)
            }
        }
        Refusal::Contract(case, _) if case == "expired" => {
            let sentence = format!("{above} Ask whoever invited you to send it again.");
            ("This invitation has expired", sentence, Way::None)
        }
        Refusal::Contract(..) => ("This invitation can't be used yet", above, Way::None),
        Refusal::Busy | Refusal::Failed => ("This doesn't work just now", above, Way::None),
    };
    later(leading_on(visit, trouble.status, (title, &sentence), way), Some(&trouble))
}

/// `POST /invite`: signs up.
pub(super) async fn sign_up(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let link = visit.token(fields.text("link")).unwrap_or_default();
    let invitation = open(&portal, &visit, link).await;
    // Somebody who sends it twice is let in twice: the contract knows them by their password.
    let email = match &invitation {
        Ok(invitation) => invitation.email.is_none().then(|| fields.text("email")),
        Err(_) => fields.filled("email"),
    };
    let args = vec![
        json!(link),
        json!(fields.text("name")),
        json!(fields.text("password")),
        json!(email),
        json!(visit.origin()),
    ];
    match portal.get::<SignedIn>("portal.sign-up", args).await {
        Ok(new) => Ok(signed_in(&portal, &visit, &new, "/").await),
        Err(refusal) if refusal.is("exists") => {
            let sentence = "This address has a log-in already. Accept the invitation with it.";
            let trouble = Trouble::above(StatusCode::CONFLICT, sentence);
            landing(&portal, &visit, link, (true, &fields), Some(&trouble)).await
        }
        Err(refusal) => {
            let mut trouble = Trouble::of(&refusal, &USUAL);
            if refusal.is_denied("address") {
                trouble = wrong_domain(trouble, invitation.as_ref().ok());
            }
            landing(&portal, &visit, link, (false, &fields), Some(&trouble)).await
        }
    }
}

/// An address that a link isn't for stands beside its field, with what would be right.
fn wrong_domain(trouble: Trouble, invitation: Option<&Invitation>) -> Trouble {
    match invitation.and_then(|invitation| invitation.domain.as_deref()) {
        Some(domain) => Trouble {
            beside: vec![("email", format!("The address must end with @{domain}."))],
            above: None,
            ..trouble
        },
        None => trouble.moved("email"),
    }
}

/// `POST /accept`: accepts it with a login.
pub(super) async fn accept(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let link = visit.token(fields.text("link")).unwrap_or_default();
    let args = vec![
        json!(link),
        json!(fields.text("email")),
        json!(fields.text("password")),
        json!(visit.origin()),
    ];
    match portal.get::<SignedIn>("portal.accept", args).await {
        Ok(new) => Ok(signed_in(&portal, &visit, &new, "/").await),
        Err(refusal) => {
            let trouble = Trouble::of(&refusal, &USUAL);
            let wrong = refusal.is_denied("wrong-password");
            let trouble = if wrong { trouble.moved("password") } else { trouble };
            landing(&portal, &visit, link, (true, &fields), Some(&trouble)).await
        }
    }
}
