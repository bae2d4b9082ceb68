//! `GET /v1/events`: an agency's log as it grows, as server-sent events.
//!
//! Each event's id is the number of its log entry, so whoever comes back with `last-event-id` goes on
//! where it was: each entry comes at least once, and in order.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use clientdesk_contract::times;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time;

use crate::asked::Query;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::shared::Shared;

/// How many entries are read at once.
const PAGE: u32 = 100;
/// How long nothing is sent at most: whoever is between closes what is silent.
const SILENT_AT_MOST: Duration = Duration::from_secs(15);

/// Which part of all places an agency's key has at most, and all keys of an agency.
const KEY_PART: usize = 8;
const AGENCY_PART: usize = 4;

/// What `GET /v1/events` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Following {
    /// The agency; a key of an agency needs none.
    agency: Option<String>,
    /// The number of the entry to go on behind; none: only what comes. 0: from the first.
    after: Option<u64>,
}

/// Follows a log.
pub(crate) async fn follow(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Following>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let agency = caller.agency(asked.agency.as_deref())?;
    let call = json!({"agency": agency, "actor": caller.operator()});
    let last =
        headers.get("last-event-id").map(|id| id.to_str().unwrap_or_default().parse::<u64>());
    let last = last.transpose();
    let last = last.map_err(|_| Problem::malformed("`last-event-id` must be an entry's number"))?;
    let after = match last.or(asked.after) {
        Some(after) => after,
        None => number(&read(&shared, &caller, "audit.head", vec![call.clone()]).await?, "number"),
    };
    // Whoever asks for what can't be had is told so, instead of a stream that says nothing.
    let first = entries(&shared, &caller, &call, after).await?;
    let shares = caller.tenant().map(|agency| {
        let (key, agency) = (format!("key {}", caller.id()), format!("agency {agency}"));
        [shared.followers.part(key, KEY_PART), shared.followers.part(agency, AGENCY_PART)]
    });
    let place = shared.followers.take(shares.as_ref().map_or(&[], <[_; 2]>::as_slice));
    let Some(place) = place else { return Err(Problem::busy()) };
    let (sender, receiver) = mpsc::channel(1);
    let follower = Follower { shared, caller, call, after, sender };
    tokio::spawn(async move {
        follower.run(first).await;
        drop(place);
    });
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(Received(receiver))).into_response())
}

/// One who follows.
struct Follower {
    shared: Shared,
    caller: Caller,
    call: Value,
    after: u64,
    sender: mpsc::Sender<Bytes>,
}

impl Follower {
    /// Sends what was read, then what comes, until nobody listens, the key is good no more or the service stops.
    async fn run(mut self, first: Value) {
        let mut stops = self.shared.stops.clone();
        if !self.pass_on(&first).await {
            return;
        }
        let mut silent_since = time::Instant::now();
        while !*stops.borrow() {
            tokio::select! {
                () = self.shared.news.wait() => {}
                () = stopped(&mut stops) => return,
                () = self.sender.closed() => return,
            }
            // A store that can't be read just now can be later: the stream goes on.
            match self.is_good().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => continue,
            }
            let found = entries(&self.shared, &self.caller, &self.call, self.after).await;
            let Ok(found) = found else { continue };
            let before = self.after;
            if !self.pass_on(&found).await {
                return;
            }
            if self.after > before {
                silent_since = time::Instant::now();
            } else if silent_since.elapsed() >= SILENT_AT_MOST {
                if !self.send(": still here\n\n".to_owned()).await {
                    return;
                }
                silent_since = time::Instant::now();
            }
        }
    }

    /// Sends entries; says whether anybody still listens.
    async fn pass_on(&mut self, found: &Value) -> bool {
        let entries = found.get("entries").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let number = number(entry, "number");
            let kind = entry.get("kind").and_then(Value::as_str).unwrap_or("entry");
            let mut entry = entry.clone();
            times::spell_out(&mut entry);
            if !self.send(format!("id: {number}\nevent: {kind}\ndata: {entry}\n\n")).await {
                return false;
            }
            self.after = number;
        }
        true
    }

    /// Sends something to whoever reads it soon enough, and whose key is good still.
    async fn send(&self, text: String) -> bool {
        // Who just read what came before was looked at just now, too.
        if let Ok(room) = self.sender.try_reserve() {
            room.send(Bytes::from(text));
            return true;
        }
        let room = time::timeout(self.shared.patience, self.sender.reserve()).await;
        let Ok(Ok(room)) = room else { return false };
        // It may have waited for long.
        if !matches!(self.is_good().await, Ok(true)) {
            return false;
        }
        room.send(Bytes::from(text));
        true
    }

    /// Whether the key is good still.
    async fn is_good(&self) -> Result<bool, Problem> {
        let (keys, caller) = (self.shared.keys.clone(), self.caller.clone());
        let good = self.shared.seats.check(move || caller.is_still_good(&keys)).await?;
        good.map_err(|error| Problem::row(&error))
    }
}

/// Waits until the service stops.
async fn stopped(stops: &mut watch::Receiver<bool>) {
    // An error: whoever would say so is gone, so it has stopped.
    let _ = stops.wait_for(|stops| *stops).await;
}

async fn entries(
    shared: &Shared,
    caller: &Caller,
    call: &Value,
    after: u64,
) -> Result<Value, Problem> {
    let arguments = vec![call.clone(), json!(after), json!(PAGE)];
    read(shared, caller, "audit.read", arguments).await
}

async fn read(
    shared: &Shared,
    caller: &Caller,
    function: &'static str,
    arguments: Vec<Value>,
) -> Result<Value, Problem> {
    let host = shared.host.clone();
    let answer = shared.seats.run(caller.tenant(), move || host.call(function, &arguments)).await?;
    answer.map_err(|error| Problem::call(&error))
}

fn number(value: &Value, field: &str) -> u64 {
    value.get(field).and_then(Value::as_u64).unwrap_or_default()
}

/// What is received, as the body of an answer.
struct Received(mpsc::Receiver<Bytes>);

impl futures_core::Stream for Received {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(Ok))
    }
}
