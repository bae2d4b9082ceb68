//! `clients.copy-link`

use serde::{Deserialize, Serialize};

use super::load;
use crate::app::acting::log_use;
use crate::app::caller::{Call, Caller};
use crate::app::command::{command, query};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::agency::{Agency, PortalPage};
use crate::domain::client::{Client, Phase, Refusal};
use crate::domain::id::ClientId;
use crate::domain::invite::{Channel, Invite};
use crate::domain::keyring::{KeyId, KeyRing};
use crate::domain::log::ImpersonationUse;
use crate::domain::time::{Timestamp, Until};
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

/// All that the link of an invite is made from, but for the key itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct InvitedByLink {
    client: ClientId,
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<KeyId>,
    until: Until,
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
fn link_to(ports: &Ports, caller: &Caller, id: ClientId) -> Result<Link, Error> {
    let agency = &caller.agency;
    let mut view = query(ports, caller, vec![keys::client(agency, id).into_text()])?;
    let client =
        load::current_whole(&mut view, id)?.ok_or_else(|| load::unknown(&id.to_string()))?;
    let Some(invited) = InvitedByLink::of(&client) else {
        let refusal = match client.phase(view.now()) {
            Phase::Revoked => Refusal::Revoked,
            Phase::Pending | Phase::Expired | Phase::Joined => Refusal::Used,
        };
        return Err(Error::client(refusal, caller.function.own_name()));
    };
    Ok(invited.link(view.agency(), &view::key_ring(ports)?, view.now()))
}

impl InvitedByLink {
    /// The open invite of a client.
    pub fn of(client: &Client) -> Option<InvitedByLink> {
        let Invite { version, key, .. } = client.open_invite()?;
        let (version, key, until) = (*version, key.clone(), client.offer_until());
        Some(InvitedByLink { client: client.id, version, key, until })
    }

    /// Its link.
    pub fn link(&self, agency: &Agency, ring: &KeyRing, now: Timestamp) -> Link {
        let signed = (ring, self.key.as_ref());
        let token = token::invite(Channel::Link, signed, &agency.id, self.client, self.version);
        let url = agency.portal_address.link(PortalPage::Invite, &token);
        let (expires_at, expired) = (self.until.end(), self.until.is_over(now));
        Link { client: self.client, token, url, expires_at, expired }
    }
}
