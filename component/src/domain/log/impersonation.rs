//! What events say of sign-ins on accounts' behalf.

use serde::Serialize;

use super::subject::Subject;
use crate::domain::activity::Format;
use crate::domain::id::{AccountId, BrandId, ClientId, FeatureKey};
use crate::domain::time::Timestamp;

/// An operator signed in on an account's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImpersonationStarted {
    /// The account.
    pub account: AccountId,
    /// The host's id of the operator.
    pub operator: String,
    /// What the sign-in is called.
    pub impersonation: String,
    /// Why.
    pub reason: String,
    /// What it allows.
    pub mode: &'static str,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

/// An operator was refused to sign in on an account's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImpersonationRefused {
    /// The account.
    pub account: AccountId,
    /// The host's id of the operator.
    pub operator: String,
    /// What was asked for.
    pub mode: &'static str,
    /// Why it was refused.
    pub why: &'static str,
}

/// A sign-in on an account's behalf ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImpersonationEnded {
    /// The account.
    pub account: AccountId,
    /// The host's id of the operator.
    pub operator: String,
    /// The operator's name.
    pub operator_name: String,
    /// What the sign-in is called.
    pub impersonation: String,
    /// How.
    pub how: &'static str,
}

/// Somebody who is signed in on an account's behalf did something in the portal, or something else that
/// leaves no other entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImpersonationUsed {
    /// The account.
    pub account: AccountId,
    /// The host's id of the operator.
    pub operator: String,
    /// What the sign-in is called.
    pub impersonation: String,
    /// At this brand; none: at none.
    pub brand: Option<BrandId>,
    /// What.
    pub what: ImpersonationUse,
}

/// The owner of an account changed what it allows to operators who would sign in on its behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SignInsChanged {
    /// The account.
    pub account: AccountId,
    /// Who.
    pub client: ClientId,
    /// What it always allows.
    pub policy: &'static str,
    /// Until when it allows everything.
    pub allowed_until: Option<Timestamp>,
    /// Whether it gets a report of each.
    pub report: bool,
}

impl ImpersonationUsed {
    /// What it is about: a client first, as everywhere.
    pub(super) fn about(&self) -> Vec<Subject> {
        let client = self.what.client().map(Subject::Client);
        let brand = self.brand.iter().cloned().map(Subject::Brand);
        let account = Subject::Account(self.account.clone());
        client.into_iter().chain(brand).chain([account]).collect()
    }
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
