//! `system`: the component and its store as a whole.
//!
//! | to find | open |
//! | --- | --- |
//! | whether what follows from other rows is as it should be | [`mod@check`] |
//! | taking an agency from one store to another | [`moving`] |

pub mod check;
pub mod moving;
mod status;

pub use check::{Checked, Difference, Kind, check, repair};
pub use status::{AtLeast, DueJob, SystemStatus, status};
