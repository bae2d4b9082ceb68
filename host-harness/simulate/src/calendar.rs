//! Months from an anchor, and rounding: written out, so that no library is trusted for it.

/// Milliseconds since 1970; before it, negative.
pub type Time = i64;

/// Minor units of a currency.
pub type Amount = i64;

/// Milliseconds of a day.
pub const DAY: Time = 86_400_000;

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has; January is 1.
pub fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How many days there were from 1970 to the beginning of a year.
fn days_before(year: i64) -> i64 {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400;
    // Up to 1970 there were 477.
    (year - 1970) * 365 + leap_days - 477
}

/// The time at which a day begins.
pub fn midnight(year: i64, month: i64, day: i64) -> Time {
    let years = days_before(year);
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    (years + months + day - 1) * DAY
}

/// Year, month and day of a time.
pub fn date(at: Time) -> (i64, i64, i64) {
    let mut days = at.div_euclid(DAY);
    let mut year = 1970 + days / 366;
    while days_before(year + 1) <= days {
        year += 1;
    }
    days -= days_before(year);
    let mut month = 1;
    while days >= days_in(year, month) {
        days -= days_in(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

/// When the month `k` begins, counted from the anchor.
pub fn month(anchor: Time, k: i64) -> Time {
    let (year, first, day) = date(anchor);
    let months = year * 12 + (first - 1) + k;
    let (year, of_year) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    midnight(year, of_year, day.min(days_in(year, of_year))) + anchor.rem_euclid(DAY)
}

/// The month that a time lies in; none before the anchor.
pub fn month_of(anchor: Time, at: Time) -> Option<i64> {
    if at < anchor {
        return None;
    }
    // No month has more than 31 days, so that this isn't too late.
    let mut k = ((at - anchor) / (31 * DAY) - 1).max(0);
    while month(anchor, k + 1) <= at {
        k += 1;
    }
    Some(k)
}

/// When the month from an anchor begins that a time lies in, and when it ends, in the model's milliseconds; before the
/// anchor the first one's.
pub fn month_around(anchor: u64, at: u64) -> (u64, u64) {
    let time = |millis: u64| Time::try_from(millis).unwrap_or(Time::MAX);
    let millis = |time: Time| u64::try_from(time).unwrap_or(0);
    let anchor = time(anchor);
    let k = month_of(anchor, time(at)).unwrap_or(0);
    (millis(month(anchor, k)), millis(month(anchor, k + 1)))
}

/// `amount` × `numerator` ÷ `denominator`, rounded half away from zero. By a denominator of 0
/// it is 0: nothing is left of nothing.
pub fn share(amount: Amount, numerator: i64, denominator: i64) -> Amount {
    if denominator == 0 {
        return 0;
    }
    let product = i128::from(amount) * i128::from(numerator);
    let whole = i128::from(denominator);
    let rounded = (2 * product.abs() + whole) / (2 * whole);
    i64::try_from(rounded * product.signum()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_clamp_from_the_anchor() {
        let anchor = midnight(2027, 1, 31) + 5;
        let days: Vec<_> = (0..5).map(|k| date(month(anchor, k))).collect();
        let expected = [(2027, 1, 31), (2027, 2, 28), (2027, 3, 31), (2027, 4, 30), (2027, 5, 31)];
        assert_eq!(days, expected);
        assert_eq!(month(anchor, 1).rem_euclid(DAY), 5);
        let leap = midnight(2028, 2, 29);
        assert_eq!(date(month(leap, 12)), (2029, 2, 28));
        assert_eq!(date(month(leap, 48)), (2032, 2, 29));
        assert_eq!(date(month(leap, 1)), (2028, 3, 29));
        assert_eq!(month_of(leap, month(leap, 13)), Some(13));
        assert_eq!(month_of(leap, month(leap, 13) - 1), Some(12));
        assert_eq!(month_of(leap, leap - 1), None);
    }

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(midnight(2026, 9, 1), 1_788_220_800_000);
        for day in 0..40_000 {
            let (year, month, of_month) = date(day * DAY + 1);
            assert_eq!(midnight(year, month, of_month), day * DAY);
        }
        // 1900 and 2100 aren't leap years, 2000 is.
        assert_eq!((days_in(2000, 2), days_in(2100, 2)), (29, 28));
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(share(4900, 1, 3), 1633);
        assert_eq!(share(5, 1, 2), 3);
        assert_eq!(share(-5, 1, 2), -3);
        assert_eq!(share(4, 1, 8), 1);
        assert_eq!(share(3, 1, 8), 0);
        assert_eq!(share(7, 1, 0), 0);
    }
}
