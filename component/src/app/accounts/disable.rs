//! `accounts.disable`, `accounts.resume`, `accounts.delete`

use super::change::{Command, conflict, run};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::account::{Account, Status};
use crate::domain::log::Event;
use crate::domain::text::Name;

/// A rest: nothing is credited, and nothing is renewed.
///
/// # Errors
///
/// When it is in set-up or deleted.
pub fn disable(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_DISABLE)?;
    let asked = Command {
        request: (id, ""),
        allow: &|account| match account.status() {
            Status::Setup => {
                let message = format!("`{}` is in set-up: there is nothing to stop", account.name);
                Err(conflict("setup", caller.function.own_name(), message))
            }
            Status::Active | Status::Disabled | Status::Deleted => Ok(()),
        },
        act: &|billing, terms, now| billing.disable(terms, now),
        event: &|account, changed| {
            let is_new = changed.before.state != changed.after.state;
            is_new.then_some(Event::AccountDisabled { account })
        },
    };
    run(ports, &caller, id, &asked)
}

/// Ends the rest: what is still paid for goes on, and what isn't is charged from now on.
///
/// # Errors
///
/// When it isn't disabled.
pub fn resume(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_RESUME)?;
    let asked = Command {
        request: (id, ""),
        allow: &|_| Ok(()),
        act: &|billing, terms, now| billing.resume(terms, now),
        event: &|account, _| Some(Event::AccountResumed { account }),
    };
    run(ports, &caller, id, &asked)
}

/// Deletes an account for good, where `name` is its name; none: nobody need type it.
///
/// # Errors
///
/// When it is deleted already, or has another name.
pub fn delete(ports: &Ports, call: &Call, id: &str, name: Option<&str>) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_DELETE)?;
    let asked = Command {
        // The name confirms, and is no part of what is asked for: a quote was made without it.
        request: (id, ""),
        allow: &|account| confirmed(account, name),
        act: &|billing, terms, now| billing.delete(terms, now),
        event: &|account, _| Some(Event::AccountDeleted { account }),
    };
    run(ports, &caller, id, &asked)
}

/// However it was typed: names are compared as names.
fn confirmed(account: &Account, typed: Option<&str>) -> Result<(), Error> {
    match typed.map(Name::parse) {
        None => Ok(()),
        Some(Ok(typed)) if typed == account.name => Ok(()),
        Some(_) => {
            let message = format!("must be the account's name, `{}`, to confirm", account.name);
            Err(Error::invalid("name", "wrong", message))
        }
    }
}
