//! After the commit: handing mails over.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::commit::{Tenant, until_committed};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Message, Ports, Stored, Write};
use crate::app::record::{self, DueState, Marker, Record};
use crate::app::rows::Rows;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::calendar::Calendar;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::{AgencyId, BrandId, ClientId, MailId};
use crate::domain::invite::Undelivered;
use crate::domain::keyring::KeyRing;
use crate::domain::log::{Event, TraceId};
use crate::domain::mail::notices::{Known, Names};
use crate::domain::mail::render::render;
use crate::domain::mail::{Delivery, Handover, Listed, OutboxMail, Topic};
use crate::domain::sets::one_by_one;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Hands one mail over that a command wrote, and notes what came of it. Gives the mail as it
/// stands then.
///
/// The command is done, so nothing here can fail it: a mail that can't be handed over, or
/// whose state can't be noted, stays queued, and a job tries again with the same id. Hosts
/// drop repeats by that id.
pub fn hand_over(
    ports: &Ports,
    agency: &Agency,
    ring: &KeyRing,
    mail: OutboxMail,
    trace_id: Option<&TraceId>,
) -> OutboxMail {
    let Ok((message, named)) = message(ports, agency, ring, &mail) else { return mail };
    let handover = ports.mail.send(message);
    let next = mail.after(handover.clone(), mail.created_at);
    match note(ports, agency, ring, &mail, &named, handover, trace_id) {
        Ok(()) | Err(_) => next,
    }
}

/// The same for a job, which hears of failures.
///
/// A mail that the host doesn't take is noted as such.
pub fn try_to_hand_over(
    ports: &Ports,
    agency: &Agency,
    ring: &KeyRing,
    mail: &OutboxMail,
    trace_id: Option<&TraceId>,
) -> Result<(), Error> {
    let (message, named) = message(ports, agency, ring, mail)?;
    let handover = ports.mail.send(message);
    note(ports, agency, ring, mail, &named, handover, trace_id)
}

