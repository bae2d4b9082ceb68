//! `accounts.start-trial`, `accounts.extend-trial`

use super::by_itself::{tell_of_due_plan, trial_dues};
use super::change::{Command, allows, let_owner_in, run_and};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::{Account, Standing, Step, Trial};
use crate::domain::billing::AccountBillingError;
use crate::domain::billing::account::{AccountBilling, AccountTerms, Outcome};
use crate::domain::catalog::{CatalogVersion, Policies};
use crate::domain::id::AccountId;
use crate::domain::log::Event;
use crate::domain::time::Timestamp;

/// Ends set-up: the account's client tries it out for some days.
///
/// # Errors
///
/// When it isn't in set-up, or a trial may not be that long.
pub fn start_trial(ports: &Ports, call: &Call, id: &str, days: u32) -> Result<(), Error> {
    let function = functions::ACCOUNTS_START_TRIAL;
    let policies = policies(ports)?;
    let (most, deleted_after) =
        (policies.trial_days_max, policies.delete_expired_trials_after_days);
    let parse = |fields: &mut Fields| checked_days(fields, "days", days, most);
    let (caller, days) = Caller::with(call, function, parse)?;
    let asked = Command {
        request: (id, &days.to_string()),
        allow: &|account, now| allows(account, Step::StartTrial, function.own_name(), now),
        stands: &|_, now| Some(Standing::Trial(Trial::of(days, now).deleted_after(deleted_after))),
        act: &nothing,
        event: &|account, changed| trial_event(account, &changed.after),
    };
    run_and(ports, &caller, id, &asked, &|tx, changed| {
        schedule(tx, &changed.after)?;
        let who = (function.own_name(), &caller.operator.name);
        let account = let_owner_in(tx, &changed.after, who)?;
        tell_of_due_plan(tx, &account)
    })
}

/// A longer trial, counted from its end.
///
/// # Errors
///
/// When it isn't on trial, or the trial would be longer than one may be.
pub fn extend_trial(ports: &Ports, call: &Call, id: &str, days: u32) -> Result<(), Error> {
    let function = functions::ACCOUNTS_EXTEND_TRIAL;
    let most = policies(ports)?.trial_days_max;
    let parse = |fields: &mut Fields| checked_days(fields, "days", days, most);
    let (caller, days) = Caller::with(call, function, parse)?;
    let longer = |standing: Standing| match standing {
        Standing::Trial(trial) => Some(trial.longer(days)),
        Standing::Setup
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => None,
    };
    let asked = Command {
        request: (id, &days.to_string()),
        allow: &|account, now| {
            allows(account, Step::ExtendTrial, function.own_name(), now)?;
            match longer(account.standing).filter(|trial| trial.days() > u64::from(most)) {
                Some(trial) => {
                    let message = format!(
                        "a trial lasts {most} days at most, and this one would last {}",
                        trial.days()
                    );
                    Err(Error::invalid("days", "out-of-range", message))
                }
                None => Ok(()),
            }
        },
        stands: &|standing, _| longer(standing).map(Standing::Trial),
        act: &nothing,
        event: &|account, changed| trial_event(account, &changed.after),
    };
    run_and(ports, &caller, id, &asked, &|tx, changed| schedule(tx, &changed.after))
}

/// Does nothing to what an account has, but for what was due.
fn nothing(
    billing: AccountBilling,
    terms: &AccountTerms<'_>,
    now: Timestamp,
) -> Result<Outcome, AccountBillingError> {
    Ok(billing.settle(terms, now)?)
}

/// How long a trial may be, and what becomes of the account afterwards, by today's catalog.
pub fn policies(ports: &Ports) -> Result<Policies, Error> {
    let latest: Option<CatalogVersion> = view::peek(ports, &keys::catalog())?;
    Ok(latest.unwrap_or_default().catalog.policies)
}

/// So many days, if a trial may last that long.
pub fn checked_days(fields: &mut Fields, field: &str, days: u32, most: u32) -> Option<u32> {
    if (1..=most).contains(&days) {
        return Some(days);
    }
    fields.refuse(field, "out-of-range", format!("must be 1 to {most}, is {days}"));
    None
}

fn trial_event(account: AccountId, after: &Account) -> Option<Event> {
    match after.standing {
        Standing::Trial(Trial { ends_at, .. }) => Some(Event::TrialSet { account, ends_at }),
        Standing::Setup
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => None,
    }
}

/// Makes the end of a trial fall due.
pub fn schedule(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    match account.standing {
        Standing::Trial(_) => {
            let dues = trial_dues(account, tx.now());
            dues.into_iter().try_for_each(|(at, due)| tx.schedule(at, due))
        }
        Standing::Setup
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => Ok(()),
    }
}
