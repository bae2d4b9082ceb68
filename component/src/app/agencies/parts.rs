//! The settings, each as it arrives and as it is read.

use serde::Serialize;

use super::changes::Setting;
use crate::app::fields::{Fields, filled};
use crate::domain::email::Email;
use crate::domain::id::FeatureKey;
use crate::domain::settings::{
    Accent, Background, Branding, CalendarSetting, ClientAddress, Color, Console,
    DefaultPermissions, Digest, FEATURES_MAX, Feature, Features, InvitePolicy, RECIPIENTS_MAX,
    Thresholds, UtcOffset, WebAddress, Weekday, ZoneName,
};
use crate::domain::text::{Name, Note};

impl Setting for bool {
    type Raw = bool;

    fn read(raw: &bool, _: &mut Fields, _: &str) -> Option<bool> {
        Some(*raw)
    }
}

impl Setting for Name {
    type Raw = String;

    fn read(raw: &String, fields: &mut Fields, field: &str) -> Option<Name> {
        fields.take(field, Name::parse(raw))
    }
}

impl Setting for Email {
    type Raw = String;

    fn read(raw: &String, fields: &mut Fields, field: &str) -> Option<Email> {
        fields.take(field, Email::parse(raw))
    }
}

impl Setting for DefaultPermissions {
    type Raw = DefaultPermissions;

    fn read(raw: &DefaultPermissions, _: &mut Fields, _: &str) -> Option<DefaultPermissions> {
        Some(*raw)
    }
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

impl Setting for Branding {
    type Raw = RawBranding;

    fn read(raw: &RawBranding, fields: &mut Fields, field: &str) -> Option<Branding> {
        let part = |name: &str| format!("{field}.{name}");
        let portal_name =
            fields.take_optional(&part("portal-name"), filled(&raw.portal_name), Name::parse);
        let logo = filled(&raw.logo_address);
        let logo = fields.take_optional(&part("logo-address"), logo, WebAddress::parse);
        let accent = fields.take(&part("accent-color"), Color::parse(&raw.accent_color));
        let background = Color::parse(&raw.background_color);
        let background = fields.take(&part("background-color"), background);
        let support =
            fields.take_optional(&part("support-email"), filled(&raw.support_email), Email::parse);
        let welcome = raw.welcome_message.as_deref();
        let welcome = fields.take_optional(&part("welcome-message"), welcome, Note::parse);
        Some(Branding {
            portal_name: portal_name?,
            logo_address: logo?,
            accent: Accent(accent?),
            background: Background(background?),
            support_email: support?,
            welcome: welcome?.flatten(),
        })
    }
}

/// How long invites are valid, as it arrives: days.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `InvitePolicy`")]
pub struct RawInvitePolicy {
    pub email_days: u16,
    pub link_days: Option<u16>,
}

impl Setting for InvitePolicy {
    type Raw = RawInvitePolicy;

    fn read(raw: &RawInvitePolicy, fields: &mut Fields, field: &str) -> Option<InvitePolicy> {
        for (part, days) in [("email-days", Some(raw.email_days)), ("link-days", raw.link_days)] {
            if days.is_some_and(|days| !InvitePolicy::DAYS.contains(&days)) {
                let part = format!("{field}.{part}");
                fields.refuse(&part, "out-of-range", "must be 1 to 365 days");
            }
        }
        InvitePolicy::new(raw.email_days, raw.link_days)
    }
}

/// Days until at risk and until churned, as they arrive.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `Thresholds`")]
pub struct RawThresholds {
    pub at_risk_days: u16,
    pub churn_days: u16,
}

impl Setting for Thresholds {
    type Raw = RawThresholds;

