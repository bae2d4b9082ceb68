//! What numbers may be that are read from the store. A row with others is damaged, and refused
//! as it is read, so that no rule needs to expect them.

use serde::de::{Deserialize, Deserializer, Error};

use super::time::{DAY, Timestamp};

/// Calendar days that clocks anywhere can show, counted from the epoch's.
pub const DAYS: core::ops::RangeInclusive<i64> = -1..=(Timestamp::MAX.millis() / DAY + 1) as i64;
/// A score's largest.
pub const SCORE_MAX: u8 = 100;
/// The largest number of an entry or a line: keys have 15 digits for it.
const NUMBER_MAX: u64 = 999_999_999_999_999;

/// A calendar day.
pub fn day<E: Error>(day: i64) -> Result<i64, E> {
    let message = "a calendar day that never comes";
    if DAYS.contains(&day) { Ok(day) } else { Err(E::custom(message)) }
}

/// A score, if there is one.
pub fn score<E: Error>(score: Option<u8>) -> Result<Option<u8>, E> {
    let fits = score.is_none_or(|score| score <= SCORE_MAX);
    if fits { Ok(score) } else { Err(E::custom("a score beyond 100")) }
}

/// [`day`], if there is one: for serde.
pub fn read_day<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    Option::deserialize(input)?.map(day).transpose()
}

/// [`score`], for serde.
pub fn read_score<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u8>, D::Error> {
    score(Option::deserialize(input)?)
}

/// A score that is there, for serde.
pub fn read_known_score<'de, D: Deserializer<'de>>(input: D) -> Result<u8, D::Error> {
    let known = u8::deserialize(input)?;
    score(Some(known)).map(|_| known)
}

/// An hour of the day, for serde.
pub fn read_hour<'de, D: Deserializer<'de>>(input: D) -> Result<u8, D::Error> {
    let hour = u8::deserialize(input)?;
    if hour < 24 { Ok(hour) } else { Err(D::Error::custom("an hour beyond 23")) }
}

/// The number of an entry or a line, for serde.
pub fn read_number<'de, D: Deserializer<'de>>(input: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(input)?;
    if number <= NUMBER_MAX { Ok(number) } else { Err(D::Error::custom("a number too large")) }
}
