//! `/v1/webhooks`: made, listed, tried out, resumed and deleted by those who have a key that may.
//!
//! The platform's keys see to all of them; an owner's key to those of its agency, which go to the internet only.

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::asked::{Path, Query};
use crate::caller::Caller;
use crate::keys::{Grant, Role};
use crate::pages::{Asked, damaged, page};
use crate::problem::Problem;
use crate::rows::RowError;
use crate::shared::Shared;
use crate::webhooks::{AGENCY_MAX, NewWebhook, Webhook, WebhookError};

/// A webhook that is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Where messages go.
    url: String,
    /// Whose log; a key of an agency needs none.
    agency: Option<String>,
    /// The kinds of entries; none, or none at all: every kind.
    kinds: Option<Vec<String>>,
    /// The number of the entry to begin behind; none: only what comes.
    after: Option<u64>,
}

/// `POST /v1/webhooks`: makes one, and shows its secret this once.
pub(crate) async fn create(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Result<Response, Problem> {
    may_manage(&caller)?;
    let Json(wanted) = body.map_err(|refused| {
        Problem::unread(refused.status(), &refused.body_text(), shared.body_bytes)
    })?;
    let repeated_by = Caller::idempotency_key(&headers)?;
    let new = NewWebhook {
        agency: caller.agency(wanted.agency.as_deref())?,
        url: wanted.url,
        kinds: wanted.kinds.unwrap_or_default(),
        after: wanted.after,
        anywhere: matches!(caller.grant(), Grant::Platform),
        repeated_by: repeated_by.map(|key| format!("{}\n{key}", caller.id())),
    };
    let hooks = shared.webhooks.clone();
    let made = shared.seats.run(caller.tenant(), move || hooks.create(new)).await?;
    let (hook, secret) = made.map_err(refused)?;
    tracing::info!(webhook = hook.id(), by = caller.id(), "a webhook was made");
    shared.news.tell();
    let mut shown = hook.in_json();
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("secret".to_owned(), secret.reveal().into());
    }
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// What the list may be asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    agency: Option<String>,
    state: Option<Standing>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// How a webhook stands.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Standing {
    Active,
    Failing,
    GivenUp,
}

impl Standing {
    fn name(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Failing => "failing",
            Standing::GivenUp => "given-up",
        }
    }
}

/// `GET /v1/webhooks`: a page of those that the caller sees to.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    may_manage(&caller)?;
    let agency = match (caller.grant(), &filter.agency) {
        (Grant::Platform, named) => named.clone(),
        (Grant::Agency { .. }, named) => Some(caller.agency(named.as_deref())?),
    };
    let hooks = shared.webhooks.clone();
    let all = shared.seats.run(caller.tenant(), move || hooks.list()).await?.map_err(failed)?;
    let fits = |hook: &Webhook| {
        agency.as_ref().is_none_or(|agency| hook.agency() == agency)
            && filter.state.is_none_or(|state| hook.state() == state.name())
    };
    let damaged = damaged(&caller, all.damaged);
    let fitting = all.whole.into_iter().filter(fits).collect();
    let asked = Asked { limit: filter.limit, cursor: filter.cursor };
    let (hooks, next) = page(fitting, Webhook::order, &asked)?;
    let shown: Vec<Value> = hooks.iter().map(Webhook::in_json).collect();
    Ok(Json(json!({"webhooks": shown, "damaged": damaged, "next": next})).into_response())
}

/// `GET /v1/webhooks/{id}`: one of them.
pub(crate) async fn get(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(find(&shared, &caller, id).await?.in_json()).into_response())
}

/// `DELETE /v1/webhooks/{id}`: nothing is sent any more.
pub(crate) async fn delete(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = match find(&shared, &caller, id.clone()).await {
        Ok(hook) => hook.id().to_owned(),
        Err(Missing::Damaged(_)) => id,
        Err(missing) => return Err(missing.into()),
    };
    let (hooks, gone) = (shared.webhooks.clone(), id.clone());
    shared.seats.run(caller.tenant(), move || hooks.delete(&gone)).await?.map_err(failed)?;
    tracing::info!(webhook = id, by = caller.id(), "a webhook was deleted");
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /v1/webhooks/{id}/resume`: one that fails, or was given up, is tried again at once.
pub(crate) async fn resume(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let hook = find(&shared, &caller, id).await?;
    let (hooks, id) = (shared.webhooks.clone(), hook.id().to_owned());
    shared.seats.run(caller.tenant(), move || hooks.resume(&id)).await?.map_err(failed)?;
    tracing::info!(webhook = hook.id(), by = caller.id(), "a webhook was resumed");
    shared.news.tell();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /v1/webhooks/{id}/test`: sends a message that says nothing, and tells what came of it.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let hook = find(&shared, &caller, id).await?;
    // Whoever waits for a receiver takes no call's seat.
    let share = caller.tenant().map(|agency| shared.tests.part(agency, 4));
    let Some(_place) = shared.tests.take(share.as_slice()) else { return Err(Problem::busy()) };
    Ok(Json(shared.courier.test(&hook).await.in_json()).into_response())
}

fn may_manage(caller: &Caller) -> Result<(), Problem> {
    match caller.grant() {
        Grant::Platform | Grant::Agency { role: Role::Owner, .. } => Ok(()),
        Grant::Agency { .. } => {
            Err(Problem::forbidden("webhooks are seen to with a key that has the role `owner`"))
        }
    }
}

/// Why there is no webhook to do something with.
enum Missing {
    /// There is one, of which nothing can be read.
    Damaged(RowError),
    /// There is none, for this caller.
    Other(Problem),
}

impl From<Problem> for Missing {
    fn from(problem: Problem) -> Missing {
        Missing::Other(problem)
    }
}

impl From<Missing> for Problem {
    fn from(missing: Missing) -> Problem {
        match missing {
            Missing::Damaged(error) => failed(error),
            Missing::Other(problem) => problem,
        }
    }
}

/// One that the caller may see; any other is as one that isn't there.
async fn find(shared: &Shared, caller: &Caller, id: String) -> Result<Webhook, Missing> {
    may_manage(caller)?;
    let hooks = shared.webhooks.clone();
    let none = || Problem::no_such_place("there is no webhook with this id");
    let found = match shared.seats.run(caller.tenant(), move || hooks.get(&id)).await? {
        // Whose it is can't be known: the platform may do away with it.
        Err(error @ RowError::Damaged { .. }) if caller.tenant().is_none() => {
            return Err(Missing::Damaged(error));
        }
        Err(RowError::Damaged { .. }) => None,
        found => found.map_err(failed)?,
    };
    let seen = found.filter(|hook| match caller.grant() {
        Grant::Platform => true,
        Grant::Agency { agency, .. } => hook.agency() == agency,
    });
    Ok(seen.ok_or_else(none)?)
}

fn refused(error: WebhookError) -> Problem {
    match error {
        WebhookError::Wrong { field, problem } => Problem::field(field, &problem),
        WebhookError::TooMany => {
            let limit = json!({"limit": "webhooks", "allowed": AGENCY_MAX, "asked": AGENCY_MAX + 1, "wait": null});
            Problem::refused(&json!({"limit": limit}))
        }
        WebhookError::Log(error) => Problem::call(&error),
        WebhookError::Row(error) => failed(error),
        error => Problem::failed(&error),
    }
}

fn failed(error: RowError) -> Problem {
    Problem::row(&error)
}
