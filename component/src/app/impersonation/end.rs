//! How a sign-in ends without being stopped: by its time, and with the account.

use crate::app::acting;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::{Account, Standing};
use crate::domain::id::AccountId;
use crate::domain::impersonation::{Ended, How, Impersonation, MINUTES_MAX};
use crate::domain::time::{MINUTE, Timestamp};

/// More sign-ins on one account's behalf than begin within the time that one lasts.
const AT_ONCE_MAX: u32 = 500;

/// Ends all that run on behalf of an account, if it is disabled or deleted.
pub fn end_all(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    match account.standing.at(tx.now()) {
        Standing::Disabled { since, .. } | Standing::Deleted { since } => {
            let ended = Ended { at: since, how: How::Account };
            end_where(tx, &account.id, ended, |_| true)
        }
        Standing::Setup | Standing::Trial(_) | Standing::Active => Ok(()),
    }
}

/// Ends those that run on behalf of an account, and that `ends` says of.
pub(super) fn end_where(
    tx: &mut Tx<'_>,
    account: &AccountId,
    ended: Ended,
    ends: impl Fn(&Impersonation) -> bool,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let range = keys::impersonations_of(&agency, account);
    // The latest come first. What began earlier than one lasts is over.
    let lasts = u64::from(MINUTES_MAX) * MINUTE;
    let since = ended.at.minus(lasts).unwrap_or(Timestamp::EPOCH);
    let rows = view::scan(tx.view().ports(), &range, None, AT_ONCE_MAX, false)?;
    for row in rows {
        let parsed = keys::parse_impersonation_of(range.suffix(&row.key));
        let (began, id) = parsed.ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
        if began < since {
            break;
        }
        let found: Impersonation = tx.expect(&keys::impersonation(&agency, id))?;
        // By its time, a job ends it.
        let ran = found.ended.is_none() && ended.at < found.ends_at;
        if ran && ends(&found) {
            acting::end(tx, id, found, ended)?;
        }
    }
    Ok(())
}

/// The job at the end of a sign-in's time.
pub fn end_due(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let found: Option<Impersonation> =
        tx.read(&keys::impersonation(&tx.agency().id.clone(), id))?;
    let Some(found) = found.filter(|found| found.ends_at <= tx.now()) else { return Ok(()) };
    let account: Account = tx.expect(&keys::account(&tx.agency().id.clone(), &found.account))?;
    // A trial may have been over before, and its own job comes later.
    match found.over(account.standing, tx.now()) {
        Some(ended) => acting::end(tx, id, found, ended),
        None => Ok(()),
    }
}
