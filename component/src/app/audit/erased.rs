//! Whether the log says that a client was erased.

use super::entry::entries_of;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::log::{Block, Entry, Fields, Subject};

/// How many blocks are read at once.
const BLOCKS_AT_ONCE: u32 = 50;
/// How often a client that became another is followed.
const MERGES_MAX: usize = 100;

/// Whether an entry says that the client was erased, or one that it was merged into.
pub(super) fn is_erased(ports: &Ports, agency: &AgencyId, client: ClientId) -> Result<bool, Error> {
    let mut client = client;
    for _ in 0..MERGES_MAX {
        match fate(ports, agency, client)? {
            Fate::Erased => return Ok(true),
            Fate::MergedInto(other) => client = other,
            Fate::Neither => return Ok(false),
        }
    }
    Ok(false)
}

/// What became of a client.
enum Fate {
    Erased,
    MergedInto(ClientId),
    Neither,
}

fn fate(ports: &Ports, agency: &AgencyId, client: ClientId) -> Result<Fate, Error> {
    let range = keys::abouts(agency, client);
    let mut bound = None;
    loop {
        // The latest first: not much comes after either.
        let rows = view::scan(ports, &range, bound, BLOCKS_AT_ONCE, true)?;
        let Some(last) = rows.last() else { return Ok(Fate::Neither) };
        bound = Some(last.key.clone());
        let firsts = rows.iter().filter_map(|row| range.suffix(&row.key).parse().ok());
        let keys: Vec<String> = firsts.map(|first| keys::log(agency, first).into_text()).collect();
        for row in ports.storage.get(&keys)?.into_iter().flatten() {
            // A damaged one says nothing, and is found where it stands.
            let Ok(block) = record::decode::<Block>(&row.key, &row.value) else { continue };
            let Ok(entries) = entries_of(&row.key, &block) else { continue };
            let fate = entries.iter().rev().find_map(|(entry, _)| told(entry, client));
            if let Some(fate) = fate {
                return Ok(fate);
            }
        }
    }
}

/// What an entry tells of the client's end.
fn told(entry: &Entry<Fields>, client: ClientId) -> Option<Fate> {
    let subjects: Vec<ClientId> = entry.about.iter().filter_map(Subject::client).collect();
    match (entry.kind(), subjects.as_slice()) {
        ("client-erased", [erased, ..]) if *erased == client => Some(Fate::Erased),
        ("client-merged", [merged, into]) if *merged == client => Some(Fate::MergedInto(*into)),
        _ => None,
    }
}
