//! The jobs: what is done when something falls due.
//!
//! Each is small, safe to repeat, and takes its own entry out of the due index when it is
//! done. Most of them are one commit, in which the entry goes too.

use super::progress::Progress;
use super::renewals::{renew, renew_account, renew_brand};
use super::rescore::rescore;
use super::seal::seal_some;
use super::{backlog, crossing, digest, forget, mail_retry};
use crate::app::accounts::{delete_expired, end_trial, remind};
use crate::app::brands::tidy_some;
use crate::app::clients::{erase_more, settle_expired, tidy};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::impersonation::{end_due, report_due};
use crate::app::keys;
use crate::app::portal::{follow_address, send_requested};
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::due::{Due, DueEntry};

/// Does what an entry of the due index asks for, `left` things of it at most. The list of
/// jobs: one line each says how it is done.
pub fn work(ports: &Ports, entry: &DueEntry, left: u32) -> Result<Progress, Error> {
    let agency = &entry.agency;
    let commit = |job: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Error>| {
        in_one_commit(ports, entry, job).map(|()| Progress::WHOLE)
    };
    // The end of a sign-in makes its report due at once.
    let ending = |job: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Error>| {
        in_one_commit(ports, entry, job).map(|()| Progress::part(true))
    };
    match &entry.due {
        // Step by step, while `left` lasts.
        Due::Rescoring => rescore(ports, entry, left),
        Due::Renewals => renew(ports, entry, left),
        Due::BrandRenewals(brand) => renew_brand(ports, entry, brand, left),
        Due::AccountRenewals(account) => renew_account(ports, entry, account, left),
        // A step at a time.
        Due::BrandTidy(brand) => tidy_some(ports, agency, brand).map(|done| Progress::part(!done)),
        Due::Crossing => crossing::note_some(ports, entry).map(Progress::part),
        Due::Sealing => seal_some(ports, entry).map(Progress::part),
        // As a whole, and in more than one commit.
        Due::MailRetry(mail) => mail_retry::retry(ports, entry, *mail).map(|()| Progress::WHOLE),
        Due::Erasure(client) => {
            erase_more(ports, agency, *client)?;
            commit(&mut |_| Ok(()))
        }
        // In one commit.
        Due::InviteExpiry(client) => commit(&mut |tx| settle_expired(tx, *client)),
        Due::Backlog(client) => commit(&mut |tx| backlog::catch_up(tx, *client)),
        Due::TrialEnding(account) => commit(&mut |tx| remind(tx, account, entry.at)),
        Due::TrialEnd(account) => ending(&mut |tx| end_trial(tx, account)),
        Due::TrialDeletion(account) => commit(&mut |tx| delete_expired(tx, account, entry.at)),
        Due::AccessEnd(client) => commit(&mut |tx| tidy(tx, *client)),
        Due::AddressChange(client) => commit(&mut |tx| follow_address(tx, *client)),
        Due::Digest => commit(&mut |tx| digest::send(tx, entry.at)),
        Due::PasswordRequest(id) => commit(&mut |tx| send_requested(tx, *id)),
        Due::IdempotencyEnd(id) => commit(&mut |tx| forget::answer(tx, id)),
        Due::ImpersonationEnd(id) => ending(&mut |tx| end_due(tx, id)),
        Due::SignInReport(id) => commit(&mut |tx| report_due(tx, id)),
        Due::SessionEnd(id) => commit(&mut |tx| forget::session(tx, id)),
        Due::AttemptsEnd(id) => commit(&mut |tx| forget::attempts(tx, entry, id)),
    }
}

/// Runs a job in one commit, with which its entry goes. When somebody else did it meanwhile,
/// the entry is gone, and there is nothing to do.
pub fn in_one_commit(
    ports: &Ports,
    entry: &DueEntry,
    job: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let tenant = Tenant::Existing(entry.agency.clone());
    let payer = keys::agency_totals(&entry.agency).into_text();
    let keys = [keys::due(entry).into_text(), payer, keys::catalog().into_text()];
    transact(ports, &tenant, Actor::System, &keys, |tx| {
        if tx.read(&keys::due(entry))?.is_none() {
            return Ok(());
        }
        // First, so that a job that makes the same entry fall due again has its way.
        tx.delete(keys::due(entry));
        job(tx)
    })
}
