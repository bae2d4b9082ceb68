//! `clients.erase`

use super::forget_address::forget_address;
use super::forget_mail::forget_mail;
use super::load::{load_for_change, parse_id};
use super::save;
use crate::app::caller::{Call, Caller};
use crate::app::command::{Tenant, command, transact};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::outbox;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, ClientId, MailId};
use crate::domain::log::Event;
use crate::domain::mail::OutboxMail;
use crate::domain::time::Timestamp;

/// How many rows of the log, or mails, are erased in one commit.
const ROWS_AT_ONCE: u32 = 50;

/// Makes the personal data of a revoked client unreadable.
///
/// The client itself and its login go in one commit, with a due entry that stands until the
/// rest is done: so what is interrupted is finished by a job, or by calling it again.
///
/// # Errors
///
/// When the client wasn't revoked.
pub fn erase(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::CLIENTS_ERASE)?;
    let parsed = parse_id(id)?;
    let keys = vec![keys::client(&caller.agency, parsed).into_text()];
    let merged = command(ports, &caller, &id, keys, |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let merged = loaded.client.merged.clone();
        if loaded.client.erased {
            return Ok(merged);
        }
        let erased = loaded.client.erase(tx.now()).map_err(|why| Error::client(why, "erase"))?;
        forget_mail(tx, &loaded.client)?;
        leave(tx, &loaded.client)?;
        tx.log(Event::ClientErased { client: parsed })?;
        for id in merged.iter().chain([&parsed]) {
            tx.schedule(tx.now(), Due::Erasure(*id))?;
        }
        save(tx, Some(&loaded.stored), Some(&erased))?;
        Ok(merged)
    })?;
    // The client is erased. Where the rest fails, the jobs that the commit made do it.
    let _ = erase_rest(ports, &caller.agency, parsed, &merged);
    Ok(())
}

/// Erases what is left of the client, and of those that it took over.
fn erase_rest(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
    merged: &[ClientId],
) -> Result<(), Error> {
    let at = erased_at(ports, agency, client)?;
    for id in merged.iter().chain([&client]) {
        erase_more(ports, agency, *id)?;
        if let Some(at) = at {
            finish(ports, agency, *id, at)?;
        }
    }
    Ok(())
}

/// Takes the agency out of the login's memberships; a login without any goes, and with it what
/// is stored under the address alone.
fn leave(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let identity = client.identity.map(|id| tx.read(&keys::identity(id))).transpose()?.flatten();
    let mut addresses: Vec<Email> = client.email.iter().cloned().collect();
    if let Some(mut identity) = identity {
        let key = keys::identity(identity.id);
        if identity.leave(&tx.agency().id.clone(), client.id) {
            tx.write(key, &identity)?;
        } else {
            tx.delete(keys::identity_email(&identity.email));
            tx.delete(key);
        }
        addresses.push(identity.email);
    }
    addresses.iter().try_for_each(|email| forget_address(tx, email))
}

/// Erases what is left of a client in the log and the outbox, in commits of their own, and then
/// its traces in the store's files.
///
/// When the store fails, what was erased so far stays so.
pub fn erase_more(ports: &Ports, agency: &AgencyId, client: ClientId) -> Result<(), Error> {
    let range = keys::abouts(agency, client);
    let mut bound = None;
    loop {
        let rows = view::scan(ports, &range, bound, ROWS_AT_ONCE, false)?;
        let Some(last) = rows.last() else { break };
        bound = Some(format!("{}!", last.key));
        let firsts = rows.iter().filter_map(|row| range.suffix(&row.key).parse().ok());
        erase_blocks(ports, agency, client, &firsts.collect::<Vec<u64>>())?;
    }
    // Last, since a host may fail to delete what it kept, and the rest must not wait for that.
    while erase_mails(ports, agency, client)? {}
    // After all commits that erase, and before the due entry goes: a store that can't now is
    // asked again.
    Ok(ports.storage.scrub()?)
}

/// Deletes some of the mails to the client, here and at the host, with those about an account that went
/// to its address; gives whether there may be more. Of those to the agency only what the host kept
/// goes, since that names the client: the row holds an id, and is of use to the agency.
///
/// The host comes first: when it fails, the rows still say what is left to do.
fn erase_mails(ports: &Ports, agency: &AgencyId, client: ClientId) -> Result<bool, Error> {
    let range = keys::mails_of(agency, client);
    let rows = view::scan(ports, &range, None, ROWS_AT_ONCE, false)?;
    let ids = rows.iter().filter_map(|row| MailId::parse(range.suffix(&row.key)).ok());
    let ids: Vec<MailId> = ids.collect();
    if ids.is_empty() {
        return Ok(false);
    }
    outbox::forget(ports, &ids)?;
    let keys: Vec<String> = ids.iter().map(|id| keys::mail(agency, *id).into_text()).collect();
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
        for id in &ids {
            let mail: Option<OutboxMail> = tx.read(&keys::mail(agency, *id))?;
            tx.delete(keys::mail_of(agency, client, *id));
            if mail.as_ref().is_some_and(|mail| names(mail, client)) {
                continue;
            }
            if let Some(at) = mail.and_then(|mail| mail.next_try) {
                tx.unschedule(at, Due::MailRetry(*id));
            }
            tx.delete(keys::mail(agency, *id));
        }
        Ok(())
    })?;
    Ok(true)
}

/// Whether it is to the agency, and names the client.
fn names(mail: &OutboxMail, client: ClientId) -> bool {
    mail.client().is_none() && mail.topic.clients().contains(&client)
}

fn erase_blocks(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
    firsts: &[u64],
) -> Result<(), Error> {
    let keys: Vec<String> = firsts.iter().map(|n| keys::log(agency, *n).into_text()).collect();
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
        for first in firsts {
            let key = keys::log(agency, *first);
            let Some(mut block) = tx.read(&key)? else { continue };
            if block.erase(client) {
                tx.write(key, &block)?;
            }
        }
        Ok(())
    })
}

/// Takes the due entry back: it was made at the time of the erasure's log entry.
fn finish(ports: &Ports, agency: &AgencyId, client: ClientId, at: Timestamp) -> Result<(), Error> {
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &[], |tx| {
        tx.unschedule(at, Due::Erasure(client));
        Ok(())
    })
}

/// When the client was erased, as the log says.
fn erased_at(
    ports: &Ports,
    agency: &AgencyId,
    client: ClientId,
) -> Result<Option<Timestamp>, Error> {
    let latest = crate::app::audit::about(ports, agency, client, 50, |_| true)?;
    let erased = latest.iter().find(|shown| shown.kind == "client-erased");
    Ok(erased.map(|shown| shown.entry.at))
}
