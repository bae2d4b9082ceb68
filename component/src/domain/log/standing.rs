//! What the platform did to the agency as a whole, in the log.

use serde::Serialize;

use crate::domain::text::Name;

/// The agency stands otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StandsSince {
    /// Why, in the platform's words.
    pub reason: Name,
}

/// Rows were written anew that follow from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct IndexesRepaired {
    /// How many.
    pub rows: u32,
    /// Of each kind, by the word for it in keys, and how many of it.
    pub kinds: Vec<String>,
}
