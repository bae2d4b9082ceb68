//! What `portal.choose-plan` does to an account.

use super::change::{Command, allows, change, conflict};
use super::{parse_id, unknown};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::account::{Account, BillingOwner, Standing, Status, Step};
use crate::domain::billing::account::{State, Switch};
use crate::domain::id::{ClientId, PlanId};
use crate::domain::log::Event;

/// The function, as errors name it.
const EVENT: &str = "choose-plan";

/// Gives an account the plan that its owner chose: the account pays from now on. None: a
/// rehearsal, in the owner's place.
pub fn choose(
    tx: &mut Tx<'_>,
    id: &str,
    plan: &str,
    chosen_by: Option<ClientId>,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let key = parse_id(id).map(|id| keys::account(&agency, &id)).ok();
    let account: Option<Account> = key.map(|key| tx.read(&key)).transpose()?.flatten();
    let account = match chosen_by {
        // Others' accounts and none at all are refused alike.
        Some(_) => account
            .filter(|account| account.owner == chosen_by)
            .ok_or_else(|| Error::denied("owner", "only the account's owner chooses its plan"))?,
        None => account.ok_or_else(|| unknown(id))?,
    };
    match account.billing_owner {
        BillingOwner::Platform => {}
        BillingOwner::Agency => {
            let message = "the agency pays for the account, and chooses its plan";
            return Err(conflict("agency-billing", EVENT, message));
        }
    }
    let plan = PlanId::parse(plan).map_err(|_| {
        Error::invalid("plan", "unknown", format!("there is no plan `{plan}` in the catalog"))
    })?;
    let asked = Command {
        request: (id, plan.as_str()),
        allow: &|account, now| match account.status(now) {
            Status::Setup | Status::Trial | Status::Active => Ok(()),
            Status::Disabled | Status::Deleted => allows(account, Step::ExtendTrial, EVENT, now),
        },
        stands: &|_, _| Some(Standing::Active),
        act: &|billing, terms, now| match billing.state {
            State::New => billing.activate(terms, &plan, true, now),
            State::Running | State::Paused | State::Deleted => {
                billing.switch_payer(terms, Switch::ToAccount(&plan), now)
            }
        },
        event: &|account, _| {
            let client = chosen_by?;
            Some(Event::PlanChosen { account, client, plan: plan.clone() })
        },
    };
    change(tx, account, EVENT, &asked).map(drop)
}

/// The same for an operator who wants to know what it comes to: only in a rehearsal.
pub fn rehearse_choice(ports: &Ports, call: &Call, id: &str, plan: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::BILLING_PREVIEW)?;
    command(ports, &caller, &(id, plan), Vec::new(), |tx| choose(tx, id, plan, None))
}
