//! Handing a mail over again that the host didn't take.

use crate::app::admission;
use crate::app::clients::load;
use crate::app::command::look;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::outbox::{self, GivenUp};
use crate::app::ports::{Ports, Write};
use crate::app::view::{self, View};
use crate::domain::due::DueEntry;
use crate::domain::id::MailId;
use crate::domain::invite::Undelivered;
use crate::domain::mail::{Content, Delivery, OutboxMail, Topic};

/// Hands a mail over again whose time has come.
///
/// A mail that the host doesn't take is tried again later.
pub fn retry(ports: &Ports, entry: &DueEntry, id: MailId) -> Result<(), Error> {
    let agency = &entry.agency;
    let key = keys::mail(agency, id);
    let ring = view::key_ring(ports)?;
    let mut view = look(ports, agency, vec![key.text().to_owned()])?;
    let mail = view.read(&key)?.filter(|mail| mail.delivery == Delivery::Queued);
    let Some(mail) = mail else {
        // It went out, or was erased: nothing is due any more.
        let write = Write { key: keys::due(entry).into_text(), value: None };
        ports.storage.commit(Vec::new(), vec![write])?;
        return Ok(());
    };
    if let Some(problem) = problem(&mut view, &mail)? {
        let given_up = mail.given_up(problem);
        let problem = Undelivered { bounced: false, reason: problem.to_owned() };
        let given_up = GivenUp { mail: &given_up, problem: &problem, dead: false };
        return outbox::note_failed(ports, view.agency(), &ring, &mail, &given_up, None);
    }
    outbox::try_to_hand_over(ports, view.agency(), &ring, &mail, None)
}

/// Why nobody should get a mail any more; none: somebody should.
fn problem(view: &mut View<'_>, mail: &OutboxMail) -> Result<Option<&'static str>, Error> {
    if !admission::mails_go_out(view.agency()) {
        return Ok(Some("the agency was suspended or closed before this mail could go out"));
    }
    let withdrawn = "the invite was withdrawn or renewed before this mail could go out";
    Ok(is_withdrawn(view, mail)?.then_some(withdrawn))
}

/// Whether a mail carries an invite that can't be accepted any more: nobody should get it.
fn is_withdrawn(view: &mut View<'_>, mail: &OutboxMail) -> Result<bool, Error> {
    let Topic::Client { client, content: Content::Invite { version, .. }, .. } = &mail.topic else {
        return Ok(false);
    };
    let client = load::current(view, *client)?;
    let open = client.as_ref().and_then(|client| client.open_invite());
    Ok(open.is_none_or(|invite| invite.version != *version))
}
