//! The report of a sign-in on an account's behalf, as a mail has it.

use serde::{Deserialize, Serialize};

use super::Listed;
use crate::domain::id::ClientId;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// A sign-in that is over, and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SignInReport {
    /// What the account is called.
    pub account: Name,
    /// What the operator was called.
    pub operator: Name,
    /// Whether they might only look.
    pub read_only: bool,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    pub ended_at: Timestamp,
    /// What they did.
    pub done: Vec<DoneThing>,
    /// The client to whose own address it goes, with whom it is erased; none: to the account's address, or
    /// the agency's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DoneThing {
    /// What, in words: `Brand renamed`.
    pub what: String,
    /// How often.
    pub times: u32,
    /// At which brands.
    pub brands: Listed,
}
