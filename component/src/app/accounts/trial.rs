//! `accounts.start-trial`, `accounts.extend-trial`, and the end of a trial.

use super::change::{Command, allows, let_owner_in, run_and, tell};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::impersonation::end_all;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::{Account, Standing, Step, Trial};
use crate::domain::billing::AccountBillingError;
use crate::domain::billing::account::{AccountBilling, AccountTerms, Outcome};
use crate::domain::catalog::CatalogVersion;
use crate::domain::due::Due;
use crate::domain::id::AccountId;
use crate::domain::log::Event;
use crate::domain::mail::Notice;
use crate::domain::time::{DAY, Timestamp};

/// How long before the end of a trial a mail says so.
const REMINDED_BEFORE: u64 = 3 * DAY;

/// Ends set-up: the account's client tries it out for some days.
///
/// # Errors
///
/// When it isn't in set-up, or a trial may not be that long.
pub fn start_trial(ports: &Ports, call: &Call, id: &str, days: u32) -> Result<(), Error> {
    let function = functions::ACCOUNTS_START_TRIAL;
    let most = days_max(ports)?;
    let parse = |fields: &mut Fields| checked_days(fields, "days", days, most);
    let (caller, days) = Caller::with(call, function, parse)?;
    let asked = Command {
        request: (id, &days.to_string()),
        allow: &|account, now| allows(account, Step::StartTrial, function.own_name(), now),
        stands: &|_, now| Some(Standing::Trial(Trial::of(days, now))),
        act: &nothing,
        event: &|account, changed| trial_event(account, &changed.after),
    };
    run_and(ports, &caller, id, &asked, &|tx, changed| {
        schedule(tx, &changed.after)?;
        let_owner_in(tx, &changed.after, &caller.operator.name)
    })
}

/// A longer trial, counted from its end.
///
/// # Errors
///
/// When it isn't on trial, or the trial would be longer than one may be.
pub fn extend_trial(ports: &Ports, call: &Call, id: &str, days: u32) -> Result<(), Error> {
    let function = functions::ACCOUNTS_EXTEND_TRIAL;
    let most = days_max(ports)?;
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

/// How many days a trial may last, by today's catalog.
pub fn days_max(ports: &Ports) -> Result<u32, Error> {
    let latest: Option<CatalogVersion> = view::peek(ports, &keys::catalog())?;
    Ok(latest.unwrap_or_default().catalog.policies.trial_days_max)
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
        Standing::Trial(trial) => {
            if let Some(at) = reminded_at(trial).filter(|at| *at > tx.now()) {
                tx.schedule(at, Due::TrialEnding(account.id.clone()))?;
            }
            tx.schedule(trial.ends_at, Due::TrialEnd(account.id.clone()))
        }
        Standing::Setup
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => Ok(()),
    }
}

/// When a mail says that a trial will be over.
fn reminded_at(trial: Trial) -> Option<Timestamp> {
    trial.ends_at.minus(REMINDED_BEFORE)
}

/// The job three days before the end of a trial: a mail, unless it got another end.
pub fn remind(tx: &mut Tx<'_>, id: &AccountId, at: Timestamp) -> Result<(), Error> {
    let account: Option<Account> = tx.read(&keys::account(&tx.agency().id.clone(), id))?;
    let Some(account) = account else { return Ok(()) };
    match account.standing {
        Standing::Trial(trial) if reminded_at(trial) == Some(at) && tx.now() < trial.ends_at => {
            let ends_at = trial.ends_at;
            tell(tx, &account, |account| Notice::TrialEnding { account, ends_at })
        }
        Standing::Setup
        | Standing::Trial(_)
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => Ok(()),
    }
}

/// Writes down that an account's trial is over, if it is. Gives the account as it is now.
pub fn settle_trial(tx: &mut Tx<'_>, account: Account) -> Result<Account, Error> {
    let standing = account.standing.at(tx.now());
    if standing == account.standing {
        return Ok(account);
    }
    let was_on_trial = matches!(account.standing, Standing::Trial(_));
    let account = Account { standing, ..account };
    if let (Standing::Disabled { reason, .. }, true) = (standing, was_on_trial) {
        let event = Event::AccountDisabled { account: account.id.clone(), reason };
        tx.log_by_itself(event, Vec::new())?;
        tell(tx, &account, |account| Notice::TrialEnded { account })?;
    }
    tx.save_account(&account)?;
    end_all(tx, &account)?;
    Ok(account)
}

/// The job at the end of a trial.
pub fn end_trial(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), Error> {
    let account: Option<Account> = tx.read(&keys::account(&tx.agency().id.clone(), id))?;
    account.map_or(Ok(()), |account| settle_trial(tx, account).map(drop))
}
