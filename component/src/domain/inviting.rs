//! What an invite does, depending on where the person stands.

use thiserror::Error;

use super::client::{Client, Grant, Phase, Refusal, Standing};
use super::email::{Domain, Email};
use super::fold::Folding;
use super::id::{BrandId, ClientId, MailId};
use super::invite::{Channel, Invite};
use super::keyring::KeyId;
use super::limits::Limits;
use super::log::Event;
use super::mail::{Content, Listed};
use super::permissions::Permissions;
use super::rate::{Recent, TooOften};
use super::settings::Settings;
use super::text::{Name, Note};
use super::time::{Timestamp, Until};

/// Who is invited, to what, and how.
#[derive(Clone, Debug)]
pub struct NewInvite {
    /// Whom to invite; none: whoever gets the link.
    pub email: Option<Email>,
    /// The person's name, if the agency knows it.
    pub name: Option<Name>,
    /// Whether somebody whose access was removed is called so from now on, or nothing: what it was called
    /// isn't the inviter's to know.
    pub renames: bool,
    /// What the agency calls the client, if it is new.
    pub label: Option<Name>,
    /// The brands, at least one, each once.
    pub brands: Vec<InvitedBrand>,
    /// How long access to them lasts; none: as it is where there is access, for ever elsewhere.
    pub access: Option<Until>,
    /// What the client may do; none: as it is, or what the agency's settings say.
    pub permissions: Option<Permissions>,
    /// A personal note for the mail.
    pub note: Option<Note>,
    /// The name of the operator who invites.
    pub inviter: Name,
    /// How it reaches the person.
    pub channel: Channel,
    /// The domain whose addresses may use a link.
    pub domain: Option<Domain>,
    /// Until when it can be accepted; none: what the agency's settings say.
    pub until: Option<Until>,
}

/// A brand that an invite is for.
#[derive(Clone, Debug)]
pub struct InvitedBrand {
    /// Its id.
    pub id: BrandId,
    /// Its name, for the mail.
    pub name: Name,
    /// Whether a client can look at it now: a mail names no others.
    pub shown: bool,
}

/// What is needed besides the invite itself: the fresh ids that it takes if it takes any, and
/// the rules.
#[derive(Clone, Copy, Debug)]
pub struct InviteContext<'a> {
    /// The new client's id, if it is new.
    pub client: ClientId,
    /// How many clients the agency had so far.
    pub search_slot: u32,
    /// The mail's id, if one goes out.
    pub mail: MailId,
    /// The key that signs.
    pub key: &'a KeyId,
    /// The agency's settings.
    pub settings: &'a Settings,
    /// The platform's limits.
    pub limits: &'a Limits,
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
    /// The client had joined: it has the brands at once, and a mail says so.
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
    #[error("a client can have at most {allowed} brands; this one would have {asked}")]
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

/// Decides what an invite does. `known` is the agency's client with its address.
///
/// # Errors
///
/// When the client would have too many brands, was invited again too often, or has joined
/// and needs no link.
pub fn invite(
    known: Option<&Client>,
    new: &NewInvite,
    context: &InviteContext<'_>,
) -> Result<Decision, InviteError> {
    let decision = match known.map(|client| (client, client.phase(context.now))) {
        None => newcomer(new, context),
        Some((client, Phase::Revoked | Phase::Expired)) => again(client, new, context)?,
        Some((client, Phase::Pending)) => further(client, new, context.now),
        Some((client, Phase::Joined)) => match new.channel {
            Channel::Mail => further(client, new, context.now),
            Channel::Link => return Err(Refusal::Used.into()),
        },
    };
    check_brands(&decision.client, context.limits)?;
    Ok(decision)
}

/// Decides what giving brands to a client does, or changing how long it has them.
///
/// # Errors
///
/// When access was removed, or the client would have too many brands.
pub fn add_brands(
    client: &Client,
    new: &NewInvite,
    limits: &Limits,
    now: Timestamp,
) -> Result<Decision, InviteError> {
    client.phase(now).next(super::client::Event::ChangeBrands)?;
    let decision = further(client, new, now);
    check_brands(&decision.client, limits)?;
    Ok(decision)
}

/// A client whose open invite was renewed as by [`resend`], for these brands as well as for what it was
/// offered before: as an invite to an account's owner, who has all of its brands.
///
/// # Errors
///
/// When there is no open invite, it was renewed too often lately, or the client would have too many
/// brands.
pub fn renew_with(
    client: &Client,
    new: &NewInvite,
    context: &InviteContext<'_>,
) -> Result<Client, InviteError> {
    let mut next = resend(client, context)?;
    give(&mut next, new, context.now);
    check_brands(&next, context.limits)?;
    Ok(next)
}

