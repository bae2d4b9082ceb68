//! Real changes of real clocks.

use core::cell::Cell;

use super::*;

/// Zones with all of their changes around the days that are tested: from when on, and how many
/// seconds ahead of UTC then.
const ZONES: &[(&str, &[(u64, i64)])] = &[
    ("Europe/Berlin", &[(0, 3_600), (1_774_746_000, 7_200), (1_792_890_000, 3_600)]),
    ("America/Sao_Paulo", &[(0, -7_200), (1_518_919_200, -10_800), (1_541_300_400, -7_200)]),
    ("Australia/Lord_Howe", &[(0, 39_600), (1_775_314_800, 37_800), (1_791_041_400, 39_600)]),
    ("Asia/Kolkata", &[(0, 19_800)]),
    ("America/Havana", &[(0, -18_000), (1_772_946_000, -14_400), (1_793_509_200, -18_000)]),
    ("America/St_Johns", &[(0, -12_600), (1_268_537_460, -9_000), (1_289_097_060, -12_600)]),
    ("Pacific/Apia", &[(0, -36_000), (1_325_239_200, 50_400)]),
];

/// These zones, and how often they were asked.
#[derive(Default)]
pub(crate) struct SomeZones {
    asked: Cell<u32>,
}

impl Zones for SomeZones {
    fn offset(&self, zone: &ZoneName, at: Timestamp) -> Option<i64> {
        self.asked.set(self.asked.get() + 1);
        let (_, changes) = ZONES.iter().find(|(name, _)| *name == zone.as_str())?;
        let changes = changes.iter().take_while(|(from, _)| *from <= seconds(at));
        changes.last().map(|(_, offset)| *offset)
    }
}

pub(crate) fn zone(name: &str, minutes: i16) -> CalendarSetting {
    CalendarSetting {
        time_zone: Some(ZoneName::parse(name).unwrap()),
        utc_offset: UtcOffset::from_minutes(minutes).unwrap(),
    }
}

fn day(year: i32, month: u32, day: u32) -> i64 {
    let date = chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap();
    date.signed_duration_since(chrono::NaiveDate::default()).num_days()
}

pub(crate) fn utc(date: (i32, u32, u32), hour: u64, minute: u64) -> Timestamp {
    at(day(date.0, date.1, date.2) * DAY.cast_signed()).plus(hour * HOUR + minute * MINUTE)
}

#[test]
fn days_of_a_fixed_offset() {
    let fixed = |minutes| Calendar::fixed(UtcOffset::from_minutes(minutes).unwrap());
    let day = |minutes, millis: u64| fixed(minutes).day(Timestamp::from_millis(millis).unwrap());
    assert_eq!([day(0, DAY - 1), day(0, DAY)], [0, 1]);
    assert_eq!([day(60, DAY - 60 * MINUTE - 1), day(60, DAY - 60 * MINUTE)], [0, 1]);
    assert_eq!([day(-60, 0), day(-60, 60 * MINUTE)], [-1, 0]);
    assert_eq!(fixed(60).start_of(1), Timestamp::EPOCH.plus(DAY - 60 * MINUTE));
    assert_eq!(fixed(60).start_of(0), Timestamp::EPOCH);
    assert_eq!([3, 4, 10, 11, -1].map(monday), [-3, 4, 4, 11, -3]);
}

