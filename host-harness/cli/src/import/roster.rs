//! From a file's text to the people in it.

use csv::{Reader, ReaderBuilder, StringRecord};
use thiserror::Error;

use super::columns::{Columns, ColumnsError, known};
use super::lines::Lines;

/// The people of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Roster {
    /// The rows that can be read.
    pub(super) rows: Vec<Row>,
    /// Those that can't.
    pub(super) refused: Vec<Refused>,
    /// What is read from which column: `name`, and the header.
    pub(super) used: Vec<(&'static str, String)>,
    /// The headers of the other columns.
    pub(super) unused: Vec<String>,
    /// True if a column names brands.
    pub(super) names_brands: bool,
}

/// A row as it stands in the file, without white space around its texts.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Row {
    /// The line of the file where it begins, from 1 on.
    pub(super) line: u64,
    pub(super) email: String,
    pub(super) name: Option<String>,
    /// Cells that name brands; each may name several.
    pub(super) brands: Vec<String>,
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
    pub(super) message: Option<String>,
}

/// A row that can't be imported, and why.
#[derive(Debug, PartialEq)]
pub(super) struct Refused {
    pub(super) line: u64,
    pub(super) email: String,
    pub(super) reason: String,
}

/// Why a file has no people.
#[derive(Debug, Error)]
pub(super) enum RosterError {
    #[error("the file is empty")]
    Empty,
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    #[error("can't read the CSV")]
    Csv(#[from] csv::Error),
}

impl Roster {
    /// The roster that the text holds: a line of headers, and a row for each person. Empty
    /// rows are passed over.
    pub(super) fn read(text: &str) -> Result<Roster, RosterError> {
        let (start, delimiter) = match announced(text) {
            Some(announced) => announced,
            None => (0, likely_delimiter(text)?),
        };
        let body = text.get(start..).unwrap_or_default();
        let mut reader = reader(body, delimiter);
        let headers = next(&mut reader)?.ok_or(RosterError::Empty)?;
        let columns = Columns::of(&headers)?;
        let mut lines = Lines::new(text);
        let mut roster = Roster::of(&headers, &columns);
        let layout = Layout { columns, headers: headers.len(), delimiter };
        loop {
            let from = start + offset(&reader);
            let Some(cells) = next(&mut reader)? else { return Ok(roster) };
            let to = start + offset(&reader);
            let raw = text.get(from..to).unwrap_or_default();
            roster.add(lines.of(from), raw, &cells, &layout);
        }
    }

    fn of(headers: &[String], columns: &Columns) -> Roster {
        let header = |index: usize| headers.get(index).cloned().unwrap_or_default();
        let used = columns.used();
        let is_unused = |(index, header): &(usize, &String)| {
            !header.is_empty() && !used.iter().any(|(_, used)| used == index)
        };
        let unused = headers.iter().enumerate().filter(is_unused);
        Roster {
            rows: Vec::new(),
            refused: Vec::new(),
            unused: unused.map(|(_, header)| header.clone()).collect(),
            used: used.iter().map(|(what, index)| (*what, header(*index))).collect(),
            names_brands: !columns.brands.is_empty(),
        }
    }

    fn add(&mut self, line: u64, raw: &str, cells: &[String], layout: &Layout) {
        if cells.iter().all(String::is_empty) {
            return;
        }
        let row = row(line, cells, &layout.columns);
        let reason = if never_closes(raw) {
            "a cell begins with a quote that is never closed".into()
        } else if cells.iter().skip(layout.headers).any(|cell| !cell.is_empty()) {
            let (cells, headers) = (cells.len(), layout.headers);
            let delimiter = char::from(layout.delimiter).escape_default();
            format!(
                "{cells} cells under {headers} headers: put quotes around cells that contain `{delimiter}`"
            )
        } else if row.email.is_empty() {
            "e-mail: missing".into()
        } else {
            self.rows.push(row);
            return;
        };
        self.refused.push(Refused { line, email: row.email, reason });
    }
}

/// How a file's rows are to be read.
struct Layout {
    columns: Columns,
    /// How many headers there are.
    headers: usize,
    delimiter: u8,
}

fn row(line: u64, cells: &[String], columns: &Columns) -> Row {
    let cell = |column: Option<usize>| {
        column.and_then(|index| cells.get(index)).filter(|cell| !cell.is_empty())
    };
    let one_line = |column| cell(column).map(|text| on_one_line(text));
    let brands = columns.brands.iter().filter_map(|index| cell(Some(*index)).cloned());
    Row {
        line,
        email: cell(Some(columns.email)).cloned().unwrap_or_default(),
        name: full_name(
            one_line(columns.name),
            one_line(columns.first_name),
            one_line(columns.last_name),
        ),
        brands: brands.collect(),
        label: one_line(columns.label),
        note: cell(columns.note).cloned(),
        message: cell(columns.message).cloned(),
    }
}

/// The name from its parts. In some rosters `name` is the whole name beside its parts, in
/// others (`Nom`, `Prénom`) it is the part that has no column of its own.
fn full_name(name: Option<String>, first: Option<String>, last: Option<String>) -> Option<String> {
    match (name, first, last) {
        (_, Some(first), Some(last)) => Some(format!("{first} {last}")),
        (Some(name), Some(first), None) if !contains(&name, &first) => {
            Some(format!("{first} {name}"))
        }
        (Some(name), None, Some(last)) if !contains(&name, &last) => Some(format!("{name} {last}")),
        (Some(name), _, _) => Some(name),
        (None, first, last) => first.or(last),
    }
}

fn contains(name: &str, part: &str) -> bool {
    name.to_lowercase().contains(&part.to_lowercase())
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True for a record whose last cell swallowed the rest of the file: within a record that is
/// right, quotes come in pairs, and one that is wrong in another way ends with its line.
fn never_closes(raw: &str) -> bool {
    let quotes = raw.bytes().filter(|byte| *byte == b'"').count();
    !quotes.is_multiple_of(2) && raw.trim().contains(['\n', '\r'])
}

/// What a first line `sep=;` says, which spreadsheet programs write: where the rest begins,
/// and the delimiter.
fn announced(text: &str) -> Option<(usize, u8)> {
    let line = text.lines().next()?;
    let (name, delimiter) = line.trim_matches(['"', '\r']).split_once('=')?;
    let [delimiter] = delimiter.as_bytes() else { return None };
    let rest = text.find('\n')? + 1;
    name.eq_ignore_ascii_case("sep").then_some((rest, *delimiter))
}

/// The delimiter with which the first line has the most headers that name something, and of
/// those the one with the most headers at all.
fn likely_delimiter(text: &str) -> Result<u8, RosterError> {
    let mut likely = (b',', (0, 0));
    for delimiter in [b',', b';', b'\t'] {
        let headers = next(&mut reader(text, delimiter))?.unwrap_or_default();
        let rank = (known(&headers), headers.len());
        if rank > likely.1 {
            likely = (delimiter, rank);
        }
    }
    Ok(likely.0)
}

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The next record's cells without what surrounds them; none at the end.
fn next(reader: &mut Reader<&[u8]>) -> Result<Option<Vec<String>>, csv::Error> {
    let mut record = StringRecord::new();
    let found = reader.read_record(&mut record)?;
    Ok(found.then(|| record.iter().map(trimmed).collect()))
}

/// Without white space and the invisible characters that come with copied addresses.
fn trimmed(cell: &str) -> String {
    let is_nothing = |letter: char| {
        letter.is_whitespace() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}')
    };
    cell.trim_matches(is_nothing).to_owned()
}

fn offset(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;
