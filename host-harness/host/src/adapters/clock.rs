//! Telling the time: the system's, or one that stands still until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The latest time of the contract, the last millisecond of the year 9999: milliseconds
/// since the Unix epoch.
pub const LATEST_TIME: u64 = 253_402_300_799_999;

/// Tells the component the time.
pub trait Clock: Send + Sync {
    /// Now, in milliseconds since the Unix epoch, UTC; at most [`LATEST_TIME`]. It may jump:
    /// the component keeps time from running backwards by itself.
    fn now(&self) -> u64;

    /// How many seconds clocks in a time zone, by its IANA name, are ahead of UTC at a time:
    /// milliseconds since the Unix epoch. None for a zone that isn't known; to begin with none
    /// is: agencies have a fixed offset then. [`zone_offset`] knows them all.
    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        let _ = (zone, at);
        None
    }
}

/// What [`Clock::offset`] asks for, from the IANA's time zone database as this was built with;
/// none without the feature `time-zones`.
pub fn zone_offset(zone: &str, at: u64) -> Option<i32> {
    #[cfg(feature = "time-zones")]
    return known_offset(zone, at);
    #[cfg(not(feature = "time-zones"))]
    {
        let _ = (zone, at);
        None
    }
}

#[cfg(feature = "time-zones")]
fn known_offset(zone: &str, at: u64) -> Option<i32> {
    use chrono::{Offset as _, TimeZone as _};

    let zone: chrono_tz::Tz = zone.parse().ok()?;
    let at = chrono::DateTime::from_timestamp_millis(i64::try_from(at).ok()?)?;
    Some(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A system clock before 1970 counts as 1970.
    fn now(&self) -> u64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        whole_milliseconds(since_epoch).min(LATEST_TIME)
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        zone_offset(zone, at)
    }
}

/// A clock that stands still until it is told otherwise. Its clones are the same clock: keep
/// one and give the host another.
#[derive(Debug, Clone, Default)]
pub struct ManualClock {
    now: Arc<AtomicU64>,
    without_zones: Arc<AtomicBool>,
}

impl ManualClock {
    /// A clock that stands at `now`: milliseconds since the Unix epoch.
    pub fn at(now: u64) -> Self {
        let clock = Self::default();
        clock.set(now);
        clock
    }

    /// Jumps to `now`: milliseconds since the Unix epoch, also back. Stops at
    /// [`LATEST_TIME`].
    pub fn set(&self, now: u64) {
        self.now.store(now.min(LATEST_TIME), Ordering::SeqCst);
    }

    /// From here on, whether it knows the time zones, as it does to begin with.
    pub fn know_zones(&self, known: bool) {
        self.without_zones.store(!known, Ordering::SeqCst);
    }

    /// Moves on by `step`, in whole milliseconds. Stops at [`LATEST_TIME`].
    pub fn advance(&self, step: Duration) {
        let later = self.now().saturating_add(whole_milliseconds(step));
        self.set(later);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        if self.without_zones.load(Ordering::SeqCst) { None } else { zone_offset(zone, at) }
    }
}

/// The duration in milliseconds, rounded down; the largest number if it doesn't fit.
fn whole_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::at(1_000);
        let handle = clock.clone();
        assert_eq!(clock.now(), 1_000);
        handle.advance(Duration::from_millis(250));
        assert_eq!(clock.now(), 1_250);
        handle.set(3);
        assert_eq!(clock.now(), 3);
        handle.advance(Duration::MAX);
        assert_eq!(clock.now(), LATEST_TIME);
    }

    #[test]
    #[cfg(feature = "time-zones")]
    fn clocks_know_the_time_zones() {
        let (summer, winter) = (1_783_000_000_000, 1_797_000_000_000);
        let clock = ManualClock::at(summer);
        for (zone, at, offset) in [
            ("Europe/Berlin", summer, Some(7_200)),
            ("Europe/Berlin", winter, Some(3_600)),
            ("America/St_Johns", winter, Some(-12_600)),
            ("Asia/Kathmandu", summer, Some(20_700)),
            ("UTC", summer, Some(0)),
            ("Europe/Berlin", LATEST_TIME, Some(3_600)),
            ("Mars/Olympus", summer, None),
            ("Europe/Berlin", u64::MAX, None),
        ] {
            assert_eq!(clock.offset(zone, at), offset, "{zone}, {at}");
            assert_eq!(SystemClock.offset(zone, at), offset, "{zone}, {at}");
        }
        clock.know_zones(false);
        assert_eq!(clock.clone().offset("Europe/Berlin", summer), None);
    }

    #[test]
    fn the_system_clock_is_past_the_year_2020() {
        assert!(SystemClock.now() > 1_577_836_800_000);
    }
}