#[test]
fn days_begin_at_their_first_midnight_or_after_it() {
    let zones = SomeZones::default();
    for (name, date, start, minutes) in [
        ("Europe/Berlin", (2026, 3, 28), utc((2026, 3, 27), 23, 0), 24 * 60),
        ("Europe/Berlin", (2026, 3, 29), utc((2026, 3, 28), 23, 0), 23 * 60),
        ("Europe/Berlin", (2026, 3, 30), utc((2026, 3, 29), 22, 0), 24 * 60),
        ("Europe/Berlin", (2026, 10, 25), utc((2026, 10, 24), 22, 0), 25 * 60),
        ("Europe/Berlin", (2026, 10, 26), utc((2026, 10, 25), 23, 0), 24 * 60),
        // Midnight is skipped.
        ("America/Sao_Paulo", (2018, 11, 3), utc((2018, 11, 3), 3, 0), 24 * 60),
        ("America/Sao_Paulo", (2018, 11, 4), utc((2018, 11, 4), 3, 0), 23 * 60),
        ("America/Havana", (2026, 3, 8), utc((2026, 3, 8), 5, 0), 23 * 60),
        // At midnight it is eleven once more.
        ("America/Sao_Paulo", (2018, 2, 17), utc((2018, 2, 17), 2, 0), 25 * 60),
        ("America/Sao_Paulo", (2018, 2, 18), utc((2018, 2, 18), 3, 0), 24 * 60),
        // At one it is midnight once more.
        ("America/Havana", (2026, 10, 31), utc((2026, 10, 31), 4, 0), 24 * 60),
        ("America/Havana", (2026, 11, 1), utc((2026, 11, 1), 4, 0), 25 * 60),
        // A minute after midnight it is the day before once more.
        ("America/St_Johns", (2010, 11, 6), utc((2010, 11, 6), 2, 30), 24 * 60),
        ("America/St_Johns", (2010, 11, 7), utc((2010, 11, 7), 2, 30), 25 * 60),
        ("Australia/Lord_Howe", (2026, 4, 5), utc((2026, 4, 4), 13, 0), 24 * 60 + 30),
        ("Australia/Lord_Howe", (2026, 10, 4), utc((2026, 10, 3), 13, 30), 23 * 60 + 30),
        ("Asia/Kolkata", (2026, 6, 1), utc((2026, 5, 31), 18, 30), 24 * 60),
        // A day that wasn't.
        ("Pacific/Apia", (2011, 12, 29), utc((2011, 12, 29), 10, 0), 24 * 60),
        ("Pacific/Apia", (2011, 12, 30), utc((2011, 12, 30), 10, 0), 0),
        ("Pacific/Apia", (2011, 12, 31), utc((2011, 12, 30), 10, 0), 24 * 60),
    ] {
        let calendar = Calendar::new(&zone(name, 0), &zones);
        let day = day(date.0, date.1, date.2);
        let (found, end) = (calendar.start_of(day), calendar.start_of(day + 1));
        assert_eq!((found, end.since(found) / MINUTE), (start, minutes), "{name}, {date:?}");
    }
}

#[test]
fn every_moment_belongs_to_the_day_that_began_last() {
    let zones = SomeZones::default();
    for (name, around) in [
        ("Europe/Berlin", (2026, 3, 29)),
        ("Europe/Berlin", (2026, 10, 25)),
        ("America/Sao_Paulo", (2018, 2, 18)),
        ("America/Sao_Paulo", (2018, 11, 4)),
        ("America/Havana", (2026, 11, 1)),
        ("America/St_Johns", (2010, 11, 7)),
        ("Australia/Lord_Howe", (2026, 4, 5)),
        ("Pacific/Apia", (2011, 12, 31)),
    ] {
        let calendar = Calendar::new(&zone(name, 0), &zones);
        let begin = utc(around, 0, 0).minus(3 * DAY).unwrap();
        for minute in 0..6 * 24 * 60 {
            let time = begin.plus(minute * MINUTE);
            let day = calendar.day(time);
            let (start, end) = (calendar.start_of(day), calendar.start_of(day + 1));
            assert!(start <= time && time < end, "{name}, {time}: {start} to {end}");
            assert_eq!(calendar.day_from(time, 0), day);
            assert_eq!(calendar.next_day(time), end);
        }
    }
}

