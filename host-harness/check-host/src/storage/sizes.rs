//! How large things may be, and things of exactly that size.

use crate::own::{Own, put};
use crate::ports::Write;

/// The longest key, in bytes.
pub(super) const KEY_BYTES: usize = 512;
/// The longest value, in bytes.
pub(super) const VALUE_BYTES: usize = 65_536;
/// The most checks and writes of one commit, together.
pub(super) const COMMIT_ROWS: usize = 1_000;
/// The most bytes of one commit.
pub(super) const COMMIT_BYTES: usize = 4 * 1024 * 1024;

/// A JSON string of so many bytes, two at least.
pub(super) fn text(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes.saturating_sub(2)))
}

/// Room that a last, short row is given: enough for its key and a value.
const LAST_ROW: usize = 200;

/// Writes with exactly so many bytes of keys and values, as few as can be.
pub(super) fn writes_of(own: &Own<'_>, bytes: usize) -> Vec<Write> {
    let mut writes = Vec::new();
    let mut left = bytes;
    while left > 0 {
        let key = format!("k{:03}", writes.len());
        let room = left.saturating_sub(own.taken() + key.len());
        let value = match room {
            0..=VALUE_BYTES => room,
            // What is left must do for another row.
            room if room < VALUE_BYTES + LAST_ROW => VALUE_BYTES - LAST_ROW,
            _ => VALUE_BYTES,
        };
        left = room - value;
        writes.push(put(&key, &text(value)));
    }
    writes
}
