//! What a catalog may say: the bounds of its numbers, and of what holds for one agency.
//!
//! Prices are bounded so that what all brands of an agency come to, for however many periods
//! are booked, is an amount that can be computed with.

use core::ops::RangeInclusive;

use thiserror::Error;

use super::{AccountFeature, BasisPoints};
use crate::domain::money::Currency;
use crate::domain::text::{Name, TextError};

/// The highest price, in minor units.
pub const PRICE_MAX: u64 = 1_000_000_000;
/// The largest number of dashboards, users or calls, short of as many as one likes.
pub const ALLOWANCE_MAX: u64 = 1_000_000_000_000;
/// How many plans there may be, and how many add-ons.
pub const OFFERS_MAX: usize = 50;
/// How many tiers there may be, of brands and of plans.
pub const TIERS_MAX: usize = 20;
/// The first tier of brands begins here: the first brand has the catalog's own price.
pub const FROM_BRANDS_MIN: u32 = 2;
/// The first tier of plans begins here.
pub const FROM_PLANS_MIN: u32 = 1;
/// How long an account's trial may be, in days.
pub const TRIAL_DAYS: RangeInclusive<u64> = 1..=14;
/// Within how many days an invoice may have to be paid.
pub const PAYMENT_DAYS: RangeInclusive<u64> = 0..=365;
/// How many days after its trial an account may be deleted.
pub const DELETED_AFTER_DAYS: RangeInclusive<u64> = 1..=3_650;
/// For how many months a discount may hold.
pub const DISCOUNT_MONTHS: RangeInclusive<u64> = 1..=120;
/// Characters of an address on invoices.
pub const ADDRESS_CHARS_MAX: usize = 500;

/// Why a catalog can't say something.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError {
    /// A number is too small or too large.
    #[error("must be {least} to {most}, is {number}")]
    OutOfRange {
        /// The smallest that it may be.
        least: u64,
        /// The largest.
        most: u64,
        /// What it is.
        number: u64,
    },
    /// A tier doesn't begin after the one before it.
    #[error("must be more than {before}, where the tier before it begins: put them in order")]
    NotGrowing {
        /// Where the tier before it begins.
        before: u32,
    },
    /// There are too many of something.
    #[error("must have at most {most} entries, has {number}")]
    TooMany {
        /// How many there may be.
        most: usize,
        /// How many there are.
        number: usize,
    },
    /// Something is there twice.
    #[error("`{0}` is listed twice: leave one of them out")]
    Twice(String),
    /// No feature has this key.
    #[error("must be one of {}", AccountFeature::ALL.map(|known| format!("`{}`", known.key())).join(", "))]
    Feature,
    /// No currency has this code.
    #[error("must be the ISO 4217 code of a currency in use, in capital letters, such as `USD`")]
    Currency,
}

/// The number, if it is in the range.
///
/// # Errors
///
/// When it isn't.
pub fn number(number: u64, range: &RangeInclusive<u64>) -> Result<u64, CheckError> {
    if range.contains(&number) {
        return Ok(number);
    }
    Err(CheckError::OutOfRange { least: *range.start(), most: *range.end(), number })
}

/// A price in minor units.
///
/// # Errors
///
/// When it is too high.
pub fn price(minor_units: u64) -> Result<u64, CheckError> {
    number(minor_units, &(0..=PRICE_MAX))
}

/// A part of something.
///
/// # Errors
///
/// When it is more than the whole, or less than `least`.
pub fn basis_points(points: u32, least: u32) -> Result<BasisPoints, CheckError> {
    let (least, most, number) = (least.into(), BasisPoints::WHOLE.into(), points.into());
    let known = BasisPoints::new(points).filter(|_| number >= least);
    known.ok_or(CheckError::OutOfRange { least, most, number })
}

/// Where a tier begins: at `least` or later, and after the one before it.
///
/// # Errors
///
/// When it begins too early.
pub fn tier_start(from: u32, before: Option<u32>, least: u32) -> Result<u32, CheckError> {
    match before {
        Some(before) if from <= before => Err(CheckError::NotGrowing { before }),
        _ => number(from.into(), &(least.into()..=u32::MAX.into())).map(|_| from),
    }
}

/// That there are at most so many of something.
///
/// # Errors
///
/// When there are more.
pub const fn count(number: usize, most: usize) -> Result<(), CheckError> {
    if number <= most { Ok(()) } else { Err(CheckError::TooMany { most, number }) }
}

/// The currency with this code.
///
/// # Errors
///
/// When there is none, or not any more.
pub fn currency(code: &str) -> Result<Currency, CheckError> {
    Currency::parse(code).filter(Currency::is_in_use).ok_or(CheckError::Currency)
}

/// The feature with this key.
///
/// # Errors
///
/// When there is none.
pub fn feature(key: &str) -> Result<AccountFeature, CheckError> {
    AccountFeature::ALL.into_iter().find(|known| known.key() == key).ok_or(CheckError::Feature)
}

/// The name of who sells: it may be empty.
///
/// # Errors
///
/// As [`Name::parse`].
pub fn seller_name(text: &str) -> Result<String, TextError> {
    if text.trim().is_empty() { Ok(String::new()) } else { Name::parse(text).map(String::from) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_within_their_bounds() {
        let out = |least, most, number| Err(CheckError::OutOfRange { least, most, number });
        for (found, expected) in [
            (price(0), Ok(0)),
            (price(1_000_000_000), Ok(1_000_000_000)),
            (price(1_000_000_001), out(0, 1_000_000_000, 1_000_000_001)),
            (number(0, &TRIAL_DAYS), out(1, 14, 0)),
            (number(1, &TRIAL_DAYS), Ok(1)),
            (number(14, &TRIAL_DAYS), Ok(14)),
            (number(15, &TRIAL_DAYS), out(1, 14, 15)),
            (number(0, &PAYMENT_DAYS), Ok(0)),
            (number(366, &PAYMENT_DAYS), out(0, 365, 366)),
        ] {
            assert_eq!(found, expected);
        }
        let points = |points, least| basis_points(points, least).map(BasisPoints::points).ok();
        let found =
            [points(0, 0), points(0, 1), points(1, 1), points(10_000, 0), points(10_001, 0)];
        assert_eq!(found, [Some(0), None, Some(1), Some(10_000), None]);
        assert_eq!(count(50, 50), Ok(()));
        assert_eq!(count(51, 50), Err(CheckError::TooMany { most: 50, number: 51 }));
    }

    #[test]
    fn tiers_grow() {
        for (from, before, least, fits) in [
            (1, None, 2, false),
            (2, None, 2, true),
            (1, None, 1, true),
            (0, None, 1, false),
            (5, Some(5), 2, false),
            (4, Some(5), 2, false),
            (6, Some(5), 2, true),
            (u32::MAX, Some(u32::MAX - 1), 2, true),
        ] {
            assert_eq!(tier_start(from, before, least).is_ok(), fits, "{from} after {before:?}");
        }
    }

    #[test]
    fn features_and_currencies_are_known_by_their_codes() {
        for known in AccountFeature::ALL {
            assert_eq!(feature(known.key()), Ok(known));
            assert_eq!(serde_json::to_value(known).unwrap(), known.key());
        }
        assert_eq!(feature("reports"), Err(CheckError::Feature));
        for (code, fits) in [("USD", true), ("JPY", true), ("usd", false), ("XXX", false)] {
            assert_eq!(currency(code).is_ok(), fits, "{code}");
        }
    }
}
