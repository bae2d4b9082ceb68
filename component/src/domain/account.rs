//! An account: a client company that the agency runs.

use serde::{Deserialize, Serialize};

use super::billing::account::{AccountBilling, Payer, State};
use super::id::{AccountId, ClientId};
use super::text::Name;
use super::time::Timestamp;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The company's name.
    pub name: Name,
    /// Its address on invoices, in lines; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Whom the platform bills for it.
    pub billing_owner: BillingOwner,
    /// Who may choose its plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<ClientId>,
    /// What it has, who pays for it, and what is planned.
    pub billing: AccountBilling,
}

/// Whom the platform bills for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BillingOwner {
    /// The agency.
    Agency,
    /// The account itself, once its owner has chosen a plan.
    Platform,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is being built.
    Setup,
    /// Its plan runs.
    Active,
    /// It is at rest.
    Disabled,
    /// It is gone for good.
    Deleted,
}

impl Account {
    /// Where it stands.
    pub const fn status(&self) -> Status {
        match self.billing.state {
            State::New => Status::Setup,
            State::Running => Status::Active,
            State::Paused => Status::Disabled,
            State::Deleted => Status::Deleted,
        }
    }

    /// Whether it pays itself.
    pub const fn pays_itself(&self) -> bool {
        matches!(self.billing.payer, Payer::Account { .. })
    }

    /// Whether its owner is to choose a plan.
    pub const fn is_plan_due(&self) -> bool {
        let platform = matches!(self.billing_owner, BillingOwner::Platform);
        platform && !self.pays_itself() && !matches!(self.billing.state, State::Deleted)
    }
}
