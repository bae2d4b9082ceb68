//! The choice of a plan.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::desk::{Desk, Profile, enter_alone, turned_away};
use crate::portal::frame::{Frame, Instead, go, keep};
use crate::portal::money::Money;
use crate::portal::notice::{later, nothing, refused};
use crate::portal::place::is_id;
use crate::portal::posted::{Path, Posted};
use crate::portal::visit::Visit;
use crate::portal::words::Trouble;

/// A plan, as `portal.plans` gives it.
#[derive(Deserialize)]
struct Offer {
    id: String,
    name: String,
    monthly: Money,
    resources: Resources,
    features: Vec<String>,
    refused: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Resources {
    dashboards: Value,
    users: Value,
    api_calls: Value,
}

/// A plan, as the page shows it.
struct Plan {
    id: String,
    name: String,
    price: String,
    gives: Vec<String>,
    /// Why it can't be chosen.
    refused: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "portal/plans.html")]
struct Plans {
    frame: Frame,
    desk: Desk,
    above: Option<String>,
    back: String,
    account: String,
    account_name: String,
    plans: Vec<Plan>,
}

/// `GET /plans/{account}`
pub(super) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    Path(account): Path,
) -> Result<Response, Instead> {
    if !is_id(&account) {
        return Ok(nothing(&visit));
    }
    let here = format!("/plans/{account}");
    let (pass, who) = enter_alone(&portal, &visit, &here).await?;
    let page = page(&portal, &visit, pass.secret(), (who, &account), None).await;
    page.map_err(|refusal| turned_away(&visit, &pass, &refusal))
}

async fn page(
    portal: &Portal,
    visit: &Visit,
    session: &str,
    (who, account): (Profile, &str),
    trouble: Option<&Trouble>,
) -> Result<Response, Refusal> {
    let args = vec![json!(session), json!(account)];
    let offers: Vec<Offer> = portal.get("portal.plans", args).await?;
    let due = who.plans_due.iter().find(|due| due.account == account);
    let page = Plans {
        frame: Frame::new(visit, "Choose a plan").about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        account_name: due.map_or_else(|| account.to_owned(), |due| due.name.clone()),
        account: account.to_owned(),
        plans: offers.into_iter().map(plan).collect(),
        desk: Desk::new(who, "plans"),
        back: "/".to_owned(),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(later(page.desk.show(visit, status, &page), trouble))
}

fn plan(offer: Offer) -> Plan {
    let Offer { id, name, monthly, resources, features, refused } = offer;
    let given = [
        (&resources.dashboards, "dashboard", "dashboards"),
        (&resources.users, "user", "users"),
        (&resources.api_calls, "API call a day", "API calls a day"),
    ];
    let mut gives: Vec<String> =
        given.iter().filter_map(|(much, one, many)| amount(much, one, many)).collect();
    gives.extend(features.iter().map(|key| feature(key)));
    Plan { id, name, price: monthly.to_string(), gives, refused: refused.as_ref().map(reason) }
}

/// `3 dashboards`; none: none at all.
fn amount(much: &Value, one: &str, many: &str) -> Option<String> {
    match much.get("at-most").and_then(Value::as_u64) {
        Some(0) => None,
        Some(1) => Some(format!("1 {one}")),
        Some(number) => Some(format!("{} {many}", crate::portal::money::grouped(number))),
        None => Some(format!("Unlimited {many}")),
    }
}

fn feature(key: &str) -> String {
    match key {
        "download-reports" => "Reports to download".to_owned(),
        "email-reports" => "Reports by e-mail".to_owned(),
        "embedded-links" => "Embedded dashboards".to_owned(),
        "private-links" => "Private links".to_owned(),
        "public-links" => "Public links".to_owned(),
        "single-sign-on" => "Single sign-on".to_owned(),
        other => other.to_owned(),
    }
}

fn reason(error: &Value) -> String {
    let refusal = match error {
        Value::Object(fields) => fields.iter().next(),
        _ => None,
    };
    let refusal = refusal.map(|(case, said)| Refusal::Contract(case.clone(), said.clone()));
    let told = refusal.and_then(|refusal| Trouble::of(&refusal, &[]).above);
    told.unwrap_or_else(|| "This plan can't be chosen.".to_owned())
}

/// `POST /plans/{account}`
pub(super) async fn choose(
    State(portal): State<Portal>,
    visit: Visit,
    Path(account): Path,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let (pass, who) = enter_alone(&portal, &visit, &format!("/plans/{account}")).await?;
    let args = vec![json!(pass.secret()), json!(account), json!(fields.text("plan"))];
    let Err(refusal) = portal.ask("portal.choose-plan", args).await else {
        return Ok(keep(&visit, go(&visit, "/"), Cookie::Done, "plan"));
    };
    if refusal.has_ended() {
        return Err(turned_away(&visit, &pass, &refusal));
    }
    let trouble = Trouble::of(&refusal, &[]);
    let again = page(&portal, &visit, pass.secret(), (who, &account), Some(&trouble)).await;
    Ok(again.unwrap_or_else(|refusal| refused(&visit, &refusal)))
}
