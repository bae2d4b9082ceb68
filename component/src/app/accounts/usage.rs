//! `accounts.usage`, `accounts.forecast`, `accounts.allows`

use std::collections::BTreeSet;

use super::reserve::ResourceUse;
use super::{parse_id, unknown};
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions::{self, Function};
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::{allotment, foresee, users_of};
use crate::app::view::View;
use crate::domain::account::{Account, Allotment, Standing, Usage};
use crate::domain::catalog::{AccountFeature, Resource, check};
use crate::domain::id::{AccountId, ClientId};
use crate::domain::time::Timestamp;

/// How many users are named.
const USERS_MAX: usize = 1_000;

/// What an account may use, and what it uses.
pub struct AccountUsage {
    /// Dashboards.
    pub dashboards: ResourceUse,
    /// Users.
    pub users: ResourceUse,
    /// Who they are, the first 1,000 by id.
    pub clients: Vec<ClientId>,
    /// Calls of today.
    pub api_calls: ResourceUse,
}

/// That something of an account runs out.
pub struct RunningOut {
    /// What.
    pub resource: Resource,
    /// How much there may be.
    pub limit: u64,
    /// How much is in use.
    pub used: u64,
    /// When there will be nothing left.
    pub at: Timestamp,
}

/// An account with all that tells what it uses.
pub(super) struct Found<'a> {
    /// What was read.
    pub view: View<'a>,
    /// The account.
    pub account: Account,
    allotment: Allotment,
    usage: Usage,
}

/// What an account uses, and of how much.
pub fn usage(ports: &Ports, call: &Call, id: &str) -> Result<AccountUsage, Error> {
    let found = Found::read(ports, call, functions::ACCOUNTS_USAGE, id)?;
    let users = users_of(&found.view, &found.account.id)?;
    Ok(found.in_use(&users))
}

/// What of an account will run out within a year, the earliest first, if it goes on as in the last
/// 30 days.
pub fn forecast(ports: &Ports, call: &Call, id: &str) -> Result<Vec<RunningOut>, Error> {
    let found = Found::read(ports, call, functions::ACCOUNTS_FORECAST, id)?;
    let users = users_of(&found.view, &found.account.id)?;
    Ok(found.running_out(&users))
}

/// Whether an account has a feature, and can be used at all.
///
/// # Errors
///
/// When there is no such feature.
pub fn allows(ports: &Ports, call: &Call, id: &str, feature: &str) -> Result<bool, Error> {
    let parse = |fields: &mut Fields| fields.take("feature", check::feature(feature));
    let (caller, feature) = Caller::within_with(call, functions::ACCOUNTS_ALLOWS, parse)?;
    let (mut view, account) = read(ports, &caller, &parse_id(id)?, id)?;
    has_feature(&mut view, &account, feature)
}

/// The same for an account that was read already.
pub fn has_feature(
    view: &mut View<'_>,
    account: &Account,
    feature: AccountFeature,
) -> Result<bool, Error> {
    match account.standing.at(view.now()) {
        Standing::Disabled { .. } | Standing::Deleted { .. } => Ok(false),
        Standing::Setup | Standing::Trial(_) | Standing::Active => {
            Ok(allotment(view, account)?.features.contains(&feature))
        }
    }
}

fn read<'a>(
    ports: &'a Ports,
    caller: &Caller,
    account: &AccountId,
    id: &str,
) -> Result<(View<'a>, Account), Error> {
    let key = keys::account(&caller.agency, account);
    let used = keys::usage(&caller.agency, account);
    let keys = [key.text(), used.text(), keys::catalog().text()].map(str::to_owned);
    let mut view = query(ports, caller, keys.to_vec())?;
    check_account(&view, account)?;
    let account = view.read(&key)?.ok_or_else(|| unknown(id))?;
    Ok((view, account))
}

impl<'a> Found<'a> {
    /// Reads the account with this id, for a function that is about it.
    pub fn read(
        ports: &'a Ports,
        call: &Call,
        function: Function,
        id: &str,
    ) -> Result<Found<'a>, Error> {
        let caller = Caller::within(call, function)?;
        let (mut view, account) = read(ports, &caller, &parse_id(id)?, id)?;
        let usage = view.read(&keys::usage(&caller.agency, &account.id))?.unwrap_or_default();
        let allotment = allotment(&mut view, &account)?;
        Ok(Found { view, account, allotment, usage })
    }

    /// What is in use, where these are the users.
    pub fn in_use(&self, users: &BTreeSet<ClientId>) -> AccountUsage {
        let of = |resource| self.usage_of(resource, users.len() as u64);
        AccountUsage {
            dashboards: of(Resource::Dashboards),
            users: of(Resource::Users),
            api_calls: of(Resource::ApiCalls),
            clients: users.iter().take(USERS_MAX).copied().collect(),
        }
    }

    /// What will run out within a year, the earliest first, where these are the users. Nothing of a
    /// deleted account does.
    pub fn running_out(&self, users: &BTreeSet<ClientId>) -> Vec<RunningOut> {
        if let Standing::Deleted { .. } = self.account.standing {
            return Vec::new();
        }
        let (calendar, now) = (self.view.calendar(), self.view.now());
        let mut all: Vec<RunningOut> = Vec::new();
        for resource in Resource::ALL {
            let ResourceUse { allowance, used } = self.usage_of(resource, users.len() as u64);
            let Some(limit) = allowance.limit() else { continue };
            let (account, usage) = (&self.account, &self.usage);
            let at = foresee(account, usage, resource, (used, limit), (&calendar, now));
            all.extend(at.map(|at| RunningOut { resource, limit, used, at }));
        }
        all.sort_by_key(|running_out| running_out.at);
        all
    }

    fn usage_of(&self, resource: Resource, users: u64) -> ResourceUse {
        let today = self.view.calendar().day(self.view.now());
        let used = match resource {
            Resource::Users => users,
            Resource::Dashboards | Resource::ApiCalls => self.usage.used(resource, today),
        };
        ResourceUse { allowance: self.allotment.resources.of(resource), used }
    }
}
