//! Which day it is by an agency's own clocks, and when its days begin.
//!
//! Clocks are set forward and back: days have 23, 24 or 25 hours, midnight may be skipped or
//! come twice. So that days stay stretches of time that follow one another, a day begins at its
//! first midnight, or where the clocks skip that, with the first moment after it; and it ends
//! where the next begins, whatever the clocks show in between.

use core::cell::RefCell;
use core::fmt;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::settings::{CalendarSetting, UtcOffset, ZoneName};
use super::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

/// Who knows the world's time zones.
pub trait Zones {
    /// How many seconds clocks in `zone` are ahead of UTC at `at`, less than a day; none where
    /// nobody knows.
    fn offset(&self, zone: &ZoneName, at: Timestamp) -> Option<i64>;
}

/// An agency's calendar. Its clones share what they have asked.
#[derive(Clone)]
pub struct Calendar<'a> {
    fixed: UtcOffset,
    zone: Option<Rc<Zone<'a>>>,
}

impl fmt::Debug for Calendar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = self.zone.as_ref().map(|zone| zone.name.as_str());
        f.debug_struct("Calendar").field("fixed", &self.fixed).field("zone", &zone).finish()
    }
}

/// The Monday of the week that `day` belongs to. The epoch's day was a Thursday.
pub const fn monday(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

impl<'a> Calendar<'a> {
    /// The calendar of who has set nothing.
    pub const UTC: Calendar<'a> = Calendar::fixed(UtcOffset::UTC);

    /// The calendar of whoever set this; `zones` is asked as little as can be, and nothing
    /// twice.
    pub fn new(setting: &CalendarSetting, zones: &'a dyn Zones) -> Calendar<'a> {
        let zone = |name: &ZoneName| {
            Rc::new(Zone { name: name.clone(), zones, known: RefCell::default() })
        };
        Calendar { fixed: setting.utc_offset, zone: setting.time_zone.as_ref().map(zone) }
    }

    /// The calendar of a fixed offset.
    pub const fn fixed(offset: UtcOffset) -> Calendar<'a> {
        Calendar { fixed: offset, zone: None }
    }

    /// The calendar day of `time`, counted from the epoch's.
    pub fn day(&self, time: Timestamp) -> i64 {
        let offset = self.offset(time);
        let day = (millis(time) + offset).div_euclid(DAY.cast_signed());
        if self.zone.is_none() {
            return day;
        }
        // Clocks that were set back over a midnight show the day before once more.
        let yesterday = time.minus(DAY).unwrap_or(Timestamp::EPOCH);
        let again = offset < self.offset(yesterday) && self.start_of(day + 1) <= time;
        if again { day + 1 } else { day }
    }

    /// The calendar day of `time`, or `earliest` where that is later. It costs nothing for
    /// times long before.
    pub fn day_from(&self, time: Timestamp, earliest: i64) -> i64 {
        let utc = millis(time).div_euclid(DAY.cast_signed());
        if utc + 1 < earliest { earliest } else { self.day(time).max(earliest) }
    }

    /// The first millisecond of a calendar day; the epoch for those that begin before it.
    pub fn start_of(&self, day: i64) -> Timestamp {
        self.first(day.saturating_mul(DAY.cast_signed()))
    }

    /// When the clocks first show this full hour of `day`, or skip it.
    pub fn at_hour(&self, day: i64, hour: u8) -> Timestamp {
        let hours = i64::from(hour).saturating_mul(HOUR.cast_signed());
        self.first(day.saturating_mul(DAY.cast_signed()).saturating_add(hours))
    }

    /// When the calendar day after that of `time` begins.
    pub fn next_day(&self, time: Timestamp) -> Timestamp {
        self.start_of(self.day(time) + 1)
    }

    /// The calendar day of `time` as a person reads it: `1 September 2026`.
    pub fn date(&self, time: Timestamp) -> String {
        at(self.day(time).saturating_mul(DAY.cast_signed())).date()
    }

    /// What the clocks show at `time`, and whose clocks: `1 September 2026, 11:30
    /// (Europe/Berlin)`.
    pub fn moment(&self, time: Timestamp) -> String {
        let zone = self.zone.as_ref().filter(|zone| zone.ask(seconds(time)).is_some());
        let shown = at(millis(time) + self.offset(time)).date_and_time();
        match zone {
            Some(zone) => format!("{shown} ({})", zone.name.as_str()),
            None => format!("{shown} {}", self.fixed),
        }
    }

    /// By which clocks it goes at `time`: `Europe/Berlin`, `UTC+2`.
    pub fn clocks(&self, time: Timestamp) -> String {
        let zone = self.zone.as_ref().filter(|zone| zone.ask(seconds(time)).is_some());
        zone.map_or_else(|| self.fixed.to_string(), |zone| zone.name.as_str().to_owned())
    }

    /// How far the clocks are ahead of UTC at `time`, in milliseconds.
    fn offset(&self, time: Timestamp) -> i64 {
        let fixed = i64::from(self.fixed.minutes()) * MINUTE.cast_signed();
        let zone = self.zone.as_ref();
        zone.and_then(|zone| zone.offset(seconds(time))).unwrap_or(fixed)
    }

    /// When the clocks first show `local` or later: milliseconds from the epoch as the clocks
    /// count them.
    fn first(&self, local: i64) -> Timestamp {
        let day = DAY.cast_signed();
        let (early, late) = (at(local.saturating_sub(day)), at(local.saturating_add(day)));
        let (before, after) = (self.offset(early), self.offset(late));
        let first = local.saturating_sub(before);
        let change = self.zone.as_ref().filter(|_| before != after);
        let change = change.map(|zone| zone.change(seconds(early), seconds(late)));
        match change.map(|second| at(second.saturating_mul(SECOND).cast_signed())) {
            Some(change) if millis(change) <= first => at(local.saturating_sub(after)).max(change),
            Some(_) | None => at(first),
        }
    }
}

/// A time zone, and what was asked of it. Times are seconds.
struct Zone<'a> {
    name: ZoneName,
    zones: &'a dyn Zones,
    known: RefCell<BTreeMap<u64, Option<i64>>>,
}

