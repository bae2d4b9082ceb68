//! `impersonation.start`

use serde::Serialize;

use super::{parse_account, runs_already, unknown_account};
use crate::app::acting::{self, Running};
use crate::app::caller::{Call, Caller};
use crate::app::command::attempt;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record::{self, Marker};
use crate::app::tx::Tx;
use crate::domain::account::sign_ins::SignInPolicy;
use crate::domain::account::{Account, Status};
use crate::domain::due::Due;
use crate::domain::impersonation::{
    Allowance, Impersonation, MINUTES, MINUTES_MAX, Mode, allowance, end_of, may_start,
};
use crate::domain::log::Event;
use crate::domain::log::impersonation::{ImpersonationRefused, ImpersonationStarted};
use crate::domain::settings::WebAddress;
use crate::domain::text::Name;
use crate::domain::token::{self, Token};

/// A sign-in to start, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct NewImpersonation {
    /// On whose behalf.
    pub account: String,
    /// Why.
    pub reason: String,
    /// What it is to allow; none: looking only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// How long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Where the operator comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
}

/// The same, read.
struct Parsed {
    reason: Name,
    mode: Mode,
    minutes: u32,
    return_to: Option<WebAddress>,
}

/// A sign-in that began.
pub struct Started {
    /// Its secret.
    pub token: Token,
    /// The sign-in.
    pub running: Running,
}

/// Signs an operator in on an account's behalf.
///
/// # Errors
///
/// With an entry in the log: when the account is disabled or deleted, when the role or the account
/// doesn't allow the mode, or another sign-in of the operator runs.
pub fn start(ports: &Ports, call: &Call, new: &NewImpersonation) -> Result<Started, Error> {
    let (caller, parsed) =
        Caller::with(call, functions::IMPERSONATION_START, |fields| read(fields, new))?;
    let account = parse_account(&new.account)?;
    let agency = &caller.agency;
    let key = keys::account(agency, &account);
    let running = keys::running_impersonation(agency, &caller.operator.id);
    let keys = [key.text().to_owned(), running.into_text()];
    attempt(ports, &caller, new, &keys, |tx| {
        let account = tx.read(&key)?.ok_or_else(|| unknown_account(&new.account))?;
        let refused = |why| {
            Event::ImpersonationRefused(ImpersonationRefused {
                account: account.id.clone(),
                operator: caller.operator.id.clone(),
                mode: parsed.mode.name(),
                why,
            })
        };
        if let Err(error) = check_status(&account, caller.function.own_name(), tx) {
            tx.log(refused("status"))?;
            return Ok(Err(error));
        }
        if !may_start(caller.operator.role, parsed.mode) {
            tx.log(refused("role"))?;
            let message = "viewers sign in to look only: leave `mode` out, or ask for `read-only`";
            return Ok(Err(Error::denied("role", message)));
        }
        let allowance = allowance(&account.sign_ins, parsed.mode, tx.now());
        if allowance == Allowance::Nothing {
            tx.log(refused("policy"))?;
            return Ok(Err(not_allowed(&account)));
        }
        settle(tx, &caller)?;
        if let Some(running) = acting::running(tx.view(), &caller.operator.id)? {
            tx.log(refused("acting"))?;
            return Ok(Err(runs_already(&running, caller.function.own_name())));
        }
        begin(tx, &caller, &account, (&parsed, allowance)).map(Ok)
    })
}

fn read(fields: &mut Fields, new: &NewImpersonation) -> Option<Parsed> {
    let reason = fields.take("sign-in.reason", Name::parse(&new.reason));
    let return_to = filled(&new.return_to);
    let return_to = fields.take_optional("sign-in.return-to", return_to, WebAddress::parse);
    let minutes = new.minutes.unwrap_or(MINUTES);
    let in_range = (1..=MINUTES_MAX).contains(&minutes);
    if !in_range {
        let message = format!("must be 1 to {MINUTES_MAX}, is {minutes}");
        fields.refuse("sign-in.minutes", "out-of-range", message);
    }
    let mode = new.mode.unwrap_or(Mode::ReadOnly);
    let (reason, return_to) = (reason?, return_to?);
    in_range.then_some(Parsed { reason, mode, minutes, return_to })
}

