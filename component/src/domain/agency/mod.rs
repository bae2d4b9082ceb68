//! An agency: the tenant, and its settings.

pub mod status;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::status::{Standing, Status, Wish};
use super::billing::AgencyTerms;
use super::billing::planned::{AgencyCommand, Command, Planned, fate};
use super::email::Email;
use super::id::{AgencyId, BrandId};
use super::period::{Interval, IntervalChange, Months, Periods};
use super::settings::{Changes, Settings, each_setting, is_default, names_a_host};
use super::text::Name;
use super::time::Timestamp;
use super::token::Token;

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// Its name; also the portal's, until it has one of its own.
    pub name: Name,
    /// Where notices go.
    pub notification_email: Email,
    /// How often white-label is billed from the beginning on.
    pub billing_interval: Interval,
    /// How often it is billed from some months on, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interval_changes: Vec<IntervalChange>,
    /// What holds for it besides the catalog.
    #[serde(default, skip_serializing_if = "is_default")]
    pub terms: AgencyTerms,
    /// Where its portal is.
    pub portal_address: PortalAddress,
    /// Whether it is at work, suspended or closed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub standing: Standing,
    /// Everything else that it can set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settings: Settings,
    /// Brands that were archived, and whose clients weren't all tidied up yet. They stand
    /// here since every call reads the agency: so nobody has access to them from the moment
    /// of archiving, however many clients they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archived: Vec<Archived>,
    /// Whether a brand of it ever belonged to an account: else nobody need look.
    #[serde(default, skip_serializing_if = "is_default")]
    pub has_account_brands: bool,
    /// Whether an account of it ever had an owner: else nobody need look for what a client owns.
    #[serde(default, skip_serializing_if = "is_default")]
    pub has_owners: bool,
    /// The id that the hashes of its log are made with, where that is another: it was moved here
    /// under a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_as: Option<AgencyId>,
    /// When its clock, which had been ahead, was reset last: what bears a time after now is from before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_reset_at: Option<Timestamp>,
    /// When it was created. Its billing periods count from here.
    pub created_at: Timestamp,
}

/// A brand that was archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Which.
    pub brand: BrandId,
    /// When.
    pub at: Timestamp,
}

/// What asking for an interval comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntervalAsked {
    /// It runs, or is planned already.
    Unchanged,
    /// It runs, and the other one isn't planned any more.
    TakenBack {
        /// The agency afterwards.
        agency: Box<Agency>,
        /// The one that was planned.
        interval: Interval,
    },
    /// It is planned.
    Planned {
        /// The agency afterwards.
        agency: Box<Agency>,
        /// From when on it counts.
        from: Timestamp,
    },
}

impl Agency {
    /// Whether it lets somebody do this, as it stands.
    pub const fn admits(&self, wish: Wish) -> bool {
        self.standing.status.admits(wish)
    }

    /// The same agency, whose clock was ahead and is at `now` again.
    #[must_use]
    pub fn with_clock_reset(self, now: Timestamp) -> Agency {
        Agency { standing: self.standing.not_after(now), clock_reset_at: Some(now), ..self }
    }

    /// When something happened that bears this time: what is said to be yet to come happened before the
    /// clock was reset.
    pub fn happened_at(&self, time: Timestamp, now: Timestamp) -> Timestamp {
        if time > now { self.clock_reset_at.unwrap_or(time) } else { time }
    }

    /// Since when it stands as it does.
    pub fn stands_since(&self) -> Timestamp {
        self.standing.since.unwrap_or(self.created_at)
    }

    /// The id that the hashes of its log are made with: for good that of its first entry.
    pub fn seal_id(&self) -> &AgencyId {
        self.sealed_as.as_ref().unwrap_or(&self.id)
    }

    /// The agency under another id.
    #[must_use]
    pub fn renamed(self, id: AgencyId) -> Agency {
        let sealed_as = Some(self.seal_id().clone()).filter(|sealed_as| *sealed_as != id);
        Agency { id, sealed_as, ..self }
    }

    /// The name that clients see: the portal's.
    pub fn portal_name(&self) -> &Name {
        self.settings.branding.portal_name.as_ref().unwrap_or(&self.name)
    }

    /// The periods in which white-label is billed.
    pub fn periods(&self) -> Periods {
        let periods = Periods::new(self.created_at, self.billing_interval);
        periods.with_changes(self.interval_changes.clone())
    }

    /// The change of interval that is planned at `now`.
    pub fn planned_interval(&self, now: Timestamp) -> Option<IntervalChange> {
        let planned = |change: &&IntervalChange| self.months().start(change.month) > now;
        self.interval_changes.last().filter(planned).copied()
    }

