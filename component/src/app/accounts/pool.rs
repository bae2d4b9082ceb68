//! `accounts.pool`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::allocated;
use crate::domain::billing::agency_terms::Pool;
use crate::domain::catalog::{Allowance, Resource};

/// What an agency may hand out to its accounts, and what they have of it.
pub struct PoolShares {
    /// Dashboards.
    pub dashboards: Share,
    /// Users.
    pub users: Share,
    /// API calls of a day.
    pub api_calls: Share,
}

/// How much of one thing.
pub struct Share {
    /// There may be.
    pub allowance: Allowance,
    /// Accounts have allocated, together.
    pub allocated: Allowance,
}

/// The agency's pool, and what its accounts have allocated of it.
pub fn pool(ports: &Ports, call: &Call) -> Result<PoolShares, Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_POOL)?;
    let mut view = query(ports, &caller, vec![keys::catalog().into_text()])?;
    let Pool(pool) = view.agency().terms.pool;
    let all = allocated(&mut view, None)?;
    let share =
        |resource: Resource| Share { allowance: pool.of(resource), allocated: all.of(resource) };
    Ok(PoolShares {
        dashboards: share(Resource::Dashboards),
        users: share(Resource::Users),
        api_calls: share(Resource::ApiCalls),
    })
}
