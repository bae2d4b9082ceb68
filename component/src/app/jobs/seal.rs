//! Covering what clients did by the log.
//!
//! Page views and exports commit beside the log. Within a minute this job writes one entry
//! with their count and a keyed hash over them, and puts them where that entry's number leads.

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys;
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
        let rows = view::scan(ports, &keys::all_unsealed(agency), None, ROWS_AT_ONCE, false)?;
        let found = rows.len();
        let loose = loose(agency, rows)?;
        let more = found == ROWS_AT_ONCE as usize || loose.len() < found;
        if !loose.is_empty() {
            seal(tx, agency, &loose)?;
        }
        if !more {
            tx.delete(keys::due(entry));
        }
        Ok(more)
    })
}

/// As many of the rows as one commit has room for.
fn loose(agency: &AgencyId, rows: Vec<Stored>) -> Result<Vec<Loose>, Error> {
    let range = keys::all_unsealed(agency);
    let mut bytes = 0;
    let mut loose = Vec::with_capacity(rows.len());
    for row in rows {
        bytes += row.value.len();
        if bytes > BYTES_AT_ONCE && !loose.is_empty() {
            break;
        }
        let place = range.suffix(&row.key).split_once('/');
        let place = place.and_then(|(id, name)| Some((ClientId::parse(id).ok()?, name.to_owned())));
        let (client, name) =
            place.ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
        let batch = record::decode(&row.key, &row.value)?;
        loose.push(Loose { client, name, batch });
    }
    Ok(loose)
}

fn seal(tx: &mut Tx<'_>, agency: &AgencyId, loose: &[Loose]) -> Result<(), Error> {
    let mut clients: Vec<ClientId> = loose.iter().map(|loose| loose.client).collect();
    clients.dedup();
    let events: usize = loose.iter().map(|loose| loose.batch.events.len()).sum();
    let values = loose.iter().map(|loose| record::encode(&loose.batch));
    let values = values.collect::<Result<Vec<String>, Error>>()?;
    let rows = loose.iter().zip(&values);
    let covered = rows.map(|(l, value)| (l.client, l.name.as_str(), value.as_str()));
    let hash = log::activity::hash(tx.ring(), agency, covered).to_string();
    let events = u32::try_from(events).unwrap_or(u32::MAX);
    let number = tx.log(Event::ActivitySealed { clients, events, hash })?;
    for Loose { client, name, batch } in loose {
        tx.delete(keys::unsealed(agency, *client, name));
        tx.write(keys::sealed(agency, *client, number, name), batch)?;
    }
    Ok(())
}