    /// The agency without the change that is planned.
    #[must_use]
    pub fn without_planned_interval(&self, now: Timestamp) -> Agency {
        let months = self.months();
        let mut agency = self.clone();
        agency.interval_changes.retain(|change| months.start(change.month) <= now);
        agency
    }

    /// The agency with another interval from then on, where one of its periods begins.
    #[must_use]
    pub fn with_interval(&self, interval: Interval, from: Timestamp) -> Agency {
        let month = self.months().number(from);
        let mut agency = self.clone();
        agency.interval_changes.push(IntervalChange { month, interval });
        agency
    }

    /// What asking for an interval comes to. The one that runs takes a planned one back; another
    /// one comes when the running period is over.
    pub fn ask_interval(&self, interval: Interval, now: Timestamp) -> IntervalAsked {
        let periods = self.periods();
        let runs = periods.interval(now) == interval;
        let command =
            if runs { AgencyCommand::RunningInterval } else { AgencyCommand::OtherInterval };
        match self.planned_interval(now) {
            Some(_) if fate(Planned::Interval, Command::Agency(command)).is_kept() => {
                IntervalAsked::Unchanged
            }
            Some(planned) => {
                let agency = Box::new(self.without_planned_interval(now));
                IntervalAsked::TakenBack { agency, interval: planned.interval }
            }
            None if runs => IntervalAsked::Unchanged,
            None => {
                let from = periods.at(now).end;
                let agency = Box::new(self.with_interval(interval, from));
                IntervalAsked::Planned { agency, from }
            }
        }
    }

    /// Its months: those in which its invoices close.
    pub const fn months(&self) -> Months {
        Months::new(self.created_at)
    }
}

macro_rules! changes {
    (
        agency { $($(#[$own_doc:meta])* $own:ident: $own_type:ty = $own_name:literal,)* }
        settings { $($(#[$doc:meta])* $field:ident: $type:ty = $name:literal,)* }
    ) => {
        impl Agency {
            /// The agency after these changes of its settings.
            #[must_use]
            pub fn with(&self, changes: &Changes) -> Agency {
                let mut after = self.clone();
                $(if let Some(value) = &changes.$own {
                    after.$own.clone_from(value);
                })*
                $(if let Some(value) = &changes.$field {
                    after.settings.$field.clone_from(value);
                })*
                after
            }

            /// The names of the settings in which it differs from what it was `before`.
            pub fn changed_since(&self, before: &Agency) -> Vec<&'static str> {
                let differs = [
                    $(($own_name, before.$own != self.$own),)*
                    $(($name, before.settings.$field != self.settings.$field),)*
                ];
                differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
            }
        }
    };
}

each_setting!(changes);

/// A text that can't begin a link.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "must be an `https://` or `http://` address without spaces, a user, `?` or `#`, of at most 500 characters"
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
    /// When it isn't `http` or `https`, names no host, names somebody at one, or has a query.
    pub fn parse(text: &str) -> Result<PortalAddress, PortalAddressError> {
        let address = text.trim().trim_end_matches('/');
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))
            .ok_or(PortalAddressError)?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"?#<>\"\\".contains(&b);
        if names_a_host(rest) && address.len() <= Self::BYTES_MAX && rest.bytes().all(plain) {
            Ok(PortalAddress(address.to_owned()))
        } else {
            Err(PortalAddressError)
        }
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The link that opens a page of the portal with a token: as secret as the token.
    pub fn link(&self, page: PortalPage, token: &Token) -> String {
        let page = match page {
            PortalPage::Invite => "invite",
            PortalPage::ConfirmEmail => "confirm-email",
            PortalPage::ResetPassword => "reset-password",
        };
        format!("{}/{page}/{}", self.0, token.reveal())
    }
}

/// A page of the portal that links lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalPage {
    /// Accepting an invite.
    Invite,
    /// Confirming an e-mail address.
    ConfirmEmail,
    /// Choosing a new password.
    ResetPassword,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::keyring::tests::ring;
    use crate::domain::token;

    #[test]
    fn links_begin_with_the_address() {
        let address = PortalAddress::parse("https://acme.example/portal/").unwrap();
        let agency = AgencyId::parse("acme").unwrap();
        let (token, _) = token::session(&ring(&["a"]), &agency, [7; 32]);
        for (page, name) in [
            (PortalPage::Invite, "invite"),
            (PortalPage::ConfirmEmail, "confirm-email"),
            (PortalPage::ResetPassword, "reset-password"),
        ] {
            let link = format!("https://acme.example/portal/{name}/{}", token.reveal());
            assert_eq!(address.link(page, &token), link);
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
            ("https://acme.example@evil.example", None),
            ("https://[::1", None),
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
