//! How what is stored in other words stands in an event's details.

use serde::Serialize;

use crate::domain::activity::Format;
use crate::domain::catalog::{Allowance, Resources};
use crate::domain::id::{ClientId, FeatureKey};
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

/// What somebody does who is signed in on an account's behalf, and what leaves no other entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImpersonationUse {
    /// Opening the portal, for the first time under the sign-in.
    OpenPortal,
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
    /// Copying the link of an open invite.
    CopyLink {
        /// Whose.
        client: ClientId,
    },
    /// Reserving something that there may be so much of.
    Reserve {
        /// What.
        resource: &'static str,
        /// So many.
        amount: u64,
    },
    /// Giving some of it back.
    Release {
        /// What.
        resource: &'static str,
        /// So many.
        amount: u64,
    },
}

impl ImpersonationUse {
    /// The client that it concerns.
    pub const fn client(&self) -> Option<ClientId> {
        match self {
            ImpersonationUse::CopyLink { client } => Some(*client),
            ImpersonationUse::OpenPortal
            | ImpersonationUse::SwitchBrand
            | ImpersonationUse::ViewPage { .. }
            | ImpersonationUse::Export { .. }
            | ImpersonationUse::Reserve { .. }
            | ImpersonationUse::Release { .. } => None,
        }
    }
}
