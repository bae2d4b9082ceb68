//! `accounts`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::accounts as wit;
use super::{Component, with_ports};
use crate::app::accounts::{self, NewAccount, Purchase, Shown};
use crate::domain::account::{BillingOwner, Status};
use crate::domain::billing::account::PlannedChange;

impl wit::Guest for Component {
    fn create(call: wit::Call, account: wit::NewAccount) -> Result<wit::AccountId, wit::Error> {
        let wit::NewAccount { id, name, address, billing_owner } = account;
        let new = NewAccount { id, name, address, billing_owner: billing_owner.into() };
        Ok(with_ports(|ports| accounts::create(ports, &call.into(), &new))?.to_string())
    }

    fn get(call: wit::Call, id: wit::AccountId) -> Result<wit::Account, wit::Error> {
        Ok(with_ports(|ports| accounts::get(ports, &call.into(), &id))?.into())
    }

    fn list(call: wit::Call, page: wit::PageRequest) -> Result<wit::AccountPage, wit::Error> {
        let page = with_ports(|ports| accounts::list(ports, &call.into(), &page.into()))?;
        let accounts = page.items.into_iter().map(wit::Account::from).collect();
        Ok(wit::AccountPage { accounts, next: page.next })
    }

    fn set_owner(
        call: wit::Call,
        id: wit::AccountId,
        client: Option<wit::ClientId>,
    ) -> Result<(), wit::Error> {
        let client = client.as_deref();
        Ok(with_ports(|ports| accounts::set_owner(ports, &call.into(), &id, client))?)
    }

    fn activate(call: wit::Call, id: wit::AccountId, plan: wit::PlanId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::activate(ports, &call.into(), &id, &plan))?)
    }

    fn change_plan(
        call: wit::Call,
        id: wit::AccountId,
        plan: wit::PlanId,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::change_plan(ports, &call.into(), &id, &plan))?)
    }

    fn add_add_on(
        call: wit::Call,
        id: wit::AccountId,
        add_on: wit::AddOnId,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::add_add_on(ports, &call.into(), &id, &add_on))?)
    }

    fn remove_add_on(
        call: wit::Call,
        id: wit::AccountId,
        add_on: wit::AddOnId,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::remove_add_on(ports, &call.into(), &id, &add_on))?)
    }

    fn disable(call: wit::Call, id: wit::AccountId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::disable(ports, &call.into(), &id))?)
    }

    fn resume(call: wit::Call, id: wit::AccountId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::resume(ports, &call.into(), &id))?)
    }

    fn delete(call: wit::Call, id: wit::AccountId, name: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::delete(ports, &call.into(), &id, Some(&name)))?)
    }

    fn set_billing_owner(
        call: wit::Call,
        id: wit::AccountId,
        owner: wit::BillingOwner,
    ) -> Result<(), wit::Error> {
        let owner = owner.into();
        Ok(with_ports(|ports| accounts::set_billing_owner(ports, &call.into(), &id, owner))?)
    }
}

impl From<Shown> for wit::Account {
    fn from(shown: Shown) -> wit::Account {
        let Shown { account, plan, add_ons, run_rate } = shown;
        let mut planned = account.billing.planned();
        planned.sort_by_key(PlannedChange::at);
        wit::Account {
            id: account.id.to_string(),
            name: account.name.to_string(),
            created_at: account.created_at.millis(),
            status: account.status().into(),
            billing_owner: account.billing_owner.into(),
            pays_itself: account.pays_itself(),
            plan_due: account.is_plan_due(),
            owner: account.owner.map(|client| client.to_string()),
            address: account.address,
            plan: plan.map(wit::Purchase::from),
            add_ons: add_ons.into_iter().map(wit::Purchase::from).collect(),
            run_rate: run_rate.into(),
            planned: planned.into_iter().map(wit::PlannedChange::from).collect(),
        }
    }
}

impl From<Purchase> for wit::Purchase {
    fn from(purchase: Purchase) -> wit::Purchase {
        let Purchase { id, monthly, since, paid_until } = purchase;
        let (since, paid_until) = (since.millis(), paid_until.millis());
        wit::Purchase { id, monthly: monthly.into(), since, paid_until }
    }
}

impl From<PlannedChange> for wit::PlannedChange {
    fn from(change: PlannedChange) -> wit::PlannedChange {
        let at = change.at().millis();
        let what = match change {
            PlannedChange::Downgrade { plan, .. } => wit::PlannedStep::Downgrade(plan.to_string()),
            PlannedChange::Removal { add_on, .. } => wit::PlannedStep::Removal(add_on.to_string()),
            PlannedChange::DisabledEnd { .. } | PlannedChange::DeletedEnd { .. } => {
                wit::PlannedStep::End
            }
        };
        wit::PlannedChange { what, at }
    }
}

same_cases! {
    wit::AccountStatus = Status: Setup Active Disabled Deleted;
    wit::BillingOwner = BillingOwner: Agency Platform;
}
