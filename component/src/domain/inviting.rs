//! What an invite does, depending on where the person stands.

use thiserror::Error;

use super::catalog::Catalog;
use super::client::{Client, Grant, Phase, Refusal, Standing};
use super::email::{Domain, Email};
use super::id::{BrandId, ClientId, MailId};
use super::invite::{Invite, Via};
use super::limit::{Recent, TooOften};
use super::log::Event;
use super::mail::{Content, Listed};
use super::permissions::Permissions;
use super::settings::Settings;
use super::text::{Name, Note};
use super::time::{Timestamp, Until};

/// Who is invited, to what, and how.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Whom to invite; none: whoever gets the link.
    pub email: Option<Email>,
    /// The person's name, if the agency knows it.
    pub name: Option<Name>,
    /// What the agency calls the client, if it is new.
    pub label: Option<Name>,
    /// The brands, at least one, each once.
    pub brands: Vec<OfferedBrand>,
    /// How long access to them lasts; none: as it is where there is access, for ever elsewhere.
    pub access: Option<Until>,
    /// What the client may do; none: as it is, or what the agency's settings say.
    pub permissions: Option<Permissions>,
    /// A personal note for the mail.
    pub note: Option<Note>,
    /// The name of the operator who invites.
    pub inviter: Name,
    /// How it reaches the person.
    pub way: Way,
}

/// How an invite reaches the person.
#[derive(Clone, Debug)]
pub enum Way {
    /// By mail.
    Mail,
    /// By a link.
    Link {
        /// The domain whose addresses may use it.
        domain: Option<Domain>,
        /// Until when it can be used; none: what the agency's settings say.
        until: Option<Until>,
    },
}

/// A brand that an invite is for.
#[derive(Clone, Debug)]
pub struct OfferedBrand {
    /// Its id.
    pub id: BrandId,
    /// Its name, for the mail.
    pub name: Name,
}

/// What is needed besides the offer itself: the fresh ids that it takes if it takes any, and
/// the rules.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The new client's id, if it is new.
    pub client: ClientId,
    /// How many clients the agency had so far.
    pub seat: u32,
    /// The mail's id, if one goes out.
    pub mail: MailId,
    /// The agency's settings.
    pub settings: &'a Settings,
    /// The platform's limits.
    pub catalog: &'a Catalog,
    /// The time.
    pub now: Timestamp,
}

/// What an invite did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The person was unknown: a pending client, and an invite.
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

