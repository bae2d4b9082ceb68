//! What a client did in the portal: single events, and their counts by calendar day.
//!
//! The counts of the last 120 days are what scores follow from, and small enough to be read
//! and written with every event. The events themselves are kept beside, and covered by the log.

use core::ops::RangeInclusive;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::id::{BrandId, FeatureKey};
use super::ranges;
use super::time::{DAY, Timestamp};

/// For how many calendar days log-ins, page views and exports are counted.
pub const DAYS_KEPT: i64 = 120;
/// For how many calendar days page views are counted by feature.
pub const FEATURE_DAYS_KEPT: i64 = 30;
/// How many page views one call may record.
pub const VIEWS_MAX: usize = 1_000;
/// How old a page view may be that is recorded later.
pub const VIEW_AGE_MAX: u64 = 7 * DAY;
/// How many events lie in one row: some 100 bytes each, at most.
pub const EVENTS_IN_BATCH: usize = 250;

/// What a client did, in all or at one brand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Activity {
    /// All log-ins ever.
    pub log_ins: u64,
    /// All page views ever.
    pub page_views: u64,
    /// All exports ever.
    pub exports: u64,
    /// The latest log-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_log_in: Option<Timestamp>,
    /// The latest export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_export: Option<Timestamp>,
    /// The days on which something happened, the earliest first.
    days: Vec<Day>,
    /// Page views by feature and day.
    features: BTreeMap<FeatureKey, Vec<(i64, u32)>>,
}

/// What happened on one calendar day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(i64, u32, u32, u32)", try_from = "(i64, u32, u32, u32)")]
pub struct Day {
    /// The day, by the agency's clocks.
    pub day: i64,
    /// Log-ins.
    pub log_ins: u32,
    /// Page views.
    pub page_views: u32,
    /// Exports.
    pub exports: u32,
}

impl From<Day> for (i64, u32, u32, u32) {
    fn from(day: Day) -> Self {
        (day.day, day.log_ins, day.page_views, day.exports)
    }
}

impl TryFrom<(i64, u32, u32, u32)> for Day {
    type Error = serde::de::value::Error;

    fn try_from(counts: (i64, u32, u32, u32)) -> Result<Day, Self::Error> {
        let (day, log_ins, page_views, exports) = counts;
        Ok(Day { day: ranges::day::<Self::Error>(day)?, log_ins, page_views, exports })
    }
}

impl Day {
    /// Everything that happened.
    pub const fn events(&self) -> u32 {
        self.log_ins.saturating_add(self.page_views).saturating_add(self.exports)
    }

    /// The counts of the same day at two brands together.
    const fn and(self, other: &Day) -> Day {
        Day {
            day: other.day,
            log_ins: self.log_ins.saturating_add(other.log_ins),
            page_views: self.page_views.saturating_add(other.page_views),
            exports: self.exports.saturating_add(other.exports),
        }
    }
}

/// Something that a client did between a log-in and a log-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: ActivityKind,
}

/// What a client did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityKind {
    /// It looked at a page of this feature.
    View(FeatureKey),
    /// It exported something.
    Export(Format),
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A document.
    Pdf,
    /// A table.
    Csv,
}

/// Some events of one call, as they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityBatch {
    /// At which brand.
    pub brand: BrandId,
    /// The events, in the order in which they came.
    pub events: Vec<ActivityEvent>,
}

/// The last `count` calendar days, today included.
pub const fn last_days(today: i64, count: i64) -> RangeInclusive<i64> {
    today - count + 1..=today
}

impl Activity {
    /// Counts a log-in at `now`.
    pub fn log_in(&mut self, now: Timestamp, calendar: &Calendar<'_>) {
        let today = calendar.day(now);
        self.log_ins = self.log_ins.saturating_add(1);
        self.last_log_in = self.last_log_in.max(Some(now));
        let day = self.day(today, today);
        day.log_ins = day.log_ins.saturating_add(1);
    }

