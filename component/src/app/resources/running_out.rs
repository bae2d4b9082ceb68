//! That something of an account runs out: foreseen for whoever asks, and written down once.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::account::usage::WARNED_DAYS;
use crate::domain::account::{Account, Usage};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Resource;
use crate::domain::log::Event;
use crate::domain::time::Timestamp;

/// In how many accounts one command notes how many users there are: a client may have 200 brands,
/// each in an account of its own, and a commit holds 1,000 checks and writes. Only forecasts miss
/// the others.
pub(super) const NOTED_AT_ONCE: usize = 50;

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

/// The event to log where something will run out within a week, and where that wasn't written down
/// yet. What is used up already surprises nobody.
pub fn warn(
    account: &Account,
    usage: &mut Usage,
    resource: Resource,
    (used, limit): (u64, u64),
    (calendar, now): (&Calendar<'_>, Timestamp),
) -> Option<Event> {
    if used >= limit {
        return None;
    }
    let runs_out_at = foresee(account, usage, resource, (used, limit), (calendar, now))?;
    let soon = calendar.day(runs_out_at) <= calendar.day(now) + WARNED_DAYS;
    let account = account.id.clone();
    (soon && usage.warn(resource, limit)).then_some(Event::ResourceRunningOut {
        account,
        resource: resource.key(),
        limit,
        used,
        runs_out_at,
    })
}

/// Notes how many users an account has from now on, of how many that it may have, and logs where
/// that will be all soon.
pub(super) fn note_users(tx: &mut Tx<'_>, account: &Account, of: (u64, u64)) -> Result<(), Error> {
    let (calendar, now) = (tx.calendar(), tx.now());
    let key = keys::usage(&tx.agency().id.clone(), &account.id);
    let before: Usage = tx.read(&key)?.unwrap_or_default();
    let mut usage = before.clone();
    usage.note_users(of.0, calendar.day(now));
    if let Some(event) = warn(account, &mut usage, Resource::Users, of, (&calendar, now)) {
        tx.log_by_itself(event, Vec::new())?;
    }
    if usage == before { Ok(()) } else { tx.write(key, &usage) }
}
