//! `accounts.change-plan`, `accounts.add-add-on`, `accounts.remove-add-on`

use super::change::{Command, run, runs, stays};
use super::{add_on_id, plan_id};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::log::Event;

/// Another plan: one of a higher or equal price now, a cheaper one at the end of the payer's month.
///
/// # Errors
///
/// When no plan runs, or there is no such plan.
pub fn change_plan(ports: &Ports, call: &Call, id: &str, plan: &str) -> Result<(), Error> {
    let parse = |fields: &mut _| plan_id(fields, "plan", plan);
    let (caller, plan) = Caller::with(call, functions::ACCOUNTS_CHANGE_PLAN, parse)?;
    let name = caller.function.own_name();
    let asked = Command {
        request: (id, plan.as_str()),
        allow: &|account, now| runs(account, name, now),
        stands: &stays,
        act: &|billing, terms, now| billing.change_plan(terms, &plan, now),
        // What is planned for later is logged as such.
        event: &|account, changed| {
            let ran = changed.before.billing.plan.as_ref().map(|item| &item.plan);
            let runs = changed.after.billing.plan.as_ref().map(|item| &item.plan);
            let plan = runs.filter(|runs| Some(*runs) != ran)?.clone();
            Some(Event::PlanChanged { account, plan })
        },
    };
    run(ports, &caller, id, &asked)
}

/// One more add-on, from now on; or, where it was to go, it stays.
///
/// # Errors
///
/// When no plan runs, or there is no such add-on.
pub fn add_add_on(ports: &Ports, call: &Call, id: &str, add_on: &str) -> Result<(), Error> {
    let parse = |fields: &mut _| add_on_id(fields, add_on);
    let (caller, add_on) = Caller::with(call, functions::ACCOUNTS_ADD_ADD_ON, parse)?;
    let name = caller.function.own_name();
    let asked = Command {
        request: (id, add_on.as_str()),
        allow: &|account, now| runs(account, name, now),
        stands: &stays,
        act: &|billing, terms, now| billing.add_add_on(terms, &add_on, now),
        event: &|account, changed| {
            let (before, after) = (&changed.before.billing.add_ons, &changed.after.billing.add_ons);
            let is_new = before.len() < after.len();
            is_new.then(|| Event::AddOnAdded { account, add_on: add_on.clone() })
        },
    };
    run(ports, &caller, id, &asked)
}

/// An add-on goes at the end of the payer's month.
///
/// # Errors
///
/// When no plan runs, or the account doesn't have the add-on.
pub fn remove_add_on(ports: &Ports, call: &Call, id: &str, add_on: &str) -> Result<(), Error> {
    let parse = |fields: &mut _| add_on_id(fields, add_on);
    let (caller, add_on) = Caller::with(call, functions::ACCOUNTS_REMOVE_ADD_ON, parse)?;
    let name = caller.function.own_name();
    let asked = Command {
        request: (id, add_on.as_str()),
        allow: &|account, now| runs(account, name, now),
        stands: &stays,
        act: &|billing, terms, now| billing.remove_add_on(terms, &add_on, now),
        event: &|_, _| None,
    };
    run(ports, &caller, id, &asked)
}
