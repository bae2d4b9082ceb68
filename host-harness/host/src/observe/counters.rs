//! What all calls came to since the host was built.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::asked::{Asked, HostCall};
use super::figures::{
    CALL_SECONDS, CallFigures, Figures, HostCallFigures, InstanceFigures, OutcomeFigures, Took,
};
use super::mails::MailCounters;
use super::outcome::{OUTCOMES, Outcome};
use crate::adapters::storage::StorageFigures;

/// Which counters a call moves: a function's, by its place among all that there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slot(pub(crate) usize);

/// Counts what a host does. Each count is right by itself; while calls run, two of them may be from moments that
/// differ a little.
pub(crate) struct Counters {
    /// By the function's place; behind them, one for calls whose function isn't known.
    calls: Box<[CallCounters]>,
    times: [AtomicU64; HostCall::ALL.len()],
    nanos: [AtomicU64; HostCall::ALL.len()],
    rows_read: AtomicU64,
    rows_written: AtomicU64,
    bytes: AtomicU64,
    conflicts: AtomicU64,
    failures: AtomicU64,
    made: AtomicU64,
    ended: AtomicU64,
    pub(crate) mails: Arc<MailCounters>,
}

#[derive(Default)]
struct CallCounters {
    outcomes: [AtomicU64; OUTCOMES.len()],
    nanos: AtomicU64,
    buckets: [AtomicU64; CALL_SECONDS.len() + 1],
}

/// The upper bounds of all buckets but the last, in nanoseconds.
const BOUNDS: [u64; CALL_SECONDS.len()] = bounds();

const fn bounds() -> [u64; CALL_SECONDS.len()] {
    const MICRO: u64 = 1_000;
    const MILLI: u64 = 1_000 * MICRO;
    [
        25 * MICRO,
        50 * MICRO,
        100 * MICRO,
        250 * MICRO,
        500 * MICRO,
        MILLI,
        2_500 * MICRO,
        5 * MILLI,
        10 * MILLI,
        25 * MILLI,
        50 * MILLI,
        100 * MILLI,
        250 * MILLI,
        500 * MILLI,
        1_000 * MILLI,
        2_500 * MILLI,
        5_000 * MILLI,
        10_000 * MILLI,
    ]
}

impl CallCounters {
    fn add(&self, outcome: Outcome, took: Duration) {
        let nanos = nanos_of(took);
        add(self.outcomes.get(outcome.index()), 1);
        add(Some(&self.nanos), nanos);
        let bucket = BOUNDS.iter().position(|bound| nanos <= *bound).unwrap_or(BOUNDS.len());
        add(self.buckets.get(bucket), 1);
    }

    /// What came to be of calls, and how long they took; none: nothing was called.
    fn figures(&self) -> Option<(Vec<OutcomeFigures>, Took)> {
        let counted = OUTCOMES.into_iter().zip(&self.outcomes);
        let outcomes: Vec<OutcomeFigures> = counted
            .map(|(outcome, calls)| OutcomeFigures { outcome, calls: get(calls) })
            .filter(|figures| figures.calls > 0)
            .collect();
        let sum = Duration::from_nanos(get(&self.nanos));
        let took = Took { sum, buckets: self.buckets.each_ref().map(get) };
        (!outcomes.is_empty()).then_some((outcomes, took))
    }
}

impl Counters {
    /// Counters for so many functions.
    pub(crate) fn new(functions: usize) -> Counters {
        Counters {
            calls: (0..=functions).map(|_| CallCounters::default()).collect(),
            times: Default::default(),
            nanos: Default::default(),
            rows_read: AtomicU64::default(),
            rows_written: AtomicU64::default(),
            bytes: AtomicU64::default(),
            conflicts: AtomicU64::default(),
            failures: AtomicU64::default(),
            made: AtomicU64::default(),
            ended: AtomicU64::default(),
            mails: Arc::default(),
        }
    }

