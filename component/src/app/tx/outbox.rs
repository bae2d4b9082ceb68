//! The mails of one command.

use super::writes::Writes;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::Marker;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AgencyId;
use crate::domain::mail::OutboxMail;

/// Puts mails into the outbox, and keeps them for the hand-over after the commit.
#[derive(Default)]
pub(super) struct OutboxWriter {
    mails: Vec<OutboxMail>,
}

impl OutboxWriter {
    /// How many it took.
    pub(super) const fn count(&self) -> u64 {
        self.mails.len() as u64
    }

    /// Takes a mail: its row, the way to it from each client that it is about, and the job that
    /// tries it again should the hand-over never come.
    pub(super) fn put(
        &mut self,
        agency: &AgencyId,
        mail: OutboxMail,
        writes: &mut Writes,
    ) -> Result<(), Error> {
        for client in mail.topic.clients() {
            writes.write(keys::mail_of(agency, client, mail.id), &Marker {})?;
        }
        if let Some(at) = mail.next_try {
            let due = Due::MailRetry(mail.id);
            writes.schedule(&DueEntry { at, agency: agency.clone(), due })?;
        }
        writes.write(keys::mail(agency, mail.id), &mail)?;
        self.mails.push(mail);
        Ok(())
    }

    pub(super) fn into_mails(self) -> Vec<OutboxMail> {
        self.mails
    }
}
