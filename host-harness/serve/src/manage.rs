//! `/v1/api-keys`: keys made, listed and revoked by those who have one that may.
//!
//! The platform's keys see to all of them; an owner's key of an agency to those of its agency.

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use clientdesk_contract::times;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::asked::{Path, Query};
use crate::caller::Caller;
use crate::keys::{self, ApiKey, Grant, KeyError, NewKey, Role, RowError};
use crate::pages::{Asked, damaged, page};
use crate::problem::Problem;
use crate::shared::Shared;

/// A key that is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Wanted {
    /// What it is for.
    name: String,
    /// For which agency; none: for the platform, or for the agency of the key that asks.
    agency: Option<String>,
    /// What it may do there; a key of the platform has none.
    role: Option<Role>,
    /// From when on it is good for nothing; none: it is good until it is revoked.
    expires_at: Option<String>,
}

/// `POST /v1/api-keys`: makes a key, and shows it this once.
pub(crate) async fn create(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(wanted) = body.map_err(|refused| {
        Problem::unread(refused.status(), &refused.body_text(), shared.body_bytes)
    })?;
    if Caller::idempotency_key(&headers)?.is_some() {
        // The same answer can't be given twice: the store has no secrets.
        let detail = "keys take no idempotency key: list them, and revoke what is one too many";
        return Err(Problem::malformed(detail));
    }
    let expires_at = wanted.expires_at.as_deref().map(times::parse).transpose();
    let expires_at = expires_at.map_err(|expected| Problem::field("expires-at", &expected))?;
    let grant = grant(&caller, wanted.agency, wanted.role)?;
    // From the first key on, nobody calls without one: it must be one that can make others.
    if matches!((&caller, &grant), (Caller::Development, Grant::Agency { .. })) {
        return Err(Problem::field(
            "agency",
            "the first key must be the platform's: leave `agency` and `role` out",
        ));
    }
    if let Grant::Agency { agency, .. } = &grant {
        check_agency(&shared, &caller, agency).await?;
    }
    let new = NewKey { name: wanted.name, grant, expires_at };
    let (keys, host) = (shared.keys.clone(), shared.host.clone());
    let made = shared.seats.run(caller.tenant(), move || {
        keys::check_name(&host, &new.name)?;
        keys.create(new)
    });
    let (key, secret) = made.await?.map_err(refused)?;
    tracing::info!(key = key.id, by = caller.id(), "a key was made");
    // From the first one on, nobody follows without.
    shared.news.tell();
    let mut shown = key.in_json();
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("key".to_owned(), secret.reveal().into());
    }
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// `GET /v1/api-keys`: all that the caller sees to, without their secrets.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_manage(&caller)?;
    let keys = shared.keys.clone();
    let all = shared.seats.run(caller.tenant(), move || keys.list()).await?.map_err(failed)?;
    let damaged = damaged(&caller, all.damaged);
    let seen = all.whole.into_iter().filter(|key| sees(&caller, key)).collect();
    let (keys, next) = page(seen, |key: &ApiKey| (key.created_at, &key.id), &asked)?;
    let shown: Vec<Value> = keys.iter().map(ApiKey::in_json).collect();
    Ok(Json(json!({"keys": shown, "damaged": damaged, "next": next})).into_response())
}

/// `DELETE /v1/api-keys/{id}`: it is good for nothing from now on.
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    may_manage(&caller)?;
    let keys = shared.keys.clone();
    let asked = id.clone();
    let sees = match shared.seats.run(caller.tenant(), move || keys.get(&asked)).await? {
        Ok(found) => found.is_some_and(|key| sees(&caller, &key)),
        // Whose it is can't be known: the platform may do away with it.
        Err(RowError::Damaged { .. }) => caller.tenant().is_none(),
        Err(error) => return Err(failed(error)),
    };
    // One that the caller may not see is as one that isn't there.
    if !sees {
        return Err(Problem::no_such_place("there is no key with this id"));
    }
    let (keys, revoked) = (shared.keys.clone(), id.clone());
    shared.seats.run(caller.tenant(), move || keys.revoke(&revoked)).await?.map_err(failed)?;
    tracing::info!(key = id, by = caller.id(), "a key was revoked");
    // Whoever follows by it is told no more.
    shared.news.tell();
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn may_manage(caller: &Caller) -> Result<(), Problem> {
    match caller.grant() {
        Grant::Platform | Grant::Agency { role: Role::Owner, .. } => Ok(()),
        Grant::Agency { .. } => {
            Err(Problem::forbidden("keys are seen to with a key that has the role `owner`"))
        }
    }
}

fn sees(caller: &Caller, key: &ApiKey) -> bool {
    match (caller.grant(), &key.grant) {
        (Grant::Platform, _) => true,
        (Grant::Agency { agency, .. }, Grant::Agency { agency: of, .. }) => agency == of,
        (Grant::Agency { .. }, Grant::Platform) => false,
    }
}

/// What a key that is asked for may be granted.
fn grant(caller: &Caller, agency: Option<String>, role: Option<Role>) -> Result<Grant, Problem> {
    may_manage(caller)?;
    let agency = match caller.grant() {
        Grant::Platform => agency,
        Grant::Agency { .. } => Some(caller.agency(agency.as_deref())?),
    };
    Grant::of(agency, role).map_err(refused)
}

/// A key of no agency would wait for whoever comes first with that id.
async fn check_agency(shared: &Shared, caller: &Caller, agency: &str) -> Result<(), Problem> {
    let (host, id) = (shared.host.clone(), json!(agency));
    let found = shared.seats.run(caller.tenant(), move || host.call("agencies.get", &[id])).await?;
    match found {
        Ok(Value::Null) => Err(Problem::field("agency", "there is no such agency")),
        Ok(_) => Ok(()),
        Err(error) => Err(Problem::call(&error)),
    }
}

fn refused(error: KeyError) -> Problem {
    match error {
        KeyError::Wrong { field, problem } => Problem::field(field, &problem),
        KeyError::Row(error) => failed(error),
        KeyError::Random => Problem::failed(&error),
    }
}

fn failed(error: RowError) -> Problem {
    Problem::row(&error)
}
