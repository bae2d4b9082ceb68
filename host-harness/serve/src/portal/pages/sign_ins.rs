//! Who of the agency was signed in on an account's behalf, and what they may do, for the account's owner.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::desk::{Desk, Profile, enter_alone, turned_away};
use crate::portal::form::Fields;
use crate::portal::frame::{Frame, Instead, go, keep};
use crate::portal::notice::{later, nothing, refused};
use crate::portal::owned::owned;
use crate::portal::place::is_id;
use crate::portal::posted::{Path, Posted};
use crate::portal::times;
use crate::portal::visit::Visit;
use crate::portal::words::Trouble;

/// How many stand on a page.
const PAGE: u32 = 50;

/// A page of them, as `portal.sign-ins` gives it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Found {
    policy: String,
    allowed_until: Option<u64>,
    report: bool,
    sign_ins: Vec<SignIn>,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct SignIn {
    operator_name: String,
    mode: String,
    started_at: u64,
    ended: Option<End>,
}

#[derive(Deserialize)]
struct End {
    at: u64,
}

impl SignIn {
    fn since(&self) -> String {
        times::moment(self.started_at)
    }

    fn until(&self) -> Option<String> {
        self.ended.as_ref().map(|end| times::moment(end.at))
    }

    fn might(&self) -> &'static str {
        if self.mode == "full" { "Look and change" } else { "Look only" }
    }
}

/// The page.
#[derive(Template)]
#[template(path = "portal/sign_ins.html")]
struct SignIns {
    frame: Frame,
    desk: Desk,
    above: Option<String>,
    back: String,
    account: String,
    account_name: String,
    found: Found,
    next: Option<String>,
}

impl SignIns {
    fn allows(&self, policy: &str) -> bool {
        self.found.policy == policy
    }

    fn allowed_until(&self) -> Option<String> {
        self.found.allowed_until.map(times::moment)
    }
}

/// `GET /sign-ins/{account}`
pub(super) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    Path(account): Path,
    RawQuery(query): RawQuery,
) -> Result<Response, Instead> {
    if !is_id(&account) {
        return Ok(nothing(&visit));
    }
    let here = format!("/sign-ins/{account}");
    let (pass, who) = enter_alone(&portal, &visit, &here).await?;
    let fields = Fields::of_query(query.as_deref());
    let page = page(&portal, &visit, pass.secret(), (who, &account), (&fields, None)).await;
    page.map_err(|refusal| turned_away(&visit, &pass, &refusal))
}

async fn page(
    portal: &Portal,
    visit: &Visit,
    session: &str,
    (who, account): (Profile, &str),
    (fields, trouble): (&Fields, Option<&Trouble>),
) -> Result<Response, Refusal> {
    let request = json!({"limit": PAGE, "cursor": fields.filled("after")});
    let args = vec![json!(session), json!(account), request];
    let found: Found = portal.get("portal.sign-ins", args).await?;
    let known = owned(portal, visit, &who).await.into_iter().find(|owned| owned.id == account);
    let next = found.next.as_deref();
    let page = SignIns {
        frame: Frame::new(visit, "Sign-ins on your behalf").about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        account_name: known.map_or_else(|| account.to_owned(), |known| known.name),
        account: account.to_owned(),
        next: next.map(|next| form_urlencoded::byte_serialize(next.as_bytes()).collect()),
        found,
        desk: Desk::new(who, "sign-ins"),
        back: format!("/sign-ins/{account}"),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(later(page.desk.show(visit, status, &page), trouble))
}

/// `POST /sign-ins/{account}`: changes what operators may do, or whether the account hears of it.
pub(super) async fn change(
    State(portal): State<Portal>,
    visit: Visit,
    Path(account): Path,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let (pass, who) = enter_alone(&portal, &visit, &format!("/sign-ins/{account}")).await?;
    let (session, id) = (json!(pass.secret()), json!(account));
    let changed = if let Some(minutes) = fields.filled("minutes") {
        let minutes = minutes.parse::<u32>().unwrap_or_default().min(1_440);
        portal.ask("portal.allow-sign-in", vec![session, id, json!(minutes)]).await
    } else if let Some(wanted) = fields.filled("report") {
        let wanted = json!(wanted == "yes");
        portal.ask("portal.set-sign-in-report", vec![session, id, wanted]).await
    } else {
        let policy = match fields.text("policy") {
            policy @ ("always" | "read-only") => policy,
            // What nobody can mean allows the least.
            _ => "when-allowed",
        };
        portal.ask("portal.set-sign-in-policy", vec![session, id, json!(policy)]).await
    };
    let Err(refusal) = changed else {
        let response = go(&visit, &format!("/sign-ins/{account}"));
        return Ok(keep(&visit, response, Cookie::Done, "policy"));
    };
    if refusal.has_ended() {
        return Err(turned_away(&visit, &pass, &refusal));
    }
    let trouble = Trouble::of(&refusal, &[]);
    let again =
        page(&portal, &visit, pass.secret(), (who, &account), (&fields, Some(&trouble))).await;
    Ok(again.unwrap_or_else(|refusal| refused(&visit, &refusal)))
}
