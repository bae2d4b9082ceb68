//! By which clocks an agency lives.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::is_default;

/// By which clocks an agency lives. [`Calendar`](crate::domain::calendar::Calendar) says which
/// day it is by them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CalendarSetting {
    /// The time zone; none: the fixed offset counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<ZoneName>,
    /// What counts without a time zone, and with a host that can't tell its offset.
    #[serde(skip_serializing_if = "is_default")]
    pub utc_offset: UtcOffset,
}

/// How far clocks are ahead of UTC, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "i16", try_from = "i16")]
pub struct UtcOffset(i16);

impl From<UtcOffset> for i16 {
    fn from(offset: UtcOffset) -> i16 {
        offset.0
    }
}

impl TryFrom<i16> for UtcOffset {
    type Error = &'static str;

    fn try_from(minutes: i16) -> Result<UtcOffset, Self::Error> {
        UtcOffset::from_minutes(minutes).ok_or("an offset that no clocks have")
    }
}

impl UtcOffset {
    /// None at all.
    pub const UTC: UtcOffset = UtcOffset(0);

    /// So many minutes; none outside -12 to 14 hours.
    pub fn from_minutes(minutes: i16) -> Option<UtcOffset> {
        (-720..=840).contains(&minutes).then_some(UtcOffset(minutes))
    }

    /// Minutes.
    pub const fn minutes(self) -> i16 {
        self.0
    }
}

impl core::fmt::Display for UtcOffset {
    /// As a person reads it: `UTC`, `UTC+2`, `UTC−3:30`.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("UTC")?;
        if self.0 == 0 {
            return Ok(());
        }
        let (sign, minutes) = (if self.0 < 0 { '−' } else { '+' }, self.0.unsigned_abs());
        write!(f, "{sign}{}", minutes / 60)?;
        match minutes % 60 {
            0 => Ok(()),
            minutes => write!(f, ":{minutes:02}"),
        }
    }
}

/// A text that can't be a time zone's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "must be the name of a time zone in the IANA's list, such as `Europe/Berlin`: 1 to 64 of `A-Z a-z 0-9 / _ + -`"
)]
pub struct ZoneNameError;

/// The IANA's name of a time zone, such as `Europe/Berlin`. Whether there is such a zone, the
/// host knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneName(String);

impl ZoneName {
    const BYTES_MAX: usize = 64;

    /// The name that `text` spells.
    ///
    /// # Errors
    ///
    /// When it is empty, too long, or has other characters than such names have.
    pub fn parse(text: &str) -> Result<ZoneName, ZoneNameError> {
        let name = text.trim();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_+-".contains(&b);
        if (1..=Self::BYTES_MAX).contains(&name.len()) && name.bytes().all(plain) {
            Ok(ZoneName(name.to_owned()))
        } else {
            Err(ZoneNameError)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_within_the_days_of_the_world() {
        for (minutes, shown) in [
            (0, Some("UTC")),
            (120, Some("UTC+2")),
            (-210, Some("UTC−3:30")),
            (345, Some("UTC+5:45")),
            (840, Some("UTC+14")),
            (-720, Some("UTC−12")),
            (841, None),
            (-721, None),
        ] {
            let offset = UtcOffset::from_minutes(minutes);
            assert_eq!(offset.map(|offset| offset.to_string()).as_deref(), shown, "{minutes}");
        }
    }

    #[test]
    fn what_may_be_a_time_zone() {
        for (text, good) in [
            ("Europe/Berlin", true),
            (" America/Argentina/Buenos_Aires ", true),
            ("Etc/GMT+5", true),
            ("UTC", true),
            ("", false),
            ("Europe Berlin", false),
            ("Zürich", false),
            ("Europe/Berlin\n", true),
            (&"x".repeat(65), false),
        ] {
            assert_eq!(ZoneName::parse(text).is_ok(), good, "{text:?}");
        }
    }
}
