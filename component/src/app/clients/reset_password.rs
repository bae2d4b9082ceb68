//! `clients.reset-password`

use super::load::{load_for_change, parse_id};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::client::{Client, Event as ClientEvent, Refusal};
use crate::domain::id::MailId;
use crate::domain::identity::{Identity, OpenLink};
use crate::domain::log::Event;
use crate::domain::mail::Content;
use crate::domain::time::Until;

/// Mails a client a link to choose a new password.
///
/// # Errors
///
/// When the client hasn't joined, or was revoked.
pub fn reset_password(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::CLIENTS_RESET_PASSWORD)?;
    let parsed = parse_id(id)?;
    let keys = vec![keys::client(&caller.agency, parsed).into_text()];
    command(ports, &caller, &id, keys, |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let phase = loaded.client.phase(tx.now()).next(ClientEvent::ResetPassword);
        phase.map_err(|refusal| Error::client(refusal, "reset-password"))?;
        // A client that has joined has a login, or somebody has one with its address.
        let identity = login_to_reset(tx, &loaded.client)?;
        let nobody = || Error::client(Refusal::NotJoined, "reset-password");
        send_reset(tx, &loaded.client, identity.ok_or_else(nobody)?)
    })
}

/// The login with which a client gets in once a link to its address is opened: its own, or, where it
/// was imported without one, that with its address.
pub fn login_to_reset(tx: &mut Tx<'_>, client: &Client) -> Result<Option<Identity>, Error> {
    let id = match (client.identity, &client.email) {
        (Some(id), _) => Some(id),
        (None, Some(email)) if client.lacks_login() => {
            tx.read_first(&keys::identity_emails(email))?
        }
        (None, _) => None,
    };
    id.map(|id| tx.expect(&keys::identity(id))).transpose()
}

/// Mails the client's person a link to choose a new password.
pub fn send_reset(tx: &mut Tx<'_>, client: &Client, mut identity: Identity) -> Result<(), Error> {
    let until = Until::at(tx.now().plus(tx.view().limits().reset_valid_millis));
    let link = identity.ask_reset(until, tx.ring().newest().id());
    let id = identity.id;
    tx.write(keys::identity(id), &identity)?;
    tx.log(Event::PasswordResetSent { client: client.id, identity: id })?;
    let mail = MailId::generate(tx.now(), tx.id_seed()?);
    let OpenLink { version, until, key } = link;
    let content = Content::PasswordReset { identity: id, version, key, until };
    tx.mail(mail, identity.email, client.addressee(), content)
}
