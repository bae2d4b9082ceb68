//! `jobs.report-bounce`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::outbox::tell_client;
use crate::app::ports::Ports;
use crate::domain::actor::Actor;
use crate::domain::due::Due;
use crate::domain::id::{AgencyId, MailId};
use crate::domain::invite::Undelivered;
use crate::domain::log::Event;
use crate::domain::mail::{Delivery, OutboxMail};

/// Notes that a mail came back.
pub fn report_bounce(ports: &Ports, agency: &str, mail: &str, reason: &str) -> Result<(), Error> {
    let unknown = || Error::not_found("mail", mail);
    let no_agency = |_| Error::not_found("agency", agency);
    let agency = AgencyId::parse(agency).map_err(no_agency)?;
    let id = MailId::parse(mail).map_err(|_| unknown())?;
    let key = || keys::mail(&agency, id);
    let tenant = Tenant::Existing(agency.clone());
    transact(ports, &tenant, Actor::Platform, &[key().into_text()], |tx| {
        let mail: OutboxMail = tx.read(&key())?.ok_or_else(unknown)?;
        if mail.delivery == Delivery::Bounced {
            return Ok(());
        }
        if let Some(at) = mail.next_try {
            tx.unschedule(at, Due::MailRetry(id));
        }
        let bounced = mail.bounced(reason);
        let personal = bounced.last_problem.iter().map(|problem| ("problem", problem.clone()));
        let event = Event::MailBounced { mail: id, client: mail.client() };
        tx.log_with(event, personal.collect())?;
        tx.write(key(), &bounced)?;
        let reason = bounced.last_problem.unwrap_or_default();
        tell_client(tx, &mail, &Undelivered { bounced: true, reason }, true)
    })
}
