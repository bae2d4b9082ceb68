//! `audit.list`

use super::entry::EntryView;
use super::filter::{EntryFilter, Wanted};
use super::search::{Direction, Stretch, search};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::page::{Page, PageRequest, cursor, numbered_from};
use crate::app::ports::Ports;
use crate::domain::id::AgencyId;

/// A page of the entries that fit a filter.
pub fn list(
    ports: &Ports,
    call: &Call,
    filter: &EntryFilter,
    request: &PageRequest,
    direction: Direction,
) -> Result<Page<EntryView>, Error> {
    let caller = Caller::of(call, functions::AUDIT_LIST)?;
    // A cursor says where to go on, but not which way: each way is a list of its own.
    let list = match direction {
        Direction::Forward => "log",
        Direction::Backward => "log-backward",
    };
    page(ports, &caller.agency, list, filter, request, direction)
}

/// The same for whoever may call another function; `list` is what its cursors call it.
pub(super) fn page(
    ports: &Ports,
    agency: &AgencyId,
    list: &str,
    filter: &EntryFilter,
    request: &PageRequest,
    direction: Direction,
) -> Result<Page<EntryView>, Error> {
    let (start, limit) = numbered_from(list, request)?;
    let wanted = Wanted::parse(filter)?;
    let last = query(ports, agency, Vec::new())?.head().number;
    let stretch = Stretch { start, direction, last };
    let found = search(ports, agency, &wanted, &stretch, limit)?;
    Ok(Page { items: found.entries, next: found.next.map(|next| cursor(list, next)) })
}
