//! How a command changes an account: what is due first, then the command, then it is booked, all at
//! once.

use super::by_itself::{settle_trial, tell_end};
use super::{parse_id, unknown};
use crate::app::acting::{brands_of, check_account};
use crate::app::booking::accounts::{account_terms, book, keep_up, settle};
use crate::app::brands::give_to_owner;
use crate::app::caller::Caller;
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::impersonation::end_all;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::check_allocation;
use crate::app::tx::Tx;
use crate::domain::account::{Account, Refused, Standing, Status, Step};
use crate::domain::billing::account::{
    AccountBilling, AccountBillingError, AccountTerms, Outcome, State,
};
use crate::domain::id::AccountId;
use crate::domain::log::Event;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// What a command does to what an account has.
pub type Act<'a> = &'a dyn Fn(
    AccountBilling,
    &AccountTerms<'_>,
    Timestamp,
) -> Result<Outcome, AccountBillingError>;

/// A command about one account.
pub struct Command<'a> {
    /// What is asked for, to tell a repetition from another call.
    pub request: (&'a str, &'a str),
    /// Refuses what the account's state doesn't allow.
    pub allow: &'a dyn Fn(&Account, Timestamp) -> Result<(), Error>,
    /// Where the account stands afterwards; none: where it stood.
    pub stands: &'a dyn Fn(Standing, Timestamp) -> Option<Standing>,
    /// What it does to what the account has.
    pub act: Act<'a>,
    /// What is logged, if it changed something.
    pub event: &'a dyn Fn(AccountId, &Changed) -> Option<Event>,
}

/// How an account differs from before.
pub struct Changed {
    /// Before, with all that was due.
    pub before: Account,
    /// After.
    pub after: Account,
}

/// For commands that leave the account where it stands.
pub fn stays(_: Standing, _: Timestamp) -> Option<Standing> {
    None
}

/// Runs a command about one account.
pub fn run(ports: &Ports, caller: &Caller, id: &str, asked: &Command<'_>) -> Result<(), Error> {
    run_and(ports, caller, id, asked, &|_, _| Ok(()))
}

