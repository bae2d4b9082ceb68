//! `audit.activity`

use core::ops::ControlFlow;

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys::{self, Range};
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::activity::{ActivityBatch, ActivityEvent, ActivityKind};
use crate::domain::id::{AgencyId, BrandId, ClientId};
use crate::domain::time::Timestamp;

/// How many rows are read at once.
const ROWS_AT_ONCE: u32 = 100;

/// Something that a client did.
pub struct EventView {
    /// When.
    pub at: Timestamp,
    /// At which brand.
    pub brand: BrandId,
    /// What.
    pub what: ActivityKind,
    /// The log entry that covers it.
    pub sealed_by: Option<u64>,
}

/// A page of what a client did, newest first.
pub fn activity(
    ports: &Ports,
    call: &Call,
    id: &str,
    request: &PageRequest,
) -> Result<Page<EventView>, Error> {
    let list = List::of("audit.activity", &call.agency, &id);
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::within_with(call, functions::AUDIT_ACTIVITY, page)?;
    let view = query(ports, &caller, Vec::new())?;
    let acting = view.acting();
    let mut page = Page { items: Vec::new(), next: None, within: view.within() };
    let Ok(client) = ClientId::parse(id) else { return Ok(page) };
    let after = asked.place.as_deref().and_then(Place::parse);
    let mut last = None;
    each_event(ports, &caller.agency, client, after, |place, event, brand| {
        if acting.as_ref().is_some_and(|acting| !acting.reach.has(brand)) {
            return Ok(ControlFlow::Continue(()));
        }
        if page.items.len() == asked.limit as usize {
            page.next = last.take().map(|last: Place| list.cursor(last.spell()));
            return Ok(ControlFlow::Break(()));
        }
        let ActivityEvent { at, what } = event;
        let (brand, sealed_by) = (brand.clone(), place.entry);
        page.items.push(EventView { at, brand, what, sealed_by });
        last = Some(place.clone());
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(page)
}

/// Where a event lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The log entry that covers it; none yet.
    pub entry: Option<u64>,
    /// The row.
    name: String,
    /// Which of the row's events.
    index: usize,
}

impl Place {
    fn spell(&self) -> String {
        format!("{}/{}/{}", self.entry.unwrap_or(0), self.name, self.index)
    }

    fn parse(text: &str) -> Option<Place> {
        let (entry, rest) = text.split_once('/')?;
        let (name, index) = rest.split_once('/')?;
        let entry = Some(entry.parse().ok()?).filter(|entry| *entry > 0);
        Some(Place { entry, name: name.to_owned(), index: index.parse().ok()? })
    }
}

/// Shows what a client did, newest first, from after a place on, until `look` has seen enough.
pub fn each_event(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
    after: Option<Place>,
    mut look: impl FnMut(&Place, ActivityEvent, &BrandId) -> Result<ControlFlow<()>, Error>,
) -> Result<(), Error> {
    let after = after.as_ref();
    let passed = |place: &Place| match after {
        // What wasn't sealed when the place was noted may be sealed by now.
        Some(after) if after.entry.is_none() || after.entry == place.entry => {
            (&place.name, place.index) >= (&after.name, after.index)
        }
        Some(_) | None => false,
    };
    let mut look = |place: &Place, event: ActivityEvent, brand: &BrandId| {
        if passed(place) { Ok(ControlFlow::Continue(())) } else { look(place, event, brand) }
    };
    if after.is_none_or(|after| after.entry.is_none()) {
        let range = keys::unsealed_of(agency, client);
        if each_row(ports, &range, None, &mut look)?.is_break() {
            return Ok(());
        }
    }
    let range = keys::sealed_of(agency, client);
    let bound = after.and_then(|after| {
        let key = keys::sealed(agency, client, after.entry?, &after.name);
        Some(format!("{}!", key.text()))
    });
    each_row(ports, &range, bound, &mut look).map(|_| ())
}

fn each_row(
    ports: &Ports,
    range: &Range<ActivityBatch>,
    mut bound: Option<String>,
    look: &mut impl FnMut(&Place, ActivityEvent, &BrandId) -> Result<ControlFlow<()>, Error>,
) -> Result<ControlFlow<()>, Error> {
    loop {
        let rows = view::scan(ports, range, bound, ROWS_AT_ONCE, true)?;
        for row in &rows {
            let suffix = range.suffix(&row.key);
            let (entry, name) = suffix.split_once('/').unwrap_or(("0", suffix));
            let entry = entry.parse().ok().filter(|entry| *entry > 0);
            let mut place = Place { entry, name: name.to_owned(), index: 0 };
            let ActivityBatch { brand, events } = record::decode(&row.key, &row.value)?;
            for (index, event) in events.into_iter().enumerate().rev() {
                place.index = index;
                if look(&place, event, &brand)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        match rows.last() {
            Some(last) if rows.len() == ROWS_AT_ONCE as usize => bound = Some(last.key.clone()),
            Some(_) | None => return Ok(ControlFlow::Continue(())),
        }
    }
}
