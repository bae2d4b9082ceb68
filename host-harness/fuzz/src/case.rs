//! Calls after a story: the input of `exports` and `rows`, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::subject::Found;

/// What is done to a store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The story after which it begins; empty: in an empty store.
    pub stage: String,
    /// Rows that have another value first; none: that are gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<String, Option<String>>,
    /// What is called then, in order.
    #[serde(default)]
    pub calls: Vec<Act>,
}

/// A call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// How many milliseconds later than the one before; negative: earlier.
    #[serde(default)]
    pub after: i64,
    /// The function: `clients.revoke`.
    pub function: String,
    /// Its arguments by name; a missing one is none. A text `$token` stands for the text that an act before
    /// it answered last in a field `token`, or mailed; for itself where none did. What is answered without a
    /// name is `id`.
    #[serde(default)]
    pub with: Map<String, Value>,
}

impl Case {
    /// The case as a file.
    pub fn text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// The case of a file.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn read(text: &[u8]) -> Result<Case, Found> {
        serde_json::from_slice(text)
            .map_err(|error| Found::new("the input is no case", error.to_string()))
    }
}
