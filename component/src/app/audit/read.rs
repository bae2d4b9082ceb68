//! `audit.read`

use super::entry::EntryView;
use super::filter::Wanted;
use super::search::{Direction, Stretch, search};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::page::check_limit;
use crate::app::ports::Ports;

/// What happened since.
pub struct Feed {
    /// The entries, oldest first.
    pub entries: Vec<EntryView>,
    /// The number to go on after.
    pub after: u64,
}

/// The entries that follow number `after`, `limit` at most.
///
/// # Errors
///
/// When the log ends before `after`: a store that was brought back from a copy would else keep
/// its readers waiting, and then leave entries out.
pub fn read(ports: &Ports, call: &Call, after: u64, limit: u32) -> Result<Feed, Error> {
    let limit = |fields: &mut Fields| check_limit(fields, "limit", limit);
    let (caller, limit) = Caller::with(call, functions::AUDIT_READ, limit)?;
    let last = query(ports, &caller, Vec::new())?.head().number;
    if after > last {
        let message = format!("must be at most {last}, where the log ends, is {after}");
        return Err(Error::invalid("after", "out-of-range", message));
    }
    let start = Some(after.saturating_add(1));
    let stretch = Stretch { start, direction: Direction::Forward, last };
    let wanted = Wanted::default();
    let entries = search(ports, &caller.agency, &wanted, &stretch, limit)?.entries;
    let after = entries.last().map_or(after, |shown| shown.entry.number);
    Ok(Feed { entries, after })
}
