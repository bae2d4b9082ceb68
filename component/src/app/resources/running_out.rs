//! That something of an account runs out: foreseen for whoever asks, written down once, and mailed then
//! to agencies that want it.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::account::usage::WARNED_DAYS;
use crate::domain::account::{Account, Usage};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Resource;
use crate::domain::log::Event;
use crate::domain::mail::Notice;
use crate::domain::time::Timestamp;

/// In how many accounts one command notes how many users there are: a client may have 200 brands,
/// each in an account of its own, and a commit holds 1,000 checks and writes. Only forecasts miss
/// the others.
pub(super) const NOTED_AT_ONCE: usize = 50;

/// In how many of them it warns, since each mail is rows of the same commit. The others' next user does.
pub(super) const WARNED_AT_ONCE: usize = 5;

/// When something runs out of which an account uses `used` of `limit`; none: not within a year.
pub fn foresee(
    account: &Account,
    usage: &Usage,
    resource: Resource,
    (used, limit): (u64, u64),
    (calendar, now): (&Calendar<'_>, Timestamp),
) -> Option<Timestamp> {
    let today = calendar.day(now);
    let days = (calendar.day(account.created_at), today);
    let ahead = usage.runs_out_in(resource, (used, limit), days)?;
    let day = today.saturating_add(i64::try_from(ahead).ok()?);
    Some(calendar.start_of(day).max(now))
}

/// That something of an account has run out, or will within a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    resource: Resource,
    limit: u64,
    used: u64,
    runs_out_at: Timestamp,
}

/// What to write down where something has run out, or will within a week, and where that wasn't written
/// down yet.
pub fn warn(
    account: &Account,
    usage: &mut Usage,
    resource: Resource,
    (used, limit): (u64, u64),
    (calendar, now): (&Calendar<'_>, Timestamp),
) -> Option<Warning> {
    let runs_out_at = foresee(account, usage, resource, (used, limit), (calendar, now))?;
    let soon = calendar.day(runs_out_at) <= calendar.day(now) + WARNED_DAYS;
    let warning = Warning { resource, limit, used, runs_out_at };
    (soon && usage.warn(resource, limit)).then_some(warning)
}

impl Warning {
    /// Logs it, and mails it to the agency where its settings say so: it is the agency that can give the
    /// account more.
    pub fn write_down(self, tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
        let Warning { resource, limit, used, runs_out_at } = self;
        let (id, key) = (account.id.clone(), resource.key());
        let event =
            Event::ResourceRunningOut { account: id, resource: key, limit, used, runs_out_at };
        tx.log_by_itself(event, Vec::new())?;
        if !tx.agency().settings.resource_alerts {
            return Ok(());
        }
        let (to, account) = (tx.agency().notification_email.clone(), account.name.clone());
        tx.notify(to, Notice::ResourceRunningOut { account, resource, limit, used, runs_out_at })
    }
}

/// Notes how many users an account has from now on, of how many that it may have, and writes down, if it
/// `may_warn`, where that will be all soon.
pub(super) fn note_users(
    tx: &mut Tx<'_>,
    account: &Account,
    of: (u64, u64),
    may_warn: bool,
) -> Result<(), Error> {
    let (calendar, now) = (tx.calendar(), tx.now());
    let key = keys::usage(&tx.agency().id.clone(), &account.id);
    let before: Usage = tx.read(&key)?.unwrap_or_default();
    let mut usage = before.clone();
    usage.note_users(of.0, calendar.day(now));
    if may_warn
        && let Some(warning) = warn(account, &mut usage, Resource::Users, of, (&calendar, now))
    {
        warning.write_down(tx, account)?;
    }
    if usage == before { Ok(()) } else { tx.write(key, &usage) }
}
