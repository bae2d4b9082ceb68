//! An agency as a file: lines of JSON, one after the other.
//!
//! The first line says what the file is, each of the others is one row, and the last says how many
//! lines there are, and is a hash over all of them, each chained to those before. Whoever reads
//! knows after the last line, and not before, that nothing was cut, changed, swapped or left out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::catalog::WhiteLabelStart;
use super::id::AgencyId;
use super::json::from_json;
use super::keyring::{KeyId, base64url};
use super::money::Currency;
use super::time::Timestamp;

/// The format that this release writes and reads.
pub const FORMAT: u32 = 1;

/// The most bytes of a line: a row of 64 KiB, and what is around it.
pub const LINE_BYTES_MAX: usize = 72 * 1024;

/// What the file is: its first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Header {
    /// The format of the lines.
    pub format: u32,
    /// The agency that it is.
    pub agency: AgencyId,
    /// The time that it is as of.
    pub exported_at: Timestamp,
    /// The schema of its newest rows.
    pub schema: u32,
    /// The release that wrote it.
    pub release: String,
    /// The currency of its ledgers.
    pub currency: Currency,
    /// From when on white-label ran where it was.
    pub white_label_start: WhiteLabelStart,
    /// What was sold where it was, as a hash.
    pub catalog: String,
}

/// A row: any line between the first and the last.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    /// What kind of row it is.
    pub kind: String,
    /// Which one; none where there is only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its value, as it is stored.
    pub row: Box<RawValue>,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Footer {
    /// How many lines there are before it.
    pub lines: u64,
    /// The keys that something in it was made with.
    pub keys: BTreeSet<String>,
    /// The hash over all lines before it.
    pub digest: String,
}

/// A line.
#[derive(Debug)]
pub enum Line {
    /// The first.
    Header(Header),
    /// One between.
    Row(Row),
    /// The last.
    Footer(Footer),
}

#[derive(Serialize, Deserialize)]
struct First {
    export: Header,
}

#[derive(Serialize, Deserialize)]
struct Last {
    end: Footer,
}

/// Why a line isn't what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LineError {
    /// It isn't one of the format's lines.
    #[error("it is no line of an exported agency: {0}")]
    Malformed(String),
    /// It holds more than a row can.
    #[error("it has {0} bytes, and no row is longer than {LINE_BYTES_MAX}")]
    TooLong(usize),
    /// Another release wrote the file.
    #[error("the file has format {0}, this release reads {FORMAT}: update the component")]
    Format(u32),
    /// Something else than the first line is where that should be.
    #[error("the file begins with something else than what it is: is its beginning cut off?")]
    NoHeader,
    /// The first line comes again.
    #[error("another file begins here")]
    SecondHeader,
    /// There is something after the last line.
    #[error("there is something after the end")]
    AfterEnd,
    /// What was read isn't what was written.
    #[error(
        "the file was damaged, cut or put together anew: it should have {lines} lines before this one that hash to `{digest}`, and has {read} that hash to `{found}`"
    )]
    Damaged {
        /// How many there should be.
        lines: u64,
        /// What they should hash to.
        digest: String,
        /// How many there are.
        read: u64,
        /// What those hash to.
        found: String,
    },
    /// The last line tells of other keys.
    #[error(
        "the end says that the lines before it need the keys {told:?}, and they need {needed:?}: the file was put together anew"
    )]
    Keys {
        /// What it says.
        told: BTreeSet<String>,
        /// What they need.
        needed: BTreeSet<String>,
    },
}

impl Line {
    /// The line that `text` spells.
    ///
    /// # Errors
    ///
    /// When it spells none, or one of another format.
    pub fn parse(text: &str) -> Result<Line, LineError> {
        if text.len() > LINE_BYTES_MAX {
            return Err(LineError::TooLong(text.len()));
        }
        // Which line it is, is told by whoever counts them.
        let malformed = |why: serde_json::Error| {
            LineError::Malformed(why.to_string().replace(" at line 1 column ", " at column "))
        };
        if text.starts_with(r#"{"export":"#) {
            #[derive(Deserialize)]
            struct Version {
                export: Only,
            }
            #[derive(Deserialize)]
            struct Only {
                format: u32,
            }
            let Version { export: Only { format } } = from_json(text).map_err(malformed)?;
            if format != FORMAT {
                return Err(LineError::Format(format));
            }
            return from_json(text).map(|First { export }| Line::Header(export)).map_err(malformed);
        }
        if text.starts_with(r#"{"end":"#) {
            let Last { end } = from_json(text).map_err(malformed)?;
            // Nothing hashes the last line: it has to be as it was written, to the last blank.
            let last = Last { end };
            if serde_json::to_string(&last).is_ok_and(|spelled| spelled == text) {
                return Ok(Line::Footer(last.end));
            }
            return Err(LineError::Malformed("an end that is spelled otherwise".to_owned()));
        }
        from_json(text).map(Line::Row).map_err(malformed)
    }

    /// Its text, without the line's end.
    ///
    /// # Errors
    ///
    /// Never for what consists of texts, numbers and lists.
    pub fn text(self) -> Result<String, serde_json::Error> {
        match self {
            Line::Header(export) => serde_json::to_string(&First { export }),
            Line::Row(row) => serde_json::to_string(&row),
            Line::Footer(end) => serde_json::to_string(&Last { end }),
        }
    }
}

/// How far a file was written or read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How many lines so far.
    pub lines: u64,
    /// The hash over them.
    pub digest: String,
    /// The keys that something in them was made with.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub keys: BTreeSet<String>,
    /// Whether the last one was among them.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub complete: bool,
}

impl Progress {
    /// Counts a line.
    pub fn count(&mut self, text: &str) {
        self.lines = self.lines.saturating_add(1);
        self.digest = chained(&self.digest, text);
    }

