//! `portal.invite-colleague`: the owner of an account invites to its brands.

use super::activity::count_day;
use super::owned::owned_and_open;
use super::sessions::{claim, no_agency, opened};
use crate::app::acting::brands_of;
use crate::app::clients::arguments;
use crate::app::clients::load;
use crate::app::clients::new_invite;
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::Account;
use crate::domain::account::people::{is_within, may_be_invited};
use crate::domain::actor::Actor;
use crate::domain::brand::Brand;
use crate::domain::email::Email;
use crate::domain::id::{BrandId, ClientId};
use crate::domain::invite::Channel;
use crate::domain::inviting::{InvitedBrand, NewInvite};
use crate::domain::text::Name;

/// Whom an owner invites, as it arrives.
pub struct NewColleague {
    /// The address.
    pub email: String,
    /// The person's name.
    pub name: Option<String>,
    /// To which of the account's brands.
    pub brands: Vec<String>,
}

struct Parsed {
    email: Email,
    name: Option<Name>,
    brands: Vec<BrandId>,
}

/// Invites somebody to brands of an account, as its owner.
///
/// # Errors
///
/// When the client isn't its owner, the account is in set-up or disabled, a brand isn't the account's,
/// the account has no room for one more user, or the invite would change what others offered.
pub fn invite_colleague(
    ports: &Ports,
    session: &str,
    account: &str,
    new: &NewColleague,
) -> Result<ClientId, Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let mut fields = Fields::default();
    let parsed = parse(&mut fields, new);
    let parsed = fields.finish(parsed)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [
        keys::session(&claim.agency, &claim.id).into_text(),
        keys::agency_totals(&claim.agency).into_text(),
        keys::catalog().into_text(),
        keys::tally(&claim.agency).into_text(),
    ];
    let invited = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let opened = opened(tx.view(), &claim)?;
        let (owner, inviter) = (opened.client.id, opened.identity.name.clone());
        let account = owned_and_open(tx.view(), account, owner)?;
        let opened = count_day(tx, opened)?;
        if let Some(used) = opened.session.used(tx.now()) {
            tx.write(opened.key, &used)?;
        }
        tx.act_as(Actor::Client { id: owner });
        let offer = offer(tx, (&account, owner), &parsed, inviter)?;
        let invited = new_invite::make(tx, &offer).map_err(unsaid)?;
        Ok(invited.client)
    });
    invited.map_err(no_agency)
}

fn parse(fields: &mut Fields, new: &NewColleague) -> Option<Parsed> {
    let email = fields.take("colleague.email", Email::parse(&new.email));
    let name = fields.take_optional("colleague.name", filled(&new.name), Name::parse);
    let brands = arguments::parse_brands(fields, "colleague.brands", &new.brands);
    Some(Parsed { email: email?, name: name?, brands })
}

/// The invite that the owner may send.
fn offer(
    tx: &mut Tx<'_>,
    (account, owner): (&Account, ClientId),
    parsed: &Parsed,
    inviter: Name,
) -> Result<NewInvite, Error> {
    let mut fields = Fields::default();
    let brands = own_brands(tx, &mut fields, account, &parsed.brands)?;
    let brands = fields.finish(Some(brands))?;
    let name = name_to_give(tx, (account, owner), parsed)?;
    Ok(NewInvite {
        email: Some(parsed.email.clone()),
        name,
        label: None,
        brands,
        // What the agency gave for a time isn't the owner's to prolong.
        access: None,
        permissions: None,
        note: None,
        inviter,
        channel: Channel::Mail,
        domain: None,
        until: None,
    })
}

/// The brands with their names. What isn't the account's is refused as what there isn't: whether others
/// have such a brand is theirs to know.
fn own_brands(
    tx: &mut Tx<'_>,
    fields: &mut Fields,
    account: &Account,
    ids: &[BrandId],
) -> Result<Vec<InvitedBrand>, Error> {
    let agency = tx.agency().id.clone();
    let own = brands_of(tx.view(), &account.id)?;
    let keys = own.iter().filter(|id| ids.contains(id)).map(|id| keys::brand(&agency, id));
    let keys: Vec<_> = keys.collect();
    tx.view().fetch(keys::texts(&keys))?;
    let mut brands = Vec::with_capacity(keys.len());
    for (index, id) in ids.iter().enumerate() {
        let brand = if own.contains(id) { tx.read(&keys::brand(&agency, id))? } else { None };
        match brand.filter(|brand| brand.archived_at.is_none()) {
            // The account is open.
            Some(Brand { id, name, .. }) => brands.push(InvitedBrand { id, name, shown: true }),
            None => {
                let field = format!("colleague.brands[{index}]");
                fields.refuse(&field, "unknown", format!("the account has no brand `{id}`"));
            }
        }
    }
    Ok(brands)
}

/// The name to give the person: none where others have given access, whose business that is.
///
/// # Errors
///
/// When the invite would take back what others offered, or give the owner back what the agency took.
fn name_to_give(
    tx: &mut Tx<'_>,
    (account, owner): (&Account, ClientId),
    parsed: &Parsed,
) -> Result<Option<Name>, Error> {
    let keys = keys::client_emails(&tx.agency().id.clone(), &parsed.email);
    let Some(id) = tx.view().read_first(&keys)? else { return Ok(parsed.name.clone()) };
    let Some(known) = load::current(tx.view(), id)? else { return Ok(parsed.name.clone()) };
    if known.id == owner && parsed.brands.iter().any(|brand| !known.has(brand)) {
        let message = "you don't have this brand: ask the agency to give it to you";
        return Err(Error::denied("colleague", message));
    }
    let own = brands_of(tx.view(), &account.id)?;
    if !may_be_invited(&known, &own, tx.now()) {
        return Err(out_of_reach());
    }
    Ok(parsed.name.clone().filter(|_| is_within(&known, &own)))
}

/// The refusal of what would tell an owner how a person stands with others: how many brands it has,
/// or that it has a login that isn't proved.
fn unsaid(error: Error) -> Error {
    match error {
        Error::Limit { limit: "brands-per-client", .. }
        | Error::Conflict { state: "unverified", .. } => out_of_reach(),
        other => other,
    }
}

fn out_of_reach() -> Error {
    Error::denied("colleague", "this person can't be invited from here: ask the agency to do it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_person_stands_with_others_stays_unsaid() {
        let conflict = |state| Error::Conflict { state, event: "", message: "77 of".to_owned() };
        let limit = |limit| Error::Limit { limit, allowed: 1, asked: 77, wait: None };
        for (refusal, is_said) in [
            (conflict("unverified"), false),
            (limit("brands-per-client"), false),
            (limit("users"), true),
            (limit("resends-per-day"), true),
            (Error::Busy, true),
        ] {
            let before = refusal.to_string();
            let told = unsaid(refusal);
            let is_denied = matches!(told, Error::Denied { code: "colleague", .. });
            assert_eq!(is_denied, !is_said, "{before}");
            assert_eq!(told.to_string() == before, is_said, "{before}");
        }
    }
}
