//! What an entry shows.

use serde_json::Value;

use crate::app::error::Error;
use crate::domain::log::{Block, Entry, Fields, Sealed};

/// An entry, ready to show.
pub struct EntryView {
    /// What it says.
    pub entry: Entry<Fields>,
    /// The name of its event.
    pub kind: String,
    /// The event's details and the personal data that wasn't erased, as a JSON object.
    pub details: String,
    /// Its hash.
    pub hash: String,
}

impl EntryView {
    /// What `entry`, which stands in `block` as `sealed`, shows.
    pub(super) fn of(block: &Block, entry: Entry<Fields>, sealed: &Sealed) -> EntryView {
        let details = Value::Object(block.details(&entry)).to_string();
        let (kind, hash) = (entry.kind().to_owned(), sealed.mac.to_string());
        EntryView { entry, kind, details, hash }
    }
}

/// The entries of the block under `key`, in the order in which they were written.
pub(super) fn entries_of<'b>(
    key: &str,
    block: &'b Block,
) -> Result<Vec<(Entry<Fields>, &'b Sealed)>, Error> {
    let read = |sealed: &'b Sealed| {
        let entry = sealed.entry().map_err(|why| Error::corrupt(key, why))?;
        Ok((entry, sealed))
    };
    block.entries.iter().map(read).collect()
}
