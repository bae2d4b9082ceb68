//! Sending what is due: for each webhook one message after the other, for many webhooks at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clientdesk_contract::times;
use clientdesk_host::CallError;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, watch};
use tokio::task::{self, JoinSet};
use tokio::time;

use super::row::{Refusal, Row, Webhook};
use super::send::{Message, Sender, Sent};
use super::target::Target;
use super::{Webhooks, caller};
use crate::counts::Counts;
use crate::rows::{RowError, Stored};
use crate::trace::passed_on;

/// How many entries are read at once.
const PAGE: u32 = 50;
/// How many messages a webhook sends before others have their turn.
const TURN: u32 = 100;
/// How long a webhook sends before others have their turn; a message that is on its way is waited for.
const TURN_LONGEST: Duration = Duration::from_secs(if cfg!(test) { 2 } else { 10 });
/// How many webhooks send at once.
const AT_ONCE: usize = 16;
/// How many of one agency do.
const AGENCY_AT_ONCE: usize = 4;

/// Who sends.
pub(crate) struct Courier {
    hooks: Webhooks,
    sender: Sender,
    /// What this process is called in leases.
    me: String,
    seats: Semaphore,
}

impl Courier {
    pub(crate) fn new(hooks: Webhooks, deadline: Duration) -> Courier {
        let mut bytes = [0; 9];
        // Without randomness, two processes may send the same: that is allowed.
        let _ = getrandom::fill(&mut bytes);
        let me = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Courier { hooks, sender: Sender::new(deadline), me, seats: Semaphore::new(AT_ONCE) }
    }

    /// Those that have something to send, and how many fail or were given up.
    fn due(&self) -> Result<(Vec<Webhook>, u64), RowError> {
        let now = self.hooks.host().clock().now();
        let (mut heads, mut due, mut failing) = (HashMap::new(), Vec::new(), 0);
        let Stored { whole, damaged } = self.hooks.list()?;
        // Each of these is nothing but its own trouble; lists name them.
        failing += u64::try_from(damaged.len()).unwrap_or_default();
        for hook in whole {
            failing += u64::from(hook.state() != "active");
            if !hook.row().is_free(&self.me, now) {
                continue;
            }
            let head = *heads.entry(hook.agency().to_owned()).or_insert_with(|| {
                // A log that can't be read is told by the turn.
                self.hooks.head(hook.agency()).unwrap_or(u64::MAX)
            });
            if head != hook.row().position {
                due.push(hook);
            }
        }
        Ok((due, failing))
    }

    /// One webhook's turn: what it has to send, until something isn't taken.
    async fn turn(
        self: &Arc<Self>,
        hook: Webhook,
        stops: &watch::Receiver<bool>,
    ) -> Result<Turn, RowError> {
        let mut turn = Turn::default();
        // Waiting for a seat is no part of it.
        let Ok(_seat) = self.seats.acquire().await else { return Ok(turn) };
        let Some(mut row) = self.change(&hook, |row, me, now| row.take(me, now)).await? else {
            return Ok(turn);
        };
        let began = time::Instant::now();
        let goes_on = |turn: &Turn, row: &Row| {
            let in_time = turn.taken < TURN && began.elapsed() < TURN_LONGEST;
            in_time && row.is_held(&self.me) && !*stops.borrow()
        };
        while goes_on(&turn, &row) {
            let entries = match self.entries(&row).await {
                Ok(entries) if entries.is_empty() => break,
                Ok(entries) => entries,
                Err(refusal) => {
                    turn.refused += 1;
                    self.change(&hook, move |row, me, now| row.refused(me, &refusal, now)).await?;
                    return Ok(turn);
                }
            };
            for entry in entries {
                let number = entry.get("number").and_then(Value::as_u64).unwrap_or_default();
                let kind = entry.get("kind").and_then(Value::as_str).unwrap_or_default();
                if row.wants(kind) {
                    let message = of_entry(hook.agency(), number, kind, &entry);
                    if let Err(refusal) = self.send(&hook, &message).await.1 {
                        turn.refused += 1;
                        let problem = &refusal.problem;
                        tracing::warn!(
                            webhook = hook.id(),
                            number,
                            problem,
                            "a message wasn't taken"
                        );
                        let refused =
                            move |row: &mut Row, me: &str, now| row.refused(me, &refusal, now);
                        self.change(&hook, refused).await?;
                        return Ok(turn);
                    }
                    turn.taken += 1;
                }
                row.position = number;
                if row.wants(kind) {
                    let taken = move |row: &mut Row, me: &str, now| row.taken(me, number, now);
                    match self.change(&hook, taken).await? {
                        Some(changed) => row = changed,
                        None => return Ok(turn),
                    }
                }
                if !goes_on(&turn, &row) {
                    break;
                }
            }
        }
        // What was passed over needn't be looked at again.
        let position = row.position;
        let over = move |row: &mut Row, me: &str, now| {
            if row.position < position {
                row.taken(me, position, now);
            }
            row.let_go(me)
        };
        self.change(&hook, over).await?;
        Ok(turn)
    }

