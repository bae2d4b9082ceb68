//! Telling the time: the system's, or one that stands still until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The latest time of the contract, the last millisecond of the year 9999: milliseconds
/// since the Unix epoch.
pub const LATEST_TIME: u64 = 253_402_300_799_999;

/// Tells the component the time.
pub trait Clock: Send + Sync {
    /// Now, in milliseconds since the Unix epoch, UTC; at most [`LATEST_TIME`]. It may jump:
    /// the component keeps time from running backwards by itself.
    fn now(&self) -> u64;
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
}

/// A clock that stands still until it is told otherwise. Its clones are the same clock: keep
/// one and give the host another.
#[derive(Debug, Clone, Default)]
pub struct ManualClock {
    now: Arc<AtomicU64>,
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
    fn the_system_clock_is_past_the_year_2020() {
        assert!(SystemClock.now() > 1_577_836_800_000);
    }
}
