//! `clients.resend`

use super::load::{load_for_change, parse_id, personal};
use super::new_invite::Ids;
use super::save;
use super::show::{brand_keys, brand_names};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::client::Client;
use crate::domain::inviting;
use crate::domain::log::Event;
use crate::domain::mail::{Content, Listed};
use crate::domain::time::Timestamp;

/// Renews an open invite: a new secret, a fresh end, and the mail once more.
///
/// # Errors
///
/// When the client has no open invite, or it was renewed too often.
pub fn resend(ports: &Ports, call: &Call, id: &str) -> Result<Option<Timestamp>, Error> {
    let caller = Caller::of(call, functions::CLIENTS_RESEND)?;
    let agency = &caller.agency;
    let parsed = parse_id(id)?;
    let keys = [keys::client(agency, parsed).into_text(), keys::agency_totals(agency).into_text()];
    command(ports, &caller, &id, keys.to_vec(), |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let ids = Ids::fresh(tx)?;
        let (settings, limits) = (tx.agency().settings.clone(), *tx.view().limits());
        let setting = ids.setting(&settings, &limits, tx.now());
        let next = inviting::resend(&loaded.client, &setting);
        let next = next.map_err(|error| Error::inviting(error, "resend"))?;
        let link = next.open_invite().is_some_and(|invite| invite.is_link());
        let (until, channel) = (next.invite_until(), if link { "link" } else { "mail" });
        tx.log_with(Event::InviteResent { client: next.id, until, channel }, personal(&next))?;
        save(tx, Some(&loaded.stored), Some(&next))?;
        if let Some(id) = next.open_invite().and_then(|invite| invite.mail) {
            send(tx, &next, id)?;
        }
        Ok(until.end())
    })
}

fn send(tx: &mut Tx<'_>, client: &Client, id: crate::domain::id::MailId) -> Result<(), Error> {
    let (Some(invite), Some(email)) = (client.open_invite(), &client.email) else { return Ok(()) };
    let agency = tx.agency().id.clone();
    tx.view().fetch(brand_keys(&agency, [client]))?;
    let names = brand_names(tx.view(), [client])?;
    let content = Content::Invite {
        version: invite.version,
        until: invite.until,
        brands: Listed::of(names.of(client).into_iter()),
        inviter: invite.inviter.clone(),
        note: None,
    };
    tx.mail(id, email.clone(), client.id, content)
}
