//! From a file's text to the people in it.

use std::collections::HashSet;

use thiserror::Error;

use super::address;
use super::cells::{cleaned, full_name, on_one_line, row_within, unquoted};
use super::columns::{Choice, Columns, ColumnsError};
use super::records::{Fault, Record, Records};
use super::row::{Outcome, Reason, Row, Settled, Source};
use super::spellings::{folded, named};
use crate::format::count;

/// How many addresses of a row are shown that can't be told apart from others.
const SHOWN: usize = 3;

/// Headers that together are those of `clients.export` only.
const EXPORT: [&str; 8] =
    ["status", "health", "band", "invited", "expires", "joined", "revoked", "id"];

/// The people of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Roster {
    /// What stands in the header row.
    pub(super) headers: Vec<String>,
    /// The rows that can be read.
    pub(super) rows: Vec<Row>,
    /// Those that can't, and those that ask for nothing.
    pub(super) settled: Vec<Settled>,
    /// What is read from which column: `name`, and the header.
    pub(super) used: Vec<(&'static str, String)>,
    /// The headers of the other columns.
    pub(super) unused: Vec<String>,
    /// True if a column names brands.
    pub(super) names_brands: bool,
    /// The headers of columns that may name brands, where none is known to.
    pub(super) perhaps_brands: Vec<String>,
}

/// Why a file has no people.
#[derive(Debug, Error)]
pub(super) enum RosterError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has a header row and no rows under it: there is nobody to invite")]
    HeadersOnly,
    #[error("the header row has a quote in the wrong place (line {line})")]
    Headers {
        /// Where it begins.
        line: u64,
    },
    #[error(transparent)]
    Columns(#[from] ColumnsError),
}

/// How a file's rows are to be read.
struct Layout {
    columns: Columns,
    /// How many headers there are.
    headers: usize,
    delimiter: char,
    /// True where each row is a single cell that holds the row.
    wrapped: bool,
    /// The columns of the client's id and status, if `clients.export` wrote the file.
    export: Option<(usize, usize)>,
}

impl Roster {
    /// The roster that the text holds: a line of headers, and a row for each person. Every
    /// line under the headers is in a row, or is settled.
    pub(super) fn read(text: &str, choices: &[Choice]) -> Result<Roster, RosterError> {
        let (body, delimiter, line) = match announced(text) {
            Some((body, delimiter)) => (body, delimiter, 2),
            None => (text, likely_delimiter(text), 1),
        };
        let mut records = Records::of(body, delimiter, line);
        let top = records.find(|record| !record.is_blank()).ok_or(RosterError::Empty)?;
        if top.fault.is_some() {
            return Err(RosterError::Headers { line: top.line });
        }
        let (headers, delimiter, wrapped) = headers(&top, delimiter);
        let columns = Columns::of(&headers, choices)?;
        let export = export_columns(&headers);
        let mut roster = Roster::of(headers, &columns);
        let layout = Layout { columns, headers: roster.headers.len(), delimiter, wrapped, export };
        for record in records {
            roster.add(record, &layout);
        }
        let is_empty = |settled: &Settled| settled.kind == Some("an empty row");
        if roster.rows.is_empty() && roster.settled.iter().all(is_empty) {
            return Err(RosterError::HeadersOnly);
        }
        Ok(roster)
    }

    fn of(headers: Vec<String>, columns: &Columns) -> Roster {
        let header = |index: usize| headers.get(index).cloned().unwrap_or_default();
        let used = columns.used();
        let taken: HashSet<usize> = used.iter().map(|(_, index)| *index).collect();
        let is_unused =
            |(index, header): &(usize, &String)| !header.is_empty() && !taken.contains(index);
        let unused = headers.iter().enumerate().filter(is_unused);
        Roster {
            rows: Vec::new(),
            settled: Vec::new(),
            unused: unused.map(|(_, header)| header.clone()).collect(),
            used: used.iter().map(|(what, index)| (*what, header(*index))).collect(),
            names_brands: !columns.brands.is_empty(),
            perhaps_brands: columns.perhaps_brands.clone(),
            headers,
        }
    }

