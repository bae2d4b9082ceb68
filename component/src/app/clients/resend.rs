//! `clients.resend`

use serde::{Deserialize, Serialize};

use super::load::{Loaded, load_for_change, parse_id, personal};
use super::new_invite::{Ids, address_warning, delivery_of};
use super::save;
use super::shown::shown_names;
use crate::app::caller::{Call, Caller};
use crate::app::command::command_and_mails;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::client::Client;
use crate::domain::id::MailId;
use crate::domain::invite::Channel;
use crate::domain::inviting::{self, InviteContext, InviteError, NewInvite};
use crate::domain::log::Event;
use crate::domain::mail::{DeliveryState, Listed};
use crate::domain::time::Timestamp;

/// What came of renewing an invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resent {
    /// Until when it can be accepted now.
    pub expires_at: Option<Timestamp>,
    /// Why the mail may not arrive.
    pub warning: Option<String>,
    /// The mail.
    pub mail: Option<MailId>,
    /// Where its mail stands; none: it is a link.
    #[serde(skip)]
    pub delivery: Option<DeliveryState>,
}

/// Renews an open invite: a new secret, a fresh end, and the mail once more.
///
/// # Errors
///
/// When the client has no open invite, or it was renewed too often.
pub fn resend(ports: &Ports, call: &Call, id: &str) -> Result<Resent, Error> {
    let caller = Caller::within(call, functions::CLIENTS_RESEND)?;
    let agency = &caller.agency;
    let parsed = parse_id(id)?;
    let keys = [
        keys::client(agency, parsed).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
    ];
    let (resent, mails) = command_and_mails(ports, &caller, &id, keys.to_vec(), |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let next = renew(tx, "resend", |setting| inviting::resend(&loaded.client, setting))?;
        send_renewed(tx, &loaded.stored, &next)?;
        Ok(Resent {
            expires_at: next.offer_until().end(),
            warning: address_warning(&next),
            mail: next.open_invite().and_then(|invite| invite.mail),
            delivery: None,
        })
    })?;
    let delivery = delivery_of(ports, agency, resent.mail, &mails);
    Ok(Resent { delivery, ..resent })
}

/// Decides by the agency's rules how an invite is renewed.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    event: &'static str,
    decide: impl FnOnce(&InviteContext<'_>) -> Result<Client, InviteError>,
) -> Result<Client, Error> {
    let ids = Ids::fresh(tx)?;
    let (settings, limits) = (tx.agency().settings.clone(), *tx.view().limits());
    let next = decide(&ids.setting(tx.ring().newest().id(), &settings, &limits, tx.now()));
    next.map_err(|error| Error::inviting(error, event))
}

/// Writes a client whose invite was renewed, and its mail.
pub(super) fn send_renewed(tx: &mut Tx<'_>, stored: &Client, next: &Client) -> Result<(), Error> {
    let link = next.open_invite().is_some_and(|invite| invite.is_link());
    let (until, channel) = (next.offer_until(), if link { "link" } else { "mail" });
    tx.log_with(Event::InviteResent { client: next.id, until, channel }, personal(next))?;
    save(tx, Some(stored), Some(next))?;
    send_invite(tx, next)
}

/// Gives brands to a client whose invite has expired, and invites it anew to all that it is offered.
///
/// # Errors
///
/// What an invite refuses.
pub fn invite_anew(tx: &mut Tx<'_>, loaded: &Loaded, offer: &NewInvite) -> Result<(), Error> {
    let decide = |setting: &InviteContext<'_>| inviting::renew_with(&loaded.client, offer, setting);
    let next = renew(tx, "add-brands", decide)?;
    let brands = next.grants.iter().map(|grant| grant.brand.clone()).collect();
    let (client, until, channel) = (next.id, next.offer_until(), Channel::Mail.name());
    tx.log_with(Event::ClientReinvited { client, brands, until, channel }, personal(&next))?;
    save(tx, Some(&loaded.stored), Some(&next))?;
    send_invite(tx, &next)
}

/// Writes the mail of a client's open invite, if it has one.
pub fn send_invite(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let mail = client.open_invite().and_then(|invite| invite.mail);
    let (Some(mail), Some(email)) = (mail, &client.email) else { return Ok(()) };
    let names = shown_names(tx, client)?;
    match inviting::invite_mail(client, Listed::of(names.into_iter())) {
        Some(content) => tx.mail(mail, email.clone(), client.addressee(), content),
        None => Ok(()),
    }
}
