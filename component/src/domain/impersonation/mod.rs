//! An operator who is signed in on an account's behalf: what the sign-in is worth, and when it is
//! over.
//!
//! | to find | open |
//! | --- | --- |
//! | what can be seen and changed under it | [`reach`] |
//! | what was done under it, for the account to know | [`deeds`] |
//! | how long it lasts, and what ends it | here |

pub mod deeds;
pub mod reach;

use serde::{Deserialize, Serialize};

pub use reach::Reach;

use super::account::Standing;
use super::account::sign_ins::{SignInPolicy, SignIns};
use super::actor::{Operator, Role};
use super::id::{AccountId, BrandId};
use super::keyring::KeyId;
use super::settings::WebAddress;
use super::text::Name;
use super::time::{MINUTE, Timestamp, Until};

/// How many minutes it lasts where nobody says how long.
pub const MINUTES: u32 = 30;

/// How many minutes it lasts at most.
pub const MINUTES_MAX: u32 = 60;

/// What an operator may do under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Look.
    ReadOnly,
    /// Whatever the operator's role allows.
    Full,
}

impl Mode {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::ReadOnly => "read-only",
            Mode::Full => "full",
        }
    }
}

/// A sign-in on an account's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Impersonation {
    /// The host's id of who started it.
    pub operator: String,
    /// What they were called then.
    pub operator_name: Name,
    /// What they might do then.
    pub role: Role,
    /// On whose behalf.
    pub account: AccountId,
    /// Why.
    pub reason: Name,
    /// What it allows.
    pub mode: Mode,
    /// Since when.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
    /// The number of the log's entry of its start. What was done under it stands after that.
    pub entry: u64,
    /// The key that its token was hashed with; none: an earlier release started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// Where the operator came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_to: Option<WebAddress>,
    /// The brand that it is at in the portal, once it went to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// How it ended, once that is written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// What a call on an account's behalf acts under.
#[derive(Clone, Debug)]
pub struct Acting {
    /// What the sign-in is stored under.
    pub id: String,
    /// The sign-in.
    pub impersonation: Impersonation,
    /// What the account is called.
    pub account_name: Name,
    /// How far it reaches.
    pub reach: Reach,
}

/// That a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: How,
}

/// How a sign-in ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It was stopped.
    Stopped,
    /// Its time was over.
    Time,
    /// The account was disabled or deleted.
    Account,
    /// The operator's role was lowered.
    Role,
    /// Somebody else came with its token.
    Actor,
    /// The operator left the agency.
    Left,
    /// The account doesn't allow it any more.
    Policy,
}

impl How {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            How::Stopped => "stopped",
            How::Time => "time",
            How::Account => "account",
            How::Role => "role",
            How::Actor => "actor",
            How::Left => "left",
            How::Policy => "policy",
        }
    }
}

impl Impersonation {
    /// How and when it ended, as far as time and the account go, whether a job has written that down
    /// or not; none: it runs.
    pub fn over(&self, account: Standing, now: Timestamp) -> Option<Ended> {
        if self.ended.is_some() {
            return self.ended;
        }
        let by_time = Some(Ended { at: self.ends_at, how: How::Time });
        match account.at(now) {
            Standing::Disabled { since, .. } | Standing::Deleted { since }
                if since < self.ends_at =>
            {
                Some(Ended { at: since.max(self.started_at), how: How::Account })
            }
            Standing::Setup
            | Standing::Trial(_)
            | Standing::Active
            | Standing::Disabled { .. }
            | Standing::Deleted { .. } => by_time.filter(|_| self.is_over_by_itself(now)),
        }
    }

    /// Whether it is over whatever became of the account: it was written down as ended, or its time is
    /// over.
    pub fn is_over_by_itself(&self, now: Timestamp) -> bool {
        // A clock that was set back gives nobody more time.
        self.ended.is_some() || Until::at(self.ends_at).is_over(now) || now < self.started_at
    }

    /// What is wrong with whoever comes with its token. Whatever it is, the sign-in ends with it:
    /// the token is in other hands, or was given for what the operator may not do any more.
    pub fn broken_by(&self, operator: &Operator) -> Option<How> {
        if operator.id != self.operator {
            Some(How::Actor)
        } else if operator.role < self.role {
            Some(How::Role)
        } else {
            None
        }
    }

    /// What a banner says while it runs on behalf of the account with this name.
    pub fn words(&self, account: &Name) -> String {
        let (operator, looks) = (
            &self.operator_name,
            match self.mode {
                Mode::ReadOnly => ", to look only",
                Mode::Full => "",
            },
        );
        format!("{operator} is signed in on behalf of {account}{looks}.")
    }

    /// What stands on the way out.
    pub fn way_out(account: &Name) -> String {
        format!("Leave {account}")
    }

    /// Whether this operator may stop it: who started it, or an owner.
    pub fn may_be_stopped_by(&self, operator: &Operator) -> bool {
        operator.id == self.operator || operator.role == Role::Owner
    }
}

/// Whether a role may start a sign-in of this mode: viewers look, and nothing else.
pub const fn may_start(role: Role, mode: Mode) -> bool {
    match (role, mode) {
        (Role::Owner | Role::Manager, Mode::ReadOnly | Mode::Full)
        | (Role::Viewer, Mode::ReadOnly) => true,
        (Role::Viewer, Mode::Full) => false,
    }
}

/// What an account allows to whoever would sign in on its behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// To sign in for as long as anybody may.
    Always,
    /// To sign in until then.
    Until(Timestamp),
    /// Nothing.
    Nothing,
}

/// What an account allows at `now` to whoever would sign in so.
pub fn allowance(sign_ins: &SignIns, mode: Mode, now: Timestamp) -> Allowance {
    match (sign_ins.policy, mode) {
        (SignInPolicy::Always, _) | (SignInPolicy::ReadOnly, Mode::ReadOnly) => Allowance::Always,
        (SignInPolicy::ReadOnly, Mode::Full) | (SignInPolicy::WhenAllowed, _) => {
            sign_ins.allowed(now).map_or(Allowance::Nothing, Allowance::Until)
        }
    }
}

/// When a sign-in ends by itself that starts at `now`.
pub const fn end_of(minutes: u32, now: Timestamp) -> Timestamp {
    now.plus(minutes as u64 * MINUTE)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
