//! What an account's plan and its add-ons come to.
//!
//! Everything that is known stands in [`AccountBilling`]: with it and the time, what is due
//! follows, however late somebody looks.
//!
//! | to find | open |
//! | --- | --- |
//! | what each command does | `commands.rs` |
//! | what happens by itself, and when | `settle.rs` |
//! | what is paid for ahead when it rests | `ahead.rs` |
//! | what becomes of what is planned when something else happens | [`planned`](super::planned) |
//! | what a plan or an add-on is charged by | [`rates`] |
//! | what a start, a new month and a stop come to | [`item`] |

mod ahead;
mod commands;
mod desk;
pub mod item;
pub mod rates;
mod settle;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use commands::Switch;
pub use item::{AddOnItem, Item, PlanItem};
pub use rates::{AccountTerms, ItemRates, ListPrice, Sold};

use super::planned::Planned;
use super::{BillingError, BillingItem, PayerId, Posting};
use crate::domain::id::{AddOnId, PlanId};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

/// What an account has, who pays for it, and what is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountBilling {
    /// Who pays.
    pub payer: Payer,
    /// Where it stands.
    pub state: State,
    /// Its plan; none before it is activated, and when what a deleted account paid for is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanItem>,
    /// Its add-ons, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<AddOnItem>,
    /// The cheaper plan that it gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downgrade: Option<Downgrade>,
    /// When what a disabled or deleted account paid for is over; none where it runs, and
    /// where that is over already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
}

/// Who pays for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// Its agency, by the agency's months.
    Agency {
        /// From when its months count if it pays itself again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<Timestamp>,
    },
    /// The account itself.
    Account {
        /// From when its months count: its first choice of a plan.
        anchor: Timestamp,
    },
}

/// Where an account stands, as far as billing cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was never activated: nothing is charged.
    New,
    /// Its plan runs.
    Running,
    /// It is disabled: what is paid for runs out, and nothing is renewed.
    Paused,
    /// It is deleted: what is paid for runs out, and nothing comes after it.
    Deleted,
}

/// A cheaper plan that an account gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Downgrade {
    /// When: at the end of the payer's month.
    pub at: Timestamp,
    /// Which.
    pub plan: PlanId,
    /// Its price when somebody asked for it.
    pub price: ListPrice,
}

/// Something of one account that is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedChange {
    /// It gets a cheaper plan.
    Downgrade {
        /// When.
        at: Timestamp,
        /// Which.
        plan: PlanId,
    },
    /// An add-on goes.
    Removal {
        /// When.
        at: Timestamp,
        /// Which.
        add_on: AddOnId,
    },
    /// What a disabled account paid for is over.
    DisabledEnd {
        /// When.
        at: Timestamp,
    },
    /// What a deleted account paid for is over, and its plan and add-ons go.
    DeletedEnd {
        /// When.
        at: Timestamp,
    },
}

/// What became of something planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is planned from now on.
    Planned,
    /// Its time came, and it happened.
    Happened,
    /// Something else came in its place.
    Replaced,
    /// It won't happen.
    Dropped,
}

/// An amount to book for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// In whose ledger.
    pub payer: PayerId,
    /// What for.
    pub item: BillingItem,
    /// The amount.
    pub posting: Posting,
}

/// What a command came to, everything included that was due before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The account afterwards.
    pub account: AccountBilling,
    /// What is to be booked, in this order.
    pub booked: Vec<Booked>,
    /// What became of what was planned: each is worth an entry in the log.
    pub planned: Vec<(PlannedChange, Became)>,
}

/// Why a command on an account's plan or add-ons is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccountBillingError {
    /// It can't be booked.
    #[error(transparent)]
    Billing(#[from] BillingError),
    /// No such plan is for sale.
    #[error("there is no plan `{0}` in the catalog")]
    UnknownPlan(PlanId),
    /// No such add-on is for sale.
    #[error("there is no add-on `{0}` in the catalog")]
    UnknownAddOn(AddOnId),
    /// The account doesn't have it.
    #[error("the account has no add-on `{0}`")]
    NoSuchAddOn(AddOnId),
    /// It has no plan yet.
    #[error("the account has no plan yet: activate it first")]
    NotActivated,
    /// Its plan runs already.
    #[error("the account's plan runs already")]
    Runs,
    /// It is disabled.
    #[error("the account is disabled: resume it first")]
    Paused,
    /// It is deleted.
    #[error("the account is deleted, which is for ever")]
    Deleted,
    /// The agency pays already.
    #[error("the agency pays for the account already")]
    AgencyPays,
    /// The account pays already.
    #[error("the account pays itself already: change its plan instead")]
    AccountPays,
}

