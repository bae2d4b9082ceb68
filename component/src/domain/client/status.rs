//! Where a client stands as people see it: derived when it is read, never stored.

use super::{Client, Standing};
use crate::domain::settings::Thresholds;
use crate::domain::time::Timestamp;

/// Where a client stands, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Invited by e-mail and not accepted yet, also when expired.
    Pending,
    /// Invited by link, and the link not used yet, also when expired.
    LinkInvite,
    /// Logged in less than the at-risk days ago.
    Active,
    /// Logged in at least the at-risk days ago, and less than the churn days.
    AtRisk,
    /// Logged in at least the churn days ago.
    Churned,
    /// Access was removed.
    Revoked,
}

/// The colour of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    /// Waiting.
    Yellow,
    /// Well.
    Green,
    /// Slipping.
    Orange,
    /// Gone quiet.
    Grey,
    /// Out.
    Red,
}

impl Status {
    /// The status of a client who has joined, and last logged in at `login`.
    pub fn of_joined(login: Timestamp, now: Timestamp, thresholds: Thresholds) -> Status {
        if now < thresholds.at_risk_at(login) {
            Status::Active
        } else if now < thresholds.churned_at(login) {
            Status::AtRisk
        } else {
            Status::Churned
        }
    }

    /// The status's colour.
    pub const fn badge(self) -> Badge {
        match self {
            Status::Pending | Status::LinkInvite => Badge::Yellow,
            Status::Active => Badge::Green,
            Status::AtRisk => Badge::Orange,
            Status::Churned => Badge::Grey,
            Status::Revoked => Badge::Red,
        }
    }

    /// The status's name, as the contract spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::LinkInvite => "link-invite",
            Status::Active => "active",
            Status::AtRisk => "at-risk",
            Status::Churned => "churned",
            Status::Revoked => "revoked",
        }
    }
}

impl Client {
    /// Where the client stands at `now`, as people see it.
    pub fn status(&self, now: Timestamp, thresholds: Thresholds) -> Status {
        match &self.standing {
            Standing::Pending { invite } if invite.is_link() => Status::LinkInvite,
            Standing::Pending { .. } => Status::Pending,
            Standing::Joined { .. } => {
                // Joining counts as a log-in, so a client that joined has one.
                Status::of_joined(self.last_log_in.unwrap_or(Timestamp::EPOCH), now, thresholds)
            }
            Standing::Revoked { .. } => Status::Revoked,
        }
    }
}
