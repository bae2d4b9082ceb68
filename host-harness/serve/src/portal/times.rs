//! Times as the pages say them: in UTC, since a page knows no clock of whoever reads it.

use clientdesk_contract::times;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `1 September 2026, 12:00 UTC`.
pub(super) fn moment(at: u64) -> String {
    let full = times::second(at);
    let spoken = full.split_once('T').and_then(|(day, time)| {
        let mut parts = day.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let day = day.trim_start_matches('0');
        Some(format!("{day} {month} {year}, {} UTC", time.get(..5)?))
    });
    spoken.unwrap_or(full)
}

/// `in 14 minutes`, never too early.
pub(super) fn wait(millis: u64) -> String {
    let seconds = millis.div_ceil(1_000).max(1);
    let (number, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("in {number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        assert_eq!(moment(1_788_264_000_000), "1 September 2026, 12:00 UTC");
        for (millis, said) in [
            (0, "in 1 second"),
            (1_500, "in 2 seconds"),
            (90_000, "in 90 seconds"),
            (91_000, "in 2 minutes"),
            (840_000, "in 14 minutes"),
            (5_401_000, "in 2 hours"),
        ] {
            assert_eq!(wait(millis), said, "{millis}");
        }
    }
}