/// The same, and what else comes with it.
pub fn run_and(
    ports: &Ports,
    caller: &Caller,
    id: &str,
    asked: &Command<'_>,
    besides: &dyn Fn(&mut Tx<'_>, &Changed) -> Result<(), Error>,
) -> Result<(), Error> {
    let parsed = parse_id(id)?;
    let key = keys::account(&caller.agency, &parsed);
    let keys = [
        key.text().to_owned(),
        keys::agency_totals(&caller.agency).into_text(),
        keys::catalog().into_text(),
    ];
    command(ports, caller, &asked.request, keys.to_vec(), |tx| {
        check_account(tx.view(), &parsed)?;
        let account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        let changed = change(tx, account, caller.function.own_name(), asked)?;
        besides(tx, &changed)
    })
}

/// Gives an account's owner its brands, or invites it to them: where it has just left set-up, or got
/// another owner. It does nothing in set-up. Gives the account with its owner. `who` is the function that
/// was called, and who called it.
pub fn let_owner_in(
    tx: &mut Tx<'_>,
    account: &Account,
    who: (&'static str, &Name),
) -> Result<Account, Error> {
    let brands = brands_of(tx.view(), &account.id)?;
    give_to_owner(tx, account.clone(), brands, who)
}

/// Does something to an account. Gives how it is different afterwards.
pub fn change(
    tx: &mut Tx<'_>,
    account: Account,
    name: &'static str,
    asked: &Command<'_>,
) -> Result<Changed, Error> {
    (asked.allow)(&account, tx.now())?;
    keep_up(tx, &account)?;
    let at = tx.priced_at();
    let (account, trial_ended) = settle_trial(tx, account)?;
    let (account, _) = settle(tx, account, at)?;
    let terms = account_terms(tx, &account, at)?;
    let (id, before) = (account.id.clone(), account.clone());
    let outcome = (asked.act)(account.billing.clone(), &terms.account(&id), at);
    let outcome = outcome.map_err(|error| refusal(&id, name, error))?;
    let standing = (asked.stands)(account.standing, tx.now()).unwrap_or(account.standing);
    let intended_plan =
        account.intended_plan.clone().filter(|_| outcome.account.state == State::New);
    let after = Account { billing: outcome.account.clone(), intended_plan, ..account };
    let after = after.moved_to(standing, tx.now());
    check_allocation(tx, &before, &after, name)?;
    let changed = Changed { before, after };
    if let Some(event) = (asked.event)(id, &changed) {
        tx.log(event)?;
    }
    let Changed { before, after } = &changed;
    if after.standing != before.standing {
        tx.save_account(after)?;
        end_all(tx, after)?;
    }
    if trial_ended {
        tell_end(tx, after)?;
    }
    let booked = Account { billing: before.billing.clone(), ..after.clone() };
    let after = book(tx, booked, outcome)?;
    Ok(Changed { after, ..changed })
}

/// Refuses a step that the account's status doesn't allow.
pub fn allows(
    account: &Account,
    step: Step,
    event: &'static str,
    now: Timestamp,
) -> Result<(), Error> {
    let Err(refused) = account.check(step, now) else { return Ok(()) };
    let name = &account.name;
    let (state, message) = match refused {
        Refused::NothingToResume => {
            ("disabled", format!("`{name}` was never active, and no trial is left: activate it"))
        }
        Refused::Status(Status::Setup) => ("setup", format!("`{name}` is in set-up")),
        Refused::Status(Status::Trial) => ("trial", format!("`{name}` is on trial")),
        Refused::Status(Status::Active) => ("active", format!("`{name}` is active")),
        Refused::Status(Status::Disabled) => {
            ("disabled", format!("`{name}` is disabled: resume it first"))
        }
        Refused::Status(Status::Deleted) => ("deleted", deleted(account)),
    };
    Err(conflict(state, event, message))
}

/// Refuses what needs a plan that runs.
pub fn runs(account: &Account, event: &'static str, now: Timestamp) -> Result<(), Error> {
    match account.status(now) {
        Status::Active => Ok(()),
        Status::Setup => Err(conflict("setup", event, without_plan(account))),
        Status::Trial => Err(conflict("trial", event, without_plan(account))),
        // As far as the account's own status goes, another step is refused in the same way.
        Status::Disabled | Status::Deleted => allows(account, Step::ExtendTrial, event, now),
    }
}

fn without_plan(account: &Account) -> String {
    format!("`{}` has no plan yet: activate it first", account.name)
}

/// Refuses what can't be done with a deleted account.
pub fn not_deleted(account: &Account, event: &'static str) -> Result<(), Error> {
    match account.standing {
        Standing::Deleted { .. } => Err(conflict("deleted", event, deleted(account))),
        Standing::Setup | Standing::Trial(_) | Standing::Active | Standing::Disabled { .. } => {
            Ok(())
        }
    }
}

fn deleted(account: &Account) -> String {
    format!("`{}` is deleted, which is for ever", account.name)
}

/// The refusal of a command on an account in this state.
pub fn conflict(state: &'static str, event: &'static str, message: impl Into<String>) -> Error {
    Error::Conflict { state, event, message: message.into() }
}

/// Why what an account has can't be changed so.
pub fn refusal(id: &AccountId, event: &'static str, error: AccountBillingError) -> Error {
    use AccountBillingError as E;
    let message = error.to_string();
    match error {
        E::Billing(error) => error.into(),
        E::UnknownPlan(_) => Error::invalid("plan", "unknown", message),
        E::UnknownAddOn(_) => Error::invalid("add-on", "unknown", message),
        E::NoSuchAddOn(add_on) => Error::not_found("add-on", &format!("{add_on} of account {id}")),
        E::NotActivated => conflict("not-activated", event, message),
        E::Runs => conflict("active", event, message),
        E::Paused => conflict("disabled", event, message),
        E::Deleted => conflict("deleted", event, message),
        E::AgencyPays => conflict("agency-pays", event, message),
        E::AccountPays => conflict("pays-itself", event, message),
    }
}
