//! `clients.list`

use std::collections::{BTreeMap, BTreeSet};

use super::filter::{Filter, RawFilter, StatusFilter, Wanted};
use super::gather::{self, Source, Stretch, each_client};
use super::order::{Order, Sort, client_of};
use crate::app::caller::{Call, Caller};
use crate::app::clients::show::{ClientView, besides, show};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions::{self, Function};
use crate::app::keys;
use crate::app::page::{List, PageRequest};
use crate::app::ports::{Ports, Scan, Scanned, Stored};
use crate::app::record;
use crate::app::view::View;
use crate::domain::client::Client;
use crate::domain::id::AccountId;
use crate::domain::id::ClientId;
use crate::domain::sets::one_by_one;
use crate::domain::tally::Tally;
use crate::domain::time::Timestamp;

/// Where so few stand together, they are gathered at once.
const FEW: u32 = 200;
/// A walk that has passed so many gives way to gathering.
const WALKED_MAX: usize = 300;
/// More than these aren't gathered.
const GATHERED_MAX: usize = 50_000;
/// How many rows of an order are read at once, at most.
const BATCH_MAX: usize = 500;

/// A page of clients.
pub struct ClientPage {
    /// The clients.
    pub clients: Vec<ClientView>,
    /// Where to go on.
    pub next: Option<String>,
    /// The time that statuses were derived for.
    pub as_of: Timestamp,
    /// When everybody was last scored anew.
    pub scored_at: Option<Timestamp>,
    /// The account that it was narrowed to.
    pub within: Option<AccountId>,
}

/// A page of the clients that fit `filter`.
pub fn list(
    ports: &Ports,
    call: &Call,
    filter: &RawFilter,
    order: Order,
    request: &PageRequest,
) -> Result<ClientPage, Error> {
    page(ports, call, functions::CLIENTS_LIST, filter, order, request)
}

/// The same, for whoever may call another function.
pub(super) fn page(
    ports: &Ports,
    call: &Call,
    function: Function,
    filter: &RawFilter,
    order: Order,
    request: &PageRequest,
) -> Result<ClientPage, Error> {
    let list = List::of(function.name, &call.agency, &(filter, order));
    let (caller, (asked, wanted)) = Caller::within_with(call, function, |fields| {
        let asked = request.parse(fields, &list);
        asked.zip(Wanted::parse(fields, filter))
    })?;
    let limit = asked.limit as usize;
    let scored = keys::scored(&caller.agency);
    let keys = vec![keys::tally(&caller.agency).into_text(), scored.text().to_owned()];
    let mut view = query(ports, &caller, keys)?;
    let filter = Filter::look_up(&mut view, wanted)?;
    let (start, _) = order.sort.bounds(&caller.agency);
    let after = asked.place.map(|place| format!("{start}{place}"));
    // One more than asked for tells whether there is another page.
    let mut found = find(&mut view, &filter, order, after, limit + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| {
        let place = place.strip_prefix(&start).unwrap_or(place);
        list.cursor(place)
    });
    let shown = |client: Client| match &filter.acting {
        Some(acting) => acting.reach.shown(client),
        None => Some(client),
    };
    let clients: Vec<Client> = found.into_iter().filter_map(|(_, client)| shown(client)).collect();
    let besides = besides(&mut view, &clients)?;
    let as_of = view.now();
    let clients = clients.into_iter().map(|client| show(&view, &besides, client)).collect();
    let scored_at = view.read(&scored)?.map(|scored| scored.at);
    Ok(ClientPage { clients, next, as_of, scored_at, within: view.within() })
}

/// The clients with their places in the order.
type Found = Vec<(String, Client)>;

