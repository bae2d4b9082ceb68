//! `agencies.update`

use serde::Serialize;

use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::jobs::schedule_digest;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::agency::Agency;
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::id::FeatureKey;
use crate::domain::log::Event;
use crate::domain::settings::{
    Accent, Background, Branding, Color, DefaultPermissions, Digest, FEATURES_MAX, Feature,
    InvitePolicy, RECIPIENTS_MAX, Settings, Thresholds, UtcOffset, WebAddress, Weekday,
};
use crate::domain::text::{Name, Note};

/// What to change, as it arrives. What is none stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SettingsChanges {
    /// The agency's name.
    pub name: Option<String>,
    /// Where notices go.
    pub notification_email: Option<String>,
    /// How the portal and its mails look.
    pub branding: Option<RawBranding>,
    /// Days that invites are valid: by e-mail, and by link.
    pub invites: Option<(u16, Option<u16>)>,
    /// Days until at risk, and until churned.
    pub thresholds: Option<(u16, u16)>,
    /// What clients may do.
    pub permissions: Option<DefaultPermissions>,
    /// The portal's features.
    pub features: Option<Vec<RawFeature>>,
    /// The weekly summary.
    pub digest: Option<RawDigest>,
    /// Mails about clients that slip away.
    pub alerts: Option<bool>,
    /// Minutes that the agency's own time is ahead of UTC.
    pub utc_offset_minutes: Option<i16>,
}

/// How the portal looks, as it arrives.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `Branding`")]
pub struct RawBranding {
    pub portal_name: Option<String>,
    pub logo_address: Option<String>,
    pub accent_color: String,
    pub background_color: String,
    pub support_email: Option<String>,
    pub welcome_message: Option<String>,
}

/// A feature, as it arrives.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `Feature`")]
pub struct RawFeature {
    pub key: String,
    pub label: String,
    pub on: bool,
}

/// The weekly summary, as it arrives.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `Digest`")]
pub struct RawDigest {
    pub on: bool,
    pub weekday: Weekday,
    pub hour: u8,
    pub recipients: Vec<String>,
}

/// The settings that change, parsed.
#[derive(Default)]
struct Parsed {
    name: Option<Name>,
    notification_email: Option<Email>,
    branding: Option<Branding>,
    invites: Option<InvitePolicy>,
    thresholds: Option<Thresholds>,
    permissions: Option<DefaultPermissions>,
    features: Option<Vec<Feature>>,
    digest: Option<Digest>,
    alerts: Option<bool>,
    utc_offset: Option<UtcOffset>,
}

/// Changes some of the settings, and gives the agency with all of them.
pub fn update(ports: &Ports, call: &Call, changes: &SettingsChanges) -> Result<Agency, Error> {
    let caller = Caller::of(call, functions::AGENCIES_UPDATE)?;
    let parsed = parse(changes)?;
    command(ports, &caller, changes, Vec::new(), |tx| {
        let before = tx.agency().clone();
        let after = parsed.applied_to(&before);
        let changed = changed(&before, &after);
        if !changed.is_empty() {
            tx.log(Event::SettingsChanged { changed })?;
            tx.write(keys::agency(&after.id), &after)?;
            reschedule(tx, &before, &after)?;
        }
        Ok(after)
    })
}

/// What falls due otherwise with other settings.
fn reschedule(tx: &mut Tx<'_>, before: &Agency, after: &Agency) -> Result<(), Error> {
    let (old, new) = (&before.settings, &after.settings);
    if old.thresholds != new.thresholds {
        tx.schedule(tx.now(), Due::Crossing)?;
    }
    if old.digest != new.digest || old.utc_offset != new.utc_offset {
        schedule_digest(tx, new)?;
    }
    Ok(())
}

impl Parsed {
    fn applied_to(&self, agency: &Agency) -> Agency {
        let old = &agency.settings;
        let settings = Settings {
            branding: self.branding.clone().unwrap_or_else(|| old.branding.clone()),
            invites: self.invites.unwrap_or(old.invites),
            thresholds: self.thresholds.unwrap_or(old.thresholds),
            permissions: self.permissions.unwrap_or(old.permissions),
            features: self.features.clone().unwrap_or_else(|| old.features.clone()),
            digest: self.digest.clone().unwrap_or_else(|| old.digest.clone()),
            alerts: self.alerts.unwrap_or(old.alerts),
            utc_offset: self.utc_offset.unwrap_or(old.utc_offset),
        };
        let email = self.notification_email.clone();
        Agency {
            name: self.name.clone().unwrap_or_else(|| agency.name.clone()),
            notification_email: email.unwrap_or_else(|| agency.notification_email.clone()),
            settings,
            ..agency.clone()
        }
    }
}