fn check_status(account: &Account, event: &'static str, tx: &Tx<'_>) -> Result<(), Error> {
    let name = &account.name;
    match account.status(tx.now()) {
        Status::Setup | Status::Trial | Status::Active => Ok(()),
        Status::Disabled => {
            let message = format!("`{name}` is disabled: resume it first");
            Err(Error::Conflict { state: "disabled", event, message })
        }
        Status::Deleted => {
            let message = format!("`{name}` is deleted, which is for ever");
            Err(Error::Conflict { state: "deleted", event, message })
        }
    }
}

fn not_allowed(account: &Account) -> Error {
    let name = &account.name;
    let message = match account.sign_ins.policy {
        SignInPolicy::ReadOnly => {
            format!(
                "`{name}` lets operators look only: leave `mode` out, or ask its owner to allow more"
            )
        }
        SignInPolicy::Always | SignInPolicy::WhenAllowed => {
            format!("`{name}` lets operators in when it has allowed it: ask its owner to")
        }
    };
    Error::denied("policy", message)
}

/// Writes down that the operator's earlier sign-in is over, where no job has done so yet.
fn settle(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), Error> {
    let Some((id, earlier)) = acting::noted(tx.view(), &caller.operator.id)? else {
        return Ok(());
    };
    let account: Account = match tx.expect(&keys::account(&caller.agency, &earlier.account)) {
        // How it ended isn't known before the row is mended: the job writes it down then.
        Err(Error::Corrupt(_)) if earlier.is_over_by_itself(tx.now()) => return Ok(()),
        read => read?,
    };
    match earlier.over(account.standing, tx.now()) {
        Some(ended) => acting::end(tx, &id, earlier, ended),
        None => Ok(()),
    }
}

fn begin(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (asked, allowance): (&Parsed, Allowance),
) -> Result<Started, Error> {
    let (agency, now, operator) = (&caller.agency, tx.now(), &caller.operator);
    // What was allowed for a time allows nothing beyond it.
    let ends_at = match allowance {
        Allowance::Until(until) => until.min(end_of(asked.minutes, now)),
        Allowance::Always | Allowance::Nothing => end_of(asked.minutes, now),
    };
    let secret = tx.random()?;
    let (token, claim) = token::acting(tx.ring(), (agency, &account.id), &operator.id, secret);
    let entry = tx.log(Event::ImpersonationStarted(ImpersonationStarted {
        account: account.id.clone(),
        operator: operator.id.clone(),
        impersonation: claim.id.clone(),
        reason: asked.reason.to_string(),
        mode: asked.mode.name(),
        ends_at,
    }))?;
    let impersonation = Impersonation {
        operator: operator.id.clone(),
        operator_name: operator.name.clone(),
        role: operator.role,
        account: account.id.clone(),
        reason: asked.reason.clone(),
        mode: asked.mode,
        started_at: now,
        ends_at,
        entry,
        key: Some(tx.ring().newest().id().clone()),
        return_to: asked.return_to.clone(),
        brand: None,
        ended: None,
    };
    tx.schedule(impersonation.ends_at, Due::ImpersonationEnd(claim.id.clone()))?;
    tx.write(keys::impersonation_of(agency, &account.id, now, &claim.id), &Marker {})?;
    let running = record::Running { id: claim.id.clone() };
    tx.write(keys::running_impersonation(agency, &operator.id), &running)?;
    tx.write(keys::impersonation(agency, &claim.id), &impersonation)?;
    let account_name = account.name.clone();
    Ok(Started { token, running: Running { id: claim.id, impersonation, account_name } })
}