    /// Counts an event; `now` is when it is recorded.
    pub fn record(&mut self, event: &ActivityEvent, now: Timestamp, calendar: &Calendar<'_>) {
        let (day, today) = (calendar.day(event.at), calendar.day(now));
        let counts = self.day(day, today);
        match &event.what {
            ActivityKind::View(feature) => {
                counts.page_views = counts.page_views.saturating_add(1);
                self.page_views = self.page_views.saturating_add(1);
                self.view(feature, day);
            }
            ActivityKind::Export(_) => {
                counts.exports = counts.exports.saturating_add(1);
                self.exports = self.exports.saturating_add(1);
                self.last_export = self.last_export.max(Some(event.at));
            }
        }
    }

    /// Forgets the counts by day: they begin anew when a client joins again. What was counted
    /// in all stays.
    pub fn begin_anew(&mut self) {
        self.days.clear();
        self.features.clear();
        self.last_log_in = None;
        self.last_export = None;
    }

    /// The days of a stretch on which something happened.
    pub fn days(&self, stretch: &RangeInclusive<i64>) -> impl Iterator<Item = &Day> {
        self.days.iter().filter(move |day| stretch.contains(&day.day))
    }

    /// The sum of a count over the days of a stretch.
    pub fn sum(&self, stretch: &RangeInclusive<i64>, count: impl Fn(&Day) -> u32) -> u32 {
        self.days(stretch).fold(0, |sum, day| sum.saturating_add(count(day)))
    }

    /// Page views by feature over the days of a stretch within the last 30.
    pub fn features(
        &self,
        stretch: &RangeInclusive<i64>,
    ) -> impl Iterator<Item = (&FeatureKey, u32)> {
        let views = move |days: &Vec<(i64, u32)>| {
            let within = days.iter().filter(|(day, _)| stretch.contains(day));
            within.fold(0_u32, |sum, (_, views)| sum.saturating_add(*views))
        };
        let features = self.features.iter().map(move |(feature, days)| (feature, views(days)));
        features.filter(|(_, views)| *views > 0)
    }

    /// What was done at some of the brands: `self` is all that was done, `parts` what was done at each of
    /// them. A log-in counts at each brand that its session goes to, and so at most as often here as
    /// there were log-ins.
    #[must_use]
    pub fn at_some(&self, parts: &[Activity]) -> Activity {
        let sum =
            |count: fn(&Activity) -> u64| parts.iter().map(count).fold(0, u64::saturating_add);
        let mut days: BTreeMap<i64, Day> = BTreeMap::new();
        let mut features: BTreeMap<FeatureKey, BTreeMap<i64, u32>> = BTreeMap::new();
        for part in parts {
            for counted in &part.days {
                let day = days.entry(counted.day).or_default();
                *day = day.and(counted);
            }
            for (feature, views) in &part.features {
                let by_day = features.entry(feature.clone()).or_default();
                for (day, views) in views {
                    let sum = by_day.entry(*day).or_default();
                    *sum = sum.saturating_add(*views);
                }
            }
        }
        for day in &self.days {
            if let Some(part) = days.get_mut(&day.day) {
                part.log_ins = part.log_ins.min(day.log_ins);
            }
        }
        Activity {
            log_ins: sum(|part| part.log_ins).min(self.log_ins),
            page_views: sum(|part| part.page_views),
            exports: sum(|part| part.exports),
            last_log_in: parts.iter().filter_map(|part| part.last_log_in).max(),
            last_export: parts.iter().filter_map(|part| part.last_export).max(),
            days: days.into_values().collect(),
            features: features
                .into_iter()
                .map(|(feature, views)| (feature, views.into_iter().collect()))
                .collect(),
        }
    }

