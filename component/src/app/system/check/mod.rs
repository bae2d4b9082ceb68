//! `system.check` and `system.repair`: whether what follows from other rows is what is there.
//!
//! Indexes, counters and entries of the due index are worked out anew from what they follow from,
//! by the very functions that commands use, and compared in both directions: what follows has to be
//! there, and whatever is there has to follow. Where a call is full, a cursor says how to go on.
//!
//! | to find how is looked at | open |
//! | --- | --- |
//! | rows, whose they are, and what a look comes to | `walk.rs` |
//! | all of it, part by part | `parts.rs` |
//! | what belongs to a client; an account; a brand; the agency | `clients.rs`, `accounts.rs`, `brands.rs`, `whole.rs` |
//! | mails, sessions, sign-ins, the log | `letters.rs`, `sessions.rs`, `log.rs` |
//! | what an index leads to | `surplus.rs`, `search.rs` |
//! | counters of clients; of ledgers | `counters.rs`, `payers.rs` |
//! | log-ins, and whatever else is no agency's own | `logins.rs` |
//! | how far a walk has come | `../place.rs` |

mod accounts;
mod brands;
mod clients;
mod counters;
mod letters;
mod log;
mod logins;
mod parts;
mod payers;
mod search;
mod sessions;
mod surplus;
mod walk;
mod whole;

use std::collections::BTreeMap;

use self::walk::Seen;
pub use self::walk::{Difference, Kind};
use super::place::Place;
use crate::app::command::{Tenant, transact};
use crate::app::commit::TRIES_MAX;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Commit, Ports, Write};
use crate::app::view;
use crate::app::view::View;
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::catalog::Catalog;
use crate::domain::id::AgencyId;
use crate::domain::limits::SessionLimits;
use crate::domain::log::{Event, IndexesRepaired};
use crate::domain::time::Timestamp;

/// What a part of a walk found.
pub struct Checked {
    /// How many rows were looked at.
    pub looked_at: u32,
    /// What isn't as it should be.
    pub differences: Vec<Difference>,
    /// The cursor to go on with; none: the walk is over.
    pub next: Option<String>,
}

/// An agency whose rows are looked at.
pub(super) struct Whole {
    agency: Agency,
    /// The latest time that it has seen.
    latest: Timestamp,
    /// What is sold.
    catalog: Catalog,
    /// How long sessions last now.
    sessions: SessionLimits,
}

/// Looks at some rows, and says what differs from what follows.
///
/// # Errors
///
/// When the agency's own row can't be read; `Busy` when others get in between eight times.
pub fn check(ports: &Ports, agency: Option<&str>, cursor: Option<&str>) -> Result<Checked, Error> {
    let (agency, place) = asked("system.check", agency, cursor)?;
    for _ in 0..TRIES_MAX {
        let seen = look(ports, agency.as_ref(), &place)?;
        // What differs may have changed while it was looked at.
        if seen.differences.is_empty() || holds(ports, &seen)? {
            return Ok(checked("system.check", agency.as_ref(), seen));
        }
    }
    Err(Error::Busy)
}

/// Looks at some rows, and writes down what follows where something else is there.
///
/// # Errors
///
/// As [`check`].
pub fn repair(ports: &Ports, agency: Option<&str>, cursor: Option<&str>) -> Result<Checked, Error> {
    let (agency, place) = asked("system.repair", agency, cursor)?;
    let Some(agency) = agency else {
        for _ in 0..TRIES_MAX {
            let mut seen = look(ports, None, &place)?;
            if seen.writes.is_empty() || commit(ports, &mut seen)? {
                return Ok(checked("system.repair", None, seen));
            }
        }
        return Err(Error::Busy);
    };
    let tenant = Tenant::Existing(agency.clone());
    let seen = transact(ports, &tenant, Actor::Platform, &[], |tx| {
        let whole = Whole::of(tx.view())?;
        let mut seen = parts::look(ports, Some(&whole), &place)?;
        if seen.writes.is_empty() {
            return Ok(seen);
        }
        tx.view().rely_on(core::mem::take(&mut seen.read));
        let (mut rows, mut kinds) = (0_u32, BTreeMap::<String, u32>::new());
        for (key, value) in core::mem::take(&mut seen.writes) {
            rows = rows.saturating_add(1);
            let count = kinds.entry(keys::kind_of(&key).to_owned()).or_default();
            *count = count.saturating_add(1);
            tx.put(key, value);
        }
        let kinds = kinds.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        tx.log(Event::IndexesRepaired(IndexesRepaired { rows, kinds }))?;
        Ok(seen)
    })?;
    Ok(checked("system.repair", Some(&agency), seen))
}

/// Whose rows are to be looked at (none: those that are no agency's own), and where to begin.
pub(super) fn asked(
    function: &str,
    agency: Option<&str>,
    cursor: Option<&str>,
) -> Result<(Option<AgencyId>, Place), Error> {
    let id = |id: &str| AgencyId::parse(id).map_err(|_| Error::not_found("agency", id));
    let id = agency.map(id).transpose()?;
    let place = match cursor {
        None => Place::default(),
        Some(cursor) => Place::parse(function, id.as_ref(), cursor)?,
    };
    Ok((id, place))
}

fn look(ports: &Ports, agency: Option<&AgencyId>, place: &Place) -> Result<Seen, Error> {
    let Some(agency) = agency else { return parts::look(ports, None, place) };
    let mut view = View::open(ports, agency, view::clock(ports)?, Vec::new())?;
    parts::look(ports, Some(&Whole::of(&mut view)?), place)
}

impl Whole {
    fn of(view: &mut View<'_>) -> Result<Whole, Error> {
        let (agency, latest) = (view.agency().clone(), view.now());
        let (catalog, sessions) = (view.catalog()?.catalog, view.limits().sessions);
        Ok(Whole { agency, latest, catalog, sessions })
    }

    const fn id(&self) -> &AgencyId {
        &self.agency.id
    }
}

fn checked(function: &str, agency: Option<&AgencyId>, seen: Seen) -> Checked {
    let Seen { looked_at, differences, next, .. } = seen;
    Checked { looked_at, differences, next: next.map(|next| next.cursor(function, agency)) }
}

/// Whether every row is still what it was when it was read.
fn holds(ports: &Ports, seen: &Seen) -> Result<bool, Error> {
    let keys = seen.read.keys().cloned().collect();
    let now = view::get(ports, keys)?;
    let version = |row: &view::Read| row.as_ref().map(|row| row.version);
    Ok(now.iter().all(|(key, row)| seen.read.get(key).map(version) == Some(version(row))))
}

/// Writes what is no agency's own, if what was read still holds. Gives whether it did.
fn commit(ports: &Ports, seen: &mut Seen) -> Result<bool, Error> {
    let check = |(key, row): (&String, &view::Read)| Check {
        key: key.clone(),
        version: row.as_ref().map(|row| row.version),
    };
    let checks = seen.read.iter().map(check).collect();
    let write = |(key, value)| Write { key, value };
    let writes = core::mem::take(&mut seen.writes).into_iter().map(write).collect();
    Ok(ports.storage.commit(checks, writes)? == Commit::Committed)
}
