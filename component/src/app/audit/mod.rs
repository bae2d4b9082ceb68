//! `audit`: the log.

mod head;
mod list;
mod verify;

pub use head::head;
pub use list::{Direction, EntryPage, EntryView, list};
pub use verify::{Expected, Verification, verify};
