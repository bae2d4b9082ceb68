//! `clients.invite-by-email`

use serde::Serialize;

use super::arguments::{self, RawPermissions};
use super::new_invite::{self, Invited};
use crate::app::caller::{Call, Caller};
use crate::app::command::command_and_mails;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::email::Email;
use crate::domain::id::BrandId;
use crate::domain::invite::Channel;
use crate::domain::inviting::NewInvite;
use crate::domain::permissions::Permissions;
use crate::domain::text::{Name, Note};

/// An invite, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct Invite {
    /// Whom to invite.
    pub email: String,
    /// To which brands.
    pub brands: Vec<String>,
    /// The person's name.
    pub name: Option<String>,
    /// A personal note.
    pub note: Option<String>,
    /// What the client may do.
    pub permissions: Option<RawPermissions>,
    /// When the access ends by itself.
    pub access_ends_at: Option<u64>,
}

struct Parsed {
    email: Email,
    brands: Vec<BrandId>,
    name: Option<Name>,
    note: Option<Note>,
    permissions: Option<Permissions>,
}

/// Invites somebody by e-mail.
///
/// # Errors
///
/// When the client would have too many brands, or was invited again too often.
pub fn invite(ports: &Ports, call: &Call, invite: &Invite) -> Result<Invited, Error> {
    let parse = |fields: &mut Fields| parse(ports, fields, invite);
    let (caller, parsed) = Caller::within_with(call, functions::CLIENTS_INVITE_BY_EMAIL, parse)?;
    let mut keys = new_invite::first_keys(&caller, &parsed.brands);
    keys.extend(keys::texts(&keys::client_emails(&caller.agency, &parsed.email)));
    let (invited, mails) = command_and_mails(ports, &caller, invite, keys, |tx| {
        let offer = look_up(tx, &parsed, invite, &caller)?;
        new_invite::make(tx, &offer)
    })?;
    let delivery = new_invite::delivery_of(ports, &caller.agency, invited.mail, &mails);
    Ok(Invited { delivery, ..invited })
}

fn parse(ports: &Ports, fields: &mut Fields, invite: &Invite) -> Option<Parsed> {
    let ends = invite.access_ends_at;
    arguments::check_future(ports, fields, "invite.access-ends-at", ends);
    let email = fields.take("invite.email", Email::parse(&invite.email));
    let name = fields.take_optional("invite.name", filled(&invite.name), Name::parse);
    let note = fields.take_optional("invite.note", invite.note.as_deref(), Note::parse);
    let brands = arguments::parse_brands(fields, "invite.brands", &invite.brands);
    let permissions = invite.permissions.as_ref();
    let permissions = arguments::parse_permissions(fields, "invite.permissions", permissions);
    let (email, name, note) = (email?, name?, note?.flatten());
    Some(Parsed { email, brands, name, note, permissions: permissions? })
}

/// The offer with everything that the agency must know looked up.
fn look_up(
    tx: &mut Tx<'_>,
    parsed: &Parsed,
    invite: &Invite,
    caller: &Caller,
) -> Result<NewInvite, Error> {
    let mut fields = Fields::default();
    let (now, ends) = (tx.now(), "invite.access-ends-at");
    let brands = arguments::look_up(tx, &mut fields, "invite.brands", &parsed.brands)?;
    let permissions = parsed.permissions.as_ref();
    let settings = &tx.agency().settings;
    arguments::check_features(&mut fields, "invite.permissions", permissions, settings);
    let access = arguments::parse_future(&mut fields, ends, invite.access_ends_at, now);
    fields.finish(Some(NewInvite {
        email: Some(parsed.email.clone()),
        name: parsed.name.clone(),
        renames: false,
        label: None,
        brands,
        access,
        permissions: parsed.permissions.clone(),
        note: parsed.note.clone(),
        inviter: caller.operator.name.clone(),
        channel: Channel::Mail,
        domain: None,
        until: None,
    }))
}
