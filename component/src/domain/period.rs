//! Billing periods: calendar months or years, counted from an anchor.

use chrono::{DateTime, Datelike, Months, Utc};
use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interval {
    /// A calendar month.
    Monthly,
    /// A calendar year.
    Annual,
}

impl Interval {
    const fn months(self) -> u32 {
        match self {
            Interval::Monthly => 1,
            Interval::Annual => 12,
        }
    }
}

/// A stretch of time, from its start up to and excluding its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its first millisecond.
    pub start: Timestamp,
    /// The first millisecond after it.
    pub end: Timestamp,
}

impl Period {
    /// How long it is, in milliseconds.
    pub const fn millis(self) -> u64 {
        self.end.since(self.start)
    }

    /// What is left of it at `now`, in milliseconds: all of it before its start, nothing
    /// after its end.
    pub fn left(self, now: Timestamp) -> u64 {
        self.end.since(now.max(self.start))
    }
}

/// All periods of a payer.
///
/// They follow one another without a gap. A month's end is clamped from the anchor, not
/// from the month before: 31 January, 28 February, 31 March. Times of day are the anchor's,
/// in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    anchor: Timestamp,
    interval: Interval,
}

impl Periods {
    /// The periods that are counted from `anchor`.
    pub const fn new(anchor: Timestamp, interval: Interval) -> Periods {
        Periods { anchor, interval }
    }

    /// The period that `time` lies in; the first one for a time before the anchor.
    ///
    /// The last period before the end of the year 9999 is cut there.
    pub fn at(self, time: Timestamp) -> Period {
        let number = self.number_at(time);
        Period { start: self.start_of(number), end: self.start_of(number.saturating_add(1)) }
    }

    /// How many periods begin after `from`, up to and including `to`.
    pub fn begun_between(self, from: Timestamp, to: Timestamp) -> u32 {
        self.number_at(to).saturating_sub(self.number_at(from))
    }

    /// The number of the period that `time` lies in, counted from 0.
    fn number_at(self, time: Timestamp) -> u32 {
        let mut number = self.guess(time);
        while number > 0 && self.start_of(number) > time {
            number -= 1;
        }
        number
    }

    /// The number of the period that `time` lies in, or one more: calendar months are
    /// counted without looking at the day.
    fn guess(self, time: Timestamp) -> u32 {
        let (Some(from), Some(to)) = (calendar(self.anchor), calendar(time)) else {
            return 0;
        };
        let months = |at: DateTime<Utc>| i64::from(at.year()) * 12 + i64::from(at.month0());
        u32::try_from((months(to) - months(from)).max(0)).unwrap_or(0) / self.interval.months()
    }

    fn start_of(self, number: u32) -> Timestamp {
        number
            .checked_mul(self.interval.months())
            .and_then(|months| calendar(self.anchor)?.checked_add_months(Months::new(months)))
            .and_then(|at| u64::try_from(at.timestamp_millis()).ok())
            .and_then(Timestamp::from_millis)
            .unwrap_or(Timestamp::MAX)
    }
}

fn calendar(time: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(time.millis()).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        let time: DateTime<Utc> = text.parse().unwrap();
        Timestamp::from_millis(time.timestamp_millis() as u64).unwrap()
    }

    #[test]
    fn month_ends_are_clamped_from_the_anchor() {
        let periods = Periods::new(at("2026-01-31T08:00:00Z"), Interval::Monthly);
        for (time, start, end) in [
            ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z"),
            ("2026-02-28T07:59:59.999Z", "2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z"),
            ("2026-02-28T08:00:00Z", "2026-02-28T08:00:00Z", "2026-03-31T08:00:00Z"),
            ("2026-03-31T08:00:00Z", "2026-03-31T08:00:00Z", "2026-04-30T08:00:00Z"),
            ("2025-01-01T00:00:00Z", "2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z"),
        ] {
            assert_eq!(periods.at(at(time)), Period { start: at(start), end: at(end) }, "{time}");
        }
    }

    #[test]
    fn years_survive_the_29th_of_february() {
        let periods = Periods::new(at("2028-02-29T00:00:00Z"), Interval::Annual);
        let second = periods.at(at("2029-06-01T00:00:00Z"));
        assert_eq!(second.start, at("2029-02-28T00:00:00Z"));
        assert_eq!(periods.at(at("2032-03-01T00:00:00Z")).start, at("2032-02-29T00:00:00Z"));
    }

    #[test]
    fn the_end_of_time_ends_the_last_period() {
        let periods = Periods::new(at("2026-01-31T08:00:00Z"), Interval::Monthly);
        assert_eq!(periods.at(Timestamp::MAX).end, Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn periods_follow_one_another(
            anchor in 0..4_102_444_800_000_u64, later in 0..4_102_444_800_000_u64, annual: bool,
        ) {
            let interval = if annual { Interval::Annual } else { Interval::Monthly };
            let anchor = Timestamp::from_millis(anchor).unwrap();
            let periods = Periods::new(anchor, interval);
            let time = anchor.plus(later);
            let period = periods.at(time);
            prop_assert!(period.start <= time && time < period.end);
            prop_assert_eq!(periods.at(period.end).start, period.end);
            prop_assert_eq!(periods.at(period.start), period);
        }
    }
}
