//! The log entries about one client.

use super::entry::{EntryView, entries_of};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::log::Subject;

/// The latest entries about a client, newest first, `count` at most.
pub fn about(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
    count: usize,
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
        let found = found.filter(|(entry, _)| entry.is_about(&subject));
        entries.extend(found.map(|(entry, sealed)| EntryView::of(&block, entry, sealed)));
        if entries.len() >= count {
            break;
        }
    }
    entries.truncate(count);
    Ok(entries)
}
