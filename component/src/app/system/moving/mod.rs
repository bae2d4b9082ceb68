//! Taking an agency out of a store as lines, and into another.
//!
//! | to find | open |
//! | --- | --- |
//! | which rows are taken along, which follow from those, which stay behind, and why | [`kinds`] |
//! | what follows from a row | `follow.rs` |
//! | which rows come after which | `walk.rs` |
//! | `system.export` | `export.rs` |
//! | what is looked at in lines that arrive | `reading.rs`, `findings.rs` |
//! | `system.check-import` | `check.rs` |
//! | `system.import` | `import.rs`; what is done after the last line: `finish.rs`; how far it has come: `arriving.rs` |
//! | `system.abort-import` | `abort.rs` |
//!
//! What arrives is written where it belongs, but for the agency's own row, without which nobody sees
//! anything of it. Logins and what falls due wait beside it. When the last line has come and all
//! is as it was written, those are put in place, and then the agency's row.

pub mod kinds;

mod abort;
mod arriving;
mod check;
mod export;
mod findings;
mod finish;
mod follow;
mod import;
mod reading;
mod ticket;
mod walk;

pub use abort::abort_import;
pub use check::{Checked, check_import};
pub use export::{ExportPage, export};
pub use findings::{Finding, FindingKind};
pub use import::{Imported, import};
