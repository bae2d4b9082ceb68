//! Times in, times out, and which numbers are times.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::*;

#[test]
fn reads_times() {
    for (text, time) in [
        ("0", Some(0)),
        ("1788264000000", Some(1_788_264_000_000)),
        ("2026-09-01T12:00:00Z", Some(1_788_264_000_000)),
        ("2026-09-01 12:00:00Z", Some(1_788_264_000_000)),
        ("2026-09-01T14:00:00.5+02:00", Some(1_788_264_000_500)),
        ("2026-09-01", Some(1_788_220_800_000)),
        ("1969-12-31T23:59:59Z", None),
        ("253402300800000", None),
        ("1969", Some(1_969)),
        ("1970", None),
        ("2030", None),
        ("9999", None),
        ("10000", Some(10_000)),
        ("2026-13-01", None),
        ("yesterday", None),
        ("", None),
    ] {
        assert_eq!(parse(text).ok(), time, "{text}");
    }
}

#[test]
fn what_is_shown_can_be_read() {
    for (time, shown) in [
        (0, "1970-01-01T00:00:00Z"),
        (1_788_264_000_000, "2026-09-01T12:00:00Z"),
        (1_788_264_000_500, "2026-09-01T12:00:00.500Z"),
        (LATEST_TIME, "9999-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(full(time), shown);
        assert_eq!(parse(shown), Ok(time));
    }
    assert_eq!(day(1_788_264_000_000), "2026-09-01");
    assert_eq!(second(1_788_264_000_999), "2026-09-01T12:00:00Z");
    assert_eq!(full(u64::MAX), u64::MAX.to_string(), "what is no time stays a number");
}

#[test]
fn answers_have_their_times_as_texts() {
    let time = 1_788_264_000_000_u64;
    let mut answer = json!({"at": time, "number": time, "inner": [{"due-at": time}, {"at": null}],
        "expired": time});
    spell_out(&mut answer);
    let shown = "2026-09-01T12:00:00Z";
    assert_eq!(
        answer,
        json!({"at": shown, "number": time, "inner": [{"due-at": shown}, {"at": null}],
            "expired": shown})
    );
}

#[test]
fn shapes_say_which_numbers_are_times() {
    assert_eq!(
        named_in("{ at: u64, number: u64, since?: u64 } | { expired: u64 }"),
        "{ at: timestamp, number: u64, since?: timestamp } | { expired: timestamp }"
    );
}

/// The lists name the contract's times, all of them and nothing else.
#[test]
fn the_contract_has_these_times() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let (mut times, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    let (mut parameters, mut answers) = (BTreeSet::new(), BTreeSet::new());
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wit") {
            continue;
        }
        let interface = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines().map(str::trim) {
            let plain = |name: &str| name.trim_start_matches('%').to_owned();
            if line.starts_with("//") || line.starts_with("use ") {
            } else if let Some((name, function)) = line.split_once(": func(") {
                let name = format!("{interface}.{}", plain(name));
                let (arguments, answer) = function.split_once(") -> ").unwrap();
                for argument in arguments.split(", ").filter(|text| text.contains("timestamp")) {
                    let (argument, _) = argument.split_once(':').unwrap();
                    parameters.insert(format!("{name}.{}", plain(argument)));
                }
                if answer.contains("timestamp") {
                    answers.insert(name);
                }
            } else if let Some(case) = line.strip_suffix("(timestamp),") {
                times.insert(plain(case));
            } else if let Some((name, ty)) = line.split_once(": ") {
                match ty {
                    "timestamp," | "option<timestamp>," => times.insert(plain(name)),
                    "u64," | "option<u64>," => numbers.insert(plain(name)),
                    _ => false,
                };
            }
        }
    }
    let listed: BTreeSet<String> = FIELDS.map(str::to_owned).into();
    assert_eq!(listed, times);
    assert!(numbers.is_disjoint(&listed), "{numbers:?}");
    assert_eq!(parameters, PARAMETERS.map(str::to_owned).into());
    assert_eq!(answers, ANSWERS.map(str::to_owned).into());
    let (time, text) = (Val::U64(0), Val::String("1970-01-01T00:00:00Z".into()));
    assert_eq!(answered("agencies.set-interval", &time), text);
    assert_eq!(answered("billing.adjust", &time), time, "a number stays one");
}