    fn add(&mut self, record: Record, layout: &Layout) {
        match record.fault {
            Some(fault) => self.settled.push(faulty(record, fault)),
            None if record.is_blank() => {
                let reason = Reason::new("an empty row", "the row is empty");
                let source = source(&record, Vec::new());
                let empty = Settled::unread(source, String::new(), Outcome::Skipped, reason);
                self.settled.push(empty);
            }
            None => match row(&record, layout) {
                Ok(row) => self.rows.push(row),
                Err(settled) => self.settled.push(*settled),
            },
        }
    }
}

/// The cells of the header row, what stands between them, and whether they are all in one.
fn headers(top: &Record, delimiter: char) -> (Vec<String>, char, bool) {
    let cleaned_all = |cells: &[String]| -> Vec<String> {
        cells.iter().map(|cell| unquoted(&cleaned(cell)).to_owned()).collect()
    };
    if let [only] = top.cells.as_slice() {
        let within = |delimiter: char| Some((row_within(only, delimiter)?, delimiter));
        let known = |cells: &[String]| cells.iter().filter(|cell| named(cell).is_some()).count();
        let found = [',', ';', '\t'].into_iter().filter_map(within);
        let found = found.filter(|(cells, _)| cells.len() > 1 && known(cells) > 0);
        if let Some((cells, delimiter)) = found.max_by_key(|(cells, _)| known(cells)) {
            return (cleaned_all(&cells), delimiter, true);
        }
    }
    (cleaned_all(&top.cells), delimiter, false)
}

fn export_columns(headers: &[String]) -> Option<(usize, usize)> {
    let folded: Vec<String> = headers.iter().map(|header| folded(header)).collect();
    let place = |name: &str| folded.iter().position(|header| header == name);
    let is_export = EXPORT.iter().all(|name| place(name).is_some());
    is_export.then_some((place("id")?, place("status")?))
}

fn source(record: &Record, cells: Vec<String>) -> Source {
    Source { line: record.line, last: record.last, rows: 1, cells }
}

/// A row whose cells can't be told: all of its lines are refused, with the addresses in them.
fn faulty(record: Record, fault: Fault) -> Settled {
    let (line, last) = (record.line, record.last);
    let (opened, how) = match fault {
        Fault::ClosesInMidCell { opened } => {
            (opened, format!("closes in line {last} in the middle of a cell"))
        }
        Fault::NeverCloses { opened } => (opened, "is never closed".to_owned()),
    };
    let which = if line == last {
        String::new()
    } else {
        format!(", so lines {line} to {last} can't be told apart")
    };
    let fix = "write a quote within a cell twice, and put quotes around the whole cell";
    let text = format!("a quote that opens in line {opened} {how}{which}: {fix}");
    let is_edge = |letter: char| letter == '"' || letter == '\'' || letter == '<' || letter == '>';
    let parts = record.raw.split(|letter: char| letter.is_whitespace() || ",;|".contains(letter));
    let parts = parts.map(|part| part.trim_matches(is_edge)).filter(|part| part.contains('@'));
    let mut emails: Vec<&str> = parts.collect();
    let more = emails.len().saturating_sub(SHOWN);
    emails.truncate(SHOWN);
    let mut email = emails.join(", ");
    if more > 0 {
        email.push_str(&format!(" and {more} more"));
    }
    let reason = Reason::new("a quote in the wrong place", text);
    let source = Source { line, last, rows: last - line + 1, cells: vec![record.raw] };
    Settled::unread(source, email, Outcome::Refused, reason)
}