/// The first `wanted` clients after the place `after` who fit.
fn find(
    view: &mut View<'_>,
    filter: &Filter,
    order: Order,
    after: Option<String>,
    wanted: usize,
) -> Result<Found, Error> {
    let bounds = match (filter.status, order.sort) {
        (Some(status), Sort::Status) => gather::status_stretch(view, status),
        (_, sort) => sort.bounds(&view.agency().id),
    };
    if let Some(delivery) = filter.delivery {
        let clients = gather::of_delivery(view, delivery)?;
        return gathered(view, filter, order, after.as_deref(), clients, wanted);
    }
    if filter.status == Some(StatusFilter::Revoked) {
        let overdue = gather::overdue(view)?;
        if !overdue.is_empty() {
            // They don't stand where the revoked ones do yet.
            let revoked =
                gather::status_source(view, StatusFilter::Revoked).clients(view.ports())?;
            let clients = one_by_one(revoked.into_iter().chain(overdue));
            return gathered(view, filter, order, after.as_deref(), clients, wanted);
        }
    }
    // In the order of statuses, nobody stands in a status's stretch who doesn't fit it.
    let any = filter.brand.is_none() && filter.search.is_none() && filter.acting.is_none();
    let pure = order.sort == Sort::Status && any;
    if filter.is_open() || pure {
        return walk(view, filter, order, &bounds, after, wanted, usize::MAX)
            .map(|walk| walk.found);
    }
    let tally: Tally = view.read(&keys::tally(&view.agency().id.clone()))?.unwrap_or_default();
    let source = Source::narrowest(view, filter, &tally);
    if let Some(source) = source.as_ref().filter(|source| source.count <= FEW) {
        let clients = source.clients(view.ports())?;
        return gathered(view, filter, order, after.as_deref(), clients, wanted);
    }
    let walked = walk(view, filter, order, &bounds, after.clone(), wanted, WALKED_MAX)?;
    if walked.at_end {
        return Ok(walked.found);
    }
    let clients = match &filter.search {
        Some(search) => gather::found(view, search)?,
        None => {
            source.map_or_else(|| Ok(BTreeSet::new()), |source| source.clients(view.ports()))?
        }
    };
    if clients.len() > GATHERED_MAX {
        return walk(view, filter, order, &bounds, after, wanted, usize::MAX)
            .map(|walk| walk.found);
    }
    gathered(view, filter, order, after.as_deref(), clients, wanted)
}

struct Walk {
    found: Found,
    /// Whether nobody is left, or as many were found as wanted.
    at_end: bool,
}

/// Goes through the order from `after` on until enough are found, nobody is left, or
/// `patience` rows were passed.
fn walk(
    view: &View<'_>,
    filter: &Filter,
    order: Order,
    (start, end): &Stretch,
    after: Option<String>,
    wanted: usize,
    patience: usize,
) -> Result<Walk, Error> {
    let (mut start, mut end) = (start.clone(), end.clone());
    // What comes before `after` in a run is passed over again below.
    let run = after.as_ref().and_then(|after| order.sort.run(&view.agency().id, after));
    match (&after, run) {
        (Some(_), Some((_, run_end))) if order.descending => end = end.min(run_end),
        (Some(_), Some((run_start, _))) => start = start.max(run_start),
        (Some(after), None) if order.descending => end = end.min(after.clone()),
        // No key sorts between one and itself with `!`.
        (Some(after), None) => start = start.max(format!("{after}!")),
        (None, _) => (),
    }
    let mut walk = Walk { found: Vec::new(), at_end: false };
    let (mut passed, mut batch) = (0, wanted.min(BATCH_MAX));
    while start < end && passed < patience {
        let limit = u32::try_from(batch).unwrap_or(u32::MAX);
        let scan =
            Scan { start: start.clone(), end: end.clone(), limit, reverse: order.descending };
        let scanned = scan_runs(view, order.sort, &scan)?;
        passed += scanned.rows.len();
        for (place, client) in clients_of(view, order, scanned.rows)? {
            let beyond = after.as_ref().is_none_or(|after| order.is_after(&place, after));
            if beyond && filter.fits(view, &client) {
                walk.found.push((place, client));
            }
            if walk.found.len() == wanted {
                return Ok(Walk { at_end: true, ..walk });
            }
        }
        match scanned.next {
            Some(next) if order.descending => end = next,
            Some(next) => start = next,
            None => return Ok(Walk { at_end: true, ..walk }),
        }
        batch = batch.saturating_mul(2).min(BATCH_MAX);
    }
    walk.at_end = start >= end;
    Ok(walk)
}