/// The names of the settings that differ, as the contract calls them.
fn changed(before: &Agency, after: &Agency) -> Vec<&'static str> {
    let (old, new) = (&before.settings, &after.settings);
    let differs = [
        ("name", before.name != after.name),
        ("notification-email", before.notification_email != after.notification_email),
        ("branding", old.branding != new.branding),
        ("invites", old.invites != new.invites),
        ("thresholds", old.thresholds != new.thresholds),
        ("permissions", old.permissions != new.permissions),
        ("features", old.features != new.features),
        ("digest", old.digest != new.digest),
        ("alerts", old.alerts != new.alerts),
        ("utc-offset-minutes", old.utc_offset != new.utc_offset),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn parse(changes: &SettingsChanges) -> Result<Parsed, Error> {
    let mut fields = Fields::default();
    let f = &mut fields;
    let name = changes.name.as_deref();
    let email = changes.notification_email.as_deref();
    let parsed = Parsed {
        name: f.take_optional("changes.name", name, Name::parse).flatten(),
        notification_email: f
            .take_optional("changes.notification-email", email, Email::parse)
            .flatten(),
        branding: changes.branding.as_ref().and_then(|raw| branding(f, raw)),
        invites: changes.invites.and_then(|(email, link)| invites(f, email, link)),
        thresholds: changes.thresholds.and_then(|(at_risk, churn)| {
            let rule = "must be 1 ≤ at-risk-days < churn-days ≤ 730";
            within(f, "changes.thresholds", rule, Thresholds::new(at_risk, churn))
        }),
        permissions: changes.permissions,
        features: changes.features.as_ref().map(|raw| features(f, raw)),
        digest: changes.digest.as_ref().and_then(|raw| digest(f, raw)),
        alerts: changes.alerts,
        utc_offset: changes.utc_offset_minutes.and_then(|minutes| {
            let (field, rule) = ("changes.utc-offset-minutes", "must be -720 to 840");
            within(f, field, rule, UtcOffset::from_minutes(minutes))
        }),
    };
    fields.finish(Some(parsed))
}

/// A value that is none when it is out of range.
fn within<T>(fields: &mut Fields, field: &str, rule: &str, value: Option<T>) -> Option<T> {
    if value.is_none() {
        fields.refuse(field, "out-of-range", rule);
    }
    value
}

fn invites(fields: &mut Fields, email: u16, link: Option<u16>) -> Option<InvitePolicy> {
    for (field, days) in [("email-days", Some(email)), ("link-days", link)] {
        if days.is_some_and(|days| !InvitePolicy::DAYS.contains(&days)) {
            let field = format!("changes.invites.{field}");
            fields.refuse(&field, "out-of-range", "must be 1 to 365 days");
        }
    }
    InvitePolicy::new(email, link)
}

fn branding(fields: &mut Fields, raw: &RawBranding) -> Option<Branding> {
    let field = |name: &str| format!("changes.branding.{name}");
    let portal_name =
        fields.take_optional(&field("portal-name"), filled(&raw.portal_name), Name::parse);
    let logo =
        fields.take_optional(&field("logo-address"), filled(&raw.logo_address), WebAddress::parse);
    let accent = fields.take(&field("accent-color"), Color::parse(&raw.accent_color));
    let background = fields.take(&field("background-color"), Color::parse(&raw.background_color));
    let support =
        fields.take_optional(&field("support-email"), filled(&raw.support_email), Email::parse);
    let welcome = raw.welcome_message.as_deref();
    let welcome = fields.take_optional(&field("welcome-message"), welcome, Note::parse);
    Some(Branding {
        portal_name: portal_name?,
        logo_address: logo?,
        accent: Accent(accent?),
        background: Background(background?),
        support_email: support?,
        welcome: welcome?.flatten(),
    })
}

fn features(fields: &mut Fields, raw: &[RawFeature]) -> Vec<Feature> {
    let mut features: Vec<Feature> = Vec::new();
    if raw.len() > FEATURES_MAX {
        let message = format!("must have at most {FEATURES_MAX} features, has {}", raw.len());
        fields.refuse("changes.features", "too-long", message);
        return features;
    }
    for (index, RawFeature { key, label, on }) in raw.iter().enumerate() {
        let field = |name: &str| format!("changes.features[{index}].{name}");
        let key = fields.take(&field("key"), FeatureKey::parse(key));
        let label = fields.take(&field("label"), Name::parse_short(label));
        let Some((key, label)) = key.zip(label) else { continue };
        if features.iter().any(|feature| feature.key == key) {
            let message = format!("feature `{key}` is listed twice");
            fields.refuse(&field("key"), "duplicate", message);
            continue;
        }
        features.push(Feature { key, label, on: *on });
    }
    features
}

fn digest(fields: &mut Fields, raw: &RawDigest) -> Option<Digest> {
    let mut recipients = Vec::new();
    if raw.hour > 23 {
        fields.refuse("changes.digest.hour", "out-of-range", "must be 0 to 23");
    }
    if raw.recipients.len() > RECIPIENTS_MAX {
        let message = format!("must have at most {RECIPIENTS_MAX} addresses");
        fields.refuse("changes.digest.recipients", "too-long", message);
        return None;
    }
    for (index, email) in raw.recipients.iter().enumerate() {
        let field = format!("changes.digest.recipients[{index}]");
        recipients.extend(fields.take(&field, Email::parse(email)));
    }
    Some(Digest { on: raw.on, weekday: raw.weekday, hour: raw.hour, recipients })
}