/// The mail as it is handed over, and the clients whom it names to the agency.
fn message(
    ports: &Ports,
    agency: &Agency,
    ring: &KeyRing,
    mail: &OutboxMail,
) -> Result<(Message, Vec<ClientId>), Error> {
    let names = match &mail.topic {
        Topic::Client { .. } => Names::new(),
        Topic::Agency(notice) => names(ports, agency, &notice.clients(), mail.created_at)?,
    };
    let calendar = Calendar::new(&agency.settings.calendar, ports);
    let rendered = render(mail, agency, &calendar, ring, &names).map_err(Error::internal)?;
    let branding = &agency.settings.branding;
    let message = Message {
        id: mail.id.to_string(),
        agency: agency.id.to_string(),
        sender_name: agency.portal_name().to_string(),
        reply_to: branding.support_email.as_ref().map(|email| email.as_str().to_owned()),
        to: mail.to.as_str().to_owned(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        kind: mail.topic.kind(),
    };
    Ok((message, names.into_keys().collect()))
}

/// How many of a client's brands are named.
const BRANDS_NAMED: usize = 3;

/// Who these clients are, and which brands they have at `now`.
fn names(
    ports: &Ports,
    agency: &Agency,
    clients: &[ClientId],
    now: Timestamp,
) -> Result<Names, Error> {
    let clients: BTreeSet<&ClientId> = one_by_one(clients);
    let keys = clients.into_iter().map(|c| keys::client(&agency.id, *c).into_text()).collect();
    // One that can't be read now goes without a name, like one who was erased.
    let clients: Vec<Client> = readable::<Client>(ports, keys)?
        .map(|client| client.current(now, &agency.archived))
        .filter(|client| !client.title().is_empty())
        .collect();
    let brands: BTreeSet<&BrandId> = one_by_one(clients.iter().flat_map(named_brands));
    let keys: Vec<String> =
        brands.into_iter().map(|brand| keys::brand(&agency.id, brand).into_text()).collect();
    let brands =
        if keys.is_empty() { Vec::new() } else { readable::<Brand>(ports, keys)?.collect() };
    let brands: BTreeMap<BrandId, Name> =
        one_by_one(brands.into_iter().map(|brand| (brand.id, brand.name)));
    let known = |client: Client| {
        let named: Vec<Name> =
            named_brands(&client).filter_map(|brand| brands.get(brand).cloned()).collect();
        let more = client.grants.len().saturating_sub(named.len());
        let known = Known {
            title: client.title().to_owned(),
            brands: Listed::some(named, more),
            last_log_in: client.last_log_in,
            undelivered: client.undelivered().map(|undelivered| undelivered.reason.clone()),
        };
        (client.id, known)
    };
    Ok(one_by_one(clients.into_iter().map(known)))
}

/// The brands of a client that a mail has room for.
fn named_brands(client: &Client) -> impl Iterator<Item = &BrandId> {
    client.grants.iter().take(BRANDS_NAMED).map(|grant| &grant.brand)
}

/// Those of the rows under these keys that are there, and whole.
fn readable<R: Record>(ports: &Ports, keys: Vec<String>) -> Result<impl Iterator<Item = R>, Error> {
    let rows = ports.storage.get(&keys)?.into_iter().flatten();
    Ok(rows.filter_map(|row| record::decode(&row.key, &row.value).ok()))
}

/// Writes the mail's new state, unless it isn't any more what was handed over: a job was
/// quicker, it bounced, or it was erased.
///
/// The usual case stays away from the agency's head: a mail's hand-over must not make other
/// commands start again. Only a mail that failed for good is worth a log entry.
///
/// Whoever was erased while the host took the mail wasn't erased there: see [`forget_late`].
fn note(
    ports: &Ports,
    agency: &Agency,
    ring: &KeyRing,
    mail: &OutboxMail,
    named: &[ClientId],
    handover: Handover,
    trace_id: Option<&TraceId>,
) -> Result<(), Error> {
    let key = keys::mail(&agency.id, mail.id);
    let now = view::clock(ports)?.max(mail.created_at);
    let dead = matches!(handover, Handover::Never(_));
    let next = mail.after(handover, now);
    if let (Delivery::Failed, Some(reason)) = (next.delivery, next.last_problem.clone()) {
        let problem = Undelivered { bounced: false, reason };
        let given_up = GivenUp { mail: &next, problem: &problem, dead };
        return note_failed(ports, agency, ring, mail, &given_up, trace_id);
    }
    let mut keys = vec![key.text().to_owned()];
    keys.extend(named.iter().map(|client| keys::client(&agency.id, *client).into_text()));
    let mut rows = ports.storage.get(&keys)?.into_iter();
    let Some(row) = rows.next().flatten() else {
        return forget_late(ports, agency, ring, mail);
    };
    let erased = |row: &Stored| {
        record::decode::<Client>(&row.key, &row.value).is_ok_and(|client| client.erased)
    };
    if rows.flatten().any(|row| erased(&row)) {
        forget_late(ports, agency, ring, mail)?;
    }
    if record::decode::<OutboxMail>(&row.key, &row.value)? != *mail {
        return Ok(());
    }
    let value = Some(record::encode(&next)?);
    let mut writes = vec![Write { key: row.key.clone(), value }];
    if mail.next_try != next.next_try {
        let entry = |at| DueEntry { at, agency: agency.id.clone(), due: Due::MailRetry(mail.id) };
        let key = |at| keys::due(&entry(at)).into_text();
        writes.extend(mail.next_try.map(|at| Write { key: key(at), value: None }));
        let state = Some(record::encode(&DueState::default())?);
        writes.extend(next.next_try.map(|at| Write { key: key(at), value: state }));
    }
    ports.storage.commit(vec![Check { key: row.key, version: Some(row.version) }], writes)?;
    Ok(())
}

/// Has the host delete what it kept of mails whose client was erased.
///
/// # Errors
///
/// When it can't now: whoever erases tries again.
pub fn forget(ports: &Ports, ids: &[MailId]) -> Result<(), Error> {
    let ids: Vec<String> = ids.iter().map(MailId::to_string).collect();
    let failed = |why| Error::Unavailable(format!("the host can't delete mails: {why}"));
    ports.mail.forget(&ids).map_err(failed)
}

/// Has the host delete a mail that it took while a client was erased whom it is about. When it
/// can't now, a job of each of those clients asks it again.
fn forget_late(
    ports: &Ports,
    agency: &Agency,
    ring: &KeyRing,
    mail: &OutboxMail,
) -> Result<(), Error> {
    let Err(error) = forget(ports, &[mail.id]) else { return Ok(()) };
    let tenant = Tenant::Existing(agency.id.clone());
    until_committed(ports, ring, &tenant, &Actor::System, &[], &mut |tx| {
        for client in mail.topic.clients() {
            let stored = tx.read(&keys::client(&agency.id, client))?;
            if stored.is_some_and(|client| client.erased) {
                tx.write(keys::mail_of(&agency.id, client, mail.id), &Marker {})?;
                tx.schedule(tx.now(), Due::Erasure(client))?;
            }
        }
        Ok(())
    })?;
    Err(error)
}

/// A mail that won't be tried any more.
pub struct GivenUp<'m> {
    /// As it stands then.
    pub mail: &'m OutboxMail,
    /// Why.
    pub problem: &'m Undelivered,
    /// Whether the host takes none to its address.
    pub dead: bool,
}

