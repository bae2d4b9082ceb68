//! Covering what clients did by the log.
//!
//! Page views and exports commit beside the log. Within a minute this job writes one entry
//! with their count and a keyed hash over them, and puts them where that entry's number leads.

use std::collections::BTreeMap;

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys::{self, Range};
use crate::app::ports::{Ports, Stored};
use crate::app::record;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::activity::ActivityBatch;
use crate::domain::actor::Actor;
use crate::domain::due::DueEntry;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::log::{self, Event};

/// How many rows one entry covers, at most: each is read, deleted and written.
const ROWS_AT_ONCE: u32 = 150;
/// How much text they may hold, well below what a commit may.
const BYTES_AT_ONCE: usize = 1024 * 1024;
/// How many clients may be left out at once.
const CLIENTS_LEFT_OUT: usize = 100;

/// A row to seal.
struct Loose {
    client: ClientId,
    name: String,
    batch: ActivityBatch,
}

/// Seals some of what clients did. Gives whether there is more.
pub fn seal_some(ports: &Ports, entry: &DueEntry) -> Result<bool, Error> {
    let agency = &entry.agency;
    let due = keys::due(entry);
    let keys = [due.text().to_owned()];
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
        if tx.read(&due)?.is_none() {
            return Ok(false);
        }
        let Found { loose, damaged, more } = find(ports, agency, &keys::all_unsealed(agency))?;
        for (client, _) in damaged {
            tx.leave_out(client)?;
        }
        if !loose.is_empty() {
            seal(tx, agency, &loose)?;
        }
        if !more {
            tx.delete(keys::due(entry));
        }
        Ok(more)
    })
}

/// Seals what one client did, some of it in each commit.
pub fn seal_one(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let range = keys::unsealed_of(&agency, client);
    let Found { loose, damaged, more } = find(tx.view().ports(), &agency, &range)?;
    if let Some(error) = damaged.into_values().next() {
        return Err(error);
    }
    if !loose.is_empty() {
        seal(tx, &agency, &loose)?;
    }
    if more { tx.leave_out(client) } else { Ok(()) }
}

/// What a stretch of rows holds.
#[derive(Default)]
struct Found {
    /// As many as one commit has room for.
    loose: Vec<Loose>,
    /// Clients with a row that can't be read, and why.
    damaged: BTreeMap<ClientId, Error>,
    /// Whether there may be others.
    more: bool,
}

/// Looks through a stretch until something to seal is found: damaged rows, however many there
/// are, don't hide it.
fn find(ports: &Ports, agency: &AgencyId, range: &Range<ActivityBatch>) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut bound = None;
    loop {
        let rows = view::scan(ports, range, bound, ROWS_AT_ONCE, false)?;
        let last = rows.last().map(|row| format!("{}!", row.key));
        found.more = rows.len() == ROWS_AT_ONCE as usize;
        found.take(agency, rows);
        if !found.more || !found.loose.is_empty() || found.damaged.len() >= CLIENTS_LEFT_OUT {
            return Ok(found);
        }
        bound = last;
    }
}

impl Found {
    fn take(&mut self, agency: &AgencyId, rows: Vec<Stored>) {
        let range = keys::all_unsealed(agency);
        let mut bytes = 0;
        for row in rows {
            let place = range.suffix(&row.key).split_once('/');
            let place = place.and_then(|(id, name)| Some((ClientId::parse(id).ok()?, name)));
            // What isn't where anybody's lies is nobody's.
            let Some((client, name)) = place else { continue };
            bytes += row.value.len();
            if bytes > BYTES_AT_ONCE && !self.loose.is_empty() {
                self.more = true;
                return;
            }
            match record::decode(&row.key, &row.value) {
                Ok(batch) => self.loose.push(Loose { client, name: name.to_owned(), batch }),
                Err(error) => drop(self.damaged.insert(client, error)),
            }
        }
    }
}

fn seal(tx: &mut Tx<'_>, agency: &AgencyId, loose: &[Loose]) -> Result<(), Error> {
    let mut clients: Vec<ClientId> = loose.iter().map(|loose| loose.client).collect();
    clients.dedup();
    let events: usize = loose.iter().map(|loose| loose.batch.events.len()).sum();
    let values = loose.iter().map(|loose| record::encode(&loose.batch));
    let values = values.collect::<Result<Vec<String>, Error>>()?;
    let rows = loose.iter().zip(&values);
    let seal_id = tx.agency().seal_id().clone();
    let covered = rows.map(|(l, value)| (l.client, l.name.as_str(), value.as_str()));
    let hash = log::activity::hash(tx.ring(), &seal_id, covered).to_string();
    let events = u32::try_from(events).unwrap_or(u32::MAX);
    let number = tx.log(Event::ActivitySealed { clients, events, hash })?;
    for Loose { client, name, batch } in loose {
        tx.delete(keys::unsealed(agency, *client, name));
        tx.write(keys::sealed(agency, *client, number, name), batch)?;
    }
    Ok(())
}
