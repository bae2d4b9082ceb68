//! The people of an account, for its owner, who may invite more.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::portal::ask::{Portal, Refusal};
use crate::portal::cookies::Cookie;
use crate::portal::desk::{Brand, Desk, Profile, enter_alone, turned_away};
use crate::portal::field::Field;
use crate::portal::form::Fields;
use crate::portal::frame::{Frame, Instead, go, keep};
use crate::portal::notice::{later, nothing, refused};
use crate::portal::owned::owned;
use crate::portal::place::is_id;
use crate::portal::posted::{Path, Posted};
use crate::portal::visit::Visit;
use crate::portal::words::{Named, Trouble};

/// How many stand on a page.
const PAGE: u32 = 50;

/// How the contract calls the fields of the form.
const NAMED: [Named; 3] = [
    Named { argument: "colleague.email", field: "email", label: "The e-mail address" },
    Named { argument: "colleague.name", field: "name", label: "The name" },
    Named { argument: "colleague.brands", field: "brands", label: "The choice of brands" },
];

/// A page of colleagues, as `portal.colleagues` gives it.
#[derive(Deserialize)]
struct Found {
    colleagues: Vec<Colleague>,
    next: Option<String>,
}

/// Somebody of the account.
#[derive(Deserialize)]
struct Colleague {
    name: Option<String>,
    email: Option<String>,
    joined: bool,
    owner: bool,
    brands: Vec<String>,
}

impl Colleague {
    fn called(&self) -> &str {
        let called = self.name.as_deref().or(self.email.as_deref());
        called.unwrap_or("Whoever uses the link")
    }
}

/// A brand to choose.
struct Choice {
    brand: Brand,
    chosen: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "portal/colleagues.html")]
struct Colleagues {
    frame: Frame,
    desk: Desk,
    above: Option<String>,
    back: String,
    account: String,
    account_name: String,
    colleagues: Vec<Colleague>,
    /// Where the next page is.
    next: Option<String>,
    email: Field,
    name: Field,
    choices: Vec<Choice>,
    brands_error: Option<String>,
}

impl Colleagues {
    /// The names of somebody's brands.
    fn brands_of(&self, colleague: &Colleague) -> String {
        let name = |id: &String| {
            let known = self.desk.who.brands.iter().find(|brand| brand.id == *id);
            known.map_or_else(|| id.clone(), |brand| brand.name.clone())
        };
        colleague.brands.iter().map(name).collect::<Vec<_>>().join(", ")
    }
}

/// `GET /colleagues/{account}`
pub(super) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    Path(account): Path,
    RawQuery(query): RawQuery,
) -> Result<Response, Instead> {
    if !is_id(&account) {
        return Ok(nothing(&visit));
    }
    let here = format!("/colleagues/{account}");
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
    let Found { colleagues, next } = portal.get("portal.colleagues", args).await?;
    let account_found = owned(portal, visit, &who).await.into_iter().find(|it| it.id == account);
    let of_account = |brand: &&Brand| {
        account_found.as_ref().is_none_or(|found| found.brands.contains(&brand.id))
    };
    let brands: Vec<Brand> = who.brands.iter().filter(of_account).cloned().collect();
    let only = brands.len() == 1;
    let is_chosen = |brand: &Brand| only || fields.all("brands").any(|id| id == brand.id);
    let choices = brands.into_iter().map(|brand| Choice { chosen: is_chosen(&brand), brand });
    let page = Colleagues {
        frame: Frame::new(visit, "Colleagues").about(trouble),
        above: trouble.and_then(|trouble| trouble.above.clone()),
        account_name: account_found
            .as_ref()
            .map_or_else(|| account.to_owned(), |found| found.name.clone()),
        account: account.to_owned(),
        colleagues,
        next: next.map(|next| form_urlencoded::byte_serialize(next.as_bytes()).collect()),
        email: Field::others_email("E-mail address").filled(fields.text("email")).with(trouble),
        name: Field::name("Name", "off").filled(fields.text("name")).optional().with(trouble),
        choices: choices.collect(),
        brands_error: trouble.and_then(|trouble| trouble.at("brands")).map(str::to_owned),
        desk: Desk::new(who, "colleagues"),
        back: format!("/colleagues/{account}"),
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(later(page.desk.show(visit, status, &page), trouble))
}

/// `POST /colleagues/{account}`: invites one more.
pub(super) async fn invite(
    State(portal): State<Portal>,
    visit: Visit,
    Path(account): Path,
    Posted(fields): Posted,
) -> Result<Response, Instead> {
    let (pass, who) = enter_alone(&portal, &visit, &format!("/colleagues/{account}")).await?;
    let brands: Vec<&str> = fields.all("brands").collect();
    let colleague: Value = json!({
        "email": fields.text("email"), "name": fields.filled("name"), "brands": brands,
    });
    let args = vec![json!(pass.secret()), json!(account), colleague];
    let Err(refusal) = portal.ask("portal.invite-colleague", args).await else {
        let response = go(&visit, &format!("/colleagues/{account}"));
        return Ok(keep(&visit, response, Cookie::Done, "invited"));
    };
    if refusal.has_ended() {
        return Err(turned_away(&visit, &pass, &refusal));
    }
    let mut trouble = Trouble::of(&refusal, &NAMED);
    if brands.is_empty() && trouble.at("brands").is_some() {
        trouble.beside.retain(|(field, _)| *field != "brands");
        trouble.beside.push(("brands", "Choose at least one brand.".to_owned()));
    }
    let again =
        page(&portal, &visit, pass.secret(), (who, &account), (&fields, Some(&trouble))).await;
    Ok(again.unwrap_or_else(|refusal| refused(&visit, &refusal)))
}