    /// Notes that something was made with this key. Gives whether that wasn't known.
    pub fn needs(&mut self, key: &KeyId) -> bool {
        self.keys.insert(key.as_str().to_owned())
    }

    /// The last line of what was written so far.
    pub fn footer(&self) -> Footer {
        Footer { lines: self.lines, keys: self.keys.clone(), digest: self.digest.clone() }
    }

    /// Checks the place of the line that comes next.
    ///
    /// # Errors
    ///
    /// When it can't stand there, or says that the lines before it aren't those that were written.
    pub fn check(&self, line: &Line) -> Result<(), LineError> {
        match line {
            _ if self.complete => Err(LineError::AfterEnd),
            Line::Header(_) if self.lines > 0 => Err(LineError::SecondHeader),
            Line::Header(_) => Ok(()),
            _ if self.lines == 0 => Err(LineError::NoHeader),
            Line::Footer(footer) if *footer == self.footer() => Ok(()),
            Line::Footer(Footer { lines, digest, keys })
                if (*lines, digest) == (self.lines, &self.digest) =>
            {
                let (told, needed) = (keys.clone(), self.keys.clone());
                Err(LineError::Keys { told, needed })
            }
            Line::Footer(Footer { lines, digest, keys: _ }) => {
                let (digest, found) = (digest.clone(), self.digest.clone());
                Err(LineError::Damaged { lines: *lines, digest, read: self.lines, found })
            }
            Line::Row(_) => Ok(()),
        }
    }
}

/// The hash that follows from the one before and a text.
pub fn chained(before: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(before.as_bytes());
    hash.update(b"\n");
    hash.update(text.as_bytes());
    base64url(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            format: FORMAT,
            agency: AgencyId::parse("acme").unwrap(),
            exported_at: Timestamp::EPOCH,
            schema: 2,
            release: "0.1.0".to_owned(),
            currency: Currency::USD,
            white_label_start: WhiteLabelStart::Invite,
            catalog: "x".to_owned(),
        }
    }

    fn row(id: &str) -> Line {
        let row = RawValue::from_string(r#"{"schema":2,"data":{}}"#.to_owned()).unwrap();
        Line::Row(Row { kind: "about".to_owned(), id: id.to_owned(), row })
    }

    fn file() -> Vec<String> {
        let mut progress = Progress::default();
        let mut lines = Vec::new();
        for line in [Line::Header(header()), row("a"), row("b"), row("c")] {
            let text = line.text().unwrap();
            progress.count(&text);
            lines.push(text);
        }
        progress.keys.insert("k1".to_owned());
        lines.push(Line::Footer(progress.footer()).text().unwrap());
        lines
    }

    /// Reads a file to its end.
    fn read(lines: &[String]) -> Result<Progress, LineError> {
        let mut progress = Progress::default();
        progress.keys.insert("k1".to_owned());
        for text in lines {
            let line = Line::parse(text)?;
            progress.check(&line)?;
            progress.count(text);
            progress.complete = matches!(line, Line::Footer(_));
        }
        Ok(progress)
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let lines = file();
        assert_eq!(
            lines[1], r#"{"kind":"about","id":"a","row":{"schema":2,"data":{}}}"#,
            "rows stand there as they are stored"
        );
        assert!(read(&lines).unwrap().complete);
        for count in 0..lines.len() {
            assert!(!read(&lines[..count]).is_ok_and(|read| read.complete), "{count} lines");
        }
    }

    #[test]
    fn whatever_else_is_done_to_it_is_told() {
        let change = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines = file();
            change(&mut lines);
            read(&lines).map(|read| read.complete)
        };
        let damaged =
            |read: Result<bool, LineError>| matches!(read, Err(LineError::Damaged { .. }));
        assert!(damaged(change(&|lines| drop(lines.remove(2)))), "one left out");
        assert!(damaged(change(&|lines| lines.swap(1, 2))), "two swapped");
        assert!(damaged(change(&|lines| lines.insert(2, lines[2].clone()))), "one twice");
        assert!(damaged(change(&|lines| lines[3] = lines[3].replace("\"c\"", "\"d\""))));
        assert!(damaged(change(&|lines| lines[0] = lines[0].replace("acme", "bcme"))));
        let other_keys = change(&|lines| lines[4] = lines[4].replace("k1", "k2"));
        assert!(matches!(other_keys, Err(LineError::Keys { .. })), "{other_keys:?}");
        for (said, otherwise) in
            [("\"lines\":", "\"lines\": "), ("\"digest\":", "\"x\":1,\"digest\":")]
        {
            let respelled = change(&|lines| lines[4] = lines[4].replace(said, otherwise));
            assert!(
                matches!(respelled, Err(LineError::Malformed(_))),
                "{otherwise}: {respelled:?}"
            );
        }
        assert_eq!(change(&|lines| drop(lines.remove(0))), Err(LineError::NoHeader));
        assert_eq!(change(&|lines| lines.extend(file())), Err(LineError::AfterEnd));
        assert_eq!(
            change(&|lines| lines.insert(2, lines[0].clone())),
            Err(LineError::SecondHeader)
        );
        let newer =
            |lines: &mut Vec<String>| lines[0] = lines[0].replace("format\":1", "format\":2");
        assert_eq!(change(&newer), Err(LineError::Format(2)));
        for text in ["", "{", "[]", "{}", r#"{"kind":"log"}"#, r#"{"end":{}}"#, "\u{0}"] {
            assert!(matches!(Line::parse(text), Err(LineError::Malformed(_))), "{text:?}");
        }
        let long = "x".repeat(LINE_BYTES_MAX + 1);
        assert_eq!(Line::parse(&long).unwrap_err(), LineError::TooLong(long.len()));
    }
}
