//! `agencies`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::agencies as wit;
use super::{Component, with_ports};
use crate::app::agencies;
use crate::app::agencies::{
    RawBranding, RawCalendar, RawConsole, RawDigest, RawFeature, RawFeatures, RawInvitePolicy,
    RawThresholds, SettingsChanges,
};
use crate::domain::agency::{Agency, Status};
use crate::domain::period::Interval;
use crate::domain::settings::{
    Branding, CalendarSetting, Console, DefaultPermissions, Digest, Feature, Features,
    InvitePolicy, Thresholds, Weekday, each_setting,
};

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

    fn list(
        status: Option<wit::AgencyStatus>,
        page: wit::PageRequest,
    ) -> Result<wit::AgencyPage, wit::Error> {
        let status = status.map(Status::from);
        let list = with_ports(|ports| agencies::list(ports, status, &page.into()))?;
        let agencies::Agencies { agencies, damaged, next } = list;
        let agencies = agencies.into_iter().map(wit::ListedAgency::from).collect();
        Ok(wit::AgencyPage { agencies, damaged, next })
    }

    fn suspend(id: wit::AgencyId, reason: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| agencies::suspend(ports, &id, &reason))?)
    }

    fn resume(id: wit::AgencyId, reason: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| agencies::resume(ports, &id, &reason))?)
    }

    fn close(id: wit::AgencyId, reason: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| agencies::close(ports, &id, &reason))?)
    }

    fn reset_clock(id: wit::AgencyId) -> Result<wit::ClockReset, wit::Error> {
        let agencies::ClockReset { now, was } =
            with_ports(|ports| agencies::reset_clock(ports, &id))?;
        Ok(wit::ClockReset { now: now.millis(), was: was.millis() })
    }

    fn move_portal(id: wit::AgencyId, portal_address: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| agencies::move_portal(ports, &id, &portal_address))?)
    }

    fn settings(call: wit::Call) -> Result<wit::AgencySettings, wit::Error> {
        Ok(with_ports(|ports| agencies::settings(ports, &call.into()))?.into())
    }

    fn set_interval(
        call: wit::Call,
        interval: wit::BillingInterval,
    ) -> Result<wit::Timestamp, wit::Error> {
        let set = |ports: &_| agencies::set_interval(ports, &call.into(), interval.into());
        Ok(with_ports(set)?.millis())
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
        let agencies::AgencyView { agency, latest_time, now } = view;
        let (status, since) = (agency.standing.status.into(), agency.stands_since().millis());
        let reason = agency.standing.reason.as_ref().map(|reason| reason.to_string());
        wit::Agency {
            id: agency.id.to_string(),
            name: agency.name.to_string(),
            notification_email: agency.notification_email.as_str().to_owned(),
            billing_interval: agency.periods().interval(now).into(),
            portal_address: agency.portal_address.as_str().to_owned(),
            created_at: agency.created_at.millis(),
            latest_time: latest_time.millis(),
            status,
            status_since: since,
            status_reason: reason,
        }
    }
}

impl From<agencies::Listed> for wit::ListedAgency {
    fn from(listed: agencies::Listed) -> wit::ListedAgency {
        let agencies::Listed { view, clients, log_entries } = listed;
        let wit::Agency {
            id,
            name,
            notification_email,
            billing_interval,
            portal_address,
            created_at,
            latest_time,
            status,
            status_since,
            status_reason,
        } = view.into();
        wit::ListedAgency {
            id,
            name,
            notification_email,
            billing_interval,
            portal_address,
            created_at,
            latest_time,
            status,
            status_since,
            status_reason,
            clients,
            log_entries,
        }
    }
}

