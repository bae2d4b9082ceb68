//! What people type: names and notes, in one spelling, and bounded.

use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::spelling::{Hidden, composed, decomposed, one_line};

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Too many characters.
    #[error("must have at most {max} characters, has {len}")]
    TooLong {
        /// The most characters that it may have.
        max: usize,
        /// How many it has.
        len: usize,
    },
    /// A control character, such as a line break in a name.
    #[error("must not contain control characters: leave U+{:04X} out", u32::from(*.0))]
    Control(char),
    /// A character that can't be seen, or that turns the text around.
    #[error("must not contain {0}: leave it out")]
    Hidden(Hidden),
    /// Nothing but such characters: the first of them.
    #[error("must not be empty: it has nothing that can be seen, only {0}")]
    OnlyHidden(Hidden),
    /// A character that isn't printable ASCII, where a program's text is expected.
    #[error("must have printable ASCII characters only")]
    NotPrintable,
}

/// The name of a person or a thing: one line of 1 to 200 characters, composed, with single
/// spaces.
///
/// Rows of earlier releases hold names as they were typed then, until they change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

impl Name {
    /// The most characters of a name.
    pub const CHARS_MAX: usize = 200;

    /// The name that `text` spells, without white space around it.
    ///
    /// # Errors
    ///
    /// When it is empty or too long, or has characters that control something, or that nobody
    /// sees.
    #[inline(never)]
    pub fn parse(text: &str) -> Result<Name, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if let Some(control) = text.chars().find(|c| c.is_control()) {
            return Err(TextError::Control(control));
        }
        match Hidden::find(text) {
            Some(hidden) if Hidden::is_all_of(text) => Err(TextError::OnlyHidden(hidden)),
            Some(hidden) => Err(TextError::Hidden(hidden)),
            None => bounded(one_line(text), Self::CHARS_MAX).map(Name),
        }
    }

    /// The same for a name of 100 characters at most, where many must fit into a row.
    ///
    /// # Errors
    ///
    /// As [`Name::parse`].
    pub fn parse_short(text: &str) -> Result<Name, TextError> {
        let name = Name::parse(text)?;
        bounded(name.0, Self::CHARS_MAX / 2).map(Name)
    }

    /// A name that Clientdesk itself gives to something.
    pub(in crate::domain) fn of_ours(text: &'static str) -> Name {
        Name(text.to_owned())
    }

    /// The same name as it would be stored today.
    #[must_use]
    pub fn respelled(&self) -> Name {
        Name(one_line(&self.0))
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for every spelling that counts as the same name: case doesn't matter. Of
    /// fixed length, whatever the name's alphabet, so that it fits into a key. It follows from
    /// how the name is stored, so that a row is left where it was put.
    pub fn key_hash(&self) -> String {
        key_hash(&self.0.to_lowercase())
    }

    /// Where a row with this name may lie: today's place first, then that of the releases that
    /// took another composition for another name. Names in ASCII have one place.
    pub fn key_hashes(&self) -> Vec<String> {
        let apart = Name(decomposed(&self.0));
        let mut places = vec![self.key_hash()];
        if apart != *self {
            places.push(apart.key_hash());
        }
        places
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A personal note: plain text of at most 2,000 characters, line breaks allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Note(String);

impl Note {
    const CHARS_MAX: usize = 2_000;

    /// The note that `text` spells, without white space around it; none when nothing is left
    /// that can be seen.
    ///
    /// Other than in a name, marks of direction, soft hyphens and the like may stand in it:
    /// they come with pasted text, and a note is never compared. What turns the text behind it
    /// around may not.
    ///
    /// # Errors
    ///
    /// When it is too long, has control characters other than line breaks and tabs, or has
    /// characters that mislead whoever reads it.
    #[inline(never)]
    pub fn parse(text: &str) -> Result<Option<Note>, TextError> {
        let text = composed(text.trim()).replace("\r\n", "\n");
        if let Some(hidden) = Hidden::find_misleading(&text) {
            return Err(TextError::Hidden(hidden));
        }
        if Hidden::is_all_of(&text) {
            return Ok(None);
        }
        refuse_controls(&text, &['\n', '\t'])?;
        bounded(text, Self::CHARS_MAX).map(|text| Some(Note(text)))
    }

    /// The note's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text in lines, such as an address on an invoice: of at most `max` characters, each line
/// without white space around it, and none of them empty. It may be empty.
///
/// # Errors
///
/// When it is too long, has control characters other than line breaks, or characters that nobody
/// sees.
#[inline(never)]
pub fn lines(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n");
    refuse_controls(&text, &['\n'])?;
    if let Some(hidden) = Hidden::find(&text) {
        return Err(TextError::Hidden(hidden));
    }
    let lines: Vec<String> =
        text.split('\n').map(one_line).filter(|line| !line.is_empty()).collect();
    bounded(lines.join("\n"), max)
}

/// Refuses characters that control something, but for these.
fn refuse_controls(text: &str, but: &[char]) -> Result<(), TextError> {
    match text.chars().find(|c| c.is_control() && !but.contains(c)) {
        Some(control) => Err(TextError::Control(control)),
        None => Ok(()),
    }
}

/// The text, if it is 1 to `max` characters of printable ASCII, spaces among them: what
/// programs name things with.
///
/// # Errors
///
/// When it isn't.
pub fn printable(text: &str, max: usize) -> Result<&str, TextError> {
    match text.len() {
        0 => Err(TextError::Empty),
        _ if !text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) => {
            Err(TextError::NotPrintable)
        }
        len if len > max => Err(TextError::TooLong { max, len }),
        _ => Ok(text),
    }
}

fn bounded(text: String, max: usize) -> Result<String, TextError> {
    let len = text.chars().count();
    if len > max { Err(TextError::TooLong { max, len }) } else { Ok(text) }
}

/// SHA-256 in base64url, for keys that are looked up by an exact text: any alphabet, fixed
/// length, printable ASCII. It hides nothing: short texts can be guessed.
#[inline(never)]
pub fn key_hash(text: &str) -> String {
    super::keyring::base64url(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
