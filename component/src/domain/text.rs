//! What people type: names and notes, cleaned and bounded.

use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

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
    #[error("must not contain control characters")]
    Control,
    /// A character that isn't printable ASCII, where a program's text is expected.
    #[error("must have printable ASCII characters only")]
    NotPrintable,
}

/// The name of a person or a thing: one line of 1 to 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    const CHARS_MAX: usize = 200;

    /// The name that `text` spells, without white space around it.
    ///
    /// # Errors
    ///
    /// When it is empty, too long or has control characters.
    pub fn parse(text: &str) -> Result<Name, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.contains(char::is_control) {
            return Err(TextError::Control);
        }
        bounded(text, Self::CHARS_MAX).map(Name)
    }

    /// The same for a name of 100 characters at most, where many must fit into a row.
    ///
    /// # Errors
    ///
    /// As [`Name::parse`].
    pub fn parse_short(text: &str) -> Result<Name, TextError> {
        let name = Name::parse(text)?;
        bounded(&name.0, Self::CHARS_MAX / 2).map(Name)
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for every spelling that counts as the same name: case doesn't matter. Of
    /// fixed length, whatever the name's alphabet, so that it fits into a key.
    pub fn key_hash(&self) -> String {
        key_hash(&self.0.to_lowercase())
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

    /// The note that `text` spells, without white space around it; none when nothing is left.
    ///
    /// # Errors
    ///
    /// When it is too long or has control characters other than line breaks and tabs.
    pub fn parse(text: &str) -> Result<Option<Note>, TextError> {
        let text = text.trim().replace("\r\n", "\n");
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            return Err(TextError::Control);
        }
        bounded(&text, Self::CHARS_MAX).map(|text| Some(Note(text)))
    }

    /// The note's text.
    pub fn as_str(&self) -> &str {
        &self.0
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

fn bounded(text: &str, max: usize) -> Result<String, TextError> {
    let len = text.chars().count();
    if len > max { Err(TextError::TooLong { max, len }) } else { Ok(text.to_owned()) }
}

/// SHA-256 in base64url, for keys that are looked up by an exact text: any alphabet, fixed
/// length, printable ASCII. It hides nothing: short texts can be guessed.
pub fn key_hash(text: &str) -> String {
    super::keyring::base64url(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_bounded_line() {
        let long = "ä".repeat(201);
        for (text, name) in [
            ("  Nike ", Ok("Nike")),
            ("", Err(TextError::Empty)),
            (" \t\n", Err(TextError::Empty)),
            ("a\nb", Err(TextError::Control)),
            (long.as_str(), Err(TextError::TooLong { max: 200, len: 201 })),
            ("株式会社", Ok("株式会社")),
        ] {
            assert_eq!(Name::parse(text), name.map(|name| Name(name.into())), "{text:?}");
        }
        assert!(Name::parse(&"ä".repeat(200)).is_ok());
    }

    #[test]
    fn names_are_the_same_whatever_their_case() {
        let hash = |text| Name::parse(text).unwrap().key_hash();
        assert_eq!(hash("NIKE"), hash("nike"));
        assert_eq!(hash("ÉCOLE"), hash("école"));
        assert_ne!(hash("Nike"), hash("Nike 2"));
    }

    #[test]
    fn notes_keep_their_lines() {
        for (text, note) in
            [("", Ok(None)), (" a\r\nb\t", Ok(Some("a\nb"))), ("a\u{0}", Err(TextError::Control))]
        {
            assert_eq!(Note::parse(text), note.map(|note| note.map(|text| Note(text.into()))));
        }
        assert!(Note::parse(&"x".repeat(2_001)).is_err());
    }

    #[test]
    fn what_programs_name_things_with_is_printable() {
        let (most, long) = ("x".repeat(128), "x".repeat(129));
        for (text, problem) in [
            ("req 1/~", None),
            (&most, None),
            ("", Some(TextError::Empty)),
            (&long, Some(TextError::TooLong { max: 128, len: 129 })),
            ("a\nb", Some(TextError::NotPrintable)),
            ("é", Some(TextError::NotPrintable)),
            ("\u{7f}", Some(TextError::NotPrintable)),
        ] {
            assert_eq!(printable(text, 128).err(), problem, "{text:?}");
        }
    }
}
