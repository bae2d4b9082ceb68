//! The jobs: what is done when something falls due.
//!
//! Each is small, safe to repeat, and takes its own entry out of the due index when it is
//! done. Most of them are one commit, in which the entry goes too.

use super::progress::Progress;
use super::rescore::rescore;
use super::seal::seal_some;
use super::{crossing, digest, mail_retry};
use crate::app::brands::tidy_some;
use crate::app::clients::{erase_more, settle_expired, tidy};
use crate::app::command::{Tenant, kept_until, transact};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::portal::send_requested;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::ClientId;
use crate::domain::rate::{Failures, Recent};
use crate::domain::text;
use crate::domain::time::Timestamp;

/// Does what an entry of the due index asks for, `left` things of it at most.
pub fn work(ports: &Ports, entry: &DueEntry, left: u32) -> Result<Progress, Error> {
    let agency = &entry.agency;
    let whole = |done: Result<(), Error>| done.map(|()| Progress::WHOLE);
    match &entry.due {
        Due::Rescoring => rescore(ports, entry, left),
        Due::BrandTidy(brand) => tidy_some(ports, agency, brand).map(|done| Progress::part(!done)),
        Due::Crossing => crossing::note_some(ports, entry).map(Progress::part),
        Due::Sealing => seal_some(ports, entry).map(Progress::part),
        Due::MailRetry(mail) => {
            whole(mail_retry::retry(ports, agency, *mail, &keys::due(entry).into_text()))
        }
        Due::Erasure(client) => {
            erase_more(ports, agency, *client)?;
            whole(in_one_commit(ports, entry, |_| Ok(())))
        }
        Due::InviteExpiry(client) => {
            whole(in_one_commit(ports, entry, |tx| settle_expired(tx, *client)))
        }
        Due::AccessEnd(client) => whole(in_one_commit(ports, entry, |tx| tidy(tx, *client))),
        Due::Digest => whole(in_one_commit(ports, entry, |tx| digest::send(tx, entry.at))),
        Due::PasswordRequest(id) => {
            whole(in_one_commit(ports, entry, |tx| send_requested(tx, *id)))
        }
        Due::IdempotencyEnd(id) => whole(in_one_commit(ports, entry, |tx| forget_answer(tx, id))),
        Due::SessionEnd(id) => whole(in_one_commit(ports, entry, |tx| {
            tx.delete(keys::session(agency, id));
            Ok(())
        })),
        Due::AttemptsEnd(id) => {
            whole(in_one_commit(ports, entry, |tx| forget_attempts(tx, entry, id)))
        }
    }
}

/// Runs a job in one commit, with which its entry goes. When somebody else did it meanwhile,
/// the entry is gone, and there is nothing to do.
pub fn in_one_commit(
    ports: &Ports,
    entry: &DueEntry,
    mut job: impl FnMut(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let tenant = Tenant::Existing(entry.agency.clone());
    let payer = keys::agency_totals(&entry.agency).into_text();
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
