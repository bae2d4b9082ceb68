//! The time, shifted: it goes on as the clock below it does, so many milliseconds ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clientdesk_host::adapters::clock::{Clock, LATEST_TIME};

/// A clock that is ahead of another, by as much as it is told.
pub(super) struct ShiftedClock {
    below: Arc<dyn Clock>,
    ahead: AtomicU64,
}

impl ShiftedClock {
    pub(super) fn new(below: Arc<dyn Clock>, ahead: u64) -> ShiftedClock {
        ShiftedClock { below, ahead: AtomicU64::new(ahead) }
    }

    /// The time of the clock below.
    pub(super) fn real(&self) -> u64 {
        self.below.now()
    }

    /// By how many milliseconds it is ahead.
    pub(super) fn ahead(&self) -> u64 {
        self.ahead.load(Ordering::SeqCst)
    }

    pub(super) fn shift(&self, ahead: u64) {
        self.ahead.store(ahead, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> u64 {
        self.real().saturating_add(self.ahead()).min(LATEST_TIME)
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        self.below.offset(zone, at)
    }
}
