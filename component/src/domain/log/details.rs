//! How what is stored in other words stands in an event's details.

use serde::Serialize;

use crate::domain::catalog::{Allowance, Resources};
use crate::domain::id::FeatureKey;
use crate::domain::permissions::Permissions;

/// An allocation as details spell it, in kebab-case; an account's row has its fields in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Allocation {
    dashboards: Allowance,
    users: Allowance,
    api_calls: Allowance,
}

impl From<Resources> for Allocation {
    fn from(resources: Resources) -> Allocation {
        let Resources { dashboards, users, api_calls } = resources;
        Allocation { dashboards, users, api_calls }
    }
}

/// Permissions as details spell them, in kebab-case; a client's row has its fields in snake case.
#[derive(Serialize)]
#[serde(remote = "Permissions", rename_all = "kebab-case")]
pub(super) struct InDetails {
    can_export: bool,
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Vec<FeatureKey>>,
}