/// What follows from an offer.
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
    /// It was invited again too often lately.
    #[error(transparent)]
    TooOften(#[from] TooOften),
    /// It doesn't fit where the client stands.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Decides what an offer does. `known` is the agency's client with its address.
///
/// # Errors
///
/// When the client would have too many brands, was invited again too often, or has joined
/// and needs no link.
pub fn invite(
    known: Option<&Client>,
    offer: &Offer,
    setting: &Setting<'_>,
) -> Result<Decision, InviteError> {
    let decision = match known.map(|client| (client, client.phase(setting.now))) {
        None => newcomer(offer, setting),
        Some((client, Phase::Revoked | Phase::Expired)) => again(client, offer, setting)?,
        Some((client, Phase::Pending)) => further(client, offer, setting.now),
        Some((client, Phase::Joined)) => match offer.way {
            Way::Mail => further(client, offer, setting.now),
            Way::Link { .. } => return Err(Refusal::Used.into()),
        },
    };
    check_brands(&decision.client, setting.catalog)?;
    Ok(decision)
}

/// Decides what giving brands to a client does, or changing how long it has them.
///
/// # Errors
///
/// When access was removed, or the client would have too many brands.
pub fn add_brands(
    client: &Client,
    offer: &Offer,
    catalog: &Catalog,
    now: Timestamp,
) -> Result<Decision, InviteError> {
    client.phase(now).next(super::client::Event::ChangeBrands)?;
    let decision = further(client, offer, now);
    check_brands(&decision.client, catalog)?;
    Ok(decision)
}

/// A client whose open invite was renewed: a new version, whose token makes the old one
/// worthless, and a fresh end.
///
/// # Errors
///
/// When there is no open invite, or it was renewed too often lately.
pub fn resend(client: &Client, setting: &Setting<'_>) -> Result<Client, InviteError> {
    client.phase(setting.now).next(super::client::Event::Resend)?;
    let Some(invite) = client.open_invite() else { return Err(Refusal::Used.into()) };
    let (until, via) = match &invite.via {
        Via::Mail { .. } => {
            (setting.settings.invites.mailed_until(setting.now), Via::Mail { mail: setting.mail })
        }
        Via::Link { domain } => {
            (setting.settings.invites.link_until(setting.now), Via::Link { domain: domain.clone() })
        }
    };
    renewed(client, Invite { version: 0, until, inviter: invite.inviter.clone(), via }, setting)
}

/// The client with a fresh invite in place of what it had.
fn renewed(client: &Client, invite: Invite, setting: &Setting<'_>) -> Result<Client, InviteError> {
    let resends = client.resends.once_more(setting.catalog.resends, setting.now)?;
    let version = client.invite_versions.saturating_add(1);
    let standing = Standing::Pending { invite: Invite { version, ..invite } };
    let invited_at = setting.now;
    Ok(Client { standing, invite_versions: version, invited_at, resends, ..client.clone() })
}

fn check_brands(client: &Client, catalog: &Catalog) -> Result<(), InviteError> {
    let (asked, allowed) = (client.grants.len(), catalog.brands_per_client_max);
    if asked > allowed { Err(InviteError::TooManyBrands { allowed, asked }) } else { Ok(()) }
}

fn newcomer(offer: &Offer, setting: &Setting<'_>) -> Decision {
    let now = setting.now;
    let invite = offer.invite(setting);
    let until = invite.until;
    let permissions = offer.permissions.clone();
    let client = Client {
        id: setting.client,
        seat: setting.seat,
        email: offer.email.clone(),
        name: offer.name.clone(),
        label: offer.label.clone(),
        note: None,
        standing: Standing::Pending { invite: Invite { version: 1, ..invite } },
        grants: offer.brands.iter().map(|brand| offer.grant(brand, now)).collect(),
        permissions: permissions.unwrap_or_else(|| setting.settings.permissions.into()),
        created_at: now,
        invited_at: now,
        joined_at: None,
        last_login: None,
        score: None,
        slipped: None,
        identity: None,
        invite_versions: 1,
        resends: Recent::default(),
        merged: Vec::new(),
        erased: false,
    };
    let (brands, via) = (ids(&offer.brands), offer.way.name());
    let event = Event::ClientInvited { client: client.id, brands, until, via };
    let mail = offer.invite_mail(&client);
    Decision { outcome: Outcome::Invited, client, event: Some(event), mail }
}

/// A fresh invite for a client that can't use an old one: access was removed, or the invite
/// has expired. Its history stays, and so do the brands that it still has.
fn again(client: &Client, offer: &Offer, setting: &Setting<'_>) -> Result<Decision, InviteError> {
    let mut next = renewed(client, offer.invite(setting), setting)?;
    give(&mut next, offer, setting.now);
    let (brands, until) =
        (next.grants.iter().map(|g| g.brand.clone()).collect(), next.invite_until());
    let via = offer.way.name();
    let event = Event::ClientReinvited { client: client.id, brands, until, via };
    let mail = offer.invite_mail(&next);
    Ok(Decision { outcome: Outcome::Reinvited, client: next, event: Some(event), mail })
}

/// Further brands for a client that is pending or has joined. A pending one has its invite
/// already; one that joined is told.
fn further(client: &Client, offer: &Offer, now: Timestamp) -> Decision {
    let mut next = client.clone();
    let given = give(&mut next, offer, now);
    if next == *client || given.is_empty() && next.grants == client.grants {
        // A name alone changes nothing: `clients.update` is for that.
        let (outcome, client) = (Outcome::AlreadyThere, client.clone());
        return Decision { outcome, client, event: None, mail: None };
    }
    let changed = offer.brands.iter().filter(|brand| {
        let grant = |client: &Client| client.grants.iter().find(|g| g.brand == brand.id).cloned();
        grant(client) != grant(&next)
    });
    let brands = changed.map(|brand| brand.id.clone()).collect();
    let event = Event::BrandAccessAdded { client: client.id, brands };
    let joined = client.open_invite().is_none();
    let mail = (joined && !given.is_empty()).then(|| Content::BrandsAdded {
        brands: listed(&given),
        inviter: offer.inviter.clone(),
        note: offer.note.clone(),
    });
    let outcome = if joined { Outcome::Granted } else { Outcome::BrandsAdded };
    Decision { outcome, client: next, event: Some(event), mail }
}

/// Gives the client what is offered, and says which brands it didn't have.
fn give(client: &mut Client, offer: &Offer, now: Timestamp) -> Vec<OfferedBrand> {
    let mut given = Vec::new();
    for brand in &offer.brands {
        match client.grants.iter_mut().find(|grant| grant.brand == brand.id) {
            Some(grant) => grant.until = offer.access.unwrap_or(grant.until),
            None => {
                client.grants.push(offer.grant(brand, now));
                given.push(brand.clone());
            }
        }
    }
    client.name = client.name.take().or_else(|| offer.name.clone());
    if let Some(permissions) = &offer.permissions {
        client.permissions = permissions.clone();
    }
    given
}

impl Offer {
    /// The invite that it makes, of no version yet.
    fn invite(&self, setting: &Setting<'_>) -> Invite {
        let (policy, now) = (setting.settings.invites, setting.now);
        let (until, via) = match &self.way {
            Way::Mail => (policy.mailed_until(now), Via::Mail { mail: setting.mail }),
            Way::Link { domain, until } => {
                let until = until.unwrap_or_else(|| policy.link_until(now));
                (until, Via::Link { domain: domain.clone() })
            }
        };
        Invite { version: 0, until, inviter: self.inviter.clone(), via }
    }

    fn grant(&self, brand: &OfferedBrand, now: Timestamp) -> Grant {
        let until = self.access.unwrap_or(Until::FOREVER);
        Grant { brand: brand.id.clone(), since: now, until }
    }

    /// The mail that carries the invite; none for a link.
    fn invite_mail(&self, client: &Client) -> Option<Content> {
        match self.way {
            Way::Mail => Some(Content::Invite {
                version: client.invite_versions,
                until: client.invite_until(),
                brands: listed(&self.brands),
                inviter: self.inviter.clone(),
                note: self.note.clone(),
            }),
            Way::Link { .. } => None,
        }
    }
}

impl Way {
    /// The word for it in the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Way::Mail => "mail",
            Way::Link { .. } => "link",
        }
    }
}

fn ids(brands: &[OfferedBrand]) -> Vec<BrandId> {
    brands.iter().map(|brand| brand.id.clone()).collect()
}

fn listed(brands: &[OfferedBrand]) -> Listed {
    Listed::of(brands.iter().map(|brand| brand.name.clone()))
}

#[cfg(test)]
#[path = "inviting_tests.rs"]
mod tests;
