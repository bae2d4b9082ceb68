//! Points in time, and the one comparison that every deadline uses.

use core::fmt;

use chrono::{Datelike as _, Month, Timelike as _};
use serde::{Deserialize, Serialize};

/// Milliseconds in a second.
pub const SECOND: u64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE: u64 = 60 * SECOND;
/// Milliseconds in an hour.
pub const HOUR: u64 = 60 * MINUTE;
/// Milliseconds in a day, as rules about age count it.
pub const DAY: u64 = 24 * HOUR;

/// A point in time: milliseconds since the Unix epoch, UTC, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u64", try_from = "u64")]
pub struct Timestamp(u64);

impl From<Timestamp> for u64 {
    fn from(time: Timestamp) -> u64 {
        time.0
    }
}

impl TryFrom<u64> for Timestamp {
    type Error = &'static str;

    fn try_from(millis: u64) -> Result<Timestamp, &'static str> {
        Timestamp::from_millis(millis).ok_or("a time beyond the year 9999")
    }
}

impl Timestamp {
    /// The Unix epoch.
    pub const EPOCH: Timestamp = Timestamp(0);
    /// The last millisecond of the year 9999.
    pub const MAX: Timestamp = Timestamp(253_402_300_799_999);

    /// The point that is `millis` after the epoch; none beyond [`Timestamp::MAX`].
    pub const fn from_millis(millis: u64) -> Option<Timestamp> {
        if millis <= Self::MAX.0 { Some(Timestamp(millis)) } else { None }
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// The next full minute.
    #[must_use]
    pub const fn next_minute(self) -> Timestamp {
        self.plus(MINUTE - self.0 % MINUTE)
    }

    /// The point `millis` later, at most [`Timestamp::MAX`]: nothing falls due after the
    /// end of time, so a sum beyond it means never.
    pub const fn plus(self, millis: u64) -> Timestamp {
        let sum = self.0.saturating_add(millis);
        if sum <= Self::MAX.0 { Timestamp(sum) } else { Self::MAX }
    }

    /// The point `millis` earlier; none before the epoch.
    pub const fn minus(self, millis: u64) -> Option<Timestamp> {
        match self.0.checked_sub(millis) {
            Some(millis) => Some(Timestamp(millis)),
            None => None,
        }
    }

    /// Milliseconds from `earlier` to this; 0 when `earlier` is later.
    pub const fn since(self, earlier: Timestamp) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Timestamp {
    /// As a program reads it: `2026-09-01T09:30:00Z`, to the second.
    pub fn rfc3339(self) -> String {
        let Some(time) = self.calendar() else { return self.0.to_string() };
        let (year, month, day) = (time.year(), time.month(), time.day());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl Timestamp {
    /// The day (UTC) as a person reads it: `1 September 2026`.
    pub fn date(self) -> String {
        let Some(time) = self.calendar() else { return format!("{} ms", self.0) };
        let month = u8::try_from(time.month()).ok().and_then(|month| Month::try_from(month).ok());
        format!("{} {} {}", time.day(), month.map_or("", |month| month.name()), time.year())
    }

    fn calendar(self) -> Option<chrono::DateTime<chrono::Utc>> {
        chrono::DateTime::from_timestamp_millis(i64::try_from(self.0).ok()?)
    }
}

impl Timestamp {
    /// The day and the time of day (UTC), without saying so: `1 September 2026, 09:30`.
    pub fn date_and_time(self) -> String {
        let (hour, minute) = (self.0 / HOUR % 24, self.0 / MINUTE % 60);
        format!("{}, {hour:02}:{minute:02}", self.date())
    }
}

impl fmt::Display for Timestamp {
    /// As a person reads it: `1 September 2026, 09:30 UTC`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} UTC", self.date_and_time())
    }
}

/// When something stops by itself. It holds strictly before; no end means for ever.
///
/// Ordered by time, with "for ever" last, so that the maximum of several is how long at
/// least one of them holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Until(Option<Timestamp>);

impl Default for Until {
    /// For ever.
    fn default() -> Self {
        Until::FOREVER
    }
}

impl Until {
    /// It never stops by itself.
    pub const FOREVER: Until = Until(None);

    /// It holds strictly before `end`.
    pub const fn at(end: Timestamp) -> Until {
        Until(Some(end))
    }

    /// Whether it is over at `now`: from its very millisecond on.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.0.is_some_and(|end| now >= end)
    }

    /// Whether it never stops by itself.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub const fn is_forever(&self) -> bool {
        self.0.is_none()
    }

    /// The end; none for ever.
    pub const fn end(self) -> Option<Timestamp> {
        self.0
    }
}

impl Ord for Until {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        match (self.0, other.0) {
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => core::cmp::Ordering::Less,
            (None, Some(_)) => core::cmp::Ordering::Greater,
            (None, None) => core::cmp::Ordering::Equal,
        }
    }
}

impl PartialOrd for Until {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: fn(u64) -> Timestamp = |millis| Timestamp::from_millis(millis).unwrap();

    #[test]
    fn it_holds_strictly_before_its_end() {
        let until = Until::at(AT(1_000));
        for (now, over) in [(0, false), (999, false), (1_000, true), (1_001, true)] {
            assert_eq!(until.is_over(AT(now)), over, "at {now}");
        }
        assert!(!Until::FOREVER.is_over(Timestamp::MAX));
    }

    #[test]
    fn for_ever_is_the_longest() {
        assert!(Until::FOREVER > Until::at(Timestamp::MAX));
        assert!(Until::at(AT(2)) > Until::at(AT(1)));
    }

    #[test]
    fn time_ends_with_the_year_9999() {
        assert_eq!(Timestamp::from_millis(253_402_300_800_000), None);
        assert_eq!(Timestamp::MAX.plus(1), Timestamp::MAX);
        assert_eq!(AT(5).plus(u64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.to_string(), "31 December 9999, 23:59 UTC");
        assert_eq!(Timestamp::MAX.rfc3339(), "9999-12-31T23:59:59Z");
    }
}
