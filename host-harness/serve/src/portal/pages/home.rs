//! The first page, the portal's features, brands, exports.

use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::json;

use crate::portal::ask::Portal;
use crate::portal::cookies::Cookie;
use crate::portal::desk::{Desk, Feature, Profile, enter, turned_away};
use crate::portal::frame::{Frame, Instead, go, keep};
use crate::portal::next;
use crate::portal::notice::later;
use crate::portal::posted::{Path, Posted};
use crate::portal::visit::{Pass, Visit};
use crate::portal::words::Trouble;

/// The first page.
#[derive(Template)]
#[template(path = "portal/home.html")]
struct Home {
    frame: Frame,
    desk: Desk,
    above: Option<String>,
    back: String,
}

/// The page of a feature. What stands there is the platform's.
#[derive(Template)]
#[template(path = "portal/feature.html")]
struct FeaturePage {
    frame: Frame,
    desk: Desk,
    above: Option<String>,
    feature: Feature,
    back: String,
}

/// `GET /`
pub(super) async fn show(State(portal): State<Portal>, visit: Visit) -> Result<Response, Instead> {
    let (_, profile) = enter(&portal, &visit, "/").await?;
    let just_in = visit.cookie(Cookie::Done).is_some_and(|word| word == "in");
    // Whoever has a plan to choose is asked when they log in; the note on each page asks from then on.
    if let Some(due) = profile.plans_due.first().filter(|_| just_in) {
        return Ok(go(&visit, &format!("/plans/{}", due.account)));
    }
    Ok(home(&visit, profile, None))
}

fn home(visit: &Visit, who: Profile, trouble: Option<&Trouble>) -> Response {
    let title = who.brand().to_owned();
    let page = Home {
        frame: Frame::new(visit, title).about(trouble),
        desk: Desk::new(who, "home"),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        back: "/".to_owned(),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    later(page.desk.show(visit, status, &page), trouble)
}

/// `GET /pages/{feature}`: a view is recorded, where somebody gets to see it.
pub(super) async fn feature(
    State(portal): State<Portal>,
    visit: Visit,
    Path(key): Path,
    method: Method,
) -> Result<Response, Instead> {
    let (pass, profile) = enter(&portal, &visit, &format!("/pages/{key}")).await?;
    // Whoever comes back from an export looks at the same page still.
    let exported =
        visit.cookie(Cookie::Done).is_some_and(|word| matches!(word.as_str(), "pdf" | "csv"));
    if !exported && method != Method::HEAD {
        let args = vec![json!(pass.secret()), json!(key)];
        let viewed = portal.ask("portal.view-page", args).await;
        viewed.map_err(|refusal| turned_away(&visit, &pass, &refusal))?;
    }
    Ok(feature_page(&visit, profile, &key, None))
}

fn feature_page(visit: &Visit, who: Profile, key: &str, trouble: Option<&Trouble>) -> Response {
    let Some(feature) = who.features.iter().find(|feature| feature.key == key).cloned() else {
        return home(visit, who, trouble);
    };
    let page = FeaturePage {
        frame: Frame::new(visit, feature.label.clone()).about(trouble),
        desk: Desk::new(who, format!("page:{key}")),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        back: format!("/pages/{key}"),
        feature,
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    later(page.desk.show(visit, status, &page), trouble)
}

/// `POST /brand`
pub(super) async fn switch(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let pass = visit.pass().ok_or_else(|| go(&visit, "/log-in"))?;
    let args = vec![json!(pass.secret()), json!(fields.text("brand"))];
    let switched = portal.ask("portal.switch-brand", args).await;
    match switched {
        Ok(_) => Ok(go(&visit, next::known(fields.text("back")).unwrap_or("/"))),
        Err(refusal) => Err(turned_away(&visit, &pass, &refusal)),
    }
}

/// `POST /export`: allowed or not, and recorded. The file is the platform's.
pub(super) async fn export(
    State(portal): State<Portal>,
    visit: Visit,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let back = next::known(fields.text("back")).unwrap_or("/");
    let (pass, profile) = enter(&portal, &visit, back).await?;
    let format = if fields.text("format") == "pdf" { "pdf" } else { "csv" };
    match exported(&portal, &pass, format).await {
        Ok(()) => Ok(keep(&visit, go(&visit, back), Cookie::Done, format)),
        Err(trouble) => Ok(match back.strip_prefix("/pages/") {
            Some(key) => feature_page(&visit, profile, key, Some(&trouble)),
            None => home(&visit, profile, Some(&trouble)),
        }),
    }
}

async fn exported(portal: &Portal, pass: &Pass, format: &str) -> Result<(), Trouble> {
    let args = vec![json!(pass.secret()), json!(format)];
    let answer = portal.ask("portal.export", args).await;
    answer.map(drop).map_err(|refusal| Trouble::of(&refusal, &[]))
}
