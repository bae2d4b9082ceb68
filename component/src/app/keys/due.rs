//! The due index, and who works on it.

use super::{Key, Range, padded};
use crate::app::record::{DueState, Lease, ParkedJob};
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AgencyId;
use crate::domain::time::Timestamp;

/// An entry of the due index.
pub fn due(entry: &DueEntry) -> Key<DueState> {
    let (shard, at) = (entry.shard(), padded(entry.at.millis()));
    let DueEntry { agency, due, .. } = entry;
    Key::new(format!("due/{shard:02}/{at}/{agency}/{}/{}", due.kind(), due.subject()))
}

/// What falls due in a part of the index, the earliest first.
pub fn dues(shard: u8) -> Range<DueState> {
    Range::new(format!("due/{shard:02}/"))
}

/// What an entry of the due index is, by what comes after `due/{shard}/` in its key.
pub fn parse_due(suffix: &str) -> Option<DueEntry> {
    let (at, rest) = suffix.split_once('/')?;
    let (agency, rest) = rest.split_once('/')?;
    let (kind, subject) = rest.split_once('/')?;
    let at = Timestamp::from_millis(at.parse().ok()?)?;
    Some(DueEntry { at, agency: AgencyId::parse(agency).ok()?, due: Due::parse(kind, subject)? })
}

/// What an entry of the due index is, by its key; none for another key.
pub fn due_entry(key: &str) -> Option<DueEntry> {
    parse_due(key.strip_prefix("due/")?.split_once('/')?.1)
}

/// Where a part of the index ends that is due at `now`.
pub fn due_until(shard: u8, now: Timestamp) -> String {
    format!("due/{shard:02}/{}0", padded(now.millis()))
}

/// Who works on a part of the due index.
pub fn lease(shard: u8) -> Key<Lease> {
    Key::new(format!("lease/{shard:02}"))
}

/// Something due that was parked.
pub fn parked(entry: &DueEntry) -> Key<ParkedJob> {
    let (at, DueEntry { agency, due, .. }) = (padded(entry.at.millis()), entry);
    Key::new(format!("stuck/{at}/{agency}/{}/{}", due.kind(), due.subject()))
}

/// Everything that was parked, the earliest first.
pub fn all_parked() -> Range<ParkedJob> {
    Range::new("stuck/".to_owned())
}
