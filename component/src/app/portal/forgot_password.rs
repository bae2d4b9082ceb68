//! `portal.forgot-password`

use super::joining::{client_of, login_of};
use crate::app::admission;
use crate::app::clients::load::{Loaded, load_for_change, personal};
use crate::app::clients::{save, send_invite, send_reset};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record::PasswordRequest;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::client::{Phase, Standing};
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, MailId};
use crate::domain::log::Event;

/// Asks for a link to choose a new password.
///
/// The request is only noted, for an address that exists as for one that doesn't: whether a
/// mail goes out is decided by a job, where nobody can see how long it takes.
pub fn forgot_password(ports: &Ports, agency: &str, email: &str) -> Result<(), Error> {
    let unknown = |_| Error::not_found("agency", agency);
    let agency = AgencyId::parse(agency).map_err(unknown)?;
    // What isn't an address has no login: nothing to note.
    let parsed = Email::parse(email).ok();
    let key_hash = parsed.as_ref().map(Email::key_hash).unwrap_or_default();
    let requests = keys::reset_requests(&key_hash).into_text();
    transact(ports, &Tenant::Existing(agency), Actor::Visitor, &[requests], |tx| {
        let Some(email) = parsed.clone() else { return Ok(()) };
        let (rule, now) = (tx.view().limits().reset_requests, tx.now());
        let before = tx.read(&keys::reset_requests(&key_hash))?;
        // One too many is dropped, and answered like the others.
        let Ok(requests) = before.clone().unwrap_or_default().once_more(rule, now) else {
            return Ok(());
        };
        if before.is_none()
            && let Some(at) = requests.forgotten_at(rule)
        {
            tx.schedule(at, Due::AttemptsEnd(format!("reset/{key_hash}")))?;
        }
        tx.write(keys::reset_requests(&key_hash), &requests)?;
        let id = MailId::generate(now, tx.id_seed()?);
        let agency = tx.agency().id.clone();
        tx.schedule(now, Due::PasswordRequest(id))?;
        tx.write(keys::password_request(&agency, id), &PasswordRequest { email })
    })
}

/// Answers such a request: a mail to the agency's client with this address who has joined, or
/// once more the invite of one who may.
pub fn send_requested(tx: &mut Tx<'_>, id: MailId) -> Result<(), Error> {
    let key = keys::password_request(&tx.agency().id.clone(), id);
    let Some(request) = tx.read(&key)? else { return Ok(()) };
    tx.delete(key);
    if !admission::mails_go_out(tx.agency()) {
        return Ok(());
    }
    let Some(identity) = login_of(tx, &request.email)? else {
        let key = keys::client_email(&tx.agency().id.clone(), &request.email);
        return match tx.read(&key)? {
            Some(client) => {
                let client = load_for_change(tx, client)?;
                mail_invite_again(tx, &client)
            }
            None => Ok(()),
        };
    };
    let Some(client) = client_of(tx, &identity)? else { return Ok(()) };
    let client = load_for_change(tx, client)?.client;
    // Somebody who is only invited may need it too: to accept with a login from elsewhere.
    let here = match client.phase(tx.now()) {
        Phase::Pending | Phase::Expired | Phase::Joined => true,
        Phase::Revoked => false,
    };
    let own = client.identity.is_none_or(|id| id == identity.id);
    if here && own { send_reset(tx, &client, identity) } else { Ok(()) }
}

/// Mails an open invite again, as it is: a visitor's wish neither renews it, which would cost
/// the agency money, nor makes the link worthless that the person may have already.
fn mail_invite_again(tx: &mut Tx<'_>, loaded: &Loaded) -> Result<(), Error> {
    let client = &loaded.client;
    let mut next = client.clone();
    let invite = match (client.phase(tx.now()), &mut next.standing) {
        (Phase::Pending, Standing::Pending { invite }) => invite,
        (Phase::Pending | Phase::Expired | Phase::Joined | Phase::Revoked, _) => return Ok(()),
    };
    let event = Event::InviteMailedAgain { client: client.id, until: client.offer_until() };
    tx.log_with(event, personal(client))?;
    let mail = MailId::generate(tx.now(), tx.id_seed()?);
    (invite.mail, invite.undelivered) = (Some(mail), None);
    save(tx, Some(&loaded.stored), Some(&next))?;
    send_invite(tx, &next)
}
