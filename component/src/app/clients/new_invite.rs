//! Carrying an invite out: deciding what it does, and log, client and mail.

use serde::{Deserialize, Serialize};

use super::load::{Loaded, load_to_invite, personal};
use super::save;
use crate::app::caller::Caller;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::tx::Tx;
use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, BrandId, ClientId, MailId};
use crate::domain::invite::Channel;
use crate::domain::inviting::{self, Decision, InviteContext, NewInvite, Outcome};
use crate::domain::keyring::KeyId;
use crate::domain::limits::Limits;
use crate::domain::mail::{DeliveryState, OutboxMail};
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;

/// How many brands are read together with the agency, before it is known how many a client may
/// have. The others follow once it is.
const BRANDS_READ_FIRST: usize = 200;

/// What an invite did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    /// The client.
    pub client: ClientId,
    /// What happened.
    pub outcome: Outcome,
    /// Until when the open invite can be accepted.
    pub expires_at: Option<Timestamp>,
    /// All that the client has, or will have once it accepts.
    #[serde(default)]
    pub brands: Vec<BrandId>,
    /// Why a mail to the address may not arrive.
    #[serde(default)]
    pub warning: Option<String>,
    /// The mail that went out.
    #[serde(default)]
    pub mail: Option<MailId>,
    /// Where it stands. Answers are kept without it: it is looked up when they are given again.
    #[serde(skip)]
    pub delivery: Option<DeliveryState>,
}

/// Where a mail stands that a command wrote: as its hand-over left it, or as it is by now.
///
/// The command is done, so nothing here can fail it.
pub fn delivery_of(
    ports: &Ports,
    agency: &AgencyId,
    id: Option<MailId>,
    mails: &[OutboxMail],
) -> Option<DeliveryState> {
    let id = id?;
    if let Some(mail) = mails.iter().find(|mail| mail.id == id) {
        return Some(mail.state());
    }
    let row = ports.storage.get(&[keys::mail(agency, id).into_text()]).ok()?;
    let row = row.into_iter().flatten().next()?;
    record::decode::<OutboxMail>(&row.key, &row.value).ok().map(|mail| mail.state())
}

/// The keys that every invite reads first.
pub fn first_keys(caller: &Caller, brands: &[BrandId]) -> Vec<String> {
    let agency = &caller.agency;
    let brands = brands.iter().take(BRANDS_READ_FIRST);
    let brands = brands.map(|brand| keys::brand(agency, brand).into_text());
    let common = [
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
        keys::tally(agency).into_text(),
    ];
    common.into_iter().chain(brands).collect()
}

/// The agency's client with this address.
fn known(tx: &mut Tx<'_>, email: Option<&Email>) -> Result<Option<Loaded>, Error> {
    let agency = tx.agency().id.clone();
    let Some(email) = email else { return Ok(None) };
    match tx.view().read_first(&keys::client_emails(&agency, email))? {
        Some(id) => load_to_invite(tx, id).map(Some),
        None => Ok(None),
    }
}

/// Refuses to give brands to an address that somebody who used a link only claims to have:
/// whoever invites an address means the person who reads its mails.
///
/// # Errors
///
/// When nobody proved the address.
fn check_proved(tx: &mut Tx<'_>, known: &Loaded, event: &'static str) -> Result<(), Error> {
    let client = &known.client;
    let Some(identity) = client.identity.filter(|_| client.phase(tx.now()) == Phase::Joined) else {
        return Ok(());
    };
    let identity = tx.read(&keys::identity(identity))?;
    if identity.is_none_or(|identity| identity.verified) {
        return Ok(());
    }
    Err(Error::Conflict {
        state: "unverified",
        event,
        message: "somebody signed up with this address through a link and hasn't confirmed it yet: wait until they do, revoke the client, or give it brands with `add-brands`".to_owned(),
    })
}

/// The fresh ids that a decision may take.
pub struct Ids {
    client: ClientId,
    mail: MailId,
    search_slot: u32,
}

impl Ids {
    /// Fresh ones.
    pub fn fresh(tx: &mut Tx<'_>) -> Result<Ids, Error> {
        let (now, key) = (tx.now(), keys::tally(&tx.agency().id));
        Ok(Ids {
            client: ClientId::generate(now, tx.id_seed()?),
            mail: MailId::generate(now, tx.id_seed()?),
            search_slot: tx.read(&key)?.map_or(0, |tally| tally.search_slots),
        })
    }

    /// With the rules of the agency and the platform.
    pub fn setting<'a>(
        &self,
        key: &'a KeyId,
        settings: &'a Settings,
        limits: &'a Limits,
        now: Timestamp,
    ) -> InviteContext<'a> {
        let Ids { client, mail, search_slot } = *self;
        InviteContext { client, search_slot, mail, key, settings, limits, now }
    }
}

/// The function that invites so.
const fn function(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "invite-by-email",
        Channel::Link => "invite-by-link",
    }
}

/// Makes an offer: decides what it does, and carries that out.
pub fn make(tx: &mut Tx<'_>, offer: &NewInvite) -> Result<Invited, Error> {
    let known = known(tx, offer.email.as_ref())?;
    if let Some(known) = &known {
        check_proved(tx, known, function(offer.channel))?;
    }
    let ids = Ids::fresh(tx)?;
    let (settings, limits) = (tx.agency().settings.clone(), *tx.view().limits());
    let setting = ids.setting(tx.ring().newest().id(), &settings, &limits, tx.now());
    let client = known.as_ref().map(|known| &known.client);
    let decision = inviting::invite(client, offer, &setting);
    let decision = decision.map_err(|error| Error::inviting(error, function(offer.channel)))?;
    carry_out(tx, known.as_ref().map(|known| &known.stored), &ids, decision)
}

/// What to tell whoever sends mails to an address that the host called dead.
pub fn address_warning(client: &Client) -> Option<String> {
    let (reason, email) = (client.dead_address.as_ref()?, client.email.as_ref()?);
    Some(format!(
        "an earlier mail to {email} didn't arrive ({reason}): check the address, and mend it with `update` if it is wrong"
    ))
}

/// Carries a decision out: log, client, mail.
pub fn carry_out(
    tx: &mut Tx<'_>,
    stored: Option<&Client>,
    ids: &Ids,
    decision: Decision,
) -> Result<Invited, Error> {
    let Decision { outcome, client, event, mail: content } = decision;
    if let Some(event) = event {
        tx.log_with(event, personal(&client))?;
        save(tx, stored, Some(&client))?;
    }
    let mut mail = None;
    if let (Some(content), Some(email)) = (content, &client.email) {
        mail = Some(ids.mail);
        tx.mail(ids.mail, email.clone(), client.addressee(), content)?;
    }
    let brands = client.grants.iter().map(|grant| grant.brand.clone()).collect();
    let expires_at = client.offer_until().end();
    let warning = address_warning(&client);
    Ok(Invited { client: client.id, outcome, expires_at, brands, warning, mail, delivery: None })
}
