//! An agency: the tenant, and its settings.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::email::Email;
use super::id::AgencyId;
use super::period::{Interval, Periods};
use super::text::Name;
use super::time::{DAY, Timestamp};

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// Its name; also the portal's, until it has one of its own.
    pub name: Name,
    /// Where notices go.
    pub notification_email: Email,
    /// How often white-label is billed.
    pub billing_interval: Interval,
    /// Where its portal is.
    pub portal_address: PortalAddress,
    /// From when a client counts as at risk and as churned.
    pub thresholds: Thresholds,
    /// When it was created. Its billing periods count from here.
    pub created_at: Timestamp,
}

impl Agency {
    /// The periods in which white-label is billed.
    pub const fn periods(&self) -> Periods {
        Periods::new(self.created_at, self.billing_interval)
    }
}

/// After how many days without a log-in a client is at risk, and churned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    at_risk_days: u16,
    churn_days: u16,
}

impl Thresholds {
    /// 14 and 45 days.
    pub const DEFAULT: Thresholds = Thresholds { at_risk_days: 14, churn_days: 45 };

    /// These days; none unless 1 ≤ at-risk < churn ≤ 730.
    pub const fn new(at_risk_days: u16, churn_days: u16) -> Option<Thresholds> {
        if 1 <= at_risk_days && at_risk_days < churn_days && churn_days <= 730 {
            Some(Thresholds { at_risk_days, churn_days })
        } else {
            None
        }
    }

    /// When a client who last logged in at `last_login` becomes at risk.
    pub fn at_risk_at(self, last_login: Timestamp) -> Timestamp {
        last_login.plus(u64::from(self.at_risk_days) * DAY)
    }

    /// When a client who last logged in at `last_login` is churned.
    pub fn churned_at(self, last_login: Timestamp) -> Timestamp {
        last_login.plus(u64::from(self.churn_days) * DAY)
    }
}

/// A text that can't begin a link.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "must be an `https://` or `http://` address without spaces, `?` or `#`, of at most 500 characters"
)]
pub struct PortalAddressError;

/// Where an agency's portal is: what links in its mails begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PortalAddress(String);

impl PortalAddress {
    const BYTES_MAX: usize = 500;

    /// The address that `text` spells, without slashes at its end.
    ///
    /// # Errors
    ///
    /// When it isn't `http` or `https`, names no host, or has a query.
    pub fn parse(text: &str) -> Result<PortalAddress, PortalAddressError> {
        let address = text.trim().trim_end_matches('/');
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))
            .ok_or(PortalAddressError)?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"?#<>\"\\".contains(&b);
        let names_a_host = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        if names_a_host && address.len() <= Self::BYTES_MAX && rest.bytes().all(plain) {
            Ok(PortalAddress(address.to_owned()))
        } else {
            Err(PortalAddressError)
        }
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_in_order() {
        for (at_risk, churn, good) in [
            (14, 45, true),
            (1, 2, true),
            (729, 730, true),
            (0, 45, false),
            (14, 14, false),
            (45, 14, false),
            (14, 731, false),
        ] {
            assert_eq!(Thresholds::new(at_risk, churn).is_some(), good, "{at_risk}, {churn}");
        }
    }

    #[test]
    fn what_is_a_portal_address() {
        for (text, address) in [
            ("https://clients.acme.example", Some("https://clients.acme.example")),
            (" http://localhost:8080/portal// ", Some("http://localhost:8080/portal")),
            ("clients.acme.example", None),
            ("https://", None),
            ("javascript:alert(1)", None),
            ("https://acme.example/?a=b", None),
            ("https://acme.example/#a", None),
            ("https://acme.example/a b", None),
            ("https://acme.example/\"><script>", None),
        ] {
            let parsed = PortalAddress::parse(text).ok();
            assert_eq!(parsed.as_ref().map(PortalAddress::as_str), address, "{text:?}");
        }
    }
}
