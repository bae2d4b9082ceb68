//! `accounts.disable`, `accounts.resume`, `accounts.delete`

use super::by_itself::tell;
use super::change::{Changed, Command, allows, run, run_and};
use crate::app::acting::brands_of;
use crate::app::brands;
use crate::app::caller::{Call, Caller};
use crate::app::error::{Error, told_back};
use crate::app::functions;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::account::{Account, DisabledReason, Standing, Step};
use crate::domain::billing::account::State;
use crate::domain::log::Event;
use crate::domain::mail::Notice;
use crate::domain::text::Name;

/// A rest: its clients can't get in, nothing is credited, and nothing is renewed.
///
/// # Errors
///
/// When it is deleted.
pub fn disable(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_DISABLE)?;
    let reason = DisabledReason::ByHand;
    let asked = Command {
        request: (id, ""),
        allow: &|account, now| allows(account, Step::Disable, caller.function.own_name(), now),
        stands: &|standing, now| match standing {
            Standing::Trial(trial) => Some(Standing::Disabled {
                since: now,
                reason,
                trial: Some(trial),
                deletes_at: None,
            }),
            Standing::Setup | Standing::Active => {
                Some(Standing::Disabled { since: now, reason, trial: None, deletes_at: None })
            }
            Standing::Disabled { .. } | Standing::Deleted { .. } => None,
        },
        act: &|billing, terms, now| billing.disable(terms, now),
        event: &|account, changed| {
            let is_new = changed.before.standing != changed.after.standing;
            is_new.then_some(Event::AccountDisabled { account, reason })
        },
    };
    run_and(ports, &caller, id, &asked, &tell_of_rest)
}

/// Nobody outside of the agency knows of an account in set-up.
fn tell_of_rest(tx: &mut Tx<'_>, changed: &Changed) -> Result<(), Error> {
    match changed.before.standing {
        Standing::Trial(_) | Standing::Active => {
            tell(tx, &changed.after, |account| Notice::AccountDisabled { account })
        }
        Standing::Setup | Standing::Disabled { .. } | Standing::Deleted { .. } => Ok(()),
    }
}

/// Ends the rest: the trial goes on, or the plan: what of it is still paid for goes on, and what
/// isn't is charged from now on.
///
/// # Errors
///
/// When it isn't disabled, or there is nothing to go on with.
pub fn resume(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_RESUME)?;
    let asked = Command {
        request: (id, ""),
        allow: &|account, now| allows(account, Step::Resume, caller.function.own_name(), now),
        stands: &|standing, _| match standing {
            Standing::Disabled { trial: Some(trial), .. } => Some(Standing::Trial(trial)),
            Standing::Disabled { trial: None, .. } => Some(Standing::Active),
            Standing::Setup | Standing::Trial(_) | Standing::Active | Standing::Deleted { .. } => {
                None
            }
        },
        act: &|billing, terms, now| match billing.state {
            State::Paused => billing.resume(terms, now),
            State::New | State::Running | State::Deleted => Ok(billing.settle(terms, now)?),
        },
        event: &|account, _| Some(Event::AccountResumed { account }),
    };
    run(ports, &caller, id, &asked)
}

/// Deletes an account for good, where `name` is its name; none: nobody need type it. Its brands
/// are archived.
///
/// # Errors
///
/// When it is deleted already, or has another name.
pub fn delete(ports: &Ports, call: &Call, id: &str, name: Option<&str>) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_DELETE)?;
    let asked = Command {
        // The name confirms, and is no part of what is asked for: a quote was made without it.
        allow: &|account, now| {
            confirmed(account, name)?;
            allows(account, Step::Delete, caller.function.own_name(), now)
        },
        ..deletion(id)
    };
    run_and(ports, &caller, id, &asked, &|tx, changed| archive_brands(tx, &changed.after))
}

/// What deleting an account does to it, once it is allowed.
pub(super) fn deletion(id: &str) -> Command<'_> {
    Command {
        request: (id, ""),
        allow: &|_, _| Ok(()),
        stands: &|_, since| Some(Standing::Deleted { since }),
        act: &|billing, terms, now| billing.delete(terms, now),
        event: &|account, _| Some(Event::AccountDeleted { account }),
    }
}

/// What comes with deleting an account.
pub(super) fn archive_brands(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    for brand in brands_of(tx.view(), &account.id)? {
        brands::take_out_of_use(tx, &brand)?;
    }
    Ok(())
}

/// However it was typed: names are compared as names.
fn confirmed(account: &Account, typed: Option<&str>) -> Result<(), Error> {
    match typed.map(Name::parse) {
        None => Ok(()),
        Some(Ok(typed)) if typed == account.name => Ok(()),
        Some(_) => {
            let name = told_back(account.name.as_str());
            let message = format!("must be the account's name, `{name}`, to confirm");
            Err(Error::invalid("name", "wrong", message))
        }
    }
}
