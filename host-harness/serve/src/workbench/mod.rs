//! The workbench: one page for people who try, demonstrate and debug, and what it manages. For this
//! machine alone: it moves the clock, breaks the store and shows mails, so it is never for production.
//!
//! | to find | open |
//! | --- | --- |
//! | what stands between the host and its adapters | `bench.rs` |
//! | the shifted clock, the store and mails that fail on demand, the rotated keys | `clock.rs`, `store.rs`, `mails.rs`, `keys.rs` |
//! | what a fault delayed, lost and repeated | `trial.rs` |
//! | secrets that stand in no list and no file | `secrets.rs` |
//! | what falls due | `due.rs` |
//! | an entry of the log changed, and found out | `tamper.rs` |
//! | what was called, as a story that can be played | `story/` |
//! | what the page asks for, below `/workbench/api/` | `api/` |
//! | the page's own files | `files.rs`, and the folder `workbench` beside `src` |

mod api;
mod bench;
mod clock;
mod due;
mod files;
mod keys;
mod mails;
mod secrets;
mod store;
mod story;
mod tamper;
mod trial;

pub use bench::{Adapters, Workbench, WorkbenchError};

pub(crate) use api::routes as api;
pub(crate) use files::routes as files;