/// A client whose open invite was renewed: a new version, whose token makes the old one
/// worthless, and a fresh end, as far away as it was when the invite was made. Note, brands and
/// permissions stay.
///
/// # Errors
///
/// When there is no open invite, or it was renewed too often lately.
pub fn resend(client: &Client, context: &InviteContext<'_>) -> Result<Client, InviteError> {
    client.phase(context.now).next(super::client::Event::Resend)?;
    let Some(invite) = client.open_invite() else { return Err(Refusal::Used.into()) };
    let made_for = invite.until.end().map(|end| end.since(client.invited_at));
    let until = made_for.map_or(Until::FOREVER, |millis| Until::at(context.now.plus(millis)));
    let mail = context.mail_by(invite.channel);
    renewed(client, Invite { until, mail, undelivered: None, ..invite.clone() }, context)
}

/// A client whose invite was meant for another address: the invite is renewed as by
/// [`resend`], for `email`.
///
/// # Errors
///
/// When the client has joined or was revoked, and when the invite was renewed too often lately.
pub fn mend_address(
    client: &Client,
    email: Email,
    context: &InviteContext<'_>,
) -> Result<Client, InviteError> {
    client.phase(context.now).next(super::client::Event::MendAddress)?;
    let next = resend(client, context)?;
    Ok(Client { email: Some(email), dead_address: None, ..next })
}

/// The client with a fresh invite in place of what it had.
fn renewed(
    client: &Client,
    invite: Invite,
    context: &InviteContext<'_>,
) -> Result<Client, InviteError> {
    let resends = client.resends.once_more(context.limits.resends, context.now)?;
    let version = client.invite_versions.saturating_add(1);
    let key = Some(context.key.clone());
    let standing = Standing::Pending { invite: Invite { version, key, ..invite } };
    let invited_at = context.now;
    Ok(Client { standing, invite_versions: version, invited_at, resends, ..client.clone() })
}

fn check_brands(client: &Client, limits: &Limits) -> Result<(), InviteError> {
    let (asked, allowed) = (client.grants.len(), limits.brands_per_client_max);
    if asked > allowed { Err(InviteError::TooManyBrands { allowed, asked }) } else { Ok(()) }
}

fn newcomer(new: &NewInvite, context: &InviteContext<'_>) -> Decision {
    let now = context.now;
    let invite = new.invite(context);
    let permissions = new.permissions.clone();
    let client = Client {
        id: context.client,
        search_slot: context.search_slot,
        folding: Folding::CURRENT,
        email: new.email.clone(),
        name: new.name.clone(),
        label: new.label.clone(),
        note: None,
        standing: Standing::Pending { invite: Invite { version: 1, ..invite } },
        grants: new.brands.iter().map(|brand| new.grant(brand, now)).collect(),
        permissions: permissions.unwrap_or_else(|| context.settings.permissions.into()),
        created_at: now,
        invited_at: now,
        joined_at: None,
        last_log_in: None,
        score: None,
        noted_crossing: None,
        identity: None,
        invite_versions: 1,
        dead_address: None,
        resends: Recent::default(),
        merged: Vec::new(),
        erased: false,
    };
    let (brands, channel, until) = (ids(&new.brands), new.channel.name(), client.offer_until());
    let event = Event::ClientInvited { client: client.id, brands, until, channel };
    let mail = new.invite_mail(&client);
    Decision { outcome: Outcome::Invited, client, event: Some(event), mail }
}

/// A fresh invite for a client that can't use an old one: access was removed, or the invite
/// has expired. Its history stays; what the old invite would have opened doesn't: it gets the
/// brands and permissions that are meant now, and no others.
fn again(
    client: &Client,
    new: &NewInvite,
    context: &InviteContext<'_>,
) -> Result<Decision, InviteError> {
    let renewed = renewed(client, new.invite(context), context)?;
    let permissions = context.settings.permissions.into();
    let mut next = Client { grants: Vec::new(), permissions, ..renewed };
    if new.renames && client.revoked_at().is_some() {
        next.name = None;
    }
    give(&mut next, new, context.now);
    let (brands, until) =
        (next.grants.iter().map(|g| g.brand.clone()).collect(), next.offer_until());
    let channel = new.channel.name();
    let event = Event::ClientReinvited { client: client.id, brands, until, channel };
    let mail = new.invite_mail(&next);
    Ok(Decision { outcome: Outcome::Reinvited, client: next, event: Some(event), mail })
}

