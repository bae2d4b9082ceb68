//! What clients may do whose invite says nothing of it.

use serde::{Deserialize, Serialize};

/// What clients may do whose invite says nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultPermissions {
    /// PDF and CSV exports.
    pub can_export: bool,
    /// Only looking.
    pub read_only: bool,
}

impl Default for DefaultPermissions {
    fn default() -> Self {
        DefaultPermissions { can_export: true, read_only: false }
    }
}
