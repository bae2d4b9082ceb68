//! `system`: the component and its store as a whole.

pub mod check;
mod status;

pub use check::{Checked, Difference, Kind, check, repair};
pub use status::{AtLeast, DueJob, SystemStatus, status};
