//! `accounts.set-resources`, `accounts.set-features`

use serde::Serialize;

use super::change::not_deleted;
use super::{parse_id, unknown};
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::catalog;
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::check_allocation;
use crate::domain::account::Account;
use crate::domain::catalog::Resources;
use crate::domain::log::{Allocation, Event};
use crate::domain::sets::one_by_one;

/// Gives an account an allocation of its own; none: what its plan includes.
///
/// # Errors
///
/// When it is deleted, when that is too little, less than is in use, or beyond the agency's pool.
pub fn set_resources(
    ports: &Ports,
    call: &Call,
    id: &str,
    resources: Option<Resources>,
) -> Result<(), Error> {
    let parse = |fields: &mut Fields| match resources {
        None => Some(None),
        Some(raw) => catalog::resources(raw, "resources", fields).map(Some),
    };
    let (caller, resources) = Caller::within_with(call, functions::ACCOUNTS_SET_RESOURCES, parse)?;
    change(ports, &caller, (id, resources), &|account| {
        let set = Event::AccountResourcesSet {
            account: account.id.clone(),
            resources: resources.map(Allocation::from),
        };
        (Account { resources, ..account.clone() }, set)
    })
}

/// Gives an account features of its own; none: those of its plan and its add-ons.
///
/// # Errors
///
/// When it is deleted.
pub fn set_features(
    ports: &Ports,
    call: &Call,
    id: &str,
    features: Option<&[String]>,
) -> Result<(), Error> {
    let parse = |fields: &mut Fields| match features {
        None => Some(None),
        Some(raw) => catalog::features(raw, "features", fields).map(Some),
    };
    let (caller, features) = Caller::within_with(call, functions::ACCOUNTS_SET_FEATURES, parse)?;
    let own = features.clone().map(one_by_one);
    change(ports, &caller, (id, &features), &|account| {
        let (account, own) = (account.clone(), own.clone());
        let set =
            Event::AccountFeaturesSet { account: account.id.clone(), features: features.clone() };
        (Account { features: own, ..account }, set)
    })
}

/// Changes what an account has of its own. What it has already changes nothing.
fn change(
    ports: &Ports,
    caller: &Caller,
    request: (&str, impl Serialize),
    changed: &dyn Fn(&Account) -> (Account, Event),
) -> Result<(), Error> {
    let (id, name) = (request.0, caller.function.own_name());
    let parsed = parse_id(id)?;
    let key = keys::account(&caller.agency, &parsed);
    let keys = vec![key.text().to_owned(), keys::catalog().into_text()];
    command(ports, caller, &request, keys, |tx| {
        check_account(tx.view(), &parsed)?;
        let account: Account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        not_deleted(&account, name)?;
        let (after, event) = changed(&account);
        if after == account {
            return Ok(());
        }
        check_allocation(tx, &account, &after, name)?;
        tx.log(event)?;
        tx.save_account(&after)
    })
}
