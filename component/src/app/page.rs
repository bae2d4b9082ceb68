//! Lists in pages.

use core::fmt::Display;

use super::error::Error;
use super::keys::Range;
use super::ports::{Ports, Stored};
use super::record::Record;
use super::view;
use crate::domain::keyring::{base64url, from_base64url};

/// The most rows that a page may have.
pub const LIMIT_MAX: u32 = 500;

/// Which page, as it was asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// At most so many rows.
    pub limit: u32,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// A page of rows, and the cursor of the next.
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// None on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page of other rows.
    pub fn try_map<U>(self, change: impl FnMut(T) -> Result<U, Error>) -> Result<Page<U>, Error> {
        let items = self.items.into_iter().map(change).collect::<Result<_, _>>()?;
        Ok(Page { items, next: self.next })
    }
}

/// Checks that a list isn't asked for too much, or for nothing.
///
/// # Errors
///
/// When `limit` isn't 1 to 500.
pub fn check_limit(field: &str, limit: u32) -> Result<u32, Error> {
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        let message = format!("must be 1 to {LIMIT_MAX}, is {limit}");
        Err(Error::invalid(field, "out-of-range", message))
    }
}

/// The first number and the limit of a page of numbered things.
pub fn numbered(list: &str, request: &PageRequest) -> Result<(u64, u32), Error> {
    let (first, limit) = numbered_from(list, request)?;
    Ok((first.unwrap_or(1), limit))
}

/// The same for a page that may go either way: none where the request has no cursor, which
/// is where the list begins.
pub fn numbered_from(list: &str, request: &PageRequest) -> Result<(Option<u64>, u32), Error> {
    let limit = check_limit("page.limit", request.limit)?;
    let Some(cursor) = &request.cursor else { return Ok((None, limit)) };
    let number = spelled(list, cursor)?.parse().ok().filter(|number| *number < NUMBERS_END);
    number.map(|number| (Some(number), limit)).ok_or_else(foreign)
}

/// Numbers stand in keys with 15 digits.
const NUMBERS_END: u64 = 1_000_000_000_000_000;

/// The most characters of a place. Names are the longest: each of 200 letters may fold to 18,
/// of 3 bytes.
const PLACE_MAX: usize = 20_000;

/// The cursor of a page of `list` that goes on at `place`. It names the list, so that it
/// isn't mistaken for a place in another.
pub fn cursor(list: &str, place: impl Display) -> String {
    base64url(format!("{list}:{place}").as_bytes())
}

/// The place that a cursor of `list` spells.
///
/// # Errors
///
/// When it is another list's, or no cursor at all.
pub fn spelled(list: &str, cursor: &str) -> Result<String, Error> {
    let text = from_base64url(cursor).and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.as_deref().and_then(|text| text.strip_prefix(list)?.strip_prefix(':'));
    let plain =
        |place: &&str| place.len() <= PLACE_MAX && place.bytes().all(|b| b.is_ascii_graphic());
    place.filter(plain).map(str::to_owned).ok_or_else(foreign)
}

fn foreign() -> Error {
    let message = "must be the `next` of another page of this list";
    Error::invalid("page.cursor", "malformed", message)
}

/// Where a page of `range` begins (none: at its beginning), and its limit.
///
/// A cursor spells the end of the key to go on with. Whatever it spells, the beginning is
/// the range's own: a forged cursor leads nowhere else.
pub fn start<R: Record>(
    list: &str,
    range: &Range<R>,
    request: &PageRequest,
) -> Result<(Option<String>, u32), Error> {
    let limit = check_limit("page.limit", request.limit)?;
    let bound = match &request.cursor {
        None => None,
        Some(cursor) => Some(format!("{}{}", range.start(), spelled(list, cursor)?)),
    };
    Ok((bound, limit))
}

/// Reads a page of `range`. `list` is what its cursors call it.
pub fn read<R: Record>(
    ports: &Ports,
    list: &str,
    range: &Range<R>,
    request: &PageRequest,
) -> Result<Page<Stored>, Error> {
    let (bound, limit) = start(list, range, request)?;
    let mut items = view::scan(ports, range, bound, limit + 1, false)?;
    let beyond = if items.len() > limit as usize { items.pop() } else { None };
    let next = beyond.map(|row| cursor(list, range.suffix(&row.key)));
    Ok(Page { items, next })
}