    /// The counts of a day. Days that have gone out of sight on `today` are forgotten.
    fn day(&mut self, day: i64, today: i64) -> &mut Day {
        let kept = last_days(today, DAYS_KEPT);
        self.days.retain(|day| *kept.start() <= day.day);
        for views in self.features.values_mut() {
            views.retain(|(day, _)| *last_days(today, FEATURE_DAYS_KEPT).start() <= *day);
        }
        self.features.retain(|_, views| !views.is_empty());
        let place = self.days.partition_point(|known| known.day < day);
        if self.days.get(place).is_none_or(|known| known.day != day) {
            self.days.insert(place, Day { day, ..Day::default() });
        }
        #[expect(clippy::indexing_slicing, reason = "it was just put there")]
        &mut self.days[place]
    }

    fn view(&mut self, feature: &FeatureKey, day: i64) {
        let days = match self.features.get_mut(feature) {
            Some(days) => days,
            None => self.features.entry(feature.clone()).or_default(),
        };
        let place = days.partition_point(|(known, _)| *known < day);
        match days.get_mut(place).filter(|(known, _)| *known == day) {
            Some((_, views)) => *views = views.saturating_add(1),
            None => days.insert(place, (day, 1)),
        }
    }
}

/// What a client did, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Ever: log-ins, page views, exports.
    pub all: [u64; 3],
    /// In the last 30 days: log-ins, page views, exports.
    pub last_30_days: [u32; 3],
    /// The latest export.
    pub last_export: Option<Timestamp>,
    /// Page views of the last 30 days by feature, the most used first.
    pub features: Vec<(FeatureKey, u32)>,
}

