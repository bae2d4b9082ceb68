//! How often each key may call.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// How often each key has called of late.
pub(crate) struct Rates {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Rates {
    /// So many requests a second, and twice as many at once.
    pub(crate) fn new(a_second: NonZeroU32) -> Rates {
        let quota = Quota::per_second(a_second).allow_burst(a_second.saturating_mul(TWO));
        Rates { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// How long a key has to wait; none: it doesn't.
    pub(crate) fn wait(&self, id: &str) -> Option<Duration> {
        let early = self.limiter.check_key(&id.to_owned()).err()?;
        Some(early.wait_time_from(self.clock.now()))
    }
}
