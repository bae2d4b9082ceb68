//! `accounts`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::{account_types as types, accounts as wit};
use super::{Component, with_ports};
use crate::app::accounts::listing::{self, Order, RawFilter, Sort};
use crate::app::accounts::{
    self, AccountChanges, AccountCounts, AccountDetail, AccountUsage, Deletion, NewAccount, People,
    Person, PoolShares, PriceChange, Purchase, RawTemplate, ResourceUse, RunningOut, Share, Shown,
    Start,
};
use crate::app::error::Error;
use crate::domain::account::{Allotment, BillingOwner, DisabledReason, Standing, Status, Template};
use crate::domain::billing::account::PlannedChange;
use crate::domain::catalog::{AccountFeature, Resource, Resources};
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn create(call: wit::Call, account: wit::NewAccount) -> Result<wit::AccountId, wit::Error> {
        let new = NewAccount::from(account);
        Ok(with_ports(|ports| accounts::create(ports, &call.into(), &new))?.to_string())
    }

    fn get(call: wit::Call, id: wit::AccountId) -> Result<wit::Account, wit::Error> {
        Ok(with_ports(|ports| accounts::get(ports, &call.into(), &id))?.into())
    }

    fn detail(call: wit::Call, id: wit::AccountId) -> Result<wit::AccountDetail, wit::Error> {
        Ok(with_ports(|ports| accounts::detail(ports, &call.into(), &id))?.into())
    }

    fn list(
        call: wit::Call,
        filter: Option<wit::AccountFilter>,
        order: Option<wit::AccountOrder>,
        page: wit::PageRequest,
    ) -> Result<wit::AccountPage, wit::Error> {
        let filter = filter.map(RawFilter::from).unwrap_or_default();
        let order = order.map(Order::from).unwrap_or_default();
        let (call, page) = (call.into(), page.into());
        let page = with_ports(|ports| listing::list(ports, &call, &filter, order, &page))?;
        let accounts = page.accounts.into_iter().map(wit::Account::from).collect();
        let within = page.within.map(|account| account.to_string());
        let (next, as_of) = (page.next, page.as_of.millis());
        Ok(wit::AccountPage { accounts, next, as_of, within })
    }

    fn counts(call: wit::Call) -> Result<wit::AccountCounts, wit::Error> {
        Ok(with_ports(|ports| accounts::counts(ports, &call.into()))?.into())
    }

    fn pool(call: wit::Call) -> Result<wit::PoolShares, wit::Error> {
        Ok(with_ports(|ports| accounts::pool(ports, &call.into()))?.into())
    }

    fn reset_password(call: wit::Call, id: wit::AccountId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::reset_password(ports, &call.into(), &id))?)
    }

    fn update(
        call: wit::Call,
        id: wit::AccountId,
        changes: wit::AccountChanges,
    ) -> Result<(), wit::Error> {
        let changes = AccountChanges::from(changes);
        Ok(with_ports(|ports| accounts::update(ports, &call.into(), &id, &changes))?)
    }

    fn move_brand(
        call: wit::Call,
        id: wit::BrandId,
        account: Option<wit::AccountId>,
    ) -> Result<(), wit::Error> {
        let account = account.as_deref();
        Ok(with_ports(|ports| accounts::move_brand(ports, &call.into(), &id, account))?)
    }

    fn start_trial(call: wit::Call, id: wit::AccountId, days: u32) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::start_trial(ports, &call.into(), &id, days))?)
    }

    fn extend_trial(call: wit::Call, id: wit::AccountId, days: u32) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::extend_trial(ports, &call.into(), &id, days))?)
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

    fn delete_many(
        call: wit::Call,
        deletions: Vec<wit::AccountDeletion>,
    ) -> Result<Vec<wit::DeletionOutcome>, wit::Error> {
        let deletion = |wit::AccountDeletion { id, name }| Deletion { id, name: Some(name) };
        let deletions: Vec<_> = deletions.into_iter().map(deletion).collect();
        let rows = with_ports(|ports| accounts::delete_many(ports, &call.into(), &deletions))?;
        let outcome = |row: Result<(), Error>| match row {
            Ok(()) => wit::DeletionOutcome::Deleted,
            Err(error) => wit::DeletionOutcome::Refused(error.into()),
        };
        Ok(rows.into_iter().map(outcome).collect())
    }

    fn set_resources(
        call: wit::Call,
        id: wit::AccountId,
        resources: Option<wit::Resources>,
    ) -> Result<(), wit::Error> {
        let own = resources.map(Resources::from);
        Ok(with_ports(|ports| accounts::set_resources(ports, &call.into(), &id, own))?)
    }

    fn set_features(
        call: wit::Call,
        id: wit::AccountId,
        features: Option<Vec<String>>,
    ) -> Result<(), wit::Error> {
        let own = features.as_deref();
        Ok(with_ports(|ports| accounts::set_features(ports, &call.into(), &id, own))?)
    }

    fn reserve(
        call: wit::Call,
        id: wit::AccountId,
        resource: wit::ResourceKind,
        amount: u64,
    ) -> Result<wit::ResourceUse, wit::Error> {
        let (call, resource) = (call.into(), resource.into());
        Ok(with_ports(|ports| accounts::reserve(ports, &call, &id, resource, amount))?.into())
    }

    fn release(
        call: wit::Call,
        id: wit::AccountId,
        resource: wit::ResourceKind,
        amount: u64,
    ) -> Result<wit::ResourceUse, wit::Error> {
        let (call, resource) = (call.into(), resource.into());
        Ok(with_ports(|ports| accounts::release(ports, &call, &id, resource, amount))?.into())
    }

    fn usage(call: wit::Call, id: wit::AccountId) -> Result<wit::AccountUsage, wit::Error> {
        Ok(with_ports(|ports| accounts::usage(ports, &call.into(), &id))?.into())
    }

    fn forecast(call: wit::Call, id: wit::AccountId) -> Result<Vec<wit::RunningOut>, wit::Error> {
        let all = with_ports(|ports| accounts::forecast(ports, &call.into(), &id))?;
        Ok(all.into_iter().map(wit::RunningOut::from).collect())
    }

    fn allows(call: wit::Call, id: wit::AccountId, feature: String) -> Result<bool, wit::Error> {
        Ok(with_ports(|ports| accounts::allows(ports, &call.into(), &id, &feature))?)
    }

    fn templates(call: wit::Call) -> Result<Vec<wit::AccountTemplate>, wit::Error> {
        let all = with_ports(|ports| accounts::templates(ports, &call.into()))?;
        Ok(all.into_iter().map(wit::AccountTemplate::from).collect())
    }

    fn set_template(call: wit::Call, template: wit::AccountTemplate) -> Result<(), wit::Error> {
        let template = RawTemplate::from(template);
        Ok(with_ports(|ports| accounts::set_template(ports, &call.into(), &template))?)
    }

    fn remove_template(call: wit::Call, id: wit::TemplateId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| accounts::remove_template(ports, &call.into(), &id))?)
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
        let Shown {
            account,
            status,
            plan,
            add_ons,
            run_rate,
            resale_price,
            margin,
            brands,
            allotment,
        } = shown;
        let Allotment { resources, features, .. } = allotment;
        let (trial_ends_at, disabled_reason, deletes_at) = match account.standing {
            Standing::Trial(trial) => (Some(trial.ends_at), None, None),
            Standing::Disabled { reason, trial, deletes_at, .. } => {
                (trial.map(|trial| trial.ends_at), Some(reason.into()), deletes_at)
            }
            Standing::Setup | Standing::Active | Standing::Deleted { .. } => (None, None, None),
        };
        let mut planned = account.billing.planned();
        planned.sort_by_key(PlannedChange::at);
        wit::Account {
            id: account.id.to_string(),
            name: account.name.to_string(),
            created_at: account.created_at.millis(),
            status: status.into(),
            trial_ends_at: trial_ends_at.map(Timestamp::millis),
            disabled_reason,
            deletes_at: deletes_at.map(Timestamp::millis),
            description: account.description.as_ref().map(|note| note.as_str().to_owned()),
            email: account.email.as_ref().map(ToString::to_string),
            billing_owner: account.billing_owner.into(),
            pays_itself: account.pays_itself(),
            plan_due: account.is_plan_due(),
            owner: account.owner.map(|client| client.to_string()),
            address: account.address,
            plan: plan.map(types::Purchase::from),
            add_ons: add_ons.into_iter().map(types::Purchase::from).collect(),
            run_rate: run_rate.into(),
            resale_price: resale_price.map(types::Money::from),
            margin: margin.map(types::Money::from),
            brands: brands.iter().map(ToString::to_string).collect(),
            planned: planned.into_iter().map(types::PlannedChange::from).collect(),
            resources: resources.into(),
            own_resources: account.resources.map(wit::Resources::from),
            features: features.into_iter().map(|feature| feature.key().to_owned()).collect(),
            own_features: account.features.is_some(),
            intended_plan: account.intended_plan.map(|plan| plan.to_string()),
        }
    }
}

