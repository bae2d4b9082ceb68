//! `audit`: the log.

mod about;
mod activity;
mod export;
mod find;
mod head;
mod list;
mod verify;

pub use about::about;
pub use activity::{EventView, activity, each_event};
pub use export::{ExportPart, export};
pub use find::{EntryFilter, FoundPage, find};
pub use head::head;
pub use list::{Direction, EntryPage, EntryView, list};
pub use verify::{Expected, Verification, verify};
