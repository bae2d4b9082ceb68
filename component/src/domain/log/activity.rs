//! How a log entry covers what clients did, which stands in rows of its own: it holds a keyed
//! hash over them.

use crate::domain::id::{AgencyId, ClientId};
use crate::domain::keyring::{KeyRing, Mac, Purpose};

/// The keyed hash over rows: of which client each is, its name and its value.
pub fn hash<'r>(
    ring: &KeyRing,
    agency: &AgencyId,
    rows: impl Iterator<Item = (ClientId, &'r str, &'r str)>,
) -> Mac {
    let parts = parts(agency, rows);
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    ring.sign(Purpose::Activity, &parts)
}

/// Whether rows are those that were sealed with this hash.
pub fn is_sealed_by<'r>(
    ring: &KeyRing,
    mac: &Mac,
    agency: &AgencyId,
    rows: impl Iterator<Item = (ClientId, &'r str, &'r str)>,
) -> bool {
    let parts = parts(agency, rows);
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    ring.verify(mac, Purpose::Activity, &parts).is_ok()
}

fn parts<'r>(
    agency: &AgencyId,
    rows: impl Iterator<Item = (ClientId, &'r str, &'r str)>,
) -> Vec<String> {
    let row = |(client, name, value): (ClientId, &str, &str)| {
        [client.to_string(), name.to_owned(), value.to_owned()]
    };
    [agency.to_string()].into_iter().chain(rows.flat_map(row)).collect()
}
