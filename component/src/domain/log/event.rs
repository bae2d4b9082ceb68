//! What can happen: a case for each event, in the past tense.
//!
//! A new event is a case here. Its name and its fields are what `audit.list` shows, in
//! kebab-case. Personal data doesn't stand here but in [`Draft::personal`](super::Draft):
//! it must be possible to erase it. Events are written, never read back: a reader takes
//! their fields as they come, so that it can show an event that it doesn't know.

use serde::Serialize;

use crate::domain::billing::Reason;
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId, MailId};
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::time::{Timestamp, Until};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Event {
    /// The platform created the agency.
    AgencyCreated {
        /// Its id.
        agency: AgencyId,
    },
    /// The platform undid a wrong jump ahead of the clock.
    ClockReset {
        /// The agency's latest time before.
        from: Timestamp,
        /// And after.
        to: Timestamp,
    },
    /// A brand was created.
    BrandCreated {
        /// Its id.
        brand: BrandId,
        /// Its name.
        name: String,
    },
    /// Somebody unknown to the agency was invited.
    ClientInvited {
        /// The new client.
        client: ClientId,
        /// To these brands.
        brands: Vec<BrandId>,
        /// Until when the invite can be accepted.
        until: Until,
    },
    /// A client whose access was removed, or whose invite had expired, was invited again.
    ClientReinvited {
        /// The client.
        client: ClientId,
        /// To these brands.
        brands: Vec<BrandId>,
        /// Until when the invite can be accepted.
        until: Until,
    },
    /// Brands were added to an open invite, or given to a client that had joined.
    BrandAccessAdded {
        /// The client.
        client: ClientId,
        /// These brands.
        brands: Vec<BrandId>,
    },
    /// A client accepted its invite.
    ClientJoined {
        /// The client.
        client: ClientId,
        /// With this login.
        identity: IdentityId,
        /// Whether the login was made for it.
        new_login: bool,
    },
    /// A client signed in.
    SignedIn {
        /// The client.
        client: ClientId,
    },
    /// Somebody tried to sign in with a wrong password, an unknown address, or a client
    /// whose access was removed.
    SignInFailed {
        /// The client, where the address is one's.
        client: Option<ClientId>,
    },
    /// All access of a client was removed.
    ClientRevoked {
        /// The client.
        client: ClientId,
        /// It had these brands.
        brands: Vec<BrandId>,
    },
    /// White-label of a brand started, with this charge.
    WhiteLabelStarted(Booked),
    /// White-label of a brand went on, with a charge for one or more new periods.
    WhiteLabelRenewed(Booked),
    /// White-label of a brand stopped, with this credit.
    WhiteLabelStopped(Booked),
    /// A mail will not be tried again. The host's reason is among the personal data.
    MailFailed {
        /// The mail.
        mail: MailId,
        /// The client that it is about.
        client: ClientId,
    },
}

/// What was booked for a brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Booked {
    /// The brand.
    pub brand: BrandId,
    /// Positive for a charge, negative for a credit.
    pub amount: Money,
    /// What it pays for, or gives back.
    pub covers: Period,
    /// The time that it counts from: the entry's own, unless it was booked late.
    pub counts_from: Timestamp,
    /// Why.
    pub reason: Reason,
}

impl Event {
    /// The event that a booking is.
    pub const fn booked(booked: Booked) -> Event {
        match booked.reason {
            Reason::Started => Event::WhiteLabelStarted(booked),
            Reason::Renewed => Event::WhiteLabelRenewed(booked),
            Reason::Stopped | Reason::Expired => Event::WhiteLabelStopped(booked),
        }
    }
}