/// No time zone has changed its clocks twice within so many seconds since 2005.
const STRETCH: u64 = 14 * DAY / SECOND;

/// Clocks have changed at full minutes only since 1972: nothing in between needs asking.
const STEP: u64 = MINUTE / SECOND;

impl Zone<'_> {
    /// The offset in milliseconds.
    fn ask(&self, second: u64) -> Option<i64> {
        let known = self.known.borrow().get(&second).copied();
        known.unwrap_or_else(|| {
            let at = at(second.saturating_mul(SECOND).cast_signed());
            let offset = self.zones.offset(&self.name, at).map(|seconds| seconds * 1_000);
            self.known.borrow_mut().insert(second, offset);
            offset
        })
    }

    /// The offset at any time, from as few that were asked as will do: where both ends of two
    /// weeks have the same, all of them have it.
    fn offset(&self, second: u64) -> Option<i64> {
        let low = second - second % STRETCH;
        let (mut low, mut high) = (low, (low + STRETCH).min(seconds(Timestamp::MAX)));
        let (before, after) = (self.ask(low), self.ask(high));
        while before != after && low < second && second < high && low + STEP < high {
            self.halve(before, &mut low, &mut high);
        }
        if second < high { before } else { after }
    }

    /// The first second with other offsets, between two whose offsets differ.
    fn change(&self, mut low: u64, mut high: u64) -> u64 {
        let before = self.ask(low);
        while low + STEP < high {
            self.halve(before, &mut low, &mut high);
        }
        high
    }

    /// Halves the stretch in which the clocks change.
    fn halve(&self, before: Option<i64>, low: &mut u64, high: &mut u64) {
        let middle = u64::midpoint(*low, *high);
        let middle = (middle - middle % STEP).max(*low + 1);
        if self.ask(middle) == before { *low = middle } else { *high = middle }
    }
}

const fn millis(time: Timestamp) -> i64 {
    time.millis().cast_signed()
}

const fn seconds(time: Timestamp) -> u64 {
    time.millis() / SECOND
}

/// The point so many milliseconds after the epoch; the epoch itself for earlier ones.
fn at(millis: i64) -> Timestamp {
    Timestamp::EPOCH.plus(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
pub(crate) mod tests;
