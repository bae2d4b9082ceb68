//! `agencies`

use super::wit::exports::clientdesk::core::agencies as wit;
use super::{Component, with_ports};
use crate::app::agencies;
use crate::app::agencies::{RawBranding, RawDigest, RawFeature, SettingsChanges};
use crate::domain::agency::Agency;
use crate::domain::period::Interval;
use crate::domain::settings::{Branding, DefaultPermissions, Digest, Feature, Settings, Weekday};

impl wit::Guest for Component {
    fn create(agency: wit::NewAgency) -> Result<wit::AgencyId, wit::Error> {
        let wit::NewAgency { id, name, notification_email, billing_interval, portal_address } =
            agency;
        let billing_interval = billing_interval.into();
        let new =
            agencies::NewAgency { id, name, notification_email, billing_interval, portal_address };
        Ok(with_ports(|ports| agencies::create(ports, &new))?.to_string())
    }

    fn get(id: wit::AgencyId) -> Result<Option<wit::Agency>, wit::Error> {
        Ok(with_ports(|ports| agencies::get(ports, &id))?.map(wit::Agency::from))
    }

    fn reset_clock(id: wit::AgencyId) -> Result<wit::Timestamp, wit::Error> {
        Ok(with_ports(|ports| agencies::reset_clock(ports, &id))?.millis())
    }

    fn move_portal(id: wit::AgencyId, portal_address: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| agencies::move_portal(ports, &id, &portal_address))?)
    }

    fn settings(call: wit::Call) -> Result<wit::AgencySettings, wit::Error> {
        Ok(with_ports(|ports| agencies::settings(ports, &call.into()))?.into())
    }

    fn update(
        call: wit::Call,
        changes: wit::SettingsChanges,
    ) -> Result<wit::AgencySettings, wit::Error> {
        let changes = changes.into();
        Ok(with_ports(|ports| agencies::update(ports, &call.into(), &changes))?.into())
    }
}

impl From<agencies::AgencyView> for wit::Agency {
    fn from(view: agencies::AgencyView) -> wit::Agency {
        let agencies::AgencyView { agency, latest_time } = view;
        wit::Agency {
            id: agency.id.to_string(),
            name: agency.name.to_string(),
            notification_email: agency.notification_email.as_str().to_owned(),
            billing_interval: agency.billing_interval.into(),
            portal_address: agency.portal_address.as_str().to_owned(),
            created_at: agency.created_at.millis(),
            latest_time: latest_time.millis(),
        }
    }
}

impl From<wit::BillingInterval> for Interval {
    fn from(interval: wit::BillingInterval) -> Interval {
        match interval {
            wit::BillingInterval::Monthly => Interval::Monthly,
            wit::BillingInterval::Annual => Interval::Annual,
        }
    }
}

impl From<Interval> for wit::BillingInterval {
    fn from(interval: Interval) -> wit::BillingInterval {
        match interval {
            Interval::Monthly => wit::BillingInterval::Monthly,
            Interval::Annual => wit::BillingInterval::Annual,
        }
    }
}

impl From<wit::SettingsChanges> for SettingsChanges {
    fn from(changes: wit::SettingsChanges) -> SettingsChanges {
        let wit::SettingsChanges {
            name,
            notification_email,
            branding,
            invites,
            thresholds,
            permissions,
            features,
            digest,
            alerts,
            utc_offset_minutes,
        } = changes;
        let features = features.map(|all| all.into_iter().map(RawFeature::from).collect());
        SettingsChanges {
            name,
            notification_email,
            branding: branding.map(RawBranding::from),
            invites: invites
                .map(|policy| (narrow(policy.email_days), policy.link_days.map(narrow))),
            thresholds: thresholds.map(|days| (narrow(days.at_risk_days), narrow(days.churn_days))),
            permissions: permissions.map(DefaultPermissions::from),
            features,
            digest: digest.map(RawDigest::from),
            alerts,
            utc_offset_minutes: utc_offset_minutes
                .map(|minutes| minutes.try_into().unwrap_or(i16::MAX)),
        }
    }
}

/// The number, or one that is out of every range: the contract takes wider numbers than there
/// are, so that what doesn't fit is refused, not wrapped by a host into something that fits.
fn narrow(number: u32) -> u16 {
    number.try_into().unwrap_or(u16::MAX)
}

