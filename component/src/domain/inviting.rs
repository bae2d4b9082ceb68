//! What an invite by e-mail does, depending on where the person stands.

use thiserror::Error;

use super::catalog::Catalog;
use super::client::{Client, Grant, Phase, Standing};
use super::email::Email;
use super::id::{BrandId, ClientId, MailId};
use super::invite::Invite;
use super::log::Event;
use super::mail::{Content, Listed};
use super::text::{Name, Note};
use super::time::Timestamp;

/// Who is invited, to what.
#[derive(Clone, Debug)]
pub struct EmailInvite {
    /// Whom to invite.
    pub email: Email,
    /// The person's name, if the agency knows it.
    pub name: Option<Name>,
    /// The brands, at least one, each once.
    pub brands: Vec<InvitedBrand>,
    /// A personal note for the mail.
    pub note: Option<Note>,
    /// The name of the operator who invites.
    pub inviter: Name,
}

/// A brand that an invite is for.
#[derive(Clone, Debug)]
pub struct InvitedBrand {
    /// Its id.
    pub id: BrandId,
    /// Its name, for the mail.
    pub name: Name,
}

/// What is needed besides the invite itself: the fresh ids that it takes if it takes any.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// The client's, if it is new.
    pub client: ClientId,
    /// The mail's, if one goes out.
    pub mail: MailId,
}

/// What an invite did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The person was unknown: a pending client, and an invite mail.
    Invited,
    /// The client was pending: the brands were added to its open invite.
    BrandsAdded,
    /// The client had joined: it has the brands at once, and a mail tells so.
    Granted,
    /// Access was removed before, or the invite had expired: pending with a fresh invite.
    Reinvited,
    /// The client has all of these brands already.
    AlreadyThere,
}

/// What follows from an invite.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What it did.
    pub outcome: Outcome,
    /// The client after it.
    pub client: Client,
    /// What happened; none when nothing did.
    pub event: Option<Event>,
    /// The mail that goes out, if one does.
    pub mail: Option<Content>,
}

/// Why somebody can't be invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InviteError {
    /// The client would have more brands than a client may have.
    #[error("a client may have at most {allowed} brands, this one would have {asked}")]
    TooManyBrands {
        /// How many are allowed.
        allowed: usize,
        /// How many there would be.
        asked: usize,
    },
}

/// Decides what an invite does. `known` is the agency's client with this address.
///
/// # Errors
///
/// When the client would have too many brands.
pub fn invite(
    known: Option<&Client>,
    request: &EmailInvite,
    fresh: Fresh,
    catalog: &Catalog,
    now: Timestamp,
) -> Result<Decision, InviteError> {
    let decision = match known.map(|client| (client, client.phase(now))) {
        None => newcomer(request, fresh, catalog, now),
        Some((client, Phase::Revoked | Phase::Expired)) => {
            again(client, request, fresh, catalog, now)
        }
        Some((client, Phase::Pending | Phase::Joined)) => further(client, request, now),
    };
    let (asked, allowed) = (decision.client.grants.len(), catalog.brands_per_client_max);
    if asked > allowed { Err(InviteError::TooManyBrands { allowed, asked }) } else { Ok(decision) }
}

fn newcomer(request: &EmailInvite, fresh: Fresh, catalog: &Catalog, now: Timestamp) -> Decision {
    let invite = Invite::by_email(1, fresh.mail, catalog, now);
    let until = invite.until;
    let client = Client {
        id: fresh.client,
        email: request.email.clone(),
        name: request.name.clone(),
        standing: Standing::Pending { invite },
        grants: request.brands.iter().map(|brand| grant(brand, now)).collect(),
        invited_at: now,
        joined_at: None,
        last_login: None,
        identity: None,
        invite_versions: 1,
    };
    let event = Event::ClientInvited { client: client.id, brands: ids(&request.brands), until };
    let mail = invite_mail(&client, request, &request.brands);
    Decision { outcome: Outcome::Invited, client, event: Some(event), mail: Some(mail) }
}

/// A fresh invite for a client that can't use an old one: access was removed, or the invite
/// has expired. Its history stays, and so do the brands that it still has.
fn again(
    client: &Client,
    request: &EmailInvite,
    fresh: Fresh,
    catalog: &Catalog,
    now: Timestamp,
) -> Decision {
    let version = client.invite_versions.saturating_add(1);
    let invite = Invite::by_email(version, fresh.mail, catalog, now);
    let until = invite.until;
    let mut next = client.clone();
    next.standing = Standing::Pending { invite };
    next.grants.extend(missing(client, request).iter().map(|brand| grant(brand, now)));
    next.name = next.name.or_else(|| request.name.clone());
    next.invited_at = now;
    next.invite_versions = version;
    let brands = next.grants.iter().map(|grant| grant.brand.clone()).collect();
    let event = Event::ClientReinvited { client: client.id, brands, until };
    let mail = invite_mail(&next, request, &request.brands);
    Decision { outcome: Outcome::Reinvited, client: next, event: Some(event), mail: Some(mail) }
}

