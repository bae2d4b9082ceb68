//! Details of events that have a form of their own.

use serde::Serialize;

use crate::domain::activity::Format;
use crate::domain::id::FeatureKey;
use crate::domain::permissions::Permissions;

/// Permissions as details spell them, in kebab-case; a client's row has its fields in snake case.
#[derive(Serialize)]
#[serde(remote = "Permissions", rename_all = "kebab-case")]
pub(super) struct InDetails {
    can_export: bool,
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Vec<FeatureKey>>,
}

/// What somebody does in the portal who is signed in on an account's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImpersonationUse {
    /// Going to another brand.
    SwitchBrand,
    /// Looking at a page.
    ViewPage {
        /// Of this feature.
        feature: FeatureKey,
    },
    /// Exporting one.
    Export {
        /// As this.
        format: Format,
    },
}