/// The person of a record, or what becomes of it otherwise.
fn row(record: &Record, layout: &Layout) -> Result<Row, Box<Settled>> {
    let inner = match record.cells.as_slice() {
        [only] if layout.wrapped => row_within(only, layout.delimiter),
        _ => None,
    };
    let cells: Vec<String> =
        inner.as_ref().unwrap_or(&record.cells).iter().map(|cell| cleaned(cell)).collect();
    let columns = &layout.columns;
    let cell = |index: usize| cells.get(index).map(String::as_str).filter(|cell| !cell.is_empty());
    let written = columns.emails.iter().find_map(|index| cell(*index)).unwrap_or_default();
    let settle = |outcome, reason| {
        let source = source(record, cells.clone());
        Err(Box::new(Settled::unread(source, written.to_owned(), outcome, reason)))
    };
    if let Some(reason) = no_invite(layout, &cells, written) {
        return settle(Outcome::Skipped, reason);
    }
    if cells.iter().skip(layout.headers).any(|cell| !cell.is_empty()) {
        let mut settled = settle(Outcome::Refused, too_many_cells(cells.len(), layout));
        // Written back, it mustn't fit under more headers: it would be read as something else.
        if let Err(settled) = &mut settled {
            settled.source.cells = vec![record.raw.clone()];
        }
        return settled;
    }
    if written.is_empty() {
        return settle(Outcome::Refused, Reason::new("no e-mail address", "e-mail: missing"));
    }
    let address = match address::read(written) {
        Ok(address) => address,
        Err(text) => {
            return settle(Outcome::Refused, Reason::new("several addresses in a cell", text));
        }
    };
    let text = |column: Option<usize>| column.and_then(cell).map(unquoted);
    let one_line = |column| text(column).map(on_one_line).filter(|text| !text.is_empty());
    let (name, first, last) =
        (one_line(columns.name), one_line(columns.first_name), one_line(columns.last_name));
    let client = layout.export.and_then(|(id, _)| cell(id)).map(str::to_owned);
    Ok(Row {
        source: source(record, cells.clone()),
        email: address.email,
        name: full_name(name, first, last, columns.family_first).or(address.name),
        brands: columns.brands.iter().filter_map(|index| cell(*index)).map(str::to_owned).collect(),
        label: one_line(columns.label),
        note: text(columns.note).map(str::to_owned),
        message: text(columns.message).map(str::to_owned),
        client,
        remarks: address.remark.into_iter().collect(),
    })
}

/// Why a row of an export invites nobody: what has ended there must not begin again.
fn no_invite(layout: &Layout, cells: &[String], email: &str) -> Option<Reason> {
    let (_, status) = layout.export?;
    if cells.get(status).is_some_and(|status| status == "revoked") {
        let text = "revoked, says this export of clients: it isn't invited again";
        return Some(Reason::new("a revoked client", text));
    }
    let text = "an export's client without an address: a link that anybody may use, or erased";
    email.is_empty().then(|| Reason::new("a client without an address", text))
}

fn too_many_cells(cells: usize, layout: &Layout) -> Reason {
    let delimiter = layout.delimiter.escape_default();
    let (cells, headers) = (count(cells, "cell"), count(layout.headers, "header"));
    let text =
        format!("{cells} under {headers}: put quotes around cells that contain `{delimiter}`");
    Reason::new("more cells than headers", text)
}

/// What a first line `sep=;` says, which spreadsheet programs write: the rest, and the
/// delimiter.
fn announced(text: &str) -> Option<(&str, char)> {
    let end = text.find(['\r', '\n'])?;
    let (line, rest) = text.split_at_checked(end)?;
    let (name, delimiter) = line.trim_matches('"').split_once('=')?;
    let mut letters = delimiter.chars();
    let delimiter = letters.next()?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.get(1..))?;
    let is_one = letters.next().is_none() && name.eq_ignore_ascii_case("sep");
    is_one.then_some((rest, delimiter))
}

/// The delimiter with which the first line has the most headers that name something, and of
/// those the one with the most headers at all.
fn likely_delimiter(text: &str) -> char {
    let mut likely = (',', (0, 0));
    for delimiter in [',', ';', '\t', '|'] {
        let top = Records::of(text, delimiter, 1).find(|record| !record.is_blank());
        let headers = top.map(|top| top.cells).unwrap_or_default();
        let known = headers.iter().filter(|header| named(&cleaned(header)).is_some()).count();
        let rank = (known, headers.len());
        if rank > likely.1 {
            likely = (delimiter, rank);
        }
    }
    likely.0
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;
