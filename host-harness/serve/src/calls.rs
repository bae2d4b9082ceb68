//! `POST /v1/call/{interface}.{function}`: any function of the contract, with its arguments as a JSON
//! object by name.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clientdesk_contract::times;
use clientdesk_host::values::{Shown, ValueError, ValueProblem, from_json, shape, to_json};
use clientdesk_host::{CallError, Function, Host, suggest};
use serde_json::{Map, Value};
use wasmtime::component::Val;

use crate::asked::Path;
use crate::caller::Caller;
use crate::hearing::Hearing;
use crate::known::note;
use crate::problem::Problem;
use crate::shared::Shared;

/// Answers a call.
pub(crate) async fn call(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    caller: axum::Extension<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answered = match body {
        Ok(body) => answer(&shared, &name, &caller, &headers, &body).await,
        Err(refused) => {
            Err(Problem::unread(refused.status(), &refused.body_text(), shared.body_bytes))
        }
    };
    answered.unwrap_or_else(Problem::into_response)
}

async fn answer(
    shared: &Shared,
    name: &str,
    caller: &Caller,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Problem> {
    let function = shared.host.function(name).map_err(|error| Problem::call(&error))?;
    // Noted only now: the name is whatever was asked for.
    note(|known| known.function = Some(function.name().to_owned()));
    let mut arguments = read(headers, body)?;
    caller.complete(function, &mut arguments, headers)?;
    let values = values(function, arguments).map_err(|error| Problem::argument(&error))?;
    let answer = {
        let (host, name) = (shared.host.clone(), function.name().to_owned());
        let heard = shared.hearing.clone().map(|hearing| (hearing, by_name(function, &values)));
        shared.seats.run(caller.tenant(), move || called(&host, &name, &values, heard)).await?
    };
    let answer = answer.inspect_err(|error| told(name, error));
    let answer = answer.map_err(|error| Problem::call(&error))?;
    shared.news.tell();
    let Some(answer) = answer else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let answer = times::answered(function.name(), &answer);
    let json = serde_json::to_vec(&Shown(&answer));
    let json = json.map_err(|error| Problem::failed(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// Who listens, and to which arguments.
type Heard = (Arc<Hearing>, Map<String, Value>);

/// Makes the call; a workbench that is open hears it.
fn called(
    host: &Host,
    name: &str,
    values: &[Val],
    heard: Option<Heard>,
) -> Result<Option<Val>, CallError> {
    let call = || host.call_values(name, values);
    let Some((hearing, arguments)) = heard else { return call() };
    let shown = |answer: &Option<Val>| answer.as_ref().map(shown).unwrap_or_default();
    hearing.hear(host.clock().now(), name, arguments, call, shown)
}

fn by_name(function: &Function, values: &[Val]) -> Map<String, Value> {
    let names = function.params().iter().map(|param| param.name.clone());
    names.zip(values.iter().map(shown)).collect()
}

fn shown(value: &Val) -> Value {
    to_json(value).unwrap_or_default()
}

/// What whoever runs the service has to know: a component that fails, not one that refuses.
fn told(name: &str, error: &CallError) {
    match error {
        CallError::Refused { .. } | CallError::Arguments { .. } | CallError::Busy { .. } => {}
        CallError::Trap { reason, details } => {
            tracing::error!(function = name, reason, details, "the component trapped");
        }
        error => tracing::error!(function = name, %error, "the call was stopped"),
    }
}

/// The arguments by name: the body, which may be empty where there are none.
fn read(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
    let is_json = |kind: &str| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    };
    match kind {
        // A page of another site can't send this kind without asking first.
        Some(kind) if is_json(kind) => {}
        None if body.is_empty() => return Ok(Map::new()),
        Some(_) | None => return Err(Problem::media_type()),
    }
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(_) => Err(Problem::malformed("the body must be a JSON object: arguments by name")),
        Err(error) => Err(Problem::malformed(format!("the body isn't JSON: {error}"))),
    }
}

/// A value for each parameter.
fn values(function: &Function, mut given: Map<String, Value>) -> Result<Vec<Val>, ValueError> {
    let mut values = Vec::with_capacity(function.params().len());
    for param in function.params() {
        let name = &param.name;
        let value = match given.remove(name) {
            Some(mut json) => {
                let is_time = times::is_parameter(function.name(), name);
                times::read(&mut json, &param.ty, name, is_time)?;
                from_json(&json, &param.ty, name)?
            }
            None if param.is_optional() => Val::Option(None),
            None => {
                let (path, expected) = (name.clone(), shape(&param.ty));
                return Err(ValueError { path, problem: ValueProblem::Missing, expected });
            }
        };
        values.push(value);
    }
    match given.keys().next() {
        None => Ok(values),
        Some(unknown) => {
            let names = || function.params().iter().map(|param| param.name.as_str());
            let close = suggest::close_names(unknown, names());
            let expected = names().collect::<Vec<_>>().join(", ");
            let expected = if expected.is_empty() { "no arguments".to_owned() } else { expected };
            let path = unknown.chars().take(100).collect();
            Err(ValueError { path, problem: ValueProblem::Unknown { close }, expected })
        }
    }
}
