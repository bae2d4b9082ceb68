//! How far a walk has come.

use crate::app::error::Error;
use crate::domain::id::AgencyId;
use crate::domain::keyring::{base64url, from_base64url};
use crate::domain::text::key_hash;

/// A place in a walk: a part, and how far that is done, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which part, by its number.
    pub(super) part: usize,
    /// The last that was looked at, or what was counted so far; empty: nothing yet.
    pub(super) after: String,
}

impl Place {
    /// The place after this one: further in the same part, or, where that is done, the next part.
    pub(super) fn then(&self, after: Option<String>) -> Place {
        match after {
            Some(after) => Place { part: self.part, after },
            None => Place { part: self.part.saturating_add(1), after: String::new() },
        }
    }

    /// The cursor that leads here, for this function and this agency.
    pub(super) fn cursor(&self, function: &str, agency: Option<&AgencyId>) -> String {
        let said = format!("{}:{}", self.part, self.after);
        base64url(format!("{}:{said}", seal(function, agency, &said)).as_bytes())
    }

    /// The place that a cursor leads to.
    ///
    /// # Errors
    ///
    /// When it isn't one that this function gave for this agency.
    pub(super) fn parse(
        function: &str,
        agency: Option<&AgencyId>,
        cursor: &str,
    ) -> Result<Place, Error> {
        let text = from_base64url(cursor).and_then(|bytes| String::from_utf8(bytes).ok());
        let place = text.as_deref().and_then(|text| {
            let (sealed, said) = text.split_once(':')?;
            let (part, after) =
                said.split_once(':').filter(|_| sealed == seal(function, agency, said))?;
            Some(Place { part: part.parse().ok()?, after: after.to_owned() })
        });
        let message = "must be the `next` of another answer about the same agency";
        place.ok_or_else(|| Error::invalid("cursor", "malformed", message))
    }
}

/// A short hash over a cursor: one that was cut or made up leads nowhere.
fn seal(function: &str, agency: Option<&AgencyId>, said: &str) -> String {
    let agency = agency.map(AgencyId::as_str).unwrap_or_default();
    key_hash(&format!("{function} {agency} {said}")).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_walk_only() {
        let agency = AgencyId::parse("acme").unwrap();
        let place = Place { part: 3, after: "nike:1".to_owned() };
        let cursor = place.cursor("system.check", Some(&agency));
        let parse = |function, agency, cursor: &str| Place::parse(function, agency, cursor).ok();
        assert_eq!(parse("system.check", Some(&agency), &cursor), Some(place));
        assert_eq!(parse("system.repair", Some(&agency), &cursor), None);
        assert_eq!(parse("system.check", None, &cursor), None);
        let (first, last) = (cursor.get(1..).unwrap(), cursor.get(..cursor.len() - 1).unwrap());
        for damaged in ["", "x", first, last] {
            assert_eq!(parse("system.check", Some(&agency), damaged), None, "{damaged}");
        }
    }
}