    /// Counts a call. `slot`: its function; none: it isn't known.
    pub(crate) fn called(
        &self,
        slot: Option<Slot>,
        outcome: Outcome,
        took: Duration,
        asked: &Asked,
    ) {
        let known = slot.and_then(|slot| self.calls.get(slot.0));
        if let Some(counters) = known.or_else(|| self.calls.last()) {
            counters.add(outcome, took);
        }
        for function in HostCall::ALL {
            let times = asked.times(function);
            if times > 0 {
                add(self.times.get(function.index()), times.into());
                add(self.nanos.get(function.index()), nanos_of(asked.took(function)));
            }
        }
        for (counter, number) in [
            (&self.rows_read, asked.rows_read),
            (&self.rows_written, asked.rows_written),
            (&self.bytes, asked.bytes),
            (&self.conflicts, asked.conflicts.into()),
            (&self.failures, asked.failures.into()),
        ] {
            if number > 0 {
                add(Some(counter), number);
            }
        }
    }

    /// All of it. `names`: the functions, in the order of their places.
    pub(crate) fn figures<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        idle: usize,
        store: StorageFigures,
    ) -> Figures {
        let names = names.chain(std::iter::once("typed"));
        let called = names.zip(&self.calls).filter_map(|(name, counters)| {
            let (outcomes, took) = counters.figures()?;
            Some(CallFigures { function: name.to_owned(), outcomes, took })
        });
        let asked = HostCall::ALL.into_iter().zip(self.times.iter().zip(&self.nanos));
        let host_calls = asked.map(|(function, (times, nanos))| HostCallFigures {
            function,
            calls: get(times),
            took: Duration::from_nanos(get(nanos)),
        });
        Figures {
            calls: called.collect(),
            host_calls: host_calls.collect(),
            rows_read: get(&self.rows_read),
            rows_written: get(&self.rows_written),
            bytes: get(&self.bytes),
            conflicts: get(&self.conflicts),
            failures: get(&self.failures),
            instances: InstanceFigures {
                made: get(&self.made),
                ended: get(&self.ended),
                idle: u64::try_from(idle).unwrap_or(u64::MAX),
            },
            mails: self.mails.figures(),
            store,
        }
    }
}

/// An instance that there is, for as long as this is kept.
pub(crate) struct Alive(Option<Arc<Counters>>);

impl Alive {
    pub(crate) fn begin(counters: Option<&Arc<Counters>>) -> Alive {
        add(counters.map(|counters| &counters.made), 1);
        Alive(counters.cloned())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        add(self.0.as_ref().map(|counters| &counters.ended), 1);
    }
}

fn add(counter: Option<&AtomicU64>, number: u64) {
    if let Some(counter) = counter {
        counter.fetch_add(number, Ordering::Relaxed);
    }
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn nanos_of(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_the_same_in_nanoseconds_and_in_seconds() {
        for (nanos, seconds) in BOUNDS.into_iter().zip(CALL_SECONDS) {
            assert_eq!(Duration::from_nanos(nanos), Duration::from_secs_f64(seconds));
        }
    }

    #[test]
    fn calls_are_counted_by_function_outcome_and_how_long_they_took() {
        let counters = Counters::new(2);
        let mut asked = Asked::default();
        (asked.conflicts, asked.rows_read) = (2, 5);
        let took = [Duration::from_micros(25), Duration::from_millis(3), Duration::from_mins(1)];
        counters.called(Some(Slot(1)), Outcome::Done, took[0], &asked);
        counters.called(Some(Slot(1)), Outcome::Refused("limit"), took[1], &asked);
        counters.called(None, Outcome::Failed("trap"), took[2], &asked);
        let store = StorageFigures::default();
        let figures = counters.figures(["a.a", "a.b"].into_iter(), 0, store);
        let of = |index: usize| figures.calls.get(index).unwrap();
        assert_eq!((figures.calls.len(), of(0).function.as_str()), (2, "a.b"));
        let outcomes = [Outcome::Done, Outcome::Refused("limit")];
        assert_eq!(
            of(0).outcomes,
            outcomes.map(|outcome| OutcomeFigures { outcome, calls: 1 }).to_vec()
        );
        assert_eq!((of(0).took.buckets[0], of(0).took.buckets[7]), (1, 1));
        assert_eq!((of(1).function.as_str(), of(1).took.buckets[18]), ("typed", 1));
        assert_eq!((figures.conflicts, figures.rows_read, figures.rows_written), (6, 15, 0));
    }
}
