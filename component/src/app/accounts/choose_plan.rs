//! What `portal.choose-plan` does to an account, and what `portal.plans` offers to choose from.

use super::change::{Command, allows, change, conflict, let_owner_in, refusal};
use super::{parse_id, unknown};
use crate::app::booking::accounts::{account_terms, keep_up};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::{Error, told_back};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::check_allocation;
use crate::app::tx::Tx;
use crate::domain::account::{Account, BillingOwner, Standing, Status, Step};
use crate::domain::billing::account::{
    AccountBilling, AccountBillingError, AccountTerms, Outcome, Sold, State, Switch,
};
use crate::domain::catalog::Plan;
use crate::domain::id::{ClientId, PlanId};
use crate::domain::log::Event;
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

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
    let account = for_choice(tx, id, chosen_by)?;
    let plan = PlanId::parse(plan).map_err(|_| {
        let message = format!("there is no plan `{}` in the catalog", told_back(plan));
        Error::invalid("plan", "unknown", message)
    })?;
    let asked = Command {
        request: (id, plan.as_str()),
        allow: &can_choose,
        stands: &|_, _| Some(Standing::Active),
        act: &|billing, terms, now| chosen(billing, terms, &plan, now),
        event: &|account, _| {
            let client = chosen_by?;
            Some(Event::PlanChosen { account, client, plan: plan.clone() })
        },
    };
    let changed = change(tx, account, EVENT, &asked)?;
    // What the agency took away of an account that was open, choosing doesn't give back.
    if changed.before.standing.lets_clients_in() {
        return Ok(());
    }
    let inviter = tx.agency().name.clone();
    let_owner_in(tx, &changed.after, (EVENT, &inviter)).map(drop)
}

/// The account whose plan this client may choose.
fn for_choice(tx: &mut Tx<'_>, id: &str, chosen_by: Option<ClientId>) -> Result<Account, Error> {
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
        BillingOwner::Platform => Ok(account),
        BillingOwner::Agency => {
            let message = "the agency pays for the account, and chooses its plan";
            Err(conflict("agency-billing", EVENT, message))
        }
    }
}

fn can_choose(account: &Account, now: Timestamp) -> Result<(), Error> {
    match account.status(now) {
        // Nothing that a client does lets clients in before the agency does.
        Status::Setup => {
            let message = "the account is still being set up: its plan is chosen once it is open";
            Err(conflict("setup", EVENT, message))
        }
        Status::Trial | Status::Active => Ok(()),
        Status::Disabled | Status::Deleted => allows(account, Step::ExtendTrial, EVENT, now),
    }
}

/// What an account has once its owner chose this plan.
fn chosen(
    billing: AccountBilling,
    terms: &AccountTerms<'_>,
    plan: &PlanId,
    now: Timestamp,
) -> Result<Outcome, AccountBillingError> {
    match billing.state {
        State::New => billing.activate(terms, plan, true, now),
        State::Running | State::Paused | State::Deleted => {
            billing.switch_payer(terms, Switch::ToAccount(plan), now)
        }
    }
}

/// A plan that the owner of an account can choose from.
pub struct PlanOffer {
    /// The plan.
    pub plan: Plan,
    /// What it costs the account a month.
    pub monthly: Money,
    /// Why it can't be chosen; none: it can.
    pub refused: Option<Error>,
}

/// What the owner of an account can choose from: all plans that are for sale, in the catalog's
/// order. Nothing is written.
///
/// # Errors
///
/// When the client may choose nothing: as [`choose`].
pub fn plans(tx: &mut Tx<'_>, id: &str, client: ClientId) -> Result<Vec<PlanOffer>, Error> {
    let account = for_choice(tx, id, Some(client))?;
    let now = tx.now();
    can_choose(&account, now)?;
    keep_up(tx, &account)?;
    let account = account.current(now);
    let terms = account_terms(tx, &account, now)?;
    let own = terms.account(&account.id);
    let for_sale = terms.prices.at(now).catalog.plans.clone();
    let offer = |plan: Plan| {
        let outcome = chosen(account.billing.clone(), &own, &plan.id, now);
        let billing = outcome.map_err(|error| refusal(&account.id, EVENT, error))?.account;
        let price = own.for_sale(Sold::Plan(&plan.id), now).ok_or_else(|| unknown(id))?;
        let rates = own.rates(billing.payer, Sold::Plan(&plan.id), price);
        // The volume discount is the agency's, however many plans it has.
        let monthly = rates.run_rate(0, now)?;
        let (standing, intended_plan) = (Standing::Active, None);
        let after = Account { standing, intended_plan, billing, ..account.clone() };
        let refused = match check_allocation(tx, &account, &after, EVENT) {
            Ok(()) => None,
            Err(why @ (Error::Conflict { .. } | Error::Limit { .. })) => Some(why),
            Err(other) => return Err(other),
        };
        Ok(PlanOffer { plan, monthly, refused })
    };
    for_sale.into_iter().map(offer).collect()
}

/// The same for an operator who wants to know what it comes to: only in a rehearsal.
pub fn rehearse_choice(ports: &Ports, call: &Call, id: &str, plan: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::BILLING_PREVIEW)?;
    command(ports, &caller, &(id, plan), Vec::new(), |tx| choose(tx, id, plan, None))
}
