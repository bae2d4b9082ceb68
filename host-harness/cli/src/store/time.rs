//! The time that a command is told to call at.

use chrono::DateTime;
use clientdesk_host::adapters::clock::LATEST_TIME;

use crate::answer::minute;
use crate::failure::Failure;
use crate::format::count;

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// Milliseconds since the Unix epoch of a time in RFC 3339, or of their number.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let milliseconds = match text.parse::<u64>() {
        Ok(milliseconds) => milliseconds,
        Err(_) => DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|time| u64::try_from(time.timestamp_millis()).ok())
            .ok_or("expected a time such as 2026-09-01T12:00:00Z, from 1970 on")?,
    };
    if milliseconds > LATEST_TIME {
        return Err("expected a time before the year 10000".into());
    }
    Ok(milliseconds)
}

/// Refuses a time that nobody means by mistake to be far ahead of the clock.
///
/// It is measured against the clock, not against the store's latest time: a store that is
/// ahead already would let itself be led further, and every call would take it there.
pub(super) fn allow(now: u64, clock: u64) -> Result<(), Failure> {
    let ahead = now.saturating_sub(clock);
    if ahead <= DAY {
        return Ok(());
    }
    let days = count(usize::try_from(ahead / DAY).unwrap_or(usize::MAX), "day");
    Err(Failure::Usage(format!(
        "`--now` is {days} ahead of the clock, which says {} UTC\n\n\
         Whatever is written then moves the agency's time there for good: its time never runs \
         backwards, so until {} UTC everything would happen at that moment.\n\
         If you mean it, add `--time-travel`. To go back afterwards: \
         `clientdesk reset-clock --agency <ID>`.",
        minute(clock),
        minute(now),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        for (text, time) in [
            ("0", Some(0)),
            ("1788264000000", Some(1_788_264_000_000)),
            ("2026-09-01T12:00:00Z", Some(1_788_264_000_000)),
            ("2026-09-01T14:00:00.5+02:00", Some(1_788_264_000_500)),
            ("1969-12-31T23:59:59Z", None),
            ("253402300800000", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse(text).ok(), time, "{text}");
        }
    }

    #[test]
    fn only_far_ahead_is_refused() {
        let clock = 1_788_264_000_000;
        for (now, allowed) in [
            (0, true),
            (clock - 400 * DAY, true),
            (clock, true),
            (clock + DAY, true),
            (clock + DAY + 1, false),
            (LATEST_TIME, false),
        ] {
            assert_eq!(allow(now, clock).is_ok(), allowed, "{now}");
        }
        let Err(Failure::Usage(text)) = allow(clock + 3 * DAY, clock) else { panic!("refused") };
        for part in [
            "3 days ahead",
            "1 Sep 2026, 12:00",
            "4 Sep 2026, 12:00",
            "--time-travel",
            "reset-clock",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }
}
