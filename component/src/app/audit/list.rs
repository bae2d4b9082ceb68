//! `audit.list`

use super::entry::EntryView;
use super::filter::{EntryFilter, Wanted};
use super::search::{Direction, Stretch, search};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions::{self, Function};
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;

/// A page of the entries that fit a filter.
pub fn list(
    ports: &Ports,
    call: &Call,
    filter: &EntryFilter,
    request: &PageRequest,
    direction: Direction,
) -> Result<Page<EntryView>, Error> {
    page(ports, call, functions::AUDIT_LIST, filter, request, direction)
}

/// The same for whoever may call another function.
pub(super) fn page(
    ports: &Ports,
    call: &Call,
    function: Function,
    filter: &EntryFilter,
    request: &PageRequest,
    direction: Direction,
) -> Result<Page<EntryView>, Error> {
    let list = List::of(function.name, &call.agency, &(filter, direction));
    let (caller, (asked, wanted)) = Caller::within_with(call, function, |fields| {
        let asked = request.numbered(fields, &list);
        asked.zip(Wanted::parse(fields, filter))
    })?;
    let view = query(ports, &caller, Vec::new())?;
    let (last, wanted) = (view.head().number, wanted.within(view.acting()));
    let stretch = Stretch { start: asked.place, direction, last };
    let found = search(ports, &caller.agency, &wanted, &stretch, asked.limit)?;
    let next = found.next.map(|next| list.cursor(next));
    Ok(Page { items: found.entries, next, within: view.within() })
}
