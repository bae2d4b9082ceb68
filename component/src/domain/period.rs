//! Billing periods: calendar months or years, counted from an anchor.

use chrono::{DateTime, Datelike, Utc};
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
    /// How many months it is.
    pub const fn months(self) -> u32 {
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

/// That another interval counts from a month on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalChange {
    /// From this month on, counted from 0; where a period begins by what counted before.
    pub month: u32,
    /// Periods are so long.
    pub interval: Interval,
}

/// The months of a payer, counted from an anchor.
///
/// They follow one another without a gap. A month's end is clamped from the anchor, not
/// from the month before: 31 January, 28 February, 31 March. Times of day are the anchor's,
/// in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Months {
    anchor: Timestamp,
}

impl Months {
    /// The months that are counted from `anchor`.
    pub const fn new(anchor: Timestamp) -> Months {
        Months { anchor }
    }

    /// When month `number` begins, counted from 0; the end of the year 9999 for those beyond.
    pub fn start(self, number: u32) -> Timestamp {
        calendar(self.anchor)
            .and_then(|anchor| anchor.checked_add_months(chrono::Months::new(number)))
            .and_then(|at| u64::try_from(at.timestamp_millis()).ok())
            .and_then(Timestamp::from_millis)
            .unwrap_or(Timestamp::MAX)
    }

    /// The number of the month that `time` lies in; 0 for a time before the anchor.
    pub fn number(self, time: Timestamp) -> u32 {
        let mut number = self.guess(time);
        while number > 0 && self.start(number) > time {
            number -= 1;
        }
        number
    }

    /// When the first month begins after `time`.
    pub fn next(self, time: Timestamp) -> Timestamp {
        self.start(self.number(time).saturating_add(1))
    }

    /// Whether a month begins at `time`.
    pub fn begins_at(self, time: Timestamp) -> bool {
        self.start(self.number(time)) == time
    }

    /// The number of the month that `time` lies in, or one more: calendar months are
    /// counted without looking at the day.
    fn guess(self, time: Timestamp) -> u32 {
        let (Some(from), Some(to)) = (calendar(self.anchor), calendar(time)) else {
            return 0;
        };
        let months = |at: DateTime<Utc>| i64::from(at.year()) * 12 + i64::from(at.month0());
        u32::try_from((months(to) - months(from)).max(0)).unwrap_or(0)
    }
}

/// All periods of a payer: months, or years of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    months: Months,
    first: Interval,
    changes: Vec<IntervalChange>,
}

impl Periods {
    /// The periods that are counted from `anchor`.
    pub const fn new(anchor: Timestamp, interval: Interval) -> Periods {
        Periods { months: Months::new(anchor), first: interval, changes: Vec::new() }
    }

    /// The same, but for other intervals from some months on, the earliest first.
    #[must_use]
    pub fn with_changes(self, changes: Vec<IntervalChange>) -> Periods {
        Periods { changes, ..self }
    }

    /// The months that they are made of.
    pub const fn months(&self) -> Months {
        self.months
    }

    /// The period that `time` lies in; the first one for a time before the anchor.
    ///
    /// The last period before the end of the year 9999 is cut there.
    pub fn at(&self, time: Timestamp) -> Period {
        let number = self.months.number(time);
        let IntervalChange { month: from, interval } = self.counting(number);
        let length = interval.months();
        let first = from + (number - from) / length * length;
        Period {
            start: self.months.start(first),
            end: self.months.start(first.saturating_add(length)),
        }
    }

    /// How long the period is that `time` lies in.
    pub fn interval(&self, time: Timestamp) -> Interval {
        self.counting(self.months.number(time)).interval
    }

    /// How many periods begin after `from`, up to and including `to`.
    pub fn begun_between(&self, from: Timestamp, to: Timestamp) -> u32 {
        self.number(to).saturating_sub(self.number(from))
    }

    /// What counts in a month, and since which.
    fn counting(&self, month: u32) -> IntervalChange {
        let begun = self.changes.iter().rev().find(|change| change.month <= month);
        begun.copied().unwrap_or(IntervalChange { month: 0, interval: self.first })
    }

    /// The number of the period that `time` lies in, counted from 0.
    fn number(&self, time: Timestamp) -> u32 {
        let month = self.months.number(time);
        let mut counting = IntervalChange { month: 0, interval: self.first };
        let mut number = 0_u32;
        for change in self.changes.iter().take_while(|change| change.month <= month) {
            number =
                number.saturating_add((change.month - counting.month) / counting.interval.months());
            counting = *change;
        }
        number.saturating_add((month - counting.month) / counting.interval.months())
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
    fn an_interval_changes_where_a_period_ends() {
        let change = |month, interval| IntervalChange { month, interval };
        let periods = Periods::new(at("2026-01-31T08:00:00Z"), Interval::Monthly)
            .with_changes(vec![change(1, Interval::Annual), change(13, Interval::Monthly)]);
        for (time, start, end, number) in [
            ("2026-02-28T07:59:59.999Z", "2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z", 0),
            ("2026-02-28T08:00:00Z", "2026-02-28T08:00:00Z", "2027-02-28T08:00:00Z", 1),
            ("2027-02-28T07:59:59.999Z", "2026-02-28T08:00:00Z", "2027-02-28T08:00:00Z", 1),
            ("2027-02-28T08:00:00Z", "2027-02-28T08:00:00Z", "2027-03-31T08:00:00Z", 2),
            ("2027-03-31T08:00:00Z", "2027-03-31T08:00:00Z", "2027-04-30T08:00:00Z", 3),
        ] {
            assert_eq!(periods.at(at(time)), Period { start: at(start), end: at(end) }, "{time}");
            assert_eq!(periods.number(at(time)), number, "{time}");
        }
    }

    #[test]
    fn a_month_begins_at_its_first_millisecond_only() {
        let months = Months::new(at("2026-01-31T08:00:00Z"));
        for (time, begins, next) in [
            ("2026-01-31T08:00:00Z", true, "2026-02-28T08:00:00Z"),
            ("2026-02-28T07:59:59.999Z", false, "2026-02-28T08:00:00Z"),
            ("2026-02-28T08:00:00Z", true, "2026-03-31T08:00:00Z"),
            ("2025-06-01T00:00:00Z", false, "2026-02-28T08:00:00Z"),
        ] {
            assert_eq!((months.begins_at(at(time)), months.next(at(time))), (begins, at(next)));
        }
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
