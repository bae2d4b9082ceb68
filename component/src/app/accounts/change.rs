//! How a command changes what an account has: what is due first, then the command, then it is
//! booked, all at once.

use super::{parse_id, unknown};
use crate::app::booking::accounts::{account_terms, book, keep_up, settle};
use crate::app::caller::Caller;
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::billing::account::{AccountBilling, AccountBillingError, AccountTerms, Outcome};
use crate::domain::id::AccountId;
use crate::domain::log::Event;
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
    pub allow: &'a dyn Fn(&Account) -> Result<(), Error>,
    /// Does it.
    pub act: Act<'a>,
    /// What is logged, if it changed something.
    pub event: &'a dyn Fn(AccountId, Changed) -> Option<Event>,
}

/// How what an account has differs from before.
pub struct Changed {
    /// Before, with all that was due.
    pub before: AccountBilling,
    /// After.
    pub after: AccountBilling,
}

/// Runs a command about one account.
pub fn run(ports: &Ports, caller: &Caller, id: &str, asked: &Command<'_>) -> Result<(), Error> {
    let key = keys::account(&caller.agency, &parse_id(id)?);
    let keys = [
        key.text().to_owned(),
        keys::agency_totals(&caller.agency).into_text(),
        keys::catalog().into_text(),
    ];
    command(ports, caller, &asked.request, keys.to_vec(), |tx| {
        let account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        (asked.allow)(&account)?;
        let event = caller.function.own_name();
        change(tx, account, event, asked.act, asked.event)
    })
}

/// Does something to what an account has.
pub fn change(
    tx: &mut Tx<'_>,
    account: Account,
    name: &'static str,
    act: Act<'_>,
    event: &dyn Fn(AccountId, Changed) -> Option<Event>,
) -> Result<(), Error> {
    keep_up(tx, &account)?;
    let at = tx.priced_at();
    let (account, _) = settle(tx, account, at)?;
    let terms = account_terms(tx, &account, at)?;
    let (id, before) = (account.id.clone(), account.billing.clone());
    let outcome = act(before.clone(), &terms.account(&id), at);
    let outcome = outcome.map_err(|error| refusal(&id, name, error))?;
    let after = outcome.account.clone();
    if let Some(event) = event(id, Changed { before, after }) {
        tx.log(event)?;
    }
    book(tx, account, outcome).map(drop)
}

/// The refusal of a command on an account in this state.
pub fn conflict(state: &'static str, event: &'static str, message: impl Into<String>) -> Error {
    Error::Conflict { state, event, message: message.into() }
}

fn refusal(id: &AccountId, event: &'static str, error: AccountBillingError) -> Error {
    use AccountBillingError as E;
    let message = error.to_string();
    match error {
        E::Billing(error) => error.into(),
        E::UnknownPlan(_) => Error::invalid("plan", "unknown", message),
        E::UnknownAddOn(_) => Error::invalid("add-on", "unknown", message),
        E::NoSuchAddOn(add_on) => Error::not_found("add-on", &format!("{add_on} of account {id}")),
        E::NotActivated => conflict("setup", event, message),
        E::Runs => conflict("active", event, message),
        E::Paused => conflict("disabled", event, message),
        E::Deleted => conflict("deleted", event, message),
        E::AgencyPays => conflict("agency-pays", event, message),
        E::AccountPays => conflict("pays-itself", event, message),
    }
}