#[test]
fn an_hour_comes_once_a_day() {
    let zones = SomeZones::default();
    for (name, date, hour, expected) in [
        ("Europe/Berlin", (2026, 10, 19), 8, utc((2026, 10, 19), 6, 0)),
        ("Europe/Berlin", (2026, 10, 26), 8, utc((2026, 10, 26), 7, 0)),
        ("Europe/Berlin", (2026, 3, 23), 8, utc((2026, 3, 23), 7, 0)),
        ("Europe/Berlin", (2026, 3, 30), 8, utc((2026, 3, 30), 6, 0)),
        // Skipped: the moment after.
        ("Europe/Berlin", (2026, 3, 29), 2, utc((2026, 3, 29), 1, 0)),
        ("Europe/Berlin", (2026, 3, 29), 3, utc((2026, 3, 29), 1, 0)),
        // Twice: the first time.
        ("Europe/Berlin", (2026, 10, 25), 2, utc((2026, 10, 25), 0, 0)),
        ("America/Sao_Paulo", (2018, 11, 4), 0, utc((2018, 11, 4), 3, 0)),
        ("America/Sao_Paulo", (2018, 2, 17), 23, utc((2018, 2, 18), 1, 0)),
        ("Australia/Lord_Howe", (2026, 4, 5), 8, utc((2026, 4, 4), 21, 30)),
    ] {
        let calendar = Calendar::new(&zone(name, 0), &zones);
        let found = calendar.at_hour(day(date.0, date.1, date.2), hour);
        assert_eq!(found, expected, "{name}, {date:?}, {hour}");
    }
}

#[test]
fn what_the_clocks_show() {
    let zones = SomeZones::default();
    let summer = utc((2026, 7, 31), 22, 30);
    for (setting, moment, date) in [
        (CalendarSetting::default(), "31 July 2026, 22:30 UTC", "31 July 2026"),
        (zone("Europe/Berlin", 0), "1 August 2026, 00:30 (Europe/Berlin)", "1 August 2026"),
        (zone("Asia/Kolkata", 0), "1 August 2026, 04:00 (Asia/Kolkata)", "1 August 2026"),
        // Nobody knows it: the fixed offset counts.
        (zone("Mars/Olympus", -150), "31 July 2026, 20:00 UTC−2:30", "31 July 2026"),
        (zone("Mars/Olympus", 90), "1 August 2026, 00:00 UTC+1:30", "1 August 2026"),
    ] {
        let calendar = Calendar::new(&setting, &zones);
        assert_eq!(
            (calendar.moment(summer).as_str(), calendar.date(summer).as_str()),
            (moment, date)
        );
    }
}

#[test]
fn little_is_asked_and_nothing_twice() {
    let asked = |name: &str, questions: &dyn Fn(&Calendar<'_>) -> i64| {
        let zones = SomeZones::default();
        let calendar = Calendar::new(&zone(name, 0), &zones);
        questions(&calendar);
        questions(&calendar.clone());
        zones.asked.get()
    };
    let now = utc((2026, 7, 15), 12, 0);
    let changed = utc((2026, 10, 26), 12, 0);
    let half_a_year = |now| {
        move |calendar: &Calendar<'_>| {
            (0..26).map(|week| millis(calendar.start_of(calendar.day(now) - week * 7))).sum()
        }
    };
    let hundred_and_twenty_days = |now| {
        move |calendar: &Calendar<'_>| {
            (0..120).map(|day| millis(calendar.start_of(calendar.day(now) - day))).sum()
        }
    };
    let found = [
        ("an unknown zone", asked("Mars/Olympus", &|calendar| calendar.day(now))),
        ("today", asked("Europe/Berlin", &|calendar| calendar.day(now))),
        ("a long time ago", asked("Europe/Berlin", &|c| c.day_from(now, 30_000))),
        ("half a year", asked("Europe/Berlin", &half_a_year(now))),
        ("120 days", asked("Europe/Berlin", &hundred_and_twenty_days(now))),
        ("the day after a change", asked("Europe/Berlin", &|c| c.day(changed))),
    ];
    let expected = [
        ("an unknown zone", 2),
        ("today", 2),
        ("a long time ago", 0),
        ("half a year", 17),
        ("120 days", 31),
        ("the day after a change", 4),
    ];
    assert_eq!(found, expected);
}
