//! `audit`: the log.
//!
//! | to find | open |
//! | --- | --- |
//! | which entries fit a filter | `filter.rs` |
//! | how the log is gone through, either way, a stretch at a time | `search.rs` |
//! | what an entry shows | `entry.rs` |
//! | what of a row isn't as it was written, for verifying | `blocks.rs`, `erased.rs` |
//! | a function of the interface | the file of its name |

mod about;
mod activity;
mod blocks;
mod entry;
mod erased;
mod export;
mod filter;
mod head;
mod list;
mod read;
mod search;
mod verify;

pub use about::{about, has_about};
pub use activity::{EventView, activity, each_event};
pub use entry::EntryView;
pub use export::{ExportPart, export};
pub use filter::EntryFilter;
pub use head::head;
pub use list::list;
pub use read::{Feed, read};
pub use search::{Direction, each_from};
pub use verify::{Expected, Verification, verify, verify_unseen};