impl From<AccountDetail> for wit::AccountDetail {
    fn from(detail: AccountDetail) -> wit::AccountDetail {
        let AccountDetail { account, usage, running_out, people, as_of } = detail;
        let People { people, total } = people;
        wit::AccountDetail {
            account: account.into(),
            usage: usage.into(),
            running_out: running_out.into_iter().map(wit::RunningOut::from).collect(),
            people: people.into_iter().map(types::Person::from).collect(),
            people_total: total,
            as_of: as_of.millis(),
        }
    }
}

impl From<AccountCounts> for wit::AccountCounts {
    fn from(counts: AccountCounts) -> wit::AccountCounts {
        let AccountCounts { setup, trial, active, disabled, deleted, plan_due, total, as_of } =
            counts;
        let as_of = as_of.millis();
        wit::AccountCounts { setup, trial, active, disabled, deleted, plan_due, total, as_of }
    }
}

impl From<PoolShares> for wit::PoolShares {
    fn from(shares: PoolShares) -> wit::PoolShares {
        let PoolShares { dashboards, users, api_calls } = shares;
        let share = |Share { allowance, allocated }: Share| types::PoolShare {
            allowance: allowance.into(),
            allocated: allocated.into(),
        };
        wit::PoolShares {
            dashboards: share(dashboards),
            users: share(users),
            api_calls: share(api_calls),
        }
    }
}

