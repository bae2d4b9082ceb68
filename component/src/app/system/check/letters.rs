//! What follows from mails, and from requests for a new password.

use super::Whole;
use super::walk::{Found, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::record::PasswordRequest;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::MailId;
use crate::domain::mail::{Delivery, OutboxMail};

/// Looks at mails: the way to them from clients, and when they are tried again.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::mails(of.id()), after, &mut |walk, row| one(walk, of, row))
}

fn one(walk: &mut Walk<'_>, of: &Whole, row: &Stored) -> Result<(), Error> {
    let agency = of.id();
    let name = format!("mail `{}`", keys::mails(agency).suffix(&row.key));
    let Some(mail) = walk.whole::<OutboxMail>(row, &name)? else { return Ok(()) };
    for client in mail.topic.clients() {
        // Whoever is erased is led nowhere, though mails to the agency still name them.
        let known = walk.find::<Client>(&keys::client(agency, client))?;
        let is_there = matches!(known, Found::Whole(client) if !client.erased);
        if is_there {
            walk.marks(&name, &keys::mail_of(agency, client, mail.id))?;
        }
    }
    match mail.next_try.filter(|_| mail.delivery == Delivery::Queued) {
        Some(at) => {
            let due = Due::MailRetry(mail.id);
            walk.falls_due(&name, &DueEntry { at, agency: agency.clone(), due })
        }
        None => Ok(()),
    }
}

/// Looks at requests for a new password: a job answers each.
pub(super) fn requests(
    walk: &mut Walk<'_>,
    of: &Whole,
    after: &str,
) -> Result<Option<String>, Error> {
    let range = keys::password_requests(of.id());
    walk.each(&range, after, &mut |walk, row| {
        let id = keys::password_requests(of.id()).suffix(&row.key).to_owned();
        let name = format!("password request `{id}`");
        if walk.whole::<PasswordRequest>(row, &name)?.is_none() {
            return Ok(());
        }
        let Ok(id) = MailId::parse(&id) else { return Ok(()) };
        let (agency, due) = (of.id().clone(), Due::PasswordRequest(id));
        let entry = DueEntry { at: of.latest, agency, due: due.clone() };
        walk.falls_due_by(&name, &entry, &[due])
    })
}