macro_rules! settings {
    (
        agency { $($(#[$own_doc:meta])* $own:ident: $own_type:ty = $own_name:literal,)* }
        settings { $($(#[$doc:meta])* $field:ident: $type:ty = $name:literal,)* }
    ) => {
        impl From<wit::SettingsChanges> for SettingsChanges {
            fn from(changes: wit::SettingsChanges) -> SettingsChanges {
                let wit::SettingsChanges { $($own,)* $($field,)* } = changes;
                SettingsChanges {
                    $($own: $own.map(Into::into),)*
                    $($field: $field.map(Into::into),)*
                }
            }
        }

        impl From<Agency> for wit::AgencySettings {
            fn from(agency: Agency) -> wit::AgencySettings {
                wit::AgencySettings {
                    portal_address: agency.portal_address.as_str().to_owned(),
                    $($own: agency.$own.into(),)*
                    $($field: agency.settings.$field.into(),)*
                }
            }
        }
    };
}

each_setting!(settings);

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

impl From<Vec<wit::Feature>> for RawFeatures {
    fn from(features: Vec<wit::Feature>) -> RawFeatures {
        let raw = |wit::Feature { key, label, on }| RawFeature { key, label, on };
        RawFeatures(features.into_iter().map(raw).collect())
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

impl From<DefaultPermissions> for wit::DefaultPermissions {
    fn from(permissions: DefaultPermissions) -> wit::DefaultPermissions {
        let DefaultPermissions { can_export, read_only } = permissions;
        wit::DefaultPermissions { can_export, read_only }
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

impl From<Features> for Vec<wit::Feature> {
    fn from(features: Features) -> Vec<wit::Feature> {
        let shown = |Feature { key, label, on }| wit::Feature {
            key: key.to_string(),
            label: label.to_string(),
            on,
        };
        Vec::from(features).into_iter().map(shown).collect()
    }
}

impl From<Digest> for wit::Digest {
    fn from(digest: Digest) -> wit::Digest {
        let Digest { on, weekday, hour, recipients } = digest;
        let recipients = recipients.iter().map(|email| email.as_str().to_owned()).collect();
        wit::Digest { on, weekday: weekday.into(), hour: hour.into(), recipients }
    }
}

impl From<wit::InvitePolicy> for RawInvitePolicy {
    fn from(policy: wit::InvitePolicy) -> RawInvitePolicy {
        let wit::InvitePolicy { email_days, link_days } = policy;
        RawInvitePolicy { email_days: narrow(email_days), link_days: link_days.map(narrow) }
    }
}

impl From<InvitePolicy> for wit::InvitePolicy {
    fn from(policy: InvitePolicy) -> wit::InvitePolicy {
        wit::InvitePolicy {
            email_days: policy.email_days().into(),
            link_days: policy.link_days().map(u32::from),
        }
    }
}

impl From<wit::Thresholds> for RawThresholds {
    fn from(thresholds: wit::Thresholds) -> RawThresholds {
        let wit::Thresholds { at_risk_days, churn_days } = thresholds;
        RawThresholds { at_risk_days: narrow(at_risk_days), churn_days: narrow(churn_days) }
    }
}

impl From<Thresholds> for wit::Thresholds {
    fn from(thresholds: Thresholds) -> wit::Thresholds {
        let (at_risk_days, churn_days) = thresholds.days();
        wit::Thresholds { at_risk_days: at_risk_days.into(), churn_days: churn_days.into() }
    }
}

impl From<wit::Calendar> for RawCalendar {
    fn from(calendar: wit::Calendar) -> RawCalendar {
        let wit::Calendar { time_zone, utc_offset_minutes } = calendar;
        let utc_offset_minutes = utc_offset_minutes.try_into().unwrap_or(i16::MAX);
        RawCalendar { time_zone, utc_offset_minutes }
    }
}

impl From<CalendarSetting> for wit::Calendar {
    fn from(calendar: CalendarSetting) -> wit::Calendar {
        let CalendarSetting { time_zone, utc_offset } = calendar;
        wit::Calendar {
            time_zone: time_zone.map(|zone| zone.as_str().to_owned()),
            utc_offset_minutes: utc_offset.minutes().into(),
        }
    }
}

impl From<wit::Console> for RawConsole {
    fn from(console: wit::Console) -> RawConsole {
        let wit::Console { client_address } = console;
        RawConsole { client_address }
    }
}

impl From<Console> for wit::Console {
    fn from(console: Console) -> wit::Console {
        let Console { client_address } = console;
        wit::Console { client_address: client_address.map(|address| address.as_str().to_owned()) }
    }
}

same_cases! {
    wit::Weekday = Weekday: Monday Tuesday Wednesday Thursday Friday Saturday Sunday;
    wit::BillingInterval = Interval: Monthly Annual;
    wit::AgencyStatus = Status: Active Suspended Closed;
}