impl From<Person> for types::Person {
    fn from(person: Person) -> types::Person {
        let Person { client, status, owner } = person;
        types::Person {
            client: client.id.to_string(),
            name: client.name.as_ref().map(ToString::to_string),
            email: client.email.as_ref().map(ToString::to_string),
            status: status.into(),
            owner,
            brands: client.grants.iter().map(|grant| grant.brand.to_string()).collect(),
        }
    }
}

impl From<wit::AccountFilter> for RawFilter {
    fn from(filter: wit::AccountFilter) -> RawFilter {
        let wit::AccountFilter { status, billing_owner, plan, search } = filter;
        let (status, billing_owner) = (status.map(Into::into), billing_owner.map(Into::into));
        RawFilter { status, billing_owner, plan, search }
    }
}

impl From<wit::AccountOrder> for Order {
    fn from(order: wit::AccountOrder) -> Order {
        let wit::AccountOrder { sort, descending } = order;
        Order { sort: sort.into(), descending }
    }
}

impl From<wit::NewAccount> for NewAccount {
    fn from(new: wit::NewAccount) -> NewAccount {
        NewAccount {
            id: new.id,
            name: new.name,
            description: new.description,
            email: new.email,
            address: new.address,
            billing_owner: new.billing_owner.into(),
            start: new.start.into(),
            plan: new.plan,
            add_ons: new.add_ons.unwrap_or_default(),
            resources: new.resources.map(Resources::from),
            features: new.features,
            resale_price: new.resale_price,
            template: new.template,
        }
    }
}

