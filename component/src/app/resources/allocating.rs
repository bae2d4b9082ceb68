//! Whether an account may have what it is about to get: it is enough, it isn't less than what is in
//! use, and it is in the agency's pool.

use std::collections::BTreeSet;

use super::allotment::prices_of;
use super::users::users_left;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record;
use crate::app::tx::Tx;
use crate::app::view::{self, View};
use crate::domain::account::{Account, Allotment, Standing};
use crate::domain::billing::agency_terms::Pool;
use crate::domain::catalog::check::ALLOWANCE_MAX;
use crate::domain::catalog::{Allowance, Resource, Resources};
use crate::domain::id::{AccountId, ClientId};
use crate::domain::time::Timestamp;

/// How many users a refusal names.
const NAMED_MAX: usize = 20;

/// Refuses a change of an account by which it would have too little, or more than there is. What is
/// planned counts as much as what it has: whatever comes by itself can't be refused then.
///
/// # Errors
///
/// When it would; `event` is the function that is refused.
pub fn check_allocation(
    tx: &mut Tx<'_>,
    before: &Account,
    after: &Account,
    event: &'static str,
) -> Result<(), Error> {
    if let Standing::Deleted { .. } = after.standing {
        return Ok(());
    }
    prices_of(tx.view(), before)?;
    // Once earlier versions are read, they stay: this has what both have.
    let (prices, now) = (prices_of(tx.view(), after)?, tx.now());
    let at_present = [before, after].map(|account| Allotment::at(account, &prices, now).resources);
    let ahead = [before, after].map(|account| Allotment::ahead(account, &prices).resources);
    let is_active = matches!(after.standing, Standing::Active);
    let ([had, has], [would_have, will_have]) = (at_present, ahead);
    let changes = before.standing != after.standing || had != has || would_have != will_have;
    if is_active && changes && !has.or_less(will_have).are_enough() {
        let message = format!(
            "`{}` needs at least one dashboard and one user: give it an allocation of its own with \
             `set-resources`, or another plan",
            after.name
        );
        return Err(Error::Conflict { state: "resources", event, message });
    }
    // What was planned before may be as little as what is lowered now.
    check_use(tx, after, at_present, event)?;
    check_use(tx, after, ahead, event)?;
    let (had, has) = (before.allocated(&prices, now), after.allocated(&prices, now));
    match has {
        Some(has) => take(tx, &after.id, had.unwrap_or(Resources::NONE), has),
        None => Ok(()),
    }
}

/// Refuses to lower what is in use. Calls are of a day: with fewer, the next ones are refused.
fn check_use(
    tx: &mut Tx<'_>,
    account: &Account,
    [had, has]: [Resources; 2],
    event: &'static str,
) -> Result<(), Error> {
    let lowers = |resource| has.of(resource) < had.of(resource);
    let name = &account.name;
    if lowers(Resource::Dashboards) {
        let usage = tx.read(&keys::usage(&tx.agency().id.clone(), &account.id))?;
        let today = tx.calendar().day(tx.now());
        let used = usage.unwrap_or_default().used(Resource::Dashboards, today);
        if let Some(limit) = has.dashboards.limit().filter(|limit| used > *limit) {
            let message = format!(
                "`{name}` uses {used} dashboards, and would have {limit}: release some first"
            );
            return Err(Error::Conflict { state: "in-use", event, message });
        }
    }
    if lowers(Resource::Users) {
        let users = users_left(tx, &account.id)?;
        if let Some(limit) = has.users.limit().filter(|limit| users.len() as u64 > *limit) {
            let message = format!(
                "`{name}` has {} users, and would have room for {limit}: take its brands from some \
                 of them first: {}",
                users.len(),
                named(&users)
            );
            return Err(Error::Conflict { state: "in-use", event, message });
        }
    }
    Ok(())
}

fn named(users: &BTreeSet<ClientId>) -> String {
    let ids: Vec<String> = users.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    let rest = users.len() - ids.len();
    let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
    format!("{}{more}", ids.join(", "))
}

/// Takes an allocation out of the agency's pool, in place of what the account had. All accounts are
/// only read where there is a limit, and something grows.
fn take(tx: &mut Tx<'_>, id: &AccountId, had: Resources, has: Resources) -> Result<(), Error> {
    let Pool(pool) = tx.agency().terms.pool;
    let grows = |resource: Resource| {
        has.of(resource) > had.of(resource) && pool.of(resource) != Allowance::Unlimited
    };
    if !Resource::ALL.into_iter().any(grows) {
        return Ok(());
    }
    let others = allocated(tx.view(), Some(id))?;
    for resource in Resource::ALL.into_iter().filter(|resource| grows(*resource)) {
        let Allowance::AtMost(limit) = pool.of(resource) else { continue };
        let taken = others.of(resource).limit().unwrap_or(limit);
        let (allowed, asked) = (limit.saturating_sub(taken), has.of(resource));
        if !Allowance::AtMost(allowed).holds(asked.limit().unwrap_or(ALLOWANCE_MAX)) {
            let asked = asked.limit().unwrap_or(ALLOWANCE_MAX);
            return Err(Error::Limit { limit: resource.key(), allowed, asked, wait: None });
        }
    }
    Ok(())
}

/// Refuses a pool that has less in it than is allocated to the agency's accounts.
///
/// # Errors
///
/// When it has.
pub fn check_pool(tx: &mut Tx<'_>, pool: Pool, event: &'static str) -> Result<(), Error> {
    if pool == Pool::default() {
        return Ok(());
    }
    let all = allocated(tx.view(), None)?;
    let words = |allowance: Allowance| {
        allowance.limit().map_or_else(|| "as many as one likes".to_owned(), |n| n.to_string())
    };
    for resource in Resource::ALL {
        if all.of(resource) > pool.0.of(resource) {
            let message = format!(
                "{}: accounts have {} allocated, and the pool would have {}: lower their \
                 allocations first",
                resource.key(),
                words(all.of(resource)),
                words(pool.0.of(resource))
            );
            return Err(Error::Conflict { state: "in-use", event, message });
        }
    }
    Ok(())
}

/// What is allocated to the agency's accounts together, but for one of them. One whose row is
/// damaged counts for nothing.
///
/// They need no check of their own: whatever changes them writes the agency's log, and so does
/// whatever is decided by it.
pub fn allocated(view: &mut View<'_>, except: Option<&AccountId>) -> Result<Resources, Error> {
    let (agency, now) = (view.agency().id.clone(), view.now());
    let prices = view.prices(Timestamp::EPOCH)?;
    let mut sum = Resources::NONE;
    view::each(view.ports(), &keys::accounts(&agency), |row| {
        let Some(account) = record::decode_whole::<Account>(&row)? else { return Ok(()) };
        if Some(&account.id) != except {
            sum = sum.plus(account.allocated(&prices, now).unwrap_or(Resources::NONE));
        }
        Ok(())
    })?;
    Ok(sum)
}