/// Further brands for a client that is pending or has joined. A pending one has its invite
/// already; one that joined gets a mail about those that it can look at now.
fn further(client: &Client, new: &NewInvite, now: Timestamp) -> Decision {
    let mut next = client.clone();
    let given = give(&mut next, new, now);
    if next == *client || given.is_empty() && next.grants == client.grants {
        // A name alone changes nothing: `clients.update` is for that.
        let (outcome, client) = (Outcome::AlreadyThere, client.clone());
        return Decision { outcome, client, event: None, mail: None };
    }
    let changed = new.brands.iter().filter(|brand| {
        let grant = |client: &Client| client.grants.iter().find(|g| g.brand == brand.id).cloned();
        grant(client) != grant(&next)
    });
    let brands = changed.map(|brand| brand.id.clone()).collect();
    let event = Event::BrandAccessAdded { client: client.id, brands };
    let joined = client.open_invite().is_none();
    if let (Standing::Pending { invite }, Some(note)) = (&mut next.standing, &new.note) {
        // No mail goes out now; it goes with the next one.
        invite.note = Some(note.clone());
    }
    let brands = listed(&given);
    let mail = (joined && !brands.is_empty()).then(|| Content::BrandsAdded {
        brands,
        inviter: new.inviter.clone(),
        note: new.note.clone(),
    });
    let outcome = if joined { Outcome::Granted } else { Outcome::BrandsAdded };
    Decision { outcome, client: next, event: Some(event), mail }
}

/// Gives the client what is offered, and says which brands it didn't have.
fn give(client: &mut Client, new: &NewInvite, now: Timestamp) -> Vec<InvitedBrand> {
    let mut given = Vec::new();
    for brand in &new.brands {
        match client.grants.iter_mut().find(|grant| grant.brand == brand.id) {
            Some(grant) => grant.until = new.access.unwrap_or(grant.until),
            None => {
                client.grants.push(new.grant(brand, now));
                given.push(brand.clone());
            }
        }
    }
    client.name = client.name.take().or_else(|| new.name.clone());
    if let Some(permissions) = &new.permissions {
        client.permissions = permissions.clone();
    }
    given
}

impl NewInvite {
    /// The invite that it makes, of no version yet.
    fn invite(&self, context: &InviteContext<'_>) -> Invite {
        let usual = context.settings.invites.until(self.channel, context.now);
        Invite {
            version: 0,
            until: self.until.unwrap_or(usual),
            inviter: self.inviter.clone(),
            channel: self.channel,
            mail: context.mail_by(self.channel),
            domain: self.domain.clone(),
            note: self.note.clone(),
            key: Some(context.key.clone()),
            undelivered: None,
        }
    }

    fn grant(&self, brand: &InvitedBrand, now: Timestamp) -> Grant {
        let until = self.access.unwrap_or(Until::FOREVER);
        Grant { brand: brand.id.clone(), since: now, until }
    }

    /// The mail that carries the invite; none for a link.
    fn invite_mail(&self, client: &Client) -> Option<Content> {
        match self.channel {
            Channel::Mail => invite_mail(client, listed(&self.brands)),
            Channel::Link => None,
        }
    }
}

/// The mail that carries a client's open invite to `brands`, those that it would let look at now: whoever
/// sends it, it says the same. None where no invite is open.
pub fn invite_mail(client: &Client, brands: Listed) -> Option<Content> {
    let invite = client.open_invite()?;
    Some(Content::Invite {
        version: invite.version,
        key: invite.key.clone(),
        until: client.offer_until(),
        brands,
        inviter: invite.inviter.clone(),
        note: invite.note.clone(),
    })
}

impl InviteContext<'_> {
    /// The mail that goes out by this channel.
    const fn mail_by(&self, channel: Channel) -> Option<MailId> {
        match channel {
            Channel::Mail => Some(self.mail),
            Channel::Link => None,
        }
    }
}

fn ids(brands: &[InvitedBrand]) -> Vec<BrandId> {
    brands.iter().map(|brand| brand.id.clone()).collect()
}

/// Those of the brands that a client can look at now.
fn listed(brands: &[InvitedBrand]) -> Listed {
    let shown = brands.iter().filter(|brand| brand.shown).map(|brand| brand.name.clone());
    Listed::of(shown.collect::<Vec<Name>>().into_iter())
}

#[cfg(test)]
#[path = "inviting_tests.rs"]
mod tests;
