//! From text to records, with the lines where each begins and ends.
//!
//! The lenient CSV parsers that there are take a quote in the wrong place for text and go on,
//! which may swallow the lines of other people. Here it is a fault of its own, with its lines.

use std::str::CharIndices;

/// What stands between two ends of lines that are outside of quotes.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    /// Its first line, from 1 on.
    pub(super) line: u64,
    /// Its last line.
    pub(super) last: u64,
    /// Its cells as they stand there, without the quotes around them.
    pub(super) cells: Vec<String>,
    /// What is wrong with its quotes: where its cells end can't be told then.
    pub(super) fault: Option<Fault>,
    /// Its text.
    pub(super) raw: String,
}

/// A quote in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A cell in quotes goes on after the quote that closes it: the line where that one opens.
    ClosesInMidCell {
        /// Where the cell begins.
        opened: u64,
    },
    /// A cell begins with a quote, and none closes it.
    NeverCloses {
        /// Where the cell begins.
        opened: u64,
    },
}

impl Record {
    /// True if it has no text at all.
    pub(super) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Where the scanner is in a cell.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Before its first character, white space aside.
    Start,
    /// In one without quotes, in which quotes are text.
    Bare,
    /// Between its quotes; `opened` is the line of the first.
    Quoted { opened: u64 },
    /// Behind the quote that closes it.
    Closed { opened: u64 },
    /// Behind a fault: the line is passed over.
    Lost,
}

/// The records of a text.
pub(super) struct Records<'t> {
    text: &'t str,
    chars: Peeked<'t>,
    delimiter: char,
    line: u64,
}

type Peeked<'t> = std::iter::Peekable<CharIndices<'t>>;

impl<'t> Records<'t> {
    /// The records of `text`, whose first line has the number `line`.
    pub(super) fn of(text: &'t str, delimiter: char, line: u64) -> Self {
        Self { text, chars: text.char_indices().peekable(), delimiter, line }
    }

    /// What follows a line's last character: its end is one, however it is written.
    fn end_of_line(&mut self, letter: char) {
        if letter == '\r' {
            self.chars.next_if(|(_, next)| *next == '\n');
        }
        self.line += 1;
    }

    fn offset(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let start = self.offset();
        self.chars.peek()?;
        let mut record = Building::at(self.line);
        let mut end = self.text.len();
        while let Some((offset, letter)) = self.chars.next() {
            let is_end = matches!(letter, '\n' | '\r');
            if is_end && !matches!(record.place, Place::Quoted { .. }) {
                end = offset;
                record.last = self.line;
                self.end_of_line(letter);
                return Some(record.built(self.text.get(start..end)));
            }
            record.last = self.line;
            if is_end {
                self.end_of_line(letter);
                record.cell.push('\n');
                continue;
            }
            let doubled = letter == '"'
                && matches!(record.place, Place::Quoted { .. })
                && self.chars.next_if(|(_, next)| *next == '"').is_some();
            record.take(letter, doubled, self.delimiter, self.line);
        }
        Some(record.built(self.text.get(start..end)))
    }
}

struct Building {
    line: u64,
    last: u64,
    cells: Vec<String>,
    cell: String,
    place: Place,
    fault: Option<Fault>,
}

impl Building {
    fn at(line: u64) -> Self {
        let (cells, cell) = (Vec::new(), String::new());
        Self { line, last: line, cells, cell, place: Place::Start, fault: None }
    }

    /// Takes a character that ends no line; `doubled` says that it stands for two quotes.
    fn take(&mut self, letter: char, doubled: bool, delimiter: char, line: u64) {
        self.place = match self.place {
            Place::Lost => Place::Lost,
            Place::Quoted { opened } if letter == '"' && !doubled => Place::Closed { opened },
            Place::Quoted { opened } => {
                self.cell.push(letter);
                Place::Quoted { opened }
            }
            _ if letter == delimiter => {
                self.cells.push(std::mem::take(&mut self.cell));
                Place::Start
            }
            Place::Start if letter == '"' => {
                self.cell.clear();
                Place::Quoted { opened: line }
            }
            Place::Closed { opened } if letter.is_whitespace() => Place::Closed { opened },
            Place::Closed { opened } => {
                self.fault = Some(Fault::ClosesInMidCell { opened });
                Place::Lost
            }
            Place::Start | Place::Bare => {
                self.cell.push(letter);
                if letter.is_whitespace() { self.place } else { Place::Bare }
            }
        };
    }

