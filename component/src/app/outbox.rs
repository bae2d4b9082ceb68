//! After the commit: handing mails over.

use super::command::{Tenant, transact};
use super::error::Error;
use super::keys;
use super::ports::{Check, Message, Ports, Write};
use super::record;
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::due::{Due, DueEntry};
use crate::domain::keyring::KeyRing;
use crate::domain::log::Event;
use crate::domain::mail::render::render;
use crate::domain::mail::{Delivery, Handover, OutboxMail};

/// Hands one mail over, and notes what came of it.
///
/// The command that wrote the mail is done, so nothing here can fail it: a mail that can't
/// be handed over, or whose state can't be noted, stays queued, and a job tries again with
/// the same id.
pub fn hand_over(ports: &Ports, agency: &Agency, ring: &KeyRing, mail: &OutboxMail) {
    if let Ok(message) = message(agency, ring, mail) {
        let handover = ports.mail.send(message);
        // Not noted means tried again: hosts drop repeats by the mail's id.
        let _ = note(ports, agency, mail, handover);
    }
}

fn message(agency: &Agency, ring: &KeyRing, mail: &OutboxMail) -> Result<Message, Error> {
    let rendered = render(mail, agency, ring).map_err(Error::internal)?;
    Ok(Message {
        id: mail.id.to_string(),
        agency: agency.id.to_string(),
        sender_name: agency.name.to_string(),
        reply_to: None,
        to: mail.to.as_str().to_owned(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
    })
}

/// Writes the mail's new state, unless it isn't any more what was handed over: a job was
/// quicker, it bounced, or it was erased.
///
/// The usual case stays away from the agency's head: a mail's hand-over must not make other
/// commands start again. Only a mail that failed for good is worth a log entry.
fn note(
    ports: &Ports,
    agency: &Agency,
    mail: &OutboxMail,
    handover: Handover,
) -> Result<(), Error> {
    let key = keys::mail(&agency.id, mail.id);
    let next = mail.after(handover);
    if let (Delivery::Failed, Some(problem)) = (next.delivery, &next.last_problem) {
        return note_failed(ports, agency, mail, &next, problem);
    }
    let rows = ports.storage.get(&[key.text().to_owned()])?;
    let Some(row) = rows.into_iter().flatten().next() else { return Ok(()) };
    if record::decode::<OutboxMail>(&row.key, &row.value)? != *mail {
        return Ok(());
    }
    let value = Some(record::encode(&next)?);
    let mut writes = vec![Write { key: row.key.clone(), value }];
    if next.delivery == Delivery::HandedOver {
        let (at, due) = (mail.first_retry_at(), Due::MailRetry(mail.id));
        let entry = DueEntry { at, agency: agency.id.clone(), due };
        writes.push(Write { key: keys::due(&entry).into_text(), value: None });
    }
    ports.storage.commit(vec![Check { key: row.key, version: Some(row.version) }], writes)?;
    Ok(())
}

fn note_failed(
    ports: &Ports,
    agency: &Agency,
    mail: &OutboxMail,
    failed: &OutboxMail,
    problem: &str,
) -> Result<(), Error> {
    let key = || keys::mail(&agency.id, mail.id);
    let tenant = Tenant::Existing(agency.id.clone());
    transact(ports, &tenant, Actor::System, &[key().into_text()], |tx| {
        if tx.view().read(&key())?.as_ref() != Some(mail) {
            return Ok(());
        }
        tx.write(key(), failed)?;
        tx.unschedule(mail.first_retry_at(), Due::MailRetry(mail.id));
        // The host's words may well repeat the address.
        let personal = vec![("problem", problem.to_owned())];
        tx.log_with(Event::MailFailed { mail: mail.id, client: mail.client }, personal).map(|_| ())
    })
}
