//! The log entries about one client.

use super::entry::{EntryView, entries_of};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::log::{Entry, Fields, Subject};

/// The latest entries about a client that are told, newest first, `count` at most: of the latest `count`
/// blocks that name it.
pub fn about(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
    count: usize,
    is_told: impl Fn(&Entry<Fields>) -> bool,
) -> Result<Vec<EntryView>, Error> {
    // Every block that is named holds at least one entry about the client.
    let limit = u32::try_from(count).unwrap_or(u32::MAX);
    let range = keys::abouts(agency, client);
    let rows = view::scan(ports, &range, None, limit, true)?;
    let firsts = rows.iter().filter_map(|row| range.suffix(&row.key).parse().ok());
    let keys: Vec<String> = firsts.map(|first| keys::log(agency, first).into_text()).collect();
    let subject = Subject::Client(client);
    let mut entries = Vec::new();
    for row in ports.storage.get(&keys)?.into_iter().flatten() {
        let block = record::decode(&row.key, &row.value)?;
        let found = entries_of(&row.key, &block)?.into_iter().rev();
        let found = found.filter(|(entry, _)| entry.is_about(&subject) && is_told(entry));
        entries.extend(found.map(|(entry, sealed)| EntryView::of(&block, entry, sealed)));
        if entries.len() >= count {
            break;
        }
    }
    entries.truncate(count);
    Ok(entries)
}

/// Whether the log has an entry about a client that is such a one.
pub fn has_about(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
    is_such: impl Fn(&Entry<Fields>) -> bool,
) -> Result<bool, Error> {
    let range = keys::abouts(agency, client);
    let mut firsts = Vec::new();
    view::each(ports, &range, |row| {
        firsts.extend(range.suffix(&row.key).parse::<u64>().ok());
        Ok(())
    })?;
    let subject = Subject::Client(client);
    for first in firsts {
        let key = keys::log(agency, first).into_text();
        for row in ports.storage.get(&[key])?.into_iter().flatten() {
            let block = record::decode(&row.key, &row.value)?;
            let entries = entries_of(&row.key, &block)?;
            if entries.iter().any(|(entry, _)| entry.is_about(&subject) && is_such(entry)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
