//! Lists in pages.

use core::fmt::{Debug, Display};

use super::error::Error;
use super::fields::{Fields, NUMBERS_END};
use super::keys::Range;
use super::ports::{Ports, Stored};
use super::record::Record;
use super::view;
use crate::domain::id::AccountId;
use crate::domain::keyring::{base64url, from_base64url};
use crate::domain::text::key_hash;

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

/// In which order a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order<Sort> {
    /// By what.
    pub sort: Sort,
    /// From the last to the first.
    pub descending: bool,
}

impl<Sort> Order<Sort> {
    /// Whether `place` comes after `other` in this order.
    pub fn is_after(&self, place: &str, other: &str) -> bool {
        if self.descending { place < other } else { place > other }
    }
}

/// A page of rows, and the cursor of the next.
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// None on the last page.
    pub next: Option<String>,
    /// The account that it was narrowed to, on whose behalf it was asked for.
    pub within: Option<AccountId>,
}

impl<T> Page<T> {
    /// The same page of what becomes of its rows, without those of which nothing does.
    pub fn try_map<U>(
        self,
        mut change: impl FnMut(T) -> Result<Option<U>, Error>,
    ) -> Result<Page<U>, Error> {
        let items = self.items.into_iter().filter_map(|item| change(item).transpose());
        let items = items.collect::<Result<_, _>>()?;
        Ok(Page { items, next: self.next, within: self.within })
    }
}

/// Checks that a list isn't asked for too much, or for nothing.
pub fn check_limit(fields: &mut Fields, field: &str, limit: u32) -> Option<u32> {
    if (1..=LIMIT_MAX).contains(&limit) {
        return Some(limit);
    }
    fields.refuse(field, "out-of-range", format!("must be 1 to {LIMIT_MAX}, is {limit}"));
    None
}

/// The most characters of a place. Names are the longest: each of 200 letters may fold to 18,
/// of 3 bytes.
const PLACE_MAX: usize = 20_000;

/// A list as its cursors name it: by a short hash of the function, the agency, and what was
/// asked for (filter, order, client), so that no cursor is mistaken for a place in another list.
pub struct List(String);

impl List {
    /// The list that `function` gives when it is called so.
    pub fn of(function: &str, agency: &str, asked: &dyn Debug) -> List {
        let hash = key_hash(&format!("{function} {agency} {asked:?}"));
        List(hash.chars().take(8).collect())
    }

    /// The cursor of a page that goes on at `place`.
    pub fn cursor(&self, place: impl Display) -> String {
        base64url(format!("{}:{place}", self.0).as_bytes())
    }

    /// The place that a cursor of this list spells; none: it is another list's, or no cursor.
    fn place(&self, cursor: &str) -> Option<String> {
        let text = String::from_utf8(from_base64url(cursor)?).ok()?;
        let place = text.strip_prefix(&self.0)?.strip_prefix(':')?;
        let plain = place.len() <= PLACE_MAX && place.bytes().all(|b| b.is_ascii_graphic());
        plain.then(|| place.to_owned())
    }
}

/// A page that can be given.
pub struct Asked<P = String> {
    /// At most so many rows.
    pub limit: u32,
    /// The place where it begins; none: where the list does.
    pub place: Option<P>,
}

impl PageRequest {
    /// Which page of `list` it is.
    pub fn parse(&self, fields: &mut Fields, list: &List) -> Option<Asked> {
        self.parse_by(fields, list, Some)
    }

    /// The same in a list of numbered things.
    pub fn numbered(&self, fields: &mut Fields, list: &List) -> Option<Asked<u64>> {
        let number = |place: String| place.parse().ok().filter(|number| *number < NUMBERS_END);
        self.parse_by(fields, list, number)
    }

    fn parse_by<P>(
        &self,
        fields: &mut Fields,
        list: &List,
        read: impl FnOnce(String) -> Option<P>,
    ) -> Option<Asked<P>> {
        let limit = check_limit(fields, "page.limit", self.limit);
        let place = match &self.cursor {
            None => Some(None),
            Some(cursor) => list.place(cursor).and_then(read).map(Some),
        };
        if place.is_none() {
            let message = "must be the `next` of another page of this very list";
            fields.refuse("page.cursor", "malformed", message);
        }
        let (limit, place) = limit.zip(place)?;
        Some(Asked { limit, place })
    }
}

impl Asked {
    /// Where the page of `range` begins.
    ///
    /// A cursor spells the end of the key to go on with. Whatever it spells, the beginning is
    /// the range's own: a forged cursor leads nowhere else.
    pub fn bound<R: Record>(&self, range: &Range<R>) -> Option<String> {
        self.place.as_ref().map(|place| format!("{}{place}", range.start()))
    }
}

/// Reads a page of `range`, which is `list`.
pub fn read<R: Record>(
    ports: &Ports,
    list: &List,
    range: &Range<R>,
    asked: &Asked,
) -> Result<Page<Stored>, Error> {
    let (bound, limit) = (asked.bound(range), asked.limit);
    let mut items = view::scan(ports, range, bound, limit + 1, false)?;
    let beyond = if items.len() > limit as usize { items.pop() } else { None };
    let next = beyond.map(|row| list.cursor(range.suffix(&row.key)));
    Ok(Page { items, next, within: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let list = |function, agency, asked: &str| List::of(function, agency, &asked);
        let own = list("clients.list", "acme", "all");
        let cursor = own.cursor("nike");
        assert_eq!(own.place(&cursor).as_deref(), Some("nike"));
        for other in [
            list("clients.export", "acme", "all"),
            list("clients.list", "beta", "all"),
            list("clients.list", "acme", "active"),
        ] {
            assert_eq!(other.place(&cursor), None);
        }
        for text in ["", "!", "bmlrZQ", &own.cursor("a b"), &own.cursor("x".repeat(PLACE_MAX + 1))]
        {
            assert_eq!(own.place(text), None, "{text:?}");
        }
    }
}
