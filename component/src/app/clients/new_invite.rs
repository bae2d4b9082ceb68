//! What all invites share: reading their arguments, and carrying them out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::load::{Loaded, load_for_change, personal};
use super::save;
use crate::app::caller::Caller;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::id::{BrandId, ClientId, FeatureKey, MailId};
use crate::domain::inviting::{
    self, Decision, InviteContext, InviteError, InvitedBrand, NewInvite, Outcome,
};
use crate::domain::limits::Limits;
use crate::domain::permissions::Permissions;
use crate::domain::settings::Settings;
use crate::domain::time::{Timestamp, Until};

/// What a client may do, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct RawPermissions {
    /// PDF and CSV exports.
    pub can_export: bool,
    /// Looking without changing anything.
    pub read_only: bool,
    /// The keys of the features that it sees.
    pub features: Option<Vec<String>>,
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

/// The brands that are named, each once.
pub fn parse_brands(fields: &mut Fields, field: &str, ids: &[String]) -> Vec<BrandId> {
    let mut brands: Vec<BrandId> = Vec::with_capacity(ids.len());
    let mut seen: BTreeSet<BrandId> = BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        let field = format!("{field}[{index}]");
        match fields.take(&field, BrandId::parse(id)) {
            Some(id) if seen.insert(id.clone()) => brands.push(id),
            Some(id) => {
                fields.refuse(&field, "duplicate", format!("brand `{id}` is listed twice"));
            }
            None => (),
        }
    }
    if ids.is_empty() {
        fields.refuse(field, "empty", "must name at least one brand");
    }
    brands
}

/// The permissions that are asked for, as far as they can be read without the agency.
pub fn parse_permissions(
    fields: &mut Fields,
    field: &str,
    raw: Option<&RawPermissions>,
) -> Option<Option<Permissions>> {
    let Some(raw) = raw else { return Some(None) };
    let mut parse = |(index, key): (usize, &String)| {
        fields.take(&format!("{field}.features[{index}]"), FeatureKey::parse(key))
    };
    let features = match &raw.features {
        Some(keys) => Some(keys.iter().enumerate().map(&mut parse).collect::<Option<_>>()?),
        None => None,
    };
    let RawPermissions { can_export, read_only, .. } = *raw;
    Some(Some(Permissions { can_export, read_only, features }))
}

/// Checks that all features of the permissions are the agency's.
pub fn check_features(
    fields: &mut Fields,
    field: &str,
    permissions: Option<&Permissions>,
    settings: &Settings,
) {
    let keys = permissions.and_then(|permissions| permissions.features.as_deref());
    for (index, key) in keys.unwrap_or_default().iter().enumerate() {
        if !settings.features.iter().any(|feature| feature.key == *key) {
            let field = format!("{field}.features[{index}]");
            fields.refuse(&field, "unknown", format!("the portal has no feature `{key}`"));
        }
    }
}

/// A time that must be in the future.
pub fn parse_future(
    fields: &mut Fields,
    field: &str,
    at: Option<u64>,
    now: Timestamp,
) -> Option<Until> {
    let at = at?;
    match Timestamp::from_millis(at) {
        Some(at) if at > now => return Some(Until::at(at)),
        Some(_) => fields.refuse(field, "out-of-range", "must be in the future"),
        None => fields.refuse(field, "out-of-range", "must be a time before the year 10000"),
    }
    None
}

/// The brands with their names. One that is unknown or archived is refused, and so are more
/// than a client may have, before any of them is looked at.
pub fn look_up(
    tx: &mut Tx<'_>,
    fields: &mut Fields,
    field: &str,
    ids: &[BrandId],
) -> Result<Vec<InvitedBrand>, Error> {
    let (asked, allowed) = (ids.len(), tx.view().limits().brands_per_client_max);
    if asked > allowed {
        return Err(InviteError::TooManyBrands { allowed, asked }.into());
    }
    let agency = tx.agency().id.clone();
    tx.view().fetch(ids.iter().map(|id| keys::brand(&agency, id).into_text()))?;
    let mut brands = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        match tx.view().read(&keys::brand(&agency, id))? {
            Some(brand) if brand.archived_at.is_none() => {
                brands.push(InvitedBrand { id: brand.id, name: brand.name });
            }
            Some(_) | None => {
                let field = format!("{field}[{index}]");
                fields.refuse(&field, "unknown", format!("there is no brand `{id}`"));
            }
        }
    }
    Ok(brands)
}

/// How many brands are read together with the agency, before it is known how many a client may
/// have. The others follow once it is.
const BRANDS_READ_FIRST: usize = 200;

/// The keys that every invite reads first.
pub fn first_keys(caller: &Caller, brands: &[BrandId]) -> Vec<String> {
    let agency = &caller.agency;
    let brands = brands.iter().take(BRANDS_READ_FIRST);
    let brands = brands.map(|brand| keys::brand(agency, brand).into_text());
    let common = [keys::agency_totals(agency).into_text(), keys::tally(agency).into_text()];
    common.into_iter().chain(brands).collect()
}

/// The agency's client with this address.
fn known(tx: &mut Tx<'_>, email: Option<&Email>) -> Result<Option<Loaded>, Error> {
    let agency = tx.agency().id.clone();
    let Some(email) = email else { return Ok(None) };
    match tx.view().read(&keys::client_email(&agency, email))? {
        Some(id) => load_for_change(tx, id).map(Some),
        None => Ok(None),
    }
}

/// Refuses to give brands to an address that somebody who used a link only claims to have:
/// whoever invites an address means the person who reads its mails.
///
/// # Errors
///
/// When nobody proved the address.
fn check_proved(tx: &mut Tx<'_>, known: &Loaded) -> Result<(), Error> {
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
        event: "invite",
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
        settings: &'a Settings,
        limits: &'a Limits,
        now: Timestamp,
    ) -> InviteContext<'a> {
        let Ids { client, mail, search_slot } = *self;
        InviteContext { client, search_slot, mail, settings, limits, now }
    }
}

/// Makes an offer: decides what it does, and carries that out.
pub fn make(tx: &mut Tx<'_>, offer: &NewInvite) -> Result<Invited, Error> {
    let known = known(tx, offer.email.as_ref())?;
    if let Some(known) = &known {
        check_proved(tx, known)?;
    }
    let ids = Ids::fresh(tx)?;
    let (settings, limits) = (tx.agency().settings.clone(), *tx.view().limits());
    let setting = ids.setting(&settings, &limits, tx.now());
    let client = known.as_ref().map(|known| &known.client);
    let decision = inviting::invite(client, offer, &setting)?;
    carry_out(tx, known.as_ref().map(|known| &known.stored), &ids, decision)
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
    if let (Some(content), Some(email)) = (content, &client.email) {
        tx.mail(ids.mail, email.clone(), client.id, content)?;
    }
    Ok(Invited { client: client.id, outcome, expires_at: client.invite_until().end() })
}
