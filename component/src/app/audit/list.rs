//! `audit.list`

use serde_json::Value;

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::check_limit;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::id::AgencyId;
use crate::domain::log::{Block, Entry, Fields};

/// In which order to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    Forward,
    /// Newest first.
    Backward,
}

/// An entry, ready to show.
pub struct EntryView {
    /// What it says.
    pub entry: Entry<Fields>,
    /// The name of its event.
    pub kind: String,
    /// The event's details and the personal data that wasn't erased, as a JSON object.
    pub details: String,
    /// Its hash.
    pub hash: String,
}

/// A stretch of the log.
pub struct EntryPage {
    /// The entries, in the order asked for.
    pub entries: Vec<EntryView>,
    /// Whether there are more in that direction.
    pub more: bool,
}

/// A stretch of the agency's log: after number `after`, or before it.
///
/// # Errors
///
/// When the request is malformed, a row is damaged, or the store fails.
pub fn list(
    ports: &Ports,
    call: &Call,
    after: Option<u64>,
    limit: u32,
    direction: Direction,
) -> Result<EntryPage, Error> {
    let caller = Caller::of(call, functions::AUDIT_LIST)?;
    page(ports, &caller.agency, after, limit, direction)
}

/// The same, for whoever may call another function.
pub(super) fn page(
    ports: &Ports,
    agency: &AgencyId,
    after: Option<u64>,
    limit: u32,
    direction: Direction,
) -> Result<EntryPage, Error> {
    let limit = check_limit("limit", limit)?;
    let last = query(ports, agency, Vec::new())?.head().number;
    let range = keys::logs(agency);
    let (first, before) = match direction {
        Direction::Forward => {
            (after.unwrap_or(0).min(last).saturating_add(1), last.saturating_add(1))
        }
        Direction::Backward => (1, after.unwrap_or(u64::MAX).min(last.saturating_add(1))),
    };
    // Every block holds at least one entry, so `limit` blocks are enough.
    let rows = match direction {
        Direction::Forward => {
            let start = view::block_of(ports, &range, keys::log(agency, first).text())?;
            view::scan(ports, &range, Some(start), limit, false)?
        }
        Direction::Backward => {
            let end = keys::log(agency, before).into_text();
            view::scan(ports, &range, Some(end), limit, true)?
        }
    };
    let mut entries = Vec::new();
    for row in rows {
        if entries.len() >= limit as usize {
            break;
        }
        let mut shown = show(&row.key, &record::decode(&row.key, &row.value)?)?;
        shown.retain(|shown| (first..before).contains(&shown.entry.number));
        if direction == Direction::Backward {
            shown.reverse();
        }
        entries.extend(shown);
    }
    entries.truncate(limit as usize);
    let more = entries.last().is_some_and(|shown| match direction {
        Direction::Forward => shown.entry.number < last,
        Direction::Backward => shown.entry.number > 1,
    });
    Ok(EntryPage { entries, more })
}

pub(super) fn show(key: &str, block: &Block) -> Result<Vec<EntryView>, Error> {
    let mut shown = Vec::with_capacity(block.entries.len());
    for sealed in &block.entries {
        let entry: Entry<Fields> =
            serde_json::from_str(sealed.body.get()).map_err(|why| Error::corrupt(key, why))?;
        let kind = entry.event.get("kind").and_then(Value::as_str).unwrap_or_default();
        let details = Value::Object(block.details(&entry)).to_string();
        let (kind, hash) = (kind.to_owned(), sealed.mac.to_string());
        shown.push(EntryView { entry, kind, details, hash });
    }
    Ok(shown)
}
