//! What is stored under an address alone, and goes when the person behind it is erased.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::page::LIMIT_MAX;
use crate::app::record::{self, PasswordRequest};
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::id::MailId;

/// Deletes requests for a new password with this address that no job has answered yet, and
/// what was counted of it: a key with a hash of an address tells it to whoever tries addresses.
///
/// Counts stay while anybody has a login with the address: its attackers must not be given
/// another go by an agency that erases.
pub(super) fn forget_address(tx: &mut Tx<'_>, email: &Email) -> Result<(), Error> {
    forget_requests(tx, email)?;
    if tx.read(&keys::identity_email(email))?.is_some() {
        return Ok(());
    }
    let (hash, limits) = (email.key_hash(), *tx.view().limits());
    let failed = tx.read(&keys::failed_log_ins(&hash))?;
    let asked = tx.read(&keys::reset_requests(&hash))?;
    // Each of these times may be the one at which a job would have come to forget.
    let failed = failed.iter().flat_map(|failed| failed.ends(limits.failed_log_ins));
    let failed = failed.map(|at| (at, format!("log-in/{hash}")));
    let asked = asked.iter().flat_map(|asked| asked.ends(limits.reset_requests));
    let asked = asked.map(|at| (at, format!("reset/{hash}")));
    for (at, counted) in failed.chain(asked) {
        tx.unschedule(at, Due::AttemptsEnd(counted));
    }
    tx.delete(keys::failed_log_ins(&hash));
    tx.delete(keys::reset_requests(&hash));
    Ok(())
}

fn forget_requests(tx: &mut Tx<'_>, email: &Email) -> Result<(), Error> {
    let range = keys::password_requests(&tx.agency().id.clone());
    let mut bound = None;
    loop {
        let rows = view::scan(tx.view().ports(), &range, bound, LIMIT_MAX, false)?;
        for row in &rows {
            let theirs = match record::decode_whole::<PasswordRequest>(row)? {
                Some(request) => request.email.folded() == email.folded(),
                // What is left of a damaged one may still hold the address.
                None => row.value.contains(email.as_str()),
            };
            if theirs && let Ok(id) = MailId::parse(range.suffix(&row.key)) {
                // The job that would have answered finds nothing, and is done.
                tx.delete(keys::password_request(&tx.agency().id.clone(), id));
            }
        }
        match rows.last() {
            Some(last) if rows.len() == LIMIT_MAX as usize => {
                bound = Some(format!("{}!", last.key))
            }
            Some(_) | None => return Ok(()),
        }
    }
}
