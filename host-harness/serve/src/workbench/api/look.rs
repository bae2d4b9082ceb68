//! What is looked at: what falls due, weeks of scores, calls, a story made of them, and a changed entry.

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use clientdesk_host::Function;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::state::read;
use super::{spelled, with_host};
use crate::asked::Query;
use crate::hearing::Heard;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::workbench::bench::Workbench;
use crate::workbench::secrets::hidden;
use crate::workbench::trial::ask;
use crate::workbench::{due as dues, story as stories, tamper as tampering};

/// How many clients' scores are told at once.
const CLIENTS_MAX: usize = 100;

/// Of which agency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Of {
    agency: String,
}

/// `GET due`
pub(super) async fn due(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    Query(of): Query<Of>,
) -> Result<Json<Value>, Problem> {
    let list = with_host(&shared, &bench, move |bench, host| {
        dues::list(bench.storage().as_ref(), host, &of.agency)
    });
    Ok(spelled(list.await?))
}

/// Of which clients.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clients {
    agency: String,
    /// Their ids, with commas between them.
    clients: String,
}

/// `GET scores`: the last 26 weeks of each client.
pub(super) async fn scores(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    Query(asked): Query<Clients>,
) -> Result<Json<Value>, Problem> {
    let scores = with_host(&shared, &bench, move |_, host| {
        let ids = asked.clients.split(',').filter(|id| !id.is_empty()).take(CLIENTS_MAX);
        let weeks = ids.map(|id| {
            let weeks = ask(host, "health.history", &asked.agency, &[json!(id)]);
            let weeks = weeks.unwrap_or_default();
            let score = |week: &Value| week.get("score").cloned().unwrap_or_default();
            let scores: Vec<Value> = weeks.as_array().into_iter().flatten().map(score).collect();
            (id.to_owned(), Value::from(scores))
        });
        Ok(Value::Object(weeks.collect::<Map<String, Value>>()))
    });
    Ok(Json(scores.await?))
}

/// Which calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    /// Those after this one.
    after: u64,
}

/// `GET calls`: what was called after a call, the oldest first.
pub(super) async fn calls(
    Extension(bench): Extension<Workbench>,
    Query(asked): Query<After>,
) -> Json<Value> {
    let calls: Vec<Value> = bench.hearing().after(asked.after).iter().map(in_json).collect();
    spelled(json!({"calls": calls}))
}

fn in_json(call: &Heard) -> Value {
    let Heard { number, at, function, arguments, outcome, micros, traces } = call;
    let arguments = hidden(&Value::Object(arguments.clone()));
    let (answer, error) = match outcome {
        Ok(answer) => (Some(hidden(answer)), None),
        Err(error) => (None, Some(error)),
    };
    json!({
        "number": number,
        "at": at,
        "function": function,
        "arguments": arguments,
        "answer": answer,
        "error": error,
        "micros": micros,
        "wrote": traces.commits > 0,
        "faults": traces.faults,
        "mails": traces.mails.iter().map(|(mail, _)| &mail.id).collect::<Vec<_>>(),
    })
}

/// `GET functions`: the parameters of each function, in the order of the WIT.
pub(super) async fn functions(State(shared): State<Shared>) -> Json<Value> {
    let params = |function: &Function| -> Vec<Value> {
        function.params().iter().map(|param| json!(param.name)).collect()
    };
    let functions = shared.host.functions();
    Json(functions.map(|it| (it.name().to_owned(), Value::from(params(it)))).collect())
}

/// Which calls make a story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// In whose agency.
    agency: String,
    /// Those after this one.
    after: Option<u64>,
}

/// `GET story`: the calls so far, as a file that `clientdesk run` plays.
pub(super) async fn story(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let text = with_host(&shared, &bench, move |bench, host| {
        let calls = bench.hearing().after(asked.after.unwrap_or_default());
        stories::of_calls(host, &asked.agency, &calls)
    });
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((headers, text.await?).into_response())
}

/// Which entry is changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    agency: String,
    number: u64,
}

/// `POST tamper`: an entry is changed in a copy, and verifying names it.
pub(super) async fn tamper(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    body: Result<Json<Entry>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Entry { agency, number } = read(&shared, body)?;
    let found = with_host(&shared, &bench, move |_, host| tampering::change(host, &agency, number));
    Ok(spelled(found.await?))
}
