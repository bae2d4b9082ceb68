//! The time that a command is told to call at.

use crate::failure::Failure;
use crate::format::count;
use crate::times::full;

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// Refuses a time that nobody means by mistake to be far ahead of the clock.
///
/// It is measured against the clock, not against the store's latest time: a store that is
/// ahead already would let itself be led further, and every call would take it there. `store`
/// is the option that names it.
pub(super) fn allow(now: u64, clock: u64, store: &str) -> Result<(), Failure> {
    let ahead = now.saturating_sub(clock);
    if ahead <= DAY {
        return Ok(());
    }
    let days = count(usize::try_from(ahead / DAY).unwrap_or(usize::MAX), "day");
    let more = if ahead.is_multiple_of(DAY) { "" } else { "more than " };
    Err(Failure::Usage(format!(
        "`--now` is {more}{days} ahead of the clock, which says {}\n\n\
         Whatever is written then moves the agency's time there for good: its time never runs \
         backwards, so until {} everything would happen at that moment.\n\
         If you mean it, add `--time-travel`. To go back afterwards: \
         `clientdesk reset-clock --agency <ID>{store}`.",
        full(clock),
        full(now),
    )))
}

#[cfg(test)]
mod tests {
    use clientdesk_host::adapters::clock::LATEST_TIME;

    use super::*;

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
            assert_eq!(allow(now, clock, "").is_ok(), allowed, "{now}");
        }
        let Err(Failure::Usage(text)) = allow(clock + 3 * DAY, clock, " --store s.db") else {
            panic!("refused")
        };
        let Err(Failure::Usage(nearly_two)) = allow(clock + 2 * DAY - 1, clock, "") else {
            panic!("refused")
        };
        assert!(nearly_two.contains("more than 1 day ahead"), "{nearly_two}");
        for part in [
            "is 3 days ahead",
            "2026-09-01T12:00:00Z",
            "2026-09-04T12:00:00Z",
            "--time-travel",
            "reset-clock --agency <ID> --store s.db`",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }
}
