//! `system`: the component and its store as a whole.

mod status;

pub use status::{AtLeast, DueJob, SystemStatus, status};
