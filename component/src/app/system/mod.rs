//! `system`: the component and its store as a whole.
//!
//! | to find | open |
//! | --- | --- |
//! | whether what follows from other rows is as it should be | [`mod@check`] |
//! | taking an agency from one store to another | [`moving`] |
//! | what hangs on the host's keys | `key_uses.rs` |
//! | what in a row was made with a key | `keyed.rs` |
//! | how far a walk through the store has come | `place.rs` |

pub mod check;
mod key_uses;
mod keyed;
pub mod moving;
mod place;
mod status;

pub use check::{Checked, Difference, Kind, check, repair};
pub use key_uses::{KeyUse, KeyUses, key_uses};
pub use keyed::UseKind;
pub use status::{AtLeast, DueJob, SystemStatus, status};
