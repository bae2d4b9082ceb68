//! When the weekly summary goes out, and to whom.

use serde::{Deserialize, Serialize};

use crate::domain::email::Email;
use crate::domain::ranges;

/// The weekly summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Whether it is sent.
    pub on: bool,
    /// On which day, by the agency's clocks.
    pub weekday: Weekday,
    /// At which hour, 0 to 23.
    #[serde(deserialize_with = "ranges::read_hour")]
    pub hour: u8,
    /// Who gets it; nobody: the notification address.
    pub recipients: Vec<Email>,
}

impl Default for Digest {
    fn default() -> Self {
        Digest { on: false, weekday: Weekday::Monday, hour: 8, recipients: Vec::new() }
    }
}

/// How many addresses may get the weekly summary.
pub const RECIPIENTS_MAX: usize = 20;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// How many days after Monday.
    pub const fn after_monday(self) -> i64 {
        self as i64
    }
}
