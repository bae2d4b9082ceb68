//! When an operation has to be over.

use std::time::{Duration, Instant};

/// When an operation has to be over.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapters::storage) struct Deadline {
    begun: Instant,
    whole: Duration,
}

impl Deadline {
    pub(in crate::adapters::storage) fn after(whole: Duration) -> Self {
        Self { begun: Instant::now(), whole }
    }

    /// So many hundredths of the way there.
    pub(in crate::adapters::storage) fn at(self, percent: u32) -> Instant {
        self.begun + self.whole / 100 * percent
    }

    pub(in crate::adapters::storage) fn end(self) -> Instant {
        self.at(100)
    }

    pub(in crate::adapters::storage) fn is_over(self) -> bool {
        Instant::now() >= self.end()
    }
}
