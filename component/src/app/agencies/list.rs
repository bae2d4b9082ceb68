//! `agencies.list`

use std::collections::BTreeMap;

use super::get::AgencyView;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::page::{List, PageRequest};
use crate::app::ports::{Ports, Scan};
use crate::app::view::{self, Read};
use crate::domain::agency::{Agency, Status};
use crate::domain::id::AgencyId;
use crate::domain::log::Head;
use crate::domain::tally::Tally;
use crate::domain::time::Timestamp;

/// How many agencies one page looks at, at most.
const LOOKED_AT_MAX: usize = 500;

/// An agency, and how large it is.
pub struct Listed {
    /// The agency.
    pub view: AgencyView,
    /// How many clients it has, those who are invited among them.
    pub clients: u64,
    /// How many entries its log has.
    pub log_entries: u64,
}

/// A page of agencies.
pub struct Agencies {
    /// Those that can be read.
    pub agencies: Vec<Listed>,
    /// Those whose rows are damaged.
    pub damaged: Vec<String>,
    /// The cursor of the next page; none: this is the last.
    pub next: Option<String>,
}

/// A page of all agencies, in the order of their ids as keys; those that stand so, if it is asked for.
///
/// The rows of an agency begin with its id, so a look at the first row of each tells them all: there
/// is no index that could lack one.
pub fn list(
    ports: &Ports,
    status: Option<Status>,
    request: &PageRequest,
) -> Result<Agencies, Error> {
    let (list, mut fields) = (List::of("agencies.list", "", &status), Fields::default());
    let asked = request.parse(&mut fields, &list);
    let asked = fields.finish(asked)?;
    let now = view::clock(ports)?;
    let most = asked.limit as usize;
    let mut page = Agencies { agencies: Vec::new(), damaged: Vec::new(), next: None };
    let (mut after, mut looked_at) = (asked.place, 0);
    loop {
        let left = most.saturating_sub(page.agencies.len() + page.damaged.len());
        let left = left.min(LOOKED_AT_MAX.saturating_sub(looked_at));
        if left == 0 {
            page.next = next_id(ports, after.as_deref())?.and(after).map(|id| list.cursor(id));
            return Ok(page);
        }
        let ids = ids_after(ports, after.as_deref(), left)?;
        let is_last = ids.len() < left;
        looked_at += ids.len();
        after = ids.last().cloned().or(after);
        read(ports, ids, status, now, &mut page)?;
        if is_last {
            return Ok(page);
        }
    }
}

/// The next ids after this one: so many, or all that there are.
fn ids_after(ports: &Ports, after: Option<&str>, most: usize) -> Result<Vec<String>, Error> {
    let mut ids: Vec<String> = Vec::new();
    while ids.len() < most {
        let last = ids.last().map(String::as_str).or(after);
        let Some(next) = next_id(ports, last)? else { break };
        ids.push(next);
    }
    Ok(ids)
}

/// The first id after this one of which there is any row.
pub fn next_id(ports: &Ports, after: Option<&str>) -> Result<Option<String>, Error> {
    let range = keys::agencies();
    // `0` follows `/`: past all that begins with the id.
    let start = match after {
        Some(id) => format!("{}{id}0", range.start()),
        None => range.start().to_owned(),
    };
    let scan = Scan { start, end: range.end(), limit: 1, reverse: false };
    let row = view::stretch(ports, scan)?.into_iter().next();
    let id = |key: &str| range.suffix(key).split('/').next().map(str::to_owned);
    Ok(row.and_then(|row| id(&row.key)))
}

/// Reads these agencies in one go. Where rows are there without the agency's own, it is lost, unless it
/// is being imported.
fn read(
    ports: &Ports,
    ids: Vec<String>,
    status: Option<Status>,
    now: Timestamp,
    page: &mut Agencies,
) -> Result<(), Error> {
    let parsed: Vec<AgencyId> = ids.iter().filter_map(|id| AgencyId::parse(id).ok()).collect();
    let of_one = |id| {
        let (agency, head, tally) = (keys::agency(id), keys::head(id), keys::tally(id));
        let arriving = keys::arriving(id);
        [agency.into_text(), head.into_text(), tally.into_text(), arriving.into_text()]
    };
    let wanted: Vec<String> = parsed.iter().flat_map(of_one).collect();
    let rows = if wanted.is_empty() { BTreeMap::new() } else { view::get(ports, wanted)? };
    for id in parsed {
        match listed(&rows, &id, now) {
            Ok(None) if arrives(&rows, &id) => (),
            Ok(None) => page.damaged.push(id.to_string()),
            Ok(Some(one)) => {
                if status.is_none_or(|status| one.view.agency.standing.status == status) {
                    page.agencies.push(one);
                }
            }
            Err(Error::Corrupt(_)) => page.damaged.push(id.to_string()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn arrives(rows: &BTreeMap<String, Read>, id: &AgencyId) -> bool {
    rows.get(keys::arriving(id).text()).is_some_and(Option::is_some)
}

fn listed(
    rows: &BTreeMap<String, Read>,
    id: &AgencyId,
    now: Timestamp,
) -> Result<Option<Listed>, Error> {
    let Some(agency): Option<Agency> = view::parse(rows, &keys::agency(id))? else {
        return Ok(None);
    };
    let head = keys::head(id);
    let missing = || Error::corrupt(head.text(), "it is missing");
    let head: Head = view::parse(rows, &head)?.ok_or_else(missing)?;
    let tally: Tally = view::parse(rows, &keys::tally(id))?.unwrap_or_default();
    let view = AgencyView { agency, latest_time: head.latest, now: now.max(head.latest) };
    Ok(Some(Listed { view, clients: tally.present(), log_entries: head.number }))
}
