//! What the interface `clock` promises.

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, ensure, expect};
use crate::ports::Clock;

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "clock-counts-milliseconds",
        promise: "now is a time between the years 2000 and 9999, in milliseconds since the Unix epoch",
        advice: "Multiply seconds by 1,000, divide microseconds: the component counts in milliseconds. A clock for tests should stand at a time of this century.",
        test: Test::Clock(counts_milliseconds),
    },
    Check {
        name: "clock-is-steady",
        promise: "times that are asked for one after the other lie close together, whatever jumps there are at times",
        advice: "Each call asks once, and what it asks for is what is written: a clock that is random, or moves on with each answer, makes agencies run ahead.",
        test: Test::Clock(is_steady),
    },
    Check {
        name: "clock-knows-no-such-zone",
        promise: "a zone that isn't in the IANA's database has no offset",
        advice: "Answer none for what the database doesn't know, as for an error: 0 would be UTC, and clients would be written to at night.",
        test: Test::Clock(knows_no_such_zone),
    },
    Check {
        name: "clock-offsets-are-right",
        promise: "an offset is in seconds ahead of UTC, by the rules of the zone at that time, summer and winter; or none",
        advice: "East of Greenwich is positive, and minutes or hours are multiplied. Ask for the offset at the time that is given, not for that of today. A host without zones answers none for all.",
        test: Test::Clock(offsets_are_right),
    },
    Check {
        name: "clock-offsets-of-any-time",
        promise: "offsets can be asked for of any time between the years 1970 and 9999, and are less than a day",
        advice: "Catch what the library throws for times that it can't count, and answer none.",
        test: Test::Clock(offsets_of_any_time),
    },
    Check {
        name: "clock-offsets-stay",
        promise: "the offset of a zone at a time is the same each time",
        advice: "It depends on zone and time alone, and on nothing that was asked before: look at caches.",
        test: Test::Clock(offsets_stay),
    },
];

/// The first of January 2000: a clock that counts seconds is before it.
const EARLIEST: u64 = 946_684_800_000;
/// The end of the year 9999: a clock that counts microseconds is behind it.
const LATEST: u64 = 253_402_300_799_999;
const MINUTE: u64 = 60_000;
const DAY_SECONDS: u32 = 86_400;

/// The middles of January and July 2026.
const WINTER: u64 = 1_768_435_200_000;
const SUMMER: u64 = 1_784_073_600_000;

/// Zones with their offsets then, in seconds. Their rules didn't change for many years.
const ZONES: [(&str, i32, i32); 6] = [
    ("UTC", 0, 0),
    ("Europe/Berlin", 3_600, 7_200),
    ("America/New_York", -18_000, -14_400),
    ("America/St_Johns", -12_600, -9_000),
    ("Asia/Kathmandu", 20_700, 20_700),
    ("Australia/Sydney", 39_600, 36_000),
];

/// No zones. Where a zone's name becomes the path of a file, the last one leads elsewhere.
const NO_ZONES: [&str; 4] = ["Mars/Olympus", "", "Europe/Atlantis", "../../etc/passwd"];

fn counts_milliseconds(clock: &dyn Clock) -> Kept {
    let now = clock.now();
    ensure(
        (EARLIEST..=LATEST).contains(&now),
        || format!("a time between {EARLIEST} and {LATEST}"),
        || now.to_string(),
    )
}

fn is_steady(clock: &dyn Clock) -> Kept {
    let times: Vec<u64> = (0..50).map(|_| clock.now()).collect();
    let (first, last) = (times.iter().min(), times.iter().max());
    let apart = last.zip(first).map_or(0, |(last, first)| last - first);
    ensure(
        apart <= MINUTE,
        || "50 times in a row within a minute".to_owned(),
        || format!("times that lie {apart} ms apart"),
    )
}

fn knows_no_such_zone(clock: &dyn Clock) -> Kept {
    for zone in NO_ZONES {
        expect(&format!("the offset of {zone:?}"), clock.offset(zone, WINTER), None)?;
    }
    Ok(())
}

fn offsets_are_right(clock: &dyn Clock) -> Kept {
    for (zone, winter, summer) in ZONES {
        for (season, at, right) in [("January", WINTER, winter), ("July", SUMMER, summer)] {
            let found = clock.offset(zone, at);
            ensure(
                found.is_none_or(|found| found == right),
                || format!("{right} for {zone} in {season} 2026, or none"),
                || format!("{found:?}"),
            )?;
        }
    }
    Ok(())
}

fn offsets_of_any_time(clock: &dyn Clock) -> Kept {
    let zones = ZONES.iter().map(|(zone, ..)| *zone).chain(["Mars/Olympus"]);
    for zone in zones {
        for at in [0, 1, EARLIEST + 1, WINTER, SUMMER, 4_102_444_800_000, LATEST] {
            let found = clock.offset(zone, at);
            if found.is_some_and(|found| found.unsigned_abs() >= DAY_SECONDS) {
                let expected = format!("less than a day for {zone} at {at}, or none");
                return Err(Broken::new(expected, format!("{found:?} seconds")));
            }
        }
    }
    Ok(())
}

fn offsets_stay(clock: &dyn Clock) -> Kept {
    for (zone, ..) in ZONES {
        let first = (clock.offset(zone, WINTER), clock.offset(zone, SUMMER));
        let second = (clock.offset(zone, WINTER), clock.offset(zone, SUMMER));
        expect(&format!("the offsets of {zone}, again"), second, first)?;
    }
    Ok(())
}
