//! The jobs: what is done when something falls due.
//!
//! Each is small, safe to repeat, and takes its own entry out of the due index when it is
//! done. Most of them are one commit, in which the entry goes too.

use super::super::brands::tidy_some;
use super::super::clients::{erase_more, settle_expired, tidy};
use super::super::command::{Tenant, kept_until, transact};
use super::super::error::Error;
use super::super::keys;
use super::super::outbox;
use super::super::portal::send_requested;
use super::super::ports::Ports;
use super::super::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::ClientId;
use crate::domain::limit::{Failures, Recent};
use crate::domain::text::digest;
use crate::domain::time::Timestamp;

/// Does what an entry of the due index asks for. Gives whether there is more of it to do.
///
/// # Errors
///
/// When the store fails, or a row is damaged.
pub fn work(ports: &Ports, entry: &DueEntry) -> Result<bool, Error> {
    if let Due::BrandTidy(brand) = &entry.due {
        return tidy_some(ports, &entry.agency, brand).map(|done| !done);
    }
    work_whole(ports, entry).map(|()| false)
}

/// Does what is done at once.
fn work_whole(ports: &Ports, entry: &DueEntry) -> Result<(), Error> {
    let agency = &entry.agency;
    let due_key = keys::due(entry).into_text();
    match &entry.due {
        Due::MailRetry(mail) => outbox::retry(ports, agency, *mail, &due_key),
        Due::BrandTidy(brand) => tidy_some(ports, agency, brand).map(|_| ()),
        Due::Erasure(client) => {
            erase_more(ports, agency, *client)?;
            in_one_commit(ports, entry, |_| Ok(()))
        }
        Due::InviteExpiry(client) => in_one_commit(ports, entry, |tx| settle_expired(tx, *client)),
        Due::AccessEnd(client) => in_one_commit(ports, entry, |tx| tidy(tx, *client)),
        Due::PasswordRequest(id) => in_one_commit(ports, entry, |tx| send_requested(tx, *id)),
        Due::IdempotencyEnd(id) => in_one_commit(ports, entry, |tx| forget_answer(tx, id)),
        Due::SessionEnd(id) => in_one_commit(ports, entry, |tx| {
            tx.delete(keys::session(agency, id));
            Ok(())
        }),
        Due::AttemptsEnd(id) => in_one_commit(ports, entry, |tx| forget_attempts(tx, entry, id)),
    }
}

/// Runs a job in one commit, with which its entry goes. When somebody else did it meanwhile,
/// the entry is gone, and there is nothing to do.
fn in_one_commit(
    ports: &Ports,
    entry: &DueEntry,
    mut job: impl FnMut(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let tenant = Tenant::Existing(entry.agency.clone());
    let payer = keys::payer(&entry.agency).into_text();
    let keys = [keys::due(entry).into_text(), payer];
    transact(ports, &tenant, Actor::System, &keys, |tx| {
        if tx.read(&keys::due(entry))?.is_none() {
            return Ok(());
        }
        // First, so that a job that makes the same entry fall due again has its way.
        tx.delete(keys::due(entry));
        job(tx)
    })
}

/// Deletes an answer that is of no use any more; not a newer one under the same key.
fn forget_answer(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let key = keys::answered(&tx.agency().id.clone(), id);
    let answered = tx.read(&key)?;
    if answered.is_some_and(|answered| kept_until(answered.at) <= tx.now()) {
        tx.delete(key);
    }
    Ok(())
}

/// Deletes attempts that don't count any more; looks again later where newer ones do.
fn forget_attempts(tx: &mut Tx<'_>, entry: &DueEntry, id: &str) -> Result<(), Error> {
    let catalog = *tx.view().catalog();
    let now = tx.now();
    let again = |tx: &mut Tx<'_>, at: Timestamp| tx.schedule(at, entry.due.clone());
    let later = |at: Option<Timestamp>| at.filter(|at| now < *at);
    match id.split_once('/') {
        Some(("log-in", address)) => {
            let key = keys::failed_log_ins(address);
            let failures: Option<Failures> = tx.read(&key)?;
            let rules = catalog.failed_log_ins;
            match failures.and_then(|failures| later(failures.forgotten_at(rules))) {
                Some(at) => again(tx, at)?,
                None => tx.delete(key),
            }
        }
        Some(("reset", address)) => {
            let key = keys::reset_requests(address);
            let requests: Option<Recent> = tx.read(&key)?;
            let rule = catalog.reset_requests;
            match requests.and_then(|requests| later(requests.forgotten_at(rule))) {
                Some(at) => again(tx, at)?,
                None => tx.delete(key),
            }
        }
        Some(("link", client)) => {
            let Ok(client) = ClientId::parse(client) else { return Ok(()) };
            let key = keys::sign_up_tries(&entry.agency, client);
            let tries: Option<Recent> = tx.read(&key)?;
            let rule = catalog.sign_up_tries;
            match tries.and_then(|tries| later(tries.forgotten_at(rule))) {
                Some(at) => again(tx, at)?,
                None => tx.delete(key),
            }
        }
        Some(_) | None => {
            return Err(Error::internal(format!("unknown attempts `{}`", digest(id))));
        }
    }
    Ok(())
}
