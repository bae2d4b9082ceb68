//! `accounts.reserve`, `accounts.release`

use serde::{Deserialize, Serialize};

use super::change::{conflict, not_deleted};
use super::{parse_id, unknown};
use crate::app::acting::{check_account, log_use, stay_free};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions::{self, Function};
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::{Warning, allotment, warn};
use crate::app::tx::Tx;
use crate::domain::account::{Account, Standing, Usage, UsageError};
use crate::domain::catalog::check::{self, ALLOWANCE_MAX};
use crate::domain::catalog::{Allowance, Resource};
use crate::domain::log::ImpersonationUse;

/// How much there may be of something, and how much is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceUse {
    /// How much there may be.
    pub allowance: Allowance,
    /// How much is in use: of calls, today's.
    pub used: u64,
}

/// Takes so many more dashboards, or counts so many more calls of today.
///
/// # Errors
///
/// When the account may not have so many, or is disabled or deleted.
pub fn reserve(
    ports: &Ports,
    call: &Call,
    id: &str,
    resource: Resource,
    amount: u64,
) -> Result<ResourceUse, Error> {
    let asked = Asked { id, resource, amount };
    let used = ImpersonationUse::Reserve { resource: resource.key(), amount };
    asked.run(ports, call, (functions::ACCOUNTS_RESERVE, used), |tx, account, usage| {
        if let Standing::Disabled { .. } = account.standing.at(tx.now()) {
            let message = format!("`{}` is disabled: resume it first", account.name);
            return Err(conflict("disabled", functions::ACCOUNTS_RESERVE.own_name(), message));
        }
        let limit = allotment(tx.view(), account)?.resources.of(resource).limit();
        let day = tx.calendar().day(tx.now());
        let reserved = usage.reserve(resource, amount, limit, day);
        reserved.map_err(|error| refusal(tx, &asked, error))?;
        let Some(limit) = limit else { return Ok(None) };
        let (calendar, now) = (tx.calendar(), tx.now());
        let of = (usage.used(resource, day), limit);
        Ok(warn(account, usage, resource, of, (&calendar, now)))
    })
}

/// Gives so many dashboards back, or so many calls of today that weren't made after all.
///
/// # Errors
///
/// When not so many are reserved, or the account is deleted.
pub fn release(
    ports: &Ports,
    call: &Call,
    id: &str,
    resource: Resource,
    amount: u64,
) -> Result<ResourceUse, Error> {
    let asked = Asked { id, resource, amount };
    let used = ImpersonationUse::Release { resource: resource.key(), amount };
    asked.run(ports, call, (functions::ACCOUNTS_RELEASE, used), |tx, _, usage| {
        let day = tx.calendar().day(tx.now());
        let released = usage.release(resource, amount, day);
        released.map_err(|error| refusal(tx, &asked, error))?;
        Ok(None)
    })
}

/// So many of something, of an account.
struct Asked<'a> {
    id: &'a str,
    resource: Resource,
    amount: u64,
}

impl Asked<'_> {
    /// Changes what an account uses, beside the agency's log: what many do at once must not fight
    /// for its head. Only where something is logged, it is with the log: that something runs out, and
    /// what is done on an account's behalf.
    fn run(
        &self,
        ports: &Ports,
        call: &Call,
        (function, what): (Function, ImpersonationUse),
        mut act: impl FnMut(&mut Tx<'_>, &Account, &mut Usage) -> Result<Option<Warning>, Error>,
    ) -> Result<ResourceUse, Error> {
        let Asked { id, resource, amount } = *self;
        let (caller, ()) = Caller::within_with(call, function, |fields| self.check(fields))?;
        let parsed = parse_id(id)?;
        let key = keys::account(&caller.agency, &parsed);
        let used = keys::usage(&caller.agency, &parsed);
        let keys = [key.text(), used.text(), keys::catalog().text()].map(str::to_owned);
        command(ports, &caller, &(id, resource, amount), keys.to_vec(), |tx| {
            check_account(tx.view(), &parsed)?;
            let account: Account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
            not_deleted(&account, function.own_name())?;
            let mut usage: Usage = tx.read(&used)?.unwrap_or_default();
            let warning = act(tx, &account, &mut usage)?;
            log_use(tx, what.clone())?;
            match warning {
                Some(warning) => warning.write_down(tx, &account)?,
                None if tx.view().acting().is_some() => (),
                None => {
                    tx.without_log();
                    stay_free(tx.view(), &caller)?;
                }
            }
            tx.write(used.clone(), &usage)?;
            let allowance = allotment(tx.view(), &account)?.resources.of(resource);
            let day = tx.calendar().day(tx.now());
            Ok(ResourceUse { allowance, used: usage.used(resource, day) })
        })
    }

    fn check(&self, fields: &mut Fields) -> Option<()> {
        if self.resource == Resource::Users {
            let message = "must be `dashboards` or `api-calls`: users are the clients with access \
                           to the account's brands";
            fields.refuse("resource", "wrong", message);
        }
        let amount = check::number(self.amount, &(1..=ALLOWANCE_MAX));
        fields.take("amount", amount).filter(|_| self.resource != Resource::Users).map(drop)
    }
}

/// Why nothing was reserved or released. Calls can be made again tomorrow, if there may be so many
/// in a day.
fn refusal(tx: &Tx<'_>, asked: &Asked<'_>, error: UsageError) -> Error {
    match error {
        UsageError::Exceeded { allowed, asked: sum } => {
            let tomorrow = tx.calendar().next_day(tx.now()).since(tx.now());
            let waits = asked.resource == Resource::ApiCalls && asked.amount <= allowed;
            let wait = waits.then_some(tomorrow);
            Error::Limit { limit: asked.resource.key(), allowed, asked: sum, wait }
        }
        UsageError::NotReserved { .. } => {
            Error::invalid("amount", "out-of-range", error.to_string())
        }
    }
}