    fn built(mut self, raw: Option<&str>) -> Record {
        if let Place::Quoted { opened } = self.place {
            self.fault = Some(Fault::NeverCloses { opened });
        }
        self.cells.push(self.cell);
        let raw = raw.unwrap_or_default().to_owned();
        Record { line: self.line, last: self.last, cells: self.cells, fault: self.fault, raw }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `first-last cell|cell` for each record.
    fn shown(text: &str, delimiter: char) -> Vec<String> {
        let show = |record: Record| match record.fault {
            Some(fault) => format!("{}-{} {fault:?}", record.line, record.last),
            None => format!("{}-{} {}", record.line, record.last, record.cells.join("|")),
        };
        Records::of(text, delimiter, 1).map(show).collect()
    }

    #[test]
    fn cells_are_what_stands_between_delimiters() {
        for (text, records) in [
            ("", vec![]),
            ("a", vec!["1-1 a"]),
            ("a,b\n", vec!["1-1 a|b"]),
            ("a,\n,b", vec!["1-1 a|", "2-2 |b"]),
            ("\n\na", vec!["1-1 ", "2-2 ", "3-3 a"]),
            ("\"a,b\",c", vec!["1-1 a,b|c"]),
            ("\"a\"\"b\",\"\"", vec!["1-1 a\"b|"]),
            (" \"a,b\" ,c", vec!["1-1 a,b|c"]),
            ("a\"b,5\" x", vec!["1-1 a\"b|5\" x"]),
            ("\"\"\"Nike\"\",\"\"Puma\"\"\",x", vec!["1-1 \"Nike\",\"Puma\"|x"]),
            ("a;b", vec!["1-1 a;b"]),
        ] {
            assert_eq!(shown(text, ','), records, "{text:?}");
        }
        assert_eq!(shown("a\t\"b\tc\"\td e", '\t'), ["1-1 a|b\tc|d e"]);
    }

    #[test]
    fn lines_end_as_every_system_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,\"b", "c\"", "", "d"].join(end);
            assert_eq!(shown(&text, ','), ["1-2 a|b\nc", "3-3 ", "4-4 d"], "{end:?}");
        }
    }

    #[test]
    fn a_quote_in_the_wrong_place_has_its_lines() {
        let text = "a,\"Ann,Nike\nb,Ben,Nike\nc,\"Cleo,Nike\nd,Dan,Nike\n";
        assert_eq!(shown(text, ','), ["1-3 ClosesInMidCell { opened: 1 }", "4-4 d|Dan|Nike"]);
        let text = "a,Ann\nb,\"El\" Rey\nc,Cleo";
        assert_eq!(
            shown(text, ','),
            ["1-1 a|Ann", "2-2 ClosesInMidCell { opened: 2 }", "3-3 c|Cleo"]
        );
        let text = "a,Ann\nb,\"Ben\nc,Cleo\n";
        assert_eq!(shown(text, ','), ["1-1 a|Ann", "2-3 NeverCloses { opened: 2 }"]);
    }

    #[test]
    fn every_line_is_in_one_record() {
        for text in ["a\nb\"\n\"c\nd\n\"e\n\n", "\"\n\"\n\"x\ny", "a\r\"b\r\nc\"\r\rd"] {
            let records: Vec<Record> = Records::of(text, ',', 1).collect();
            let mut next = 1;
            for record in &records {
                assert_eq!(record.line, next, "{text:?}: {records:?}");
                next = record.last + 1;
            }
            assert!(records.iter().all(|record| text.contains(&record.raw)));
        }
    }
}