impl From<wit::Branding> for RawBranding {
    fn from(branding: wit::Branding) -> RawBranding {
        let wit::Branding {
            portal_name,
            logo_address,
            accent_color,
            background_color,
            support_email,
            welcome_message,
        } = branding;
        RawBranding {
            portal_name,
            logo_address,
            accent_color,
            background_color,
            support_email,
            welcome_message,
        }
    }
}

impl From<wit::Feature> for RawFeature {
    fn from(feature: wit::Feature) -> RawFeature {
        let wit::Feature { key, label, on } = feature;
        RawFeature { key, label, on }
    }
}

impl From<wit::Digest> for RawDigest {
    fn from(digest: wit::Digest) -> RawDigest {
        let wit::Digest { on, weekday, hour, recipients } = digest;
        let hour = hour.try_into().unwrap_or(u8::MAX);
        RawDigest { on, weekday: weekday.into(), hour, recipients }
    }
}

impl From<wit::DefaultPermissions> for DefaultPermissions {
    fn from(permissions: wit::DefaultPermissions) -> DefaultPermissions {
        let wit::DefaultPermissions { can_export, read_only } = permissions;
        DefaultPermissions { can_export, read_only }
    }
}

impl From<Agency> for wit::AgencySettings {
    fn from(agency: Agency) -> wit::AgencySettings {
        let Settings {
            branding,
            invites,
            thresholds,
            permissions,
            features,
            digest,
            alerts,
            utc_offset,
        } = agency.settings;
        let (at_risk_days, churn_days) = thresholds.days();
        let DefaultPermissions { can_export, read_only } = permissions;
        wit::AgencySettings {
            name: agency.name.to_string(),
            notification_email: agency.notification_email.as_str().to_owned(),
            portal_address: agency.portal_address.as_str().to_owned(),
            branding: branding.into(),
            invites: wit::InvitePolicy {
                email_days: invites.email_days().into(),
                link_days: invites.link_days().map(u32::from),
            },
            thresholds: wit::Thresholds {
                at_risk_days: at_risk_days.into(),
                churn_days: churn_days.into(),
            },
            permissions: wit::DefaultPermissions { can_export, read_only },
            features: features.into_iter().map(wit::Feature::from).collect(),
            digest: digest.into(),
            alerts,
            utc_offset_minutes: utc_offset.minutes().into(),
        }
    }
}

impl From<Branding> for wit::Branding {
    fn from(branding: Branding) -> wit::Branding {
        let Branding { portal_name, logo_address, accent, background, support_email, welcome } =
            branding;
        wit::Branding {
            portal_name: portal_name.map(|name| name.to_string()),
            logo_address: logo_address.map(|address| address.as_str().to_owned()),
            accent_color: accent.0.to_string(),
            background_color: background.0.to_string(),
            support_email: support_email.map(|email| email.as_str().to_owned()),
            welcome_message: welcome.map(|note| note.as_str().to_owned()),
        }
    }
}

impl From<Feature> for wit::Feature {
    fn from(feature: Feature) -> wit::Feature {
        let Feature { key, label, on } = feature;
        wit::Feature { key: key.to_string(), label: label.to_string(), on }
    }
}

impl From<Digest> for wit::Digest {
    fn from(digest: Digest) -> wit::Digest {
        let Digest { on, weekday, hour, recipients } = digest;
        let recipients = recipients.iter().map(|email| email.as_str().to_owned()).collect();
        wit::Digest { on, weekday: weekday.into(), hour: hour.into(), recipients }
    }
}

macro_rules! weekdays {
    ($($day:ident)*) => {
        impl From<wit::Weekday> for Weekday {
            fn from(day: wit::Weekday) -> Weekday {
                match day { $(wit::Weekday::$day => Weekday::$day,)* }
            }
        }

        impl From<Weekday> for wit::Weekday {
            fn from(day: Weekday) -> wit::Weekday {
                match day { $(Weekday::$day => wit::Weekday::$day,)* }
            }
        }
    };
}

weekdays! { Monday Tuesday Wednesday Thursday Friday Saturday Sunday }
