//! How often each key may call, and how often somebody without one may try.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);
/// How many are remembered before those that have nothing to wait for are forgotten.
const REMEMBERED: usize = 10_000;

/// How often each key, or each address, has called of late.
pub(crate) struct Rates {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Rates {
    /// So many requests a second, and twice as many at once.
    pub(crate) fn new(a_second: NonZeroU32) -> Rates {
        Rates::of(Quota::per_second(a_second).allow_burst(a_second.saturating_mul(TWO)))
    }

    /// So many at once, and then so many a minute.
    pub(crate) fn at_once(burst: NonZeroU32, a_minute: NonZeroU32) -> Rates {
        Rates::of(Quota::per_minute(a_minute).allow_burst(burst))
    }

    fn of(quota: Quota) -> Rates {
        Rates { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// How long a key has to wait; none: it doesn't.
    pub(crate) fn wait(&self, id: &str) -> Option<Duration> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        let early = self.limiter.check_key(&id.to_owned()).err()?;
        Some(early.wait_time_from(self.clock.now()))
    }
}
