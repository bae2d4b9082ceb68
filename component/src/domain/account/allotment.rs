//! What an account may use: an allocation of its own, or what its plan includes, or the plan that it
//! is to have; what its add-ons add; and features.

use std::collections::BTreeSet;

use super::{Account, Standing};
use crate::domain::billing::account::AccountBilling;
use crate::domain::catalog::{AccountFeature, PriceBook, Resources};
use crate::domain::id::{AddOnId, PlanId};
use crate::domain::sets::one_by_one;
use crate::domain::time::Timestamp;

/// What an account may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allotment {
    /// Its allocation, without what add-ons add: what comes out of the agency's pool.
    pub allocation: Resources,
    /// All that it may use of each thing.
    pub resources: Resources,
    /// What it can do.
    pub features: BTreeSet<AccountFeature>,
}

/// What an account has of the catalog.
struct Bought<'a> {
    plan: Option<&'a PlanId>,
    add_ons: Vec<&'a AddOnId>,
}

impl Allotment {
    /// Nothing: that of a deleted account.
    pub const NOTHING: Allotment = Allotment {
        allocation: Resources::NONE,
        resources: Resources::NONE,
        features: BTreeSet::new(),
    };

    /// What an account may use at `now`, with what was planned by then. Where it has neither a plan,
    /// had or intended, nor something of its own, nothing is limited: it is being built, or tried out.
    ///
    /// Plans and add-ons give what the catalog says today. `prices` must know those that the account
    /// has.
    pub fn at(account: &Account, prices: &PriceBook, now: Timestamp) -> Allotment {
        Allotment::of(account, prices, &account.bought(Some(now)))
    }

    /// What it may use when all that is planned has happened.
    pub fn ahead(account: &Account, prices: &PriceBook) -> Allotment {
        Allotment::of(account, prices, &account.bought(None))
    }

    fn of(account: &Account, prices: &PriceBook, bought: &Bought<'_>) -> Allotment {
        if let Standing::Deleted { .. } = account.standing {
            return Allotment::NOTHING;
        }
        let plan = bought.plan.and_then(|plan| prices.last_plan(plan));
        let add_ons = || bought.add_ons.iter().filter_map(|add_on| prices.last_add_on(add_on));
        let included = plan.map_or(Resources::UNLIMITED, |plan| plan.resources);
        let allocation = account.resources.unwrap_or(included);
        let resources = add_ons().fold(allocation, |sum, add_on| sum.plus(add_on.resources));
        let features = match (&account.features, plan) {
            (Some(own), _) => own.clone(),
            (None, Some(plan)) => {
                let added = add_ons().flat_map(|add_on| &add_on.features);
                one_by_one(plan.features.iter().chain(added).copied())
            }
            (None, None) => one_by_one(AccountFeature::ALL),
        };
        Allotment { allocation, resources, features }
    }
}

impl Account {
    /// What comes out of the agency's pool for it: its allocation, now or with what is planned,
    /// whichever is larger, from its first plan on until it is deleted.
    pub fn allocated(&self, prices: &PriceBook, now: Timestamp) -> Option<Resources> {
        if !self.was_active() || matches!(self.standing, Standing::Deleted { .. }) {
            return None;
        }
        let planned = Allotment::ahead(self, prices).allocation;
        Some(Allotment::at(self, prices, now).allocation.or_more(planned))
    }

    /// Whether the plan that it had is over at `now`, with nothing after it: so it ends in a closed agency.
    pub fn has_run_out(&self, now: Timestamp) -> bool {
        self.was_active() && self.billing.bought(Some(now)).plan.is_none()
    }

    /// Whether all plans and add-ons that it has, or will have, are known here.
    pub fn is_of(&self, prices: &PriceBook) -> bool {
        let (now, ahead) = (self.bought(Some(Timestamp::EPOCH)), self.bought(None));
        now.plan.into_iter().chain(ahead.plan).all(|plan| prices.last_plan(plan).is_some())
            && now.add_ons.iter().all(|add_on| prices.last_add_on(add_on).is_some())
    }

    /// What the account has at `by`; in place of a plan, before it has one, the one that it is to
    /// have.
    fn bought(&self, by: Option<Timestamp>) -> Bought<'_> {
        let bought = self.billing.bought(by);
        Bought { plan: bought.plan.or(self.intended_plan.as_ref()), ..bought }
    }
}

impl AccountBilling {
    /// What the account has at `by`, booked or not; none: when all that is planned has happened.
    fn bought(&self, by: Option<Timestamp>) -> Bought<'_> {
        let has_come = |at: Timestamp| by.is_none_or(|by| at <= by);
        let downgrade = self.downgrade.as_ref().filter(|downgrade| has_come(downgrade.at));
        let plan = downgrade.map(|downgrade| &downgrade.plan);
        let stays = |removed_at: Option<Timestamp>| removed_at.is_none_or(|at| !has_come(at));
        let add_ons = self.add_ons.iter().filter(|item| stays(item.removed_at));
        Bought {
            plan: plan.or(self.plan.as_ref().map(|plan| &plan.plan)),
            add_ons: add_ons.map(|item| &item.add_on).collect(),
        }
    }
}

#[cfg(test)]
#[path = "allotment_tests.rs"]
mod tests;
