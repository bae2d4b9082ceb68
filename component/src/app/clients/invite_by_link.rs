//! `clients.invite-by-link`

use serde::Serialize;

use super::arguments::{self, RawPermissions};
use super::copy_link::{InvitedByLink, Link};
use super::new_invite;
use crate::app::caller::{Call, Caller};
use crate::app::command::{command, query};
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::email::{Domain, Email};
use crate::domain::id::BrandId;
use crate::domain::invite::Channel;
use crate::domain::inviting::NewInvite;
use crate::domain::permissions::Permissions;
use crate::domain::text::Name;

/// An invite by link, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct LinkInvite {
    /// To which brands.
    pub brands: Vec<String>,
    /// What the agency calls it.
    pub label: Option<String>,
    /// Until when it can be used.
    pub expires_at: Option<u64>,
    /// The one address that may use it.
    pub email: Option<String>,
    /// The domain whose addresses may use it.
    pub domain: Option<String>,
    /// What the client may do.
    pub permissions: Option<RawPermissions>,
    /// When the access ends by itself.
    pub access_ends_at: Option<u64>,
}

struct Parsed {
    brands: Vec<BrandId>,
    label: Option<Name>,
    email: Option<Email>,
    domain: Option<Domain>,
    permissions: Option<Permissions>,
}

/// Makes a link that invites whoever uses it first.
///
/// # Errors
///
/// When a client with the address has joined, or the client would have too many brands.
pub fn invite_by_link(ports: &Ports, call: &Call, invite: &LinkInvite) -> Result<Link, Error> {
    let parse = |fields: &mut Fields| parse(ports, fields, invite);
    let (caller, parsed) = Caller::within_with(call, functions::CLIENTS_INVITE_BY_LINK, parse)?;
    let mut keys = new_invite::first_keys(&caller, &parsed.brands);
    let by_email = parsed.email.as_ref().map(|email| keys::client_emails(&caller.agency, email));
    keys.extend(keys::texts(&by_email.unwrap_or_default()));
    let mut link = None;
    let invited = command(ports, &caller, invite, keys, |tx| {
        let offer = look_up(tx, &parsed, invite, &caller)?;
        let invited = new_invite::make(tx, &offer)?;
        let client = tx.expect(&keys::client(&caller.agency, invited.client))?;
        let invited = InvitedByLink::of(&client)
            .ok_or_else(|| Error::internal("who was invited has no open invite"))?;
        // Here, since nothing may fail after the commit.
        link = Some(invited.link(tx.agency(), tx.ring(), tx.now()));
        Ok(invited)
    })?;
    if let Some(link) = link {
        return Ok(link);
    }
    // A repetition: the answer that was kept holds no secret, so the token is derived again,
    // whatever became of the invite.
    let view = query(ports, &caller, Vec::new())?;
    Ok(invited.link(view.agency(), &view::key_ring(ports)?, view.now()))
}

fn parse(ports: &Ports, fields: &mut Fields, invite: &LinkInvite) -> Option<Parsed> {
    let ends = invite.access_ends_at;
    arguments::check_future(ports, fields, "invite.access-ends-at", ends);
    arguments::check_future(ports, fields, "invite.expires-at", invite.expires_at);
    let brands = arguments::parse_brands(fields, "invite.brands", &invite.brands);
    let label = fields.take_optional("invite.label", filled(&invite.label), Name::parse);
    let email = fields.take_optional("invite.email", invite.email.as_deref(), Email::parse);
    let domain = fields.take_optional("invite.domain", invite.domain.as_deref(), Domain::parse);
    if invite.email.is_some() && invite.domain.is_some() {
        let message = "can't be combined with `invite.email`: give one or the other";
        fields.refuse("invite.domain", "duplicate", message);
    }
    let permissions = invite.permissions.as_ref();
    let permissions = arguments::parse_permissions(fields, "invite.permissions", permissions);
    let (label, email, domain) = (label?, email?, domain?);
    Some(Parsed { brands, label, email, domain, permissions: permissions? })
}

/// The offer with everything that the agency must know looked up.
fn look_up(
    tx: &mut Tx<'_>,
    parsed: &Parsed,
    invite: &LinkInvite,
    caller: &Caller,
) -> Result<NewInvite, Error> {
    let mut fields = Fields::default();
    let (now, ends) = (tx.now(), "invite.access-ends-at");
    let brands = arguments::look_up(tx, &mut fields, "invite.brands", &parsed.brands)?;
    let permissions = parsed.permissions.as_ref();
    let settings = &tx.agency().settings;
    arguments::check_features(&mut fields, "invite.permissions", permissions, settings);
    let access = arguments::parse_future(&mut fields, ends, invite.access_ends_at, now);
    let until = arguments::parse_future(&mut fields, "invite.expires-at", invite.expires_at, now);
    fields.finish(Some(NewInvite {
        email: parsed.email.clone(),
        name: None,
        renames: false,
        label: parsed.label.clone(),
        brands,
        access,
        permissions: parsed.permissions.clone(),
        note: None,
        inviter: caller.operator.name.clone(),
        channel: Channel::Link,
        domain: parsed.domain.clone(),
        until,
    }))
}
