//! What goes on beside requests, again and again until the service stops: due jobs, messages to webhooks, and keys that
//! are read again.

use std::sync::Arc;
use std::time::Duration;

use clientdesk_host::{DueRun, DueStop};
use serde_json::json;
use tokio::sync::Notify;

use crate::hearing::Hearing;
use crate::known::without_keys;
use crate::problem::cause_of;
use crate::shared::Shared;
use crate::webhooks::deliver::Turns;

/// How many jobs a call does.
const JOBS: u32 = 200;
/// How often the key ring is read again: a file's changes are seen earlier.
const KEYS_EVERY: Duration = Duration::from_secs(60);
/// How soon after one look at the webhooks the next may come.
const PAUSE: Duration = Duration::from_millis(100);

/// Runs what is due.
pub(crate) async fn jobs(shared: Shared, every: Duration) {
    let mut stops = shared.stops.clone();
    loop {
        let own = shared.clone();
        let run = tokio::task::spawn_blocking(move || {
            let run = || {
                own.host.run_due(JOBS, |_| {
                    own.news.tell();
                    !*own.stops.borrow()
                })
            };
            let run = match &own.hearing {
                Some(hearing) => heard(hearing, own.host.clock().now(), run),
                None => run(),
            };
            own.news.tell();
            run
        });
        match run.await.map(|run| run.stopped) {
            Ok(None | Some(DueStop::Told)) => {}
            Ok(Some(DueStop::Call(error))) => {
                tracing::error!(cause = cause_of(&error), "due jobs can't be run");
            }
            Ok(Some(DueStop::Problem(problem))) => {
                tracing::error!(cause = without_keys(&problem), "due jobs can't be run");
            }
            Err(error) => tracing::error!(%error, "due jobs can't be run"),
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stops.wait_for(|stops| *stops) => return,
        }
    }
}

/// Runs what is due, for whoever listens: as one call.
fn heard(hearing: &Hearing, at: u64, run: impl FnOnce() -> DueRun) -> DueRun {
    let limit = serde_json::Map::from_iter([("limit".to_owned(), JOBS.into())]);
    let shown = |run: &DueRun| json!({"done": run.done, "failed": run.failed, "more": false});
    hearing.hear(at, "jobs.run", limit, || Ok(run()), shown).unwrap_or_default()
}

/// Reads the key ring again, each time that `asked` tells, and every minute.
pub(crate) async fn keys(shared: Shared, asked: Arc<Notify>) {
    let mut stops = shared.stops.clone();
    let mut known: Option<String> = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(KEYS_EVERY) => {}
            () = asked.notified() => {}
            _ = stops.wait_for(|stops| *stops) => return,
        }
        let host = Arc::clone(&shared.host);
        let read = tokio::task::spawn_blocking(move || {
            host.secrets().refresh()?;
            // The store has to agree before anything is signed with it.
            host.secrets().keys().map(|keys| keys.len())
        });
        let problem = match read.await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        shared.counts.keys_unread.set(problem.is_some().into());
        match (&problem, &known) {
            (Some(problem), known) if known.as_ref() != Some(problem) => {
                tracing::error!(
                    problem,
                    "the key ring can't be read again: the one that was goes on"
                );
            }
            (None, Some(_)) => tracing::info!("the key ring was read again"),
            _ => {}
        }
        known = problem;
    }
}

/// Sends webhooks what is due.
pub(crate) async fn messages(shared: Shared) {
    let (mut stops, mut turns) = (shared.stops.clone(), Turns::default());
    loop {
        if let Err(error) = turns.begin(&shared.courier, &shared.counts, &stops).await {
            tracing::error!(%error, "webhooks can't be looked at");
        }
        tokio::select! {
            () = shared.news.wait() => {}
            // It may have more to send.
            _ = turns.next(&shared.counts), if turns.any() => {}
            _ = stops.wait_for(|stops| *stops) => break,
        }
        tokio::time::sleep(PAUSE).await;
    }
    while turns.next(&shared.counts).await {}
}
