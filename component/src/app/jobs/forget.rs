//! Jobs that forget what is of no use any more.

use crate::app::command::kept_until;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::due::DueEntry;
use crate::domain::id::ClientId;
use crate::domain::rate::{Failures, Recent};
use crate::domain::text;
use crate::domain::time::Timestamp;

/// Deletes an answer that is of no use any more; not a newer one under the same key.
pub fn answer(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let key = keys::answered(&tx.agency().id.clone(), id);
    let answered = tx.read(&key)?;
    if answered.is_some_and(|answered| kept_until(answered.at) <= tx.now()) {
        tx.delete(key);
    }
    Ok(())
}

/// Deletes a session that is over.
pub fn session(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.delete(keys::session(&tx.agency().id.clone(), id));
    Ok(())
}

/// Deletes attempts that don't count any more; looks again later where newer ones do.
pub fn attempts(tx: &mut Tx<'_>, entry: &DueEntry, id: &str) -> Result<(), Error> {
    let limits = *tx.view().limits();
    let now = tx.now();
    let again = |tx: &mut Tx<'_>, at: Timestamp| tx.schedule(at, entry.due.clone());
    let later = |at: Option<Timestamp>| at.filter(|at| now < *at);
    match id.split_once('/') {
        Some(("log-in", address)) => {
            let key = keys::failed_log_ins(address);
            let failures: Option<Failures> = tx.read(&key)?;
            let rules = limits.failed_log_ins;
            match failures.and_then(|failures| later(failures.forgotten_at(rules))) {
                Some(at) => again(tx, at)?,
                None => tx.delete(key),
            }
        }
        Some(("reset", address)) => {
            let key = keys::reset_requests(address);
            let requests: Option<Recent> = tx.read(&key)?;
            let rule = limits.reset_requests;
            match requests.and_then(|requests| later(requests.forgotten_at(rule))) {
                Some(at) => again(tx, at)?,
                None => tx.delete(key),
            }
        }
        Some(("link", client)) => {
            let Ok(client) = ClientId::parse(client) else { return Ok(()) };
            let key = keys::sign_up_tries(&entry.agency, client);
            let tries: Option<Recent> = tx.read(&key)?;
            let rule = limits.sign_up_tries;
            match tries.and_then(|tries| later(tries.forgotten_at(rule))) {
                Some(at) => again(tx, at)?,
                None => tx.delete(key),
            }
        }
        Some(_) | None => {
            return Err(Error::internal(format!("unknown attempts `{}`", text::key_hash(id))));
        }
    }
    Ok(())
}