impl Summary {
    /// Sums `activity` up as of `today`, for a client who joined on the day `since`.
    pub fn of(activity: &Activity, today: i64, since: i64) -> Summary {
        let stretch = last_days(today, 30);
        let stretch = since.max(*stretch.start())..=today;
        let sum = |count: fn(&Day) -> u32| activity.sum(&stretch, count);
        let features = activity.features(&stretch).map(|(key, views)| (key.clone(), views));
        let mut features: Vec<(FeatureKey, u32)> = features.collect();
        features.sort_by_key(|(_, views)| core::cmp::Reverse(*views));
        Summary {
            all: [activity.log_ins, activity.page_views, activity.exports],
            last_30_days: [
                sum(|day| day.log_ins),
                sum(|day| day.page_views),
                sum(|day| day.exports),
            ],
            last_export: activity.last_export,
            features,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: Calendar<'_> = Calendar::UTC;

    fn at(day: u64) -> Timestamp {
        Timestamp::from_millis(day * DAY).unwrap()
    }

    fn view(key: &str, day: u64) -> ActivityEvent {
        ActivityEvent { at: at(day), what: ActivityKind::View(FeatureKey::parse(key).unwrap()) }
    }

    #[test]
    fn days_are_counted_while_they_are_in_sight() {
        let mut activity = Activity::default();
        for day in [0, 1, 1, 119] {
            activity.log_in(at(day), &UTC);
        }
        let days = |activity: &Activity| {
            activity.days(&(0..=1_000)).map(|day| (day.day, day.log_ins)).collect::<Vec<_>>()
        };
        assert_eq!(days(&activity), [(0, 1), (1, 2), (119, 1)]);
        activity.log_in(at(120), &UTC);
        assert_eq!(days(&activity), [(1, 2), (119, 1), (120, 1)], "120 days, today included");
        assert_eq!((activity.log_ins, activity.last_log_in), (5, Some(at(120))));
        let last_30 = last_days(120, 30);
        assert_eq!(activity.sum(&last_30, |day| day.log_ins), 2);
    }

    #[test]
    fn what_is_recorded_late_counts_on_its_own_day() {
        let mut activity = Activity::default();
        activity.record(&view("dashboard", 10), at(10), &UTC);
        activity.record(&view("dashboard", 8), at(10), &UTC);
        activity.record(&view("reports", 10), at(10), &UTC);
        let export = ActivityEvent { at: at(9), what: ActivityKind::Export(Format::Pdf) };
        activity.record(&export, at(10), &UTC);
        let days: Vec<_> =
            activity.days(&(0..=10)).map(|d| (d.day, d.page_views, d.exports)).collect();
        assert_eq!(days, [(8, 1, 0), (9, 0, 1), (10, 2, 0)]);
        let features = |stretch| {
            let features = activity.features(&stretch);
            features.map(|(key, views)| (key.to_string(), views)).collect::<Vec<_>>()
        };
        assert_eq!(features(0..=10), [("dashboard".to_owned(), 2), ("reports".to_owned(), 1)]);
        assert_eq!(features(8..=9), [("dashboard".to_owned(), 1)]);
        assert_eq!(activity.last_export, Some(at(9)));
    }

    #[test]
    fn the_windows_of_who_joins_again_begin_anew_and_the_totals_go_on() {
        let mut activity = Activity::default();
        activity.log_in(at(1), &UTC);
        activity.record(&view("dashboard", 1), at(1), &UTC);
        activity.begin_anew();
        activity.log_in(at(1), &UTC);
        assert_eq!((activity.log_ins, activity.page_views), (2, 1));
        assert_eq!(activity.sum(&(0..=1), Day::events), 1);
    }

    #[test]
    fn the_largest_row_fits() {
        let mut activity = Activity::default();
        for day in 0..DAYS_KEPT as u64 {
            activity.log_in(at(20_000 + day), &UTC);
            for number in 0..100 {
                let key = format!("{number:0>64}");
                activity.record(&view(&key, 20_000 + day), at(20_000 + day), &UTC);
            }
        }
        let json = serde_json::to_string(&activity).unwrap();
        assert!(json.len() < 60 * 1024, "{}", json.len());
        let events = ActivityBatch {
            brand: BrandId::parse(&"x".repeat(64)).unwrap(),
            events: (0..EVENTS_IN_BATCH).map(|_| view(&"x".repeat(64), 20_000)).collect(),
        };
        let json = serde_json::to_string(&events).unwrap();
        assert!(json.len() < 60 * 1024, "{}", json.len());
    }

    #[test]
    fn what_was_done_at_some_brands() {
        let dashboard = || ActivityKind::View(FeatureKey::parse("dashboard").unwrap());
        let event = |day, what| ActivityEvent { at: at(day), what };
        let (mut all, mut nike, mut jordan) =
            (Activity::default(), Activity::default(), Activity::default());
        // A session that goes to both brands on day 10; on day 11, one at another brand.
        for (day, brands) in [(10, [true, true]), (11, [false, false])] {
            all.log_in(at(day), &UTC);
            all.record(&event(day, dashboard()), at(day), &UTC);
            for (part, is_there) in [&mut nike, &mut jordan].into_iter().zip(brands) {
                if is_there {
                    part.log_in(at(day), &UTC);
                }
            }
        }
        nike.record(&event(10, dashboard()), at(10), &UTC);
        nike.record(&event(10, dashboard()), at(10), &UTC);
        jordan.record(&event(10, dashboard()), at(10), &UTC);
        jordan.record(&event(10, ActivityKind::Export(Format::Pdf)), at(10), &UTC);
        let part = all.at_some(&[nike, jordan]);
        let days: Vec<Day> = part.days(&(0..=20)).copied().collect();
        assert_eq!(days, [Day { day: 10, log_ins: 1, page_views: 3, exports: 1 }]);
        assert_eq!((part.log_ins, part.page_views, part.exports), (2, 3, 1));
        assert_eq!((part.last_log_in, part.last_export), (Some(at(10)), Some(at(10))));
        let features: Vec<u32> = part.features(&(0..=20)).map(|(_, views)| views).collect();
        assert_eq!(features, [3]);
        assert_eq!(all.at_some(&[]), Activity::default());
    }
}
