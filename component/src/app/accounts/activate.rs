//! `accounts.activate`

use super::by_itself::tell_of_due_plan;
use super::change::{Command, allows, conflict, let_owner_in, run_and};
use super::plan_id;
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::account::{Account, BillingOwner, Standing, Step};
use crate::domain::log::Event;

/// Ends set-up or a trial: the plan is charged to the agency from now on. Where the platform bills
/// the account, that is until its owner chooses.
///
/// # Errors
///
/// When the platform bills an account that can still be tried out, when it was activated before, or
/// when there is no such plan.
pub fn activate(ports: &Ports, call: &Call, id: &str, plan: &str) -> Result<(), Error> {
    let parse = |fields: &mut _| plan_id(fields, "plan", plan);
    let (caller, plan) = Caller::with(call, functions::ACCOUNTS_ACTIVATE, parse)?;
    let name = caller.function.own_name();
    let asked = Command {
        request: (id, plan.as_str()),
        allow: &|account, now| {
            allows(account, Step::Activate, name, now)?;
            match account.billing_owner {
                // It can't be tried out any more, and nobody gets in to choose.
                BillingOwner::Platform if is_stuck(account.standing.at(now)) => Ok(()),
                BillingOwner::Platform => Err(platform_bills(account)),
                BillingOwner::Agency => Ok(()),
            }
        },
        stands: &|_, _| Some(Standing::Active),
        act: &|billing, terms, now| billing.activate(terms, &plan, false, now),
        event: &|account, _| Some(Event::AccountActivated { account, plan: plan.clone() }),
    };
    run_and(ports, &caller, id, &asked, &|tx, changed| {
        let account = let_owner_in(tx, &changed.after, (name, &caller.operator.name))?;
        tell_of_due_plan(tx, &account)
    })
}

/// Whether nothing else leads on from where an account stands that was never active.
const fn is_stuck(standing: Standing) -> bool {
    matches!(standing, Standing::Disabled { trial: None, .. })
}

fn platform_bills(account: &Account) -> Error {
    let message = format!(
        "the platform bills `{}`: its owner chooses the plan in the portal. Start a trial to let \
         the owner in, or change the billing owner first",
        account.name
    );
    conflict("platform-billing", functions::ACCOUNTS_ACTIVATE.own_name(), message)
}
