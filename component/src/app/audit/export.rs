//! `audit.export`

use serde::Serialize;
use serde_json::{Value, json};

use super::entry::EntryView;
use super::filter::EntryFilter;
use super::list::page;
use super::search::Direction;
use crate::app::caller::Call;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::page::PageRequest;
use crate::app::ports::Ports;
use crate::domain::actor::{Actor, Operator};
use crate::domain::id::AccountId;
use crate::domain::log::{Entry, Subject, TraceId};
use crate::domain::time::Timestamp;

/// A part of the log as JSON lines.
pub struct ExportPart {
    /// Complete lines.
    pub text: String,
    /// The cursor of the next part.
    pub next: Option<String>,
    /// The account that it was narrowed to.
    pub within: Option<AccountId>,
}

/// The entries that fit a filter, as JSON lines, oldest first.
pub fn export(
    ports: &Ports,
    call: &Call,
    filter: &EntryFilter,
    request: &PageRequest,
) -> Result<ExportPart, Error> {
    let page = page(ports, call, functions::AUDIT_EXPORT, filter, request, Direction::Forward)?;
    let mut text = String::new();
    for shown in &page.items {
        text.push_str(&line(shown)?);
        text.push('\n');
    }
    Ok(ExportPart { text, next: page.next, within: page.within })
}

/// An entry as a line.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'a> {
    number: u64,
    at: Timestamp,
    actor: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a TraceId>,
    about: &'a [Subject],
    kind: &'a str,
    details: Value,
    hash: &'a str,
}

fn line(shown: &EntryView) -> Result<String, Error> {
    let EntryView { entry, kind, details, hash } = shown;
    let Entry { number, at, actor, trace_id, about, event: _, personal: _ } = entry;
    let details: Value = serde_json::from_str(details).map_err(Error::internal)?;
    let (trace_id, actor) = (trace_id.as_ref(), actor_value(actor));
    let line = Line { number: *number, at: *at, actor, trace_id, about, kind, details, hash };
    serde_json::to_string(&line).map_err(Error::internal)
}

fn actor_value(actor: &Actor) -> Value {
    match actor {
        Actor::Operator(Operator { id, name, role, on_behalf_of }) => {
            let mut value = json!({"kind": "operator", "id": id, "name": name, "role": role});
            if let (Some(account), Some(fields)) = (on_behalf_of, value.as_object_mut()) {
                fields.insert("on-behalf-of".to_owned(), account.as_str().into());
            }
            value
        }
        Actor::Client { id } => json!({"kind": "client", "id": id}),
        Actor::Visitor => json!({"kind": "visitor"}),
        Actor::Platform => json!({"kind": "platform"}),
        Actor::System => json!({"kind": "system"}),
    }
}
