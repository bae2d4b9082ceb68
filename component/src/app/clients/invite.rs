//! `clients.invite-by-email`

use serde::{Deserialize, Serialize};

use super::super::caller::{Call, Caller, Function};
use super::super::command::command;
use super::super::error::Error;
use super::super::fields::Fields;
use super::super::keys;
use super::super::ports::Ports;
use super::super::tx::Tx;
use super::save;
use crate::domain::actor::Role;
use crate::domain::catalog::Catalog;
use crate::domain::client::Client;
use crate::domain::email::Email;
use crate::domain::id::{BrandId, ClientId, MailId};
use crate::domain::inviting::{
    self, Decision, EmailInvite, Fresh, InviteError, InvitedBrand, Outcome,
};
use crate::domain::log::Event;
use crate::domain::text::{Name, Note};
use crate::domain::time::Timestamp;

const FUNCTION: Function = Function { name: "clients.invite-by-email", least: Role::Manager };

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
}

/// What an invite did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    /// The client.
    pub client: ClientId,
    /// What happened.
    pub outcome: Outcome,
    /// Until when the open invite can be accepted.
    pub expires_at: Option<Timestamp>,
}

struct Parsed {
    email: Email,
    brands: Vec<BrandId>,
    name: Option<Name>,
    note: Option<Note>,
}

/// Invites somebody by e-mail.
///
/// # Errors
///
/// When something is malformed or unknown, the client would have too many brands, or the
/// store fails.
pub fn invite(ports: &Ports, call: &Call, invite: &Invite) -> Result<Invited, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let (asked, allowed) = (invite.brands.len(), Catalog::DEFAULT.brands_per_client_max);
    if asked > allowed {
        return Err(InviteError::TooManyBrands { allowed, asked }.into());
    }
    let parsed = parse(invite)?;
    let agency = &caller.agency;
    let by_email = keys::client_email(agency, &parsed.email);
    let mut keys = vec![by_email.text().to_owned(), keys::payer(agency).into_text()];
    keys.extend(parsed.brands.iter().map(|brand| keys::brand(agency, brand).into_text()));
    command(ports, &caller, invite, keys, |tx| {
        let request = request(tx, &parsed, &caller)?;
        let known = match tx.view().read(&by_email)? {
            Some(id) => Some(tx.view().expect(&keys::client(agency, id))?),
            None => None,
        };
        let now = tx.now();
        let fresh = Fresh {
            client: ClientId::generate(now, tx.id_seed()?),
            mail: MailId::generate(now, tx.id_seed()?),
        };
        let catalog = *tx.view().catalog();
        let decision = inviting::invite(known.as_ref(), &request, fresh, &catalog, now)?;
        carry_out(tx, known.as_ref(), fresh.mail, decision)
    })
}

fn parse(invite: &Invite) -> Result<Parsed, Error> {
    let mut fields = Fields::default();
    let email = fields.take("invite.email", Email::parse(&invite.email));
    let name = fields.take_optional("invite.name", filled(&invite.name), Name::parse);
    let note = fields.take_optional("invite.note", invite.note.as_deref(), Note::parse);
    let mut brands: Vec<BrandId> = Vec::with_capacity(invite.brands.len());
    for (index, id) in invite.brands.iter().enumerate() {
        let field = format!("invite.brands[{index}]");
        match fields.take(&field, BrandId::parse(id)) {
            Some(id) if brands.contains(&id) => {
                fields.refuse(&field, "duplicate", format!("brand `{id}` is listed twice"));
            }
            Some(id) => brands.push(id),
            None => (),
        }
    }
    if invite.brands.is_empty() {
        fields.refuse("invite.brands", "empty", "must name at least one brand");
    }
    let built = (|| Some(Parsed { email: email?, brands, name: name?, note: note?.flatten() }))();
    fields.finish(built)
}

/// A name that was left empty counts as none: forms send it that way.
fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

/// The invite with its brands looked up.
fn request(tx: &mut Tx<'_>, parsed: &Parsed, caller: &Caller) -> Result<EmailInvite, Error> {
    let mut fields = Fields::default();
    let mut brands = Vec::with_capacity(parsed.brands.len());
    for (index, id) in parsed.brands.iter().enumerate() {
        match tx.view().read(&keys::brand(&caller.agency, id))? {
            Some(brand) => brands.push(InvitedBrand { id: brand.id, name: brand.name }),
            None => {
                let field = format!("invite.brands[{index}]");
                fields.refuse(&field, "unknown", format!("there is no brand `{id}`"));
            }
        }
    }
    fields.finish(Some(EmailInvite {
        email: parsed.email.clone(),
        name: parsed.name.clone(),
        brands,
        note: parsed.note.clone(),
        inviter: caller.operator.name.clone(),
    }))
}

fn carry_out(
    tx: &mut Tx<'_>,
    known: Option<&Client>,
    mail: MailId,
    decision: Decision,
) -> Result<Invited, Error> {
    let Decision { outcome, client, event, mail: content } = decision;
    if let Some(event) = event {
        log(tx, &client, event)?;
        save(tx, known, &client)?;
    }
    if let Some(content) = content {
        tx.mail(mail, client.email.clone(), client.id, content)?;
    }
    Ok(Invited { client: client.id, outcome, expires_at: client.access_until().end() })
}

fn log(tx: &mut Tx<'_>, client: &Client, event: Event) -> Result<u64, Error> {
    let mut personal = vec![("email", client.email.as_str().to_owned())];
    personal.extend(client.name.as_ref().map(|name| ("name", name.to_string())));
    tx.log_with(event, personal)
}
