//! Who does something, and what operators may do.

use serde::{Deserialize, Serialize};

use super::id::{AccountId, ClientId};
use super::text::Name;

/// What an operator may do, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads only.
    Viewer,
    /// Everything but what is the owner's.
    Manager,
    /// Everything.
    Owner,
}

impl Role {
    /// The role's name.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Manager => "manager",
            Role::Owner => "owner",
        }
    }
}

/// What a function is about, as far as operators go who act on an account's behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole agency: refused while acting.
    Agency,
    /// Things of an account, or those of the agency where nobody acts for one.
    Account,
    /// What nobody may do in somebody else's name: passwords, erasing, settings.
    Never,
}

impl Scope {
    /// The word for it in the table of roles.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Agency => "agency",
            Scope::Account => "account",
            Scope::Never => "never",
        }
    }
}

/// A person of the agency's staff, as the host names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The host's id of the person.
    pub id: String,
    /// The name that the log shows.
    pub name: Name,
    /// What the person may do.
    pub role: Role,
    /// The account on whose behalf the person acts; none: the agency's own. As with `act` of
    /// RFC 8693, who acts and for whom are told apart wherever an actor is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<AccountId>,
}

/// Who caused a log entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// A person of the agency's staff.
    Operator(Operator),
    /// A client, in the portal.
    Client {
        /// Which one.
        id: ClientId,
    },
    /// Somebody in the portal who hasn't been identified.
    Visitor,
    /// The platform's own staff.
    Platform,
    /// The component itself: something whose time had come.
    System,
}