/// Notes that a mail won't be tried any more, and logs why. `trace_id` is the request that tried:
/// jobs have none.
pub fn note_failed(
    ports: &Ports,
    agency: &Agency,
    ring: &KeyRing,
    mail: &OutboxMail,
    given_up: &GivenUp<'_>,
    trace_id: Option<&TraceId>,
) -> Result<(), Error> {
    let key = || keys::mail(&agency.id, mail.id);
    let tenant = Tenant::Existing(agency.id.clone());
    let keys = [key().into_text()];
    until_committed(ports, ring, &tenant, &Actor::System, &keys, &mut |tx| {
        if tx.view().read(&key())?.as_ref() != Some(mail) {
            return Ok(());
        }
        tx.trace(trace_id.cloned());
        let GivenUp { mail: failed, problem, dead } = *given_up;
        tx.write(key(), failed)?;
        if let Some(at) = mail.next_try {
            tx.unschedule(at, Due::MailRetry(mail.id));
        }
        // The host's words may well repeat the address.
        let personal = vec![("problem", problem.reason.clone())];
        tx.log_with(Event::MailFailed { mail: mail.id, client: mail.client() }, personal)?;
        tell_client(tx, mail, problem, dead)
    })
    .map(|_| ())
}

/// Notes with a mail's client that the mail didn't arrive: lists and summaries look there.
pub fn tell_client(
    tx: &mut Tx<'_>,
    mail: &OutboxMail,
    problem: &Undelivered,
    dead: bool,
) -> Result<(), Error> {
    let Some(client) = mail.client() else { return Ok(()) };
    let agency = tx.agency().id.clone();
    let stored: Option<Client> = tx.read(&keys::client(&agency, client))?;
    let Some(stored) = stored.filter(|client| !client.erased) else { return Ok(()) };
    let next = stored.not_delivered(mail.id, &mail.to, problem, dead);
    tx.replace(delivery_rows(&agency, &stored), delivery_rows(&agency, &next))
}

/// Those of the rows that follow from a client in which it stands that a mail didn't arrive.
pub fn delivery_rows<'c>(agency: &AgencyId, client: &'c Client) -> Rows<'c> {
    let mut rows = Rows::default();
    rows.client(keys::client(agency, client.id), client);
    if let Some(undelivered) = keys::undelivered(agency, client) {
        rows.mark(undelivered);
    }
    rows
}
