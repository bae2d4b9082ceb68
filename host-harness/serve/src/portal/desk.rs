//! Whoever is logged in, and what stands around their pages.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::ask::{Portal, Refusal};
use super::cookies::Cookie;
use super::frame::{Banner, Instead, forget, go, keep, leading};
use super::next;
use super::notice::{notice, refused};
use super::visit::{Pass, Visit};

/// A brand to look at.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Brand {
    pub(super) id: String,
    pub(super) name: String,
}

/// A part of the portal.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Feature {
    pub(super) key: String,
    pub(super) label: String,
}

/// What somebody may do.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Permissions {
    pub(super) can_export: bool,
    pub(super) read_only: bool,
}

/// An account whose plan is to be chosen.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PlanDue {
    pub(super) account: String,
    pub(super) name: String,
}

/// Whoever is logged in, as `portal.me` gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Profile {
    pub(super) agency: String,
    pub(super) agency_name: String,
    pub(super) client: Option<String>,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) verified: bool,
    pub(super) brands: Vec<Brand>,
    pub(super) current_brand: String,
    pub(super) permissions: Permissions,
    pub(super) features: Vec<Feature>,
    pub(super) welcome: Option<String>,
    pub(super) plans_due: Vec<PlanDue>,
    pub(super) acting: Option<Banner>,
}

impl Profile {
    /// The name of the brand that the session is at.
    pub(super) fn brand(&self) -> &str {
        let current = self.brands.iter().find(|brand| brand.id == self.current_brand);
        current.map_or(self.current_brand.as_str(), |brand| brand.name.as_str())
    }

    /// The letters that stand for the person.
    pub(super) fn initials(&self) -> String {
        let words = self.name.split_whitespace().filter_map(|word| word.chars().next());
        let letters: Vec<char> = words.filter(|letter| letter.is_alphanumeric()).collect();
        let ends = letters.first().into_iter().chain(letters.get(1..).and_then(<[char]>::last));
        ends.flat_map(|letter| letter.to_uppercase()).collect()
    }

    pub(super) fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }
}

/// What stands around the pages of whoever is logged in.
pub(super) struct Desk {
    pub(super) who: Profile,
    /// Which page it is: `home`, `profile`, `plans`, or `page:` and a feature's key.
    pub(super) here: String,
}

impl Desk {
    pub(super) fn new(who: Profile, here: impl Into<String>) -> Desk {
        Desk { who, here: here.into() }
    }

    /// Answers with one of these pages. While somebody is signed in on a client's behalf, the way out leads back
    /// to where they came from.
    pub(super) fn show(&self, visit: &Visit, status: StatusCode, page: &impl Template) -> Response {
        let acting = self.who.acting.as_ref();
        leading(visit, status, page, acting.and_then(|banner| banner.return_to.as_deref()))
    }

    pub(super) fn is_here(&self, feature: &str) -> bool {
        self.here.strip_prefix("page:") == Some(feature)
    }
}

/// Whoever is logged in. `here`: the page to come back to.
///
/// # Errors
///
/// The page instead: that to log in, or one that says why nobody gets in.
pub(super) async fn enter(
    portal: &Portal,
    visit: &Visit,
    here: &str,
) -> Result<(Pass, Profile), Instead> {
    let Some(pass) = visit.pass() else { return Err(log_in(visit, here).into()) };
    match portal.get::<Profile>("portal.me", vec![json!(pass.secret())]).await {
        // Two portals may share a host: a session is good at its own. And each is good in its own cookie: what a
        // client alone may do doesn't hang on where somebody put an operator's.
        Ok(profile)
            if profile.agency == visit.place().agency()
                && profile.acting.is_some() == matches!(pass, Pass::Operator(_)) =>
        {
            Ok((pass, profile))
        }
        Ok(_) => Err(ended(visit, &pass).into()),
        Err(refusal) => Err(turned_away(visit, &pass, &refusal)),
    }
}

/// A client who is logged in; nobody on its behalf.
///
/// # Errors
///
/// As for [`enter`].
pub(super) async fn enter_alone(
    portal: &Portal,
    visit: &Visit,
    here: &str,
) -> Result<(Pass, Profile), Instead> {
    let (pass, profile) = enter(portal, visit, here).await?;
    if matches!(pass, Pass::Operator(_)) {
        let sentence = "Passwords, addresses and what a company decides are for the client alone.";
        let status = StatusCode::FORBIDDEN;
        return Err(notice(visit, status, "This is the client's own", sentence).into());
    }
    Ok((pass, profile))
}

/// What is answered where something was refused: the page to log in, where the session is over.
pub(super) fn turned_away(visit: &Visit, pass: &Pass, refusal: &Refusal) -> Instead {
    if refusal.has_ended() {
        return ended(visit, pass).into();
    }
    if matches!(pass, Pass::Operator(_)) && refusal.is_denied("brand") {
        let sentence = "The account has no brand yet. Create one in it first.";
        return notice(visit, StatusCode::FORBIDDEN, "There is nothing to look at", sentence)
            .into();
    }
    refused(visit, refusal).into()
}

/// The session is over: the browser forgets it.
fn ended(visit: &Visit, pass: &Pass) -> Response {
    let (word, page) = match pass {
        Pass::Client(_) => ("ended", "/log-in"),
        Pass::Operator(_) => ("acting-ended", "/log-in"),
    };
    keep(visit, forget(visit, go(visit, page), pass.cookie()), Cookie::Done, word)
}

fn log_in(visit: &Visit, here: &str) -> Response {
    match next::known(here) {
        Some(page) if page != "/" => go(visit, &format!("/log-in?next={page}")),
        _ => go(visit, "/log-in"),
    }
}

/// A new session, as `log-in`, `sign-up` and `accept` give it.
#[derive(Deserialize)]
pub(super) struct SignedIn {
    pub(super) session: String,
}

/// The browser has a new session from here on: that of before is over, and so are the secrets of links.
pub(super) async fn signed_in(
    portal: &Portal,
    visit: &Visit,
    new: &SignedIn,
    page: &str,
) -> Response {
    if let Some(old) = visit.cookie(Cookie::Session).filter(|old| *old != new.session) {
        // It would end by itself some day; whoever is in now isn't kept out by that.
        let _ = portal.ask("portal.log-out", vec![json!(old)]).await;
    }
    let mut response = keep(visit, go(visit, page), Cookie::Session, &new.session);
    for over in [Cookie::Acting, Cookie::Arriving, Cookie::Invite, Cookie::Reset] {
        response = forget(visit, response, over);
    }
    keep(visit, response, Cookie::Done, "in")
}