/// Further brands for a client that is pending or has joined. A pending one has its mail
/// already; one that joined is told.
fn further(client: &Client, request: &EmailInvite, now: Timestamp) -> Decision {
    let added = missing(client, request);
    if added.is_empty() {
        let (outcome, client) = (Outcome::AlreadyThere, client.clone());
        return Decision { outcome, client, event: None, mail: None };
    }
    let mut next = client.clone();
    next.grants.extend(added.iter().map(|brand| grant(brand, now)));
    next.name = next.name.or_else(|| request.name.clone());
    let event = Event::BrandAccessAdded { client: client.id, brands: ids(&added) };
    let joined = client.open_invite().is_none();
    let mail = joined.then(|| Content::BrandsAdded {
        brands: listed(&added),
        inviter: request.inviter.clone(),
        note: request.note.clone(),
    });
    let outcome = if joined { Outcome::Granted } else { Outcome::BrandsAdded };
    Decision { outcome, client: next, event: Some(event), mail }
}

fn invite_mail(client: &Client, request: &EmailInvite, brands: &[InvitedBrand]) -> Content {
    Content::Invite {
        version: client.invite_versions,
        until: client.access_until(),
        brands: listed(brands),
        inviter: request.inviter.clone(),
        note: request.note.clone(),
    }
}

/// The brands of the request that the client doesn't have.
fn missing(client: &Client, request: &EmailInvite) -> Vec<InvitedBrand> {
    let has = |id: &BrandId| client.grants.iter().any(|grant| grant.brand == *id);
    request.brands.iter().filter(|brand| !has(&brand.id)).cloned().collect()
}

fn grant(brand: &InvitedBrand, now: Timestamp) -> Grant {
    Grant { brand: brand.id.clone(), since: now }
}

fn ids(brands: &[InvitedBrand]) -> Vec<BrandId> {
    brands.iter().map(|brand| brand.id.clone()).collect()
}

fn listed(brands: &[InvitedBrand]) -> Listed {
    Listed::of(brands.iter().map(|brand| brand.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::Event;
    use crate::domain::client::tests::{at, pending};
    use crate::domain::id::IdentityId;
    use crate::domain::time::DAY;

    fn request(brands: &[&str]) -> EmailInvite {
        let name = |text: &str| Name::parse(text).unwrap();
        let brand = |id: &&str| InvitedBrand { id: BrandId::parse(id).unwrap(), name: name(id) };
        EmailInvite {
            email: Email::parse("client1@nike.example").unwrap(),
            name: Some(name("Ann")),
            brands: brands.iter().map(brand).collect(),
            note: None,
            inviter: name("Olga"),
        }
    }

    const FRESH: Fresh =
        Fresh { client: ClientId::from_bytes([8; 16]), mail: MailId::from_bytes([9; 16]) };

    #[test]
    fn what_an_invite_does_depends_on_where_the_person_stands() {
        let open = pending(1, &["nike"], at(0));
        let joined = open.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
        let revoked = joined.revoke(at(2)).unwrap();
        let (soon, late) = (at(DAY), at(14 * DAY));
        // known, brands, at, outcome, brands afterwards, versions, mails
        for (known, brands, now, outcome, has, versions, mail) in [
            (None, ["nike"].as_slice(), soon, Outcome::Invited, vec!["nike"], 1, true),
            (Some(&open), &["nike"], soon, Outcome::AlreadyThere, vec!["nike"], 1, false),
            (Some(&open), &["puma"], soon, Outcome::BrandsAdded, vec!["nike", "puma"], 1, false),
            (Some(&open), &["nike"], late, Outcome::Reinvited, vec!["nike"], 2, true),
            (Some(&open), &["puma"], late, Outcome::Reinvited, vec!["nike", "puma"], 2, true),
            (Some(&joined), &["nike"], late, Outcome::AlreadyThere, vec!["nike"], 1, false),
            (Some(&joined), &["puma"], late, Outcome::Granted, vec!["nike", "puma"], 1, true),
            (Some(&revoked), &["puma"], late, Outcome::Reinvited, vec!["puma"], 2, true),
        ] {
            let decision = invite(known, &request(brands), FRESH, &Catalog::DEFAULT, now).unwrap();
            let grants: Vec<_> = decision.client.grants.iter().map(|g| g.brand.as_str()).collect();
            assert_eq!((decision.outcome, grants), (outcome, has), "{known:?} {brands:?}");
            assert_eq!(decision.client.invite_versions, versions);
            assert_eq!(decision.mail.is_some(), mail);
            assert_eq!(decision.event.is_some(), outcome != Outcome::AlreadyThere);
            let phase =
                known.map_or(Ok(Phase::Pending), |client| client.phase(now).next(Event::Invite));
            assert_eq!(Ok(decision.client.phase(now)), phase, "as the table of phases says");
        }
    }

    #[test]
    fn an_invite_again_keeps_the_history() {
        let joined = pending(1, &["nike"], at(0)).accept(IdentityId::from_bytes([1; 16]), at(1));
        let revoked = joined.unwrap().revoke(at(2)).unwrap();
        let decision =
            invite(Some(&revoked), &request(&["nike"]), FRESH, &Catalog::DEFAULT, at(3)).unwrap();
        assert_eq!(decision.client.id, revoked.id);
        assert_eq!(decision.client.joined_at, Some(at(1)));
        assert_eq!(decision.client.identity, revoked.identity);
    }

    #[test]
    fn a_client_has_200_brands_at_most() {
        let ids: Vec<String> = (0..201).map(|number| format!("brand{number}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let invited = |brands: &[&str], known: Option<&Client>| {
            invite(known, &request(brands), FRESH, &Catalog::DEFAULT, at(0))
        };
        let full = invited(&ids[..200], None).unwrap().client;
        let error = InviteError::TooManyBrands { allowed: 200, asked: 201 };
        assert_eq!(invited(&ids, None).err(), Some(error));
        assert_eq!(invited(&ids[200..], Some(&full)).err(), Some(error));
    }
}
