//! An account: a client company that the agency runs.
//!
//! | to find the rule about | open |
//! | --- | --- |
//! | where it may go from where it stands | [`status`] |
//! | what it may use | [`allotment`] |
//! | what it uses, and when that runs out | [`usage`] |
//! | whom its mail reaches, and whom its owner may invite | [`people`] |
//! | what it may be made from | [`template`] |

pub mod allotment;
pub mod people;
pub mod sign_ins;
pub mod status;
pub mod template;
pub mod usage;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use allotment::Allotment;
pub use sign_ins::SignIns;
pub use status::{DisabledReason, Refused, Standing, Status, Step, Trial};
pub use template::Template;
pub use usage::{Usage, UsageError};

use super::billing::account::{AccountBilling, Payer, State};
use super::catalog::{AccountFeature, Resources};
use super::email::Email;
use super::id::{AccountId, ClientId, PlanId};
use super::settings::is_default;
use super::text::{Name, Note};
use super::time::Timestamp;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The company's name.
    pub name: Name,
    /// What the agency says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Note>,
    /// Where its mail goes; none: to the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Its address on invoices, in lines; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// Since when it lets clients in again, if it was ever disabled: whoever was logged in before has to
    /// log in again. None: it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_in_since: Option<Timestamp>,
    /// Whom the platform bills for it.
    pub billing_owner: BillingOwner,
    /// What the agency charges its client a month, in minor units of the catalog's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale_price: Option<u64>,
    /// Who may choose its plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<ClientId>,
    /// What it allows to operators who would sign in on its behalf.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sign_ins: SignIns,
    /// An allocation of its own; none: what its plan includes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// Features of its own; none: those of its plan and its add-ons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<BTreeSet<AccountFeature>>,
    /// The plan that it is to have, as long as it was never activated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intended_plan: Option<PlanId>,
    /// What the invite of its owner says; none once it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Note>,
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

impl Account {
    /// Where it stands at `now`.
    pub fn status(&self, now: Timestamp) -> Status {
        self.standing.at(now).status()
    }

    /// The account as it stands at `now`.
    #[must_use]
    pub fn current(self, now: Timestamp) -> Account {
        Account { standing: self.standing.at(now), ..self }
    }

    /// The account as it stands from `now` on. One that comes out of a rest ends the sessions from before
    /// it, in this one write.
    #[must_use]
    pub fn moved_to(self, standing: Standing, now: Timestamp) -> Account {
        let was_disabled = matches!(self.standing.at(now), Standing::Disabled { .. });
        let reopens = was_disabled && standing.lets_clients_in();
        let let_in_since = if reopens { Some(now) } else { self.let_in_since };
        Account { standing, let_in_since, ..self }
    }

    /// Since when clients get into a brand again that leaves the account at `now`, so that a move doesn't
    /// bring back sessions which the account's rest ended. Set-up only hides: it ends none.
    pub fn leaving_lets_in_since(&self, now: Timestamp) -> Option<Timestamp> {
        match self.standing.at(now) {
            Standing::Disabled { .. } | Standing::Deleted { .. } => Some(now),
            Standing::Setup | Standing::Trial(_) | Standing::Active => self.let_in_since,
        }
    }

    /// Whether a step is allowed at `now`.
    ///
    /// # Errors
    ///
    /// When it isn't.
    pub fn check(&self, step: Step, now: Timestamp) -> Result<(), Refused> {
        self.standing.at(now).check(step, self.was_active())
    }

    /// Whether it was ever activated.
    pub const fn was_active(&self) -> bool {
        !matches!(self.billing.state, State::New)
    }

    /// Whether it pays itself.
    pub const fn pays_itself(&self) -> bool {
        matches!(self.billing.payer, Payer::Account { .. })
    }

    /// Whether its owner is to choose a plan.
    pub const fn is_plan_due(&self) -> bool {
        let platform = matches!(self.billing_owner, BillingOwner::Platform);
        platform && !self.pays_itself() && !matches!(self.standing, Standing::Deleted { .. })
    }
}

#[cfg(test)]
pub(crate) mod tests;
