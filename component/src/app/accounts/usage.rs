//! `accounts.usage`, `accounts.forecast`, `accounts.allows`

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
    /// Who they are, the first [`USERS_MAX`] by id.
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
struct Found<'a> {
    view: View<'a>,
    account: Account,
    allotment: Allotment,
    usage: Usage,
}

/// What an account uses, and of how much.
pub fn usage(ports: &Ports, call: &Call, id: &str) -> Result<AccountUsage, Error> {
    let found = Found::read(ports, call, functions::ACCOUNTS_USAGE, id)?;
    let clients = users_of(&found.view, &found.account.id)?;
    let of = |resource| found.usage_of(resource, clients.len() as u64);
    Ok(AccountUsage {
        dashboards: of(Resource::Dashboards),
        users: of(Resource::Users),
        api_calls: of(Resource::ApiCalls),
        clients: clients.iter().take(USERS_MAX).copied().collect(),
    })
}

/// What of an account will run out within a year, the earliest first, if it goes on as in the last
/// 30 days.
pub fn forecast(ports: &Ports, call: &Call, id: &str) -> Result<Vec<RunningOut>, Error> {
    let found = Found::read(ports, call, functions::ACCOUNTS_FORECAST, id)?;
    if let Standing::Deleted { .. } = found.account.standing {
        return Ok(Vec::new());
    }
    let users = users_of(&found.view, &found.account.id)?.len() as u64;
    let (calendar, now) = (found.view.calendar(), found.view.now());
    let mut all: Vec<RunningOut> = Vec::new();
    for resource in Resource::ALL {
        let ResourceUse { allowance, used } = found.usage_of(resource, users);
        let Some(limit) = allowance.limit() else { continue };
        let (account, usage) = (&found.account, &found.usage);
        let at = foresee(account, usage, resource, (used, limit), (&calendar, now));
        all.extend(at.map(|at| RunningOut { resource, limit, used, at }));
    }
    all.sort_by_key(|running_out| running_out.at);
    Ok(all)
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
    fn read(
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

    fn usage_of(&self, resource: Resource, users: u64) -> ResourceUse {
        let today = self.view.calendar().day(self.view.now());
        let used = match resource {
            Resource::Users => users,
            Resource::Dashboards | Resource::ApiCalls => self.usage.used(resource, today),
        };
        ResourceUse { allowance: self.allotment.resources.of(resource), used }
    }
}