/// Rows of an order. Where the last of them is one of a run whose order the keys don't tell, the
/// rest of the run comes along.
fn scan_runs(view: &View<'_>, sort: Sort, scan: &Scan) -> Result<Scanned, Error> {
    let storage = &view.ports().storage;
    let mut scanned = storage.scan(scan)?;
    let last = scanned.rows.last().and_then(|row| sort.run(&view.agency().id, &row.key));
    let Some((run_start, run_end)) = last else { return Ok(scanned) };
    while let Some(next) = scanned.next.take() {
        let (start, end) =
            if scan.reverse { (run_start.clone(), next) } else { (next, run_end.clone()) };
        if start >= end {
            break;
        }
        let more = storage.scan(&Scan { start, end, ..scan.clone() })?;
        scanned.rows.extend(more.rows);
        scanned.next = more.next;
    }
    let goes_on = if scan.reverse { scan.start < run_start } else { run_end < scan.end };
    scanned.next = goes_on.then_some(if scan.reverse { run_start } else { run_end });
    Ok(scanned)
}

/// The clients of these rows of an order, as they are now, each with its place. One whose row
/// is damaged doesn't hide the others.
fn clients_of(view: &View<'_>, order: Order, rows: Vec<Stored>) -> Result<Found, Error> {
    let (agency, sort) = (&view.agency().id, order.sort);
    if sort == Sort::Created {
        let client = |row: Stored| {
            let client = record::decode_whole::<Client>(&row).transpose()?;
            let archived = &view.agency().archived;
            Some(client.map(|client| (row.key, client.current(view.now(), archived))))
        };
        return rows.into_iter().filter_map(client).collect();
    }
    let ids: Vec<ClientId> = rows.iter().filter_map(|row| client_of(&row.key)).collect();
    let keys: Vec<String> = ids.iter().map(|id| keys::client(agency, *id).into_text()).collect();
    let mut found = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().zip(view.ports().storage.get(&keys)?) {
        let Some(row) = row else { continue };
        let Some(client) = record::decode_whole::<Client>(&row)? else { continue };
        // One that has moved since the order was read is found where it is now.
        if sort.key(agency, &client) == index.key {
            let place = sort.place(agency, &client);
            found.push((place, client.current(view.now(), &view.agency().archived)));
        }
    }
    // In the order of the keys they are all but sorted: runs are put in order.
    found.sort_by(
        |(one, _), (other, _)| {
            if order.descending { other.cmp(one) } else { one.cmp(other) }
        },
    );
    Ok(found)
}

/// The first `wanted` of these clients who fit, in the order.
fn gathered(
    view: &View<'_>,
    filter: &Filter,
    order: Order,
    after: Option<&str>,
    clients: BTreeSet<ClientId>,
    wanted: usize,
) -> Result<Found, Error> {
    let mut found: BTreeMap<String, Client> = BTreeMap::new();
    each_client(view, clients, |stored, client| {
        // The place is that of the row, as walking finds it.
        let place = order.sort.place(&view.agency().id, stored);
        let beyond = after.is_none_or(|after| order.is_after(&place, after));
        if beyond && filter.fits(view, &client) {
            found.insert(place, client);
        }
        if found.len() > wanted {
            let last = if order.descending { found.pop_first() } else { found.pop_last() };
            drop(last);
        }
    })?;
    let found = found.into_iter();
    Ok(if order.descending { found.rev().collect() } else { found.collect() })
}
