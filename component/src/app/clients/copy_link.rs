//! `clients.copy-link`

use super::load;
use crate::app::acting::log_use;
use crate::app::caller::{Call, Caller};
use crate::app::command::{command, query};
use crate::app::error::Error;
use crate::app::functions::{self, Function};
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::agency::{Agency, PortalPage};
use crate::domain::client::{Client, Phase, Refusal};
use crate::domain::id::ClientId;
use crate::domain::invite::Channel;
use crate::domain::keyring::KeyRing;
use crate::domain::log::ImpersonationUse;
use crate::domain::time::Timestamp;
use crate::domain::token::{self, Token};

/// A link to pass on by hand.
pub struct Link {
    /// Whose.
    pub client: ClientId,
    /// Its secret.
    pub token: Token,
    /// The whole link, as secret as the token.
    pub url: String,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
    /// Whether that is over.
    pub expired: bool,
}

/// The link of a client's open invite. Nothing changes: the token is derived, not made. On an account's
/// behalf it is logged that it was copied.
///
/// # Errors
///
/// When the client has no open invite.
pub fn copy_link(ports: &Ports, call: &Call, id: &str) -> Result<Link, Error> {
    let caller = Caller::within(call, functions::CLIENTS_COPY_LINK)?;
    let client = load::parse_id(id)?;
    let link = link_to(ports, &caller, client)?;
    if caller.acting.is_some() {
        // The answer isn't kept with the key: it is a secret.
        command(ports, &caller, &id, Vec::new(), |tx| {
            log_use(tx, ImpersonationUse::CopyLink { client })
        })?;
    }
    Ok(link)
}

/// The link of the open invite of this client.
pub(super) fn link_to(ports: &Ports, caller: &Caller, id: ClientId) -> Result<Link, Error> {
    let agency = &caller.agency;
    let mut view = query(ports, caller, vec![keys::client(agency, id).into_text()])?;
    let client =
        load::current_whole(&mut view, id)?.ok_or_else(|| load::unknown(&id.to_string()))?;
    link_of(view.agency(), &view::key_ring(ports)?, &client, view.now(), caller.function)
}

/// The same of a client that was read already.
pub(super) fn link_of(
    agency: &Agency,
    ring: &KeyRing,
    client: &Client,
    now: Timestamp,
    function: Function,
) -> Result<Link, Error> {
    let refused = |refusal| Err(Error::client(refusal, function.own_name()));
    let Some(invite) = client.open_invite() else {
        return match client.phase(now) {
            Phase::Revoked => refused(Refusal::Revoked),
            Phase::Pending | Phase::Expired | Phase::Joined => refused(Refusal::Used),
        };
    };
    let token = token::invite(Channel::Link, ring, &agency.id, client.id, invite.version);
    let url = agency.portal_address.link(PortalPage::Invite, &token);
    let expired = invite.has_expired(now);
    Ok(Link { client: client.id, token, url, expires_at: client.offer_until().end(), expired })
}