    /// Sends a message that says nothing of the log.
    pub(crate) async fn test(self: &Arc<Self>, hook: &Webhook) -> Sent {
        let began = time::Instant::now();
        let now = self.hooks.host().clock().now();
        let body = json!({
            "type": "webhook-test",
            "timestamp": times::full(now),
            "data": {"agency": hook.agency(), "webhook": hook.id()},
        });
        let id = format!("test_{}_{now}", hook.id());
        let (status, sent) =
            self.send(hook, &Message { id, body: body.to_string(), traceparent: None }).await;
        Sent {
            status: status.map(|status| status.as_u16()),
            problem: sent.err().map(|refusal| refusal.problem),
            took: began.elapsed(),
        }
    }

    async fn send(
        &self,
        hook: &Webhook,
        message: &Message,
    ) -> (Option<axum::http::StatusCode>, Result<(), Refusal>) {
        let refused =
            |problem: String| (None, Err(Refusal { problem, wait: None, is_gone: false }));
        // The keys are in memory, or in a file that is read once.
        let secret = match self.hooks.secret(hook) {
            Ok(secret) => secret,
            Err(error) => return refused(error.to_string()),
        };
        let anywhere = hook.row().anywhere;
        match Target::parse(hook.url(), anywhere) {
            Ok(target) => self.sender.send(&target, anywhere, message, &secret).await,
            Err(problem) => refused(format!("its address {problem}")),
        }
    }

    /// What follows in the log.
    async fn entries(&self, row: &Row) -> Result<Vec<Value>, Refusal> {
        let refusal =
            |problem: &str| Refusal { problem: problem.to_owned(), wait: None, is_gone: false };
        let (hooks, agency, after) = (self.hooks.clone(), row.agency.clone(), row.position);
        let read = task::spawn_blocking(move || {
            let read = |after| {
                let arguments = [caller(&agency), json!(after), json!(PAGE)];
                hooks.host().call("audit.read", &arguments)
            };
            match read(after) {
                // The store was brought back from an earlier copy: it goes on with what comes from now on.
                Err(CallError::Refused { error, .. }) if error.get("invalid").is_some() => {
                    let head = hooks.head(&agency).unwrap_or_default();
                    tracing::warn!(after, head, "a webhook was beyond its log's end");
                    read(head)
                }
                other => other,
            }
        });
        match read.await {
            Ok(Ok(feed)) => {
                let entries = feed.get("entries").and_then(Value::as_array);
                Ok(entries.cloned().unwrap_or_default())
            }
            Ok(Err(CallError::Refused { error, .. })) if error.get("not-found").is_some() => {
                Err(refusal("there is no such agency"))
            }
            Ok(Err(_)) | Err(_) => Err(refusal("the log can't be read just now")),
        }
    }

    /// Changes a row at this time; none: it was deleted.
    async fn change(
        self: &Arc<Self>,
        hook: &Webhook,
        mut change: impl FnMut(&mut Row, &str, u64) -> bool + Send + 'static,
    ) -> Result<Option<Row>, RowError> {
        let (own, id) = (Arc::clone(self), hook.id().to_owned());
        let changed = task::spawn_blocking(move || {
            let now = own.hooks.host().clock().now();
            own.hooks.change(&id, |row| change(row, &own.me, now))
        });
        changed.await.unwrap_or_else(|error| Err(RowError::Store(error.to_string())))
    }
}