impl From<wit::AccountTemplate> for RawTemplate {
    fn from(template: wit::AccountTemplate) -> RawTemplate {
        let wit::AccountTemplate { id, name, plan, resources, features, brands, welcome } =
            template;
        let resources = resources.map(Resources::from);
        RawTemplate { id, name, plan, resources, features, brands, welcome }
    }
}

impl From<Template> for wit::AccountTemplate {
    fn from(template: Template) -> wit::AccountTemplate {
        let features = template.features;
        let key = |feature: AccountFeature| feature.key().to_owned();
        wit::AccountTemplate {
            id: template.id.to_string(),
            name: template.name.to_string(),
            plan: template.plan.map(|plan| plan.to_string()),
            resources: template.resources.map(wit::Resources::from),
            features: features.map(|features| features.into_iter().map(key).collect()),
            brands: template.brands.iter().map(ToString::to_string).collect(),
            welcome: template.welcome.map(|note| note.as_str().to_owned()),
        }
    }
}

impl From<wit::AccountChanges> for AccountChanges {
    fn from(changes: wit::AccountChanges) -> AccountChanges {
        AccountChanges {
            name: changes.name,
            description: changes.description,
            email: changes.email,
            address: changes.address,
            resale_price: changes.resale_price.map(PriceChange::from),
            intended_plan: changes.intended_plan,
        }
    }
}

impl From<wit::PriceChange> for PriceChange {
    fn from(change: wit::PriceChange) -> PriceChange {
        match change {
            wit::PriceChange::Nothing => PriceChange::Nothing,
            wit::PriceChange::Monthly(price) => PriceChange::Monthly(price),
        }
    }
}

impl From<wit::AccountStart> for Start {
    fn from(start: wit::AccountStart) -> Start {
        match start {
            wit::AccountStart::Setup => Start::Setup,
            wit::AccountStart::Trial(days) => Start::Trial(days),
            wit::AccountStart::Active(plan) => Start::Active(plan),
        }
    }
}

impl From<Purchase> for types::Purchase {
    fn from(purchase: Purchase) -> types::Purchase {
        let Purchase { id, monthly, since, paid_until } = purchase;
        let (since, paid_until) = (since.millis(), paid_until.millis());
        types::Purchase { id, monthly: monthly.into(), since, paid_until }
    }
}

impl From<ResourceUse> for wit::ResourceUse {
    fn from(found: ResourceUse) -> wit::ResourceUse {
        let ResourceUse { allowance, used } = found;
        wit::ResourceUse { allowance: allowance.into(), used }
    }
}

impl From<AccountUsage> for wit::AccountUsage {
    fn from(usage: AccountUsage) -> wit::AccountUsage {
        let AccountUsage { dashboards, users, clients, api_calls } = usage;
        wit::AccountUsage {
            dashboards: dashboards.into(),
            users: users.into(),
            clients: clients.iter().map(ToString::to_string).collect(),
            api_calls: api_calls.into(),
        }
    }
}

impl From<RunningOut> for wit::RunningOut {
    fn from(running_out: RunningOut) -> wit::RunningOut {
        let RunningOut { resource, limit, used, at } = running_out;
        wit::RunningOut { resource: resource.into(), limit, used, runs_out_at: at.millis() }
    }
}

impl From<PlannedChange> for types::PlannedChange {
    fn from(change: PlannedChange) -> types::PlannedChange {
        let at = change.at().millis();
        let what = match change {
            PlannedChange::Downgrade { plan, .. } => {
                types::PlannedStep::Downgrade(plan.to_string())
            }
            PlannedChange::Removal { add_on, .. } => {
                types::PlannedStep::Removal(add_on.to_string())
            }
            PlannedChange::DisabledEnd { .. } | PlannedChange::DeletedEnd { .. } => {
                types::PlannedStep::End
            }
        };
        types::PlannedChange { what, at }
    }
}

same_cases! {
    wit::ResourceKind = Resource: Dashboards Users ApiCalls;
    wit::AccountStatus = Status: Setup Trial Active Disabled Deleted;
    wit::AccountSort = Sort: Name Created Status;
    types::DisabledReason = DisabledReason: ByHand TrialExpired;
    wit::BillingOwner = BillingOwner: Agency Platform;
}
