//! `accounts.counts`

use super::listing::order::{Stretch, status_stretch};
use crate::app::caller::{Call, Caller};
use crate::app::clients::listing::gather::each_key;
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view::View;
use crate::domain::account::Status;
use crate::domain::time::Timestamp;

/// How many accounts there are.
pub struct AccountCounts {
    /// In set-up.
    pub setup: u32,
    /// On trial.
    pub trial: u32,
    /// Active.
    pub active: u32,
    /// Disabled, also by a trial's end that nobody has written down.
    pub disabled: u32,
    /// Deleted.
    pub deleted: u32,
    /// Those whose owners are to choose a plan.
    pub plan_due: u32,
    /// All.
    pub total: u32,
    /// The time that statuses were derived for.
    pub as_of: Timestamp,
}

/// How many accounts there are in each status. It looks at a key of each, and at no account.
pub fn counts(ports: &Ports, call: &Call) -> Result<AccountCounts, Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_COUNTS)?;
    let view = query(ports, &caller, Vec::new())?;
    let agency = &view.agency().id;
    let of = |status| count(&view, &status_stretch(agency, status));
    let over = count(&view, &keys::trials_over(agency, view.now()))?;
    let due = keys::accounts_plan_due(agency);
    let counts = AccountCounts {
        setup: of(Status::Setup)?,
        trial: of(Status::Trial)?.saturating_sub(over),
        active: of(Status::Active)?,
        disabled: of(Status::Disabled)?.saturating_add(over),
        deleted: of(Status::Deleted)?,
        plan_due: count(&view, &(due.start().to_owned(), due.end()))?,
        total: 0,
        as_of: view.now(),
    };
    let AccountCounts { setup, trial, active, disabled, deleted, .. } = counts;
    let total = [setup, trial, active, disabled, deleted].into_iter().fold(0, u32::saturating_add);
    Ok(AccountCounts { total, ..counts })
}

fn count(view: &View<'_>, stretch: &Stretch) -> Result<u32, Error> {
    let mut count: u32 = 0;
    each_key(view.ports(), stretch, |_| count = count.saturating_add(1))?;
    Ok(count)
}