/// The turns that run.
#[derive(Default)]
pub(crate) struct Turns {
    running: JoinSet<(String, Result<Turn, RowError>)>,
    /// Whose turn it is, with their agencies.
    busy: HashMap<String, String>,
    /// Which turn each webhook had last: whoever had theirs longest ago comes first.
    last: HashMap<String, u64>,
    turns: u64,
}

impl Turns {
    /// Gives a turn to each webhook that has something to send, and none that runs; of an agency, to some.
    pub(crate) async fn begin(
        &mut self,
        courier: &Arc<Courier>,
        counts: &Counts,
        stops: &watch::Receiver<bool>,
    ) -> Result<(), RowError> {
        let own = Arc::clone(courier);
        let looked = task::spawn_blocking(move || own.due()).await;
        let (due, failing) =
            looked.unwrap_or_else(|error| Err(RowError::Store(error.to_string())))?;
        counts.webhooks_failing.set(failing);
        for hook in self.next_of(due) {
            let (own, stops) = (Arc::clone(courier), stops.clone());
            self.running.spawn(async move {
                let id = hook.id().to_owned();
                (id, own.turn(hook, &stops).await)
            });
        }
        Ok(())
    }

    /// Whose turn it is now, of those that are due.
    fn next_of(&mut self, mut due: Vec<Webhook>) -> Vec<Webhook> {
        self.last.retain(|id, _| self.busy.contains_key(id) || due.iter().any(|it| it.id() == id));
        due.sort_by_key(|hook| self.last.get(hook.id()).copied().unwrap_or_default());
        due.retain(|hook| {
            let of_agency = self.busy.values().filter(|agency| *agency == hook.agency()).count();
            if of_agency >= AGENCY_AT_ONCE || self.busy.contains_key(hook.id()) {
                return false;
            }
            self.turns += 1;
            self.last.insert(hook.id().to_owned(), self.turns);
            self.busy.insert(hook.id().to_owned(), hook.agency().to_owned());
            true
        });
        due
    }

    /// Waits until one of them is over; says whether there was one.
    pub(crate) async fn next(&mut self, counts: &Counts) -> bool {
        let Some(over) = self.running.join_next().await else { return false };
        match over {
            Ok((id, turn)) => {
                self.busy.remove(&id);
                match turn {
                    Ok(turn) => counts.delivered(turn.taken, turn.refused),
                    Err(error) => tracing::error!(%error, "a webhook's row can't be used"),
                }
            }
            Err(error) => {
                tracing::error!(%error, "a webhook's turn failed");
                // Whose it was isn't known: others are kept from beside it by their leases.
                self.busy.clear();
            }
        }
        true
    }

    /// Whether any runs.
    pub(crate) fn any(&self) -> bool {
        !self.running.is_empty()
    }
}

/// What a turn came to.
#[derive(Default)]
struct Turn {
    taken: u32,
    refused: u32,
}

/// The message about a log entry.
fn of_entry(agency: &str, number: u64, kind: &str, entry: &Value) -> Message {
    let at = entry.get("at").and_then(Value::as_u64).unwrap_or_default();
    let traceparent = entry.get("trace-id").and_then(Value::as_str).and_then(passed_on);
    let mut entry = entry.clone();
    times::spell_out(&mut entry);
    let body = json!({
        "type": kind,
        "timestamp": times::full(at),
        "data": {"agency": agency, "entry": entry},
    });
    Message { id: message_id(agency, number), body: body.to_string(), traceparent }
}

/// The same whenever an entry is sent; without full stops, as the conventions ask for.
fn message_id(agency: &str, number: u64) -> String {
    let hashed = Sha256::digest(format!("{agency}\n{number}"));
    let id = BASE64_URL_SAFE_NO_PAD.encode(hashed);
    format!("evt_{}", id.get(..22).unwrap_or(&id))
}