    fn read(raw: &RawThresholds, fields: &mut Fields, field: &str) -> Option<Thresholds> {
        let thresholds = Thresholds::new(raw.at_risk_days, raw.churn_days);
        if thresholds.is_none() {
            let rule = "must be 1 ≤ at-risk-days < churn-days ≤ 730";
            fields.refuse(field, "out-of-range", rule);
        }
        thresholds
    }
}

/// The portal's features, as they arrive.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct RawFeatures(pub Vec<RawFeature>);

/// A feature, as it arrives.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `Feature`")]
pub struct RawFeature {
    pub key: String,
    pub label: String,
    pub on: bool,
}

impl Setting for Features {
    type Raw = RawFeatures;

    fn read(RawFeatures(raw): &RawFeatures, fields: &mut Fields, field: &str) -> Option<Features> {
        if raw.len() > FEATURES_MAX {
            let message = format!("must have at most {FEATURES_MAX} features, has {}", raw.len());
            fields.refuse(field, "too-long", message);
            return None;
        }
        let mut features: Vec<Feature> = Vec::new();
        for (index, RawFeature { key, label, on }) in raw.iter().enumerate() {
            let part = |name: &str| format!("{field}[{index}].{name}");
            let key = fields.take(&part("key"), FeatureKey::parse(key));
            let label = fields.take(&part("label"), Name::parse_short(label));
            let Some((key, label)) = key.zip(label) else { continue };
            if features.iter().any(|feature| feature.key == key) {
                let message = format!("feature `{key}` is listed twice");
                fields.refuse(&part("key"), "duplicate", message);
                continue;
            }
            features.push(Feature { key, label, on: *on });
        }
        Some(features.into())
    }
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

impl Setting for Digest {
    type Raw = RawDigest;

    fn read(raw: &RawDigest, fields: &mut Fields, field: &str) -> Option<Digest> {
        let mut recipients: Vec<Email> = Vec::new();
        if raw.hour > 23 {
            fields.refuse(&format!("{field}.hour"), "out-of-range", "must be 0 to 23");
        }
        if raw.recipients.len() > RECIPIENTS_MAX {
            let message = format!("must have at most {RECIPIENTS_MAX} addresses");
            fields.refuse(&format!("{field}.recipients"), "too-long", message);
            return None;
        }
        for (index, email) in raw.recipients.iter().enumerate() {
            let part = format!("{field}.recipients[{index}]");
            let Some(email) = fields.take(&part, Email::parse(email)) else { continue };
            if recipients.iter().any(|other| other.key_hash() == email.key_hash()) {
                fields.refuse(&part, "duplicate", format!("`{email}` is listed twice"));
                continue;
            }
            recipients.push(email);
        }
        Some(Digest { on: raw.on, weekday: raw.weekday, hour: raw.hour, recipients })
    }
}

/// By which clocks the agency lives, as it arrives.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `CalendarSetting`")]
pub struct RawCalendar {
    pub time_zone: Option<String>,
    pub utc_offset_minutes: i16,
}

impl Setting for CalendarSetting {
    type Raw = RawCalendar;

    fn read(raw: &RawCalendar, fields: &mut Fields, field: &str) -> Option<CalendarSetting> {
        let part = |name: &str| format!("{field}.{name}");
        let zone = filled(&raw.time_zone);
        let time_zone = fields.take_optional(&part("time-zone"), zone, ZoneName::parse);
        let utc_offset = UtcOffset::from_minutes(raw.utc_offset_minutes);
        if utc_offset.is_none() {
            let field = part("utc-offset-minutes");
            fields.refuse(&field, "out-of-range", "must be -720 to 840");
        }
        Some(CalendarSetting { time_zone: time_zone?, utc_offset: utc_offset? })
    }
}

/// Where the agency's console is, as it arrives.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as in `Console`")]
pub struct RawConsole {
    pub client_address: Option<String>,
}

impl Setting for Console {
    type Raw = RawConsole;

    fn read(raw: &RawConsole, fields: &mut Fields, field: &str) -> Option<Console> {
        let (part, address) = (format!("{field}.client-address"), filled(&raw.client_address));
        let client_address = fields.take_optional(&part, address, ClientAddress::parse);
        Some(Console { client_address: client_address? })
    }
}
