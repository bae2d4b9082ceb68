//! `audit.export`

use serde::Serialize;
use serde_json::{Value, json};

use super::list::{Direction, EntryView, page};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::actor::Actor;
use crate::domain::time::Timestamp;

/// A part of the log as JSON lines.
pub struct ExportPart {
    /// Complete lines.
    pub text: String,
    /// Where to go on.
    pub next: Option<u64>,
}

/// The entries after number `after`, as JSON lines.
///
/// # Errors
///
/// As [`list`](super::list()).
pub fn export(
    ports: &Ports,
    call: &Call,
    after: Option<u64>,
    limit: u32,
) -> Result<ExportPart, Error> {
    let caller = Caller::of(call, functions::AUDIT_EXPORT)?;
    let page = page(ports, &caller.agency, after, limit, Direction::Forward)?;
    let last = page.entries.last().map(|shown| shown.entry.number);
    let next = last.filter(|_| page.more);
    let mut text = String::new();
    for shown in page.entries {
        text.push_str(&line(shown)?);
        text.push('\n');
    }
    Ok(ExportPart { text, next })
}

/// An entry as a line.
#[derive(Serialize)]
struct Line {
    number: u64,
    at: Timestamp,
    actor: Value,
    kind: String,
    details: Value,
    hash: String,
}

fn line(shown: EntryView) -> Result<String, Error> {
    let details: Value = serde_json::from_str(&shown.details).map_err(Error::internal)?;
    let actor = match &shown.entry.actor {
        Actor::Operator(operator) => {
            json!({"kind": "operator", "id": operator.id, "name": operator.name})
        }
        Actor::Client { id } => json!({"kind": "client", "id": id}),
        Actor::Visitor => json!({"kind": "visitor"}),
        Actor::Platform => json!({"kind": "platform"}),
        Actor::System => json!({"kind": "system"}),
    };
    let EntryView { entry, kind, hash, .. } = shown;
    let line = Line { number: entry.number, at: entry.at, actor, kind, details, hash };
    serde_json::to_string(&line).map_err(Error::internal)
}