impl Became {
    /// Whether it came so by itself, and nobody asked for it now.
    pub const fn is_by_itself(self) -> bool {
        match self {
            Became::Happened => true,
            Became::Planned | Became::Replaced | Became::Dropped => false,
        }
    }
}

impl PlannedChange {
    /// When.
    pub const fn at(&self) -> Timestamp {
        match self {
            PlannedChange::Downgrade { at, .. }
            | PlannedChange::Removal { at, .. }
            | PlannedChange::DisabledEnd { at }
            | PlannedChange::DeletedEnd { at } => *at,
        }
    }

    /// Of which kind it is.
    pub const fn kind(&self) -> Planned {
        match self {
            PlannedChange::Downgrade { .. } => Planned::Downgrade,
            PlannedChange::Removal { .. } => Planned::Removal,
            PlannedChange::DisabledEnd { .. } => Planned::DisabledEnd,
            PlannedChange::DeletedEnd { .. } => Planned::DeletedEnd,
        }
    }
}

impl Default for AccountBilling {
    /// That of an account that was never activated.
    fn default() -> AccountBilling {
        AccountBilling {
            payer: Payer::Agency { anchor: None },
            state: State::New,
            plan: None,
            add_ons: Vec::new(),
            downgrade: None,
            ends_at: None,
        }
    }
}

impl AccountBilling {
    /// All that is planned: a downgrade, then removals by add-on, then the end.
    pub fn planned(&self) -> Vec<PlannedChange> {
        let downgrade = self.downgrade.iter().map(|Downgrade { at, plan, .. }| {
            let (at, plan) = (*at, plan.clone());
            PlannedChange::Downgrade { at, plan }
        });
        let removals = self.add_ons.iter().filter_map(|item| {
            let add_on = item.add_on.clone();
            item.removed_at.map(|at| PlannedChange::Removal { at, add_on })
        });
        downgrade.chain(removals).chain(self.end()).collect()
    }

    /// The end of what is paid for, where nothing is renewed.
    fn end(&self) -> Option<PlannedChange> {
        let at = self.ends_at?;
        match self.state {
            State::New | State::Running => None,
            State::Paused => Some(PlannedChange::DisabledEnd { at }),
            State::Deleted => Some(PlannedChange::DeletedEnd { at }),
        }
    }

    /// Whether its agency pays for it.
    pub const fn paid_by_agency(&self) -> bool {
        matches!(self.payer, Payer::Agency { .. })
    }

    /// Whether its plan runs.
    pub fn is_running(&self) -> bool {
        self.plan.is_some() && self.state == State::Running
    }

    /// Whether its plan counts for the agency's volume discount.
    pub fn counts_for_volume(&self) -> bool {
        self.is_running() && self.paid_by_agency()
    }

    /// All that it has: its plan, then its add-ons by id.
    pub fn items(&self) -> impl Iterator<Item = (Sold<'_>, &Item)> {
        let plan = self.plan.iter().map(|plan| (plan.sold(), &plan.item));
        plan.chain(self.add_ons.iter().map(|add_on| (add_on.sold(), &add_on.item)))
    }

    /// What all that runs costs a month by today's prices, where the agency has so many plans
    /// running. What is disabled or deleted costs nothing any more; what is planned doesn't
    /// count yet.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn run_rate(
        &self,
        terms: &AccountTerms<'_>,
        plans: u32,
        now: Timestamp,
    ) -> Result<Money, BillingError> {
        let mut sum = Money::zero(terms.terms.prices.latest().catalog.currency);
        match self.state {
            State::New | State::Paused | State::Deleted => return Ok(sum),
            State::Running => {}
        }
        for (sold, item) in self.items() {
            sum = sum.plus(terms.rates(self.payer, sold, item.price).run_rate(plans, now)?)?;
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests;
