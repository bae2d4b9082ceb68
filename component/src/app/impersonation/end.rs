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

/// How many sign-ins are looked at at once.
const ROWS_AT_ONCE: u32 = 100;

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
    // By its time, a job ends it.
    let ran = |found: &Impersonation| found.ended.is_none() && ended.at < found.ends_at;
    let mut bound = None;
    loop {
        let rows = view::scan(tx.view().ports(), &range, bound, ROWS_AT_ONCE, false)?;
        for row in &rows {
            let parsed = keys::parse_impersonation_of(range.suffix(&row.key));
            let (began, id) =
                parsed.ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
            if began < since {
                return Ok(());
            }
            let key = keys::impersonation(&agency, id);
            // One that is over stays so: only those that run are relied on, so that a commit has room for
            // however many began within an hour.
            let found: Option<Impersonation> = tx.peek(&key)?;
            if !found.as_ref().is_some_and(ran) {
                continue;
            }
            let found: Impersonation = tx.expect(&key)?;
            if ran(&found) && ends(&found) {
                acting::end(tx, id, found, ended)?;
            }
        }
        // The next key after the last: none sorts between a text and itself with `!`.
        let full = rows.len() == ROWS_AT_ONCE as usize;
        bound = rows.last().filter(|_| full).map(|last| format!("{}!", last.key));
        if bound.is_none() {
            return Ok(());
        }
    }
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
