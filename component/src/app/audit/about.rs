//! The log entries about one client.

use super::list::{EntryView, show};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::id::{AgencyId, ClientId};

/// The latest entries about a client, newest first, `count` at most.
///
/// # Errors
///
/// When the store fails, or a row is damaged.
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
    let mut entries = Vec::new();
    for row in ports.storage.get(&keys)?.into_iter().flatten() {
        let mut shown = show(&row.key, &record::decode(&row.key, &row.value)?)?;
        shown.retain(|shown| is_about(shown, client));
        entries.extend(shown.into_iter().rev());
        if entries.len() >= count {
            break;
        }
    }
    entries.truncate(count);
    Ok(entries)
}

/// Whether an entry is about a client.
pub(super) fn is_about(shown: &EntryView, client: ClientId) -> bool {
    let id = client.to_string();
    let names = |field| shown.entry.event.get(field).and_then(|value| value.as_str()) == Some(&id);
    names("client") || names("into")
}
