//! The clock, the faults, the jobs and the keys.

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::{Extension, Json};
use clientdesk_contract::times;
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::LATEST_TIME;
use clientdesk_scenario::faults::Breakage;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{spelled, with_host};
use crate::problem::Problem;
use crate::shared::Shared;
use crate::workbench::bench::Workbench;
use crate::workbench::mails::Saying;

type Answer = Result<Json<Value>, Problem>;
type Body<T> = Result<Json<T>, JsonRejection>;

/// `GET state`
pub(super) async fn show(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
) -> Answer {
    with_host(&shared, &bench, |bench, host| Ok(state(bench, host))).await.map(spelled)
}

fn state(bench: &Workbench, host: &Host) -> Value {
    let status = host.call("system.status", &[]).unwrap_or_default();
    let trial = bench.trial().clone();
    let trial = trial.map(|trial| {
        // A store that is down can't say what came of it.
        let aftermath = (!trial.is_on()).then(|| trial.aftermath(bench, host));
        trial.in_json(aftermath.as_ref())
    });
    json!({
        "now": bench.now(),
        "real": times::full(bench.real()),
        "ahead": bench.ahead(),
        "store": bench.store_fails().map(word),
        "mail": bench.mail().saying().word(),
        "trial": trial,
        "status": status,
        "calls": bench.hearing().last(),
        "frames": bench.frames(),
        "can-rotate": bench.can_rotate(),
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn word(how: Breakage) -> &'static str {
    match how {
        Breakage::Unavailable => "unavailable",
        Breakage::Conflict => "conflict",
    }
}

/// How far the clock goes at once: beyond it, more billing periods are due than jobs take for a clock that is right.
const CENTURY: u64 = 100 * 365 * 86_400_000;

/// Where the clock goes.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Move {
    /// So many milliseconds on.
    By(u64),
    /// To a time, not before now.
    To(String),
    /// To the next thing that falls due.
    NextDue,
    /// So many milliseconds ahead of the real time.
    Ahead(u64),
    /// To the real time, with all agencies.
    Back,
}

/// `POST clock`
pub(super) async fn clock(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    body: Body<Move>,
) -> Answer {
    let to = read(&shared, body)?;
    let moved = with_host(&shared, &bench, move |bench, host| moved(bench, host, &to)).await?;
    shared.news.tell();
    Ok(spelled(moved))
}

fn moved(bench: &Workbench, host: &Host, to: &Move) -> Result<Value, String> {
    let real = bench.real();
    let on = |to: u64| match to.checked_sub(real) {
        Some(ahead) if ahead.saturating_sub(bench.ahead()) > CENTURY => {
            Err("the clock goes on by a hundred years at once at most".to_owned())
        }
        Some(ahead) if ahead >= bench.ahead() && to <= LATEST_TIME => Ok(ahead),
        Some(_) | None => {
            Err("the clock only goes on; `back` takes it to the real time".to_owned())
        }
    };
    let (ahead, what) = match to {
        Move::By(millis) => (on(bench.now().saturating_add(*millis))?, None),
        Move::To(text) => (on(times::parse(text)?)?, None),
        Move::Ahead(ahead) => (on(real.saturating_add(*ahead))?, None),
        Move::NextDue => {
            let status = host.call("system.status", &[]).map_err(|error| error.to_string())?;
            let next = status.get("next-due").and_then(Value::as_u64);
            let next = next.ok_or("nothing falls due")?;
            // The real time goes on meanwhile.
            (on(next.max(bench.now()))?, Some(next))
        }
        Move::Back => {
            let back = bench.move_back(host)?;
            let state = state(bench, host);
            return Ok(json!({"state": state, "agencies-back": back}));
        }
    };
    let ran = bench.move_to(host, ahead)?;
    let state = state(bench, host);
    Ok(json!({"state": state, "done": ran.done, "failed": ran.failed, "due-at": what}))
}

/// What fails from here on.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Faults {
    store: Option<Breakage>,
    mail: Option<String>,
}

/// `POST faults`
pub(super) async fn faults(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    body: Body<Faults>,
) -> Answer {
    let Faults { store, mail } = read(&shared, body)?;
    let saying = saying(mail.as_deref().unwrap_or("accepted"))?;
    let state = with_host(&shared, &bench, move |bench, host| {
        bench.switch(host, store, saying);
        // What waited goes on at once, as far as it is due.
        if store.is_none() {
            bench.run_jobs(host).map_err(|error| error.to_string())?;
        }
        Ok(state(bench, host))
    });
    Ok(spelled(state.await?))
}

pub(super) fn saying(word: &str) -> Result<Saying, Problem> {
    let known = Saying::ALL.into_iter().find(|saying| saying.word() == word);
    known.ok_or_else(|| Problem::malformed("say `accepted`, `try-later` or `never`"))
}

/// `POST jobs`
pub(super) async fn jobs(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
) -> Answer {
    let done = with_host(&shared, &bench, |bench, host| {
        let ran = bench.run_jobs(host).map_err(|error| error.to_string())?;
        Ok(json!({"state": state(bench, host), "done": ran.done, "failed": ran.failed}))
    });
    let done = done.await?;
    shared.news.tell();
    Ok(spelled(done))
}

/// `POST rotate-key`
pub(super) async fn rotate(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
) -> Answer {
    let done = with_host(&shared, &bench, |bench, host| {
        let rotated = bench.rotate().ok_or("the host's keys aren't in a file of the workbench")?;
        let key = rotated.map_err(|error| error.to_string())?;
        Ok(json!({"key": key, "state": state(bench, host)}))
    });
    Ok(spelled(done.await?))
}

pub(super) fn read<T>(shared: &Shared, body: Body<T>) -> Result<T, Problem> {
    let body = body.map_err(|refused| {
        Problem::unread(refused.status(), &refused.body_text(), shared.body_bytes)
    });
    body.map(|Json(value)| value)
}
