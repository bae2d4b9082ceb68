//! `agencies`

use super::wit::exports::clientdesk::core::agencies as wit;
use super::{Component, with_ports};
use crate::app::agencies;
use crate::domain::period::Interval;

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
