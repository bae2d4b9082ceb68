//! Tables and headings: coloured on a terminal, plain in a pipe and with `NO_COLOR`.

mod boxed;
mod layout;

use std::io::{self, IsTerminal as _};

use anstream::{AutoStream, ColorChoice};
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle,
};
use serde_json::Value;

use crate::output;
use crate::terminal::{isolated, shown, shown_in_line};
use crate::times;
use layout::{Layout, Needs};

/// A line under the header and one at the end.
const LINES: TableStyle = TableStyle::new()
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// A page to print, put together line by line.
pub(crate) struct Page {
    text: String,
    coloured: bool,
    /// True on a terminal, which turns around what is written from right to left: cells of such
    /// scripts stand by themselves there, so that the columns between them stay in their order.
    isolates: bool,
    /// How many characters a line may have; none: as many as it takes.
    width: Option<usize>,
    /// True for standard error.
    is_aside: bool,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    drop: Option<u8>,
    whole: bool,
}

/// A cell of a table.
pub(crate) enum Shown {
    /// As it is.
    Text(String),
    /// What matters.
    Strong(String),
    /// A number: aligned.
    Count(String),
    /// An amount of money: aligned, green for a credit.
    Amount { text: String, credit: bool },
    /// A status, in the colour of its badge.
    Badge { status: String, badge: String },
}

impl Column {
    /// A column that may be left out where lines are short; the higher the rank, the earlier.
    pub(crate) const fn may_go(title: &'static str, rank: u8) -> Column {
        Column { title, drop: Some(rank), whole: false }
    }

    /// A column that always stays.
    pub(crate) const fn stays(title: &'static str) -> Column {
        Column { title, drop: None, whole: false }
    }

    /// The same of what is of no use in part, such as ids.
    pub(crate) const fn stays_whole(title: &'static str) -> Column {
        Column { title, drop: None, whole: true }
    }
}

impl From<&'static str> for Column {
    fn from(title: &'static str) -> Column {
        Column::stays(title)
    }
}

impl Page {
    pub(crate) fn on_standard_output() -> Page {
        let choice = AutoStream::choice(&io::stdout());
        let isolates = io::stdout().is_terminal();
        Page {
            isolates,
            ..Page::new(
                choice != ColorChoice::Never,
                line_width(terminal_size::terminal_size_of(io::stdout())),
            )
        }
    }

    /// A page for people where standard output is for a program.
    pub(crate) fn on_standard_error() -> Page {
        let choice = AutoStream::choice(&io::stderr());
        let isolates = io::stderr().is_terminal();
        let page = Page::new(
            choice != ColorChoice::Never,
            line_width(terminal_size::terminal_size_of(io::stderr())),
        );
        Page { isolates, is_aside: true, ..page }
    }

    fn new(coloured: bool, width: Option<usize>) -> Page {
        Page { text: String::new(), coloured, isolates: false, width, is_aside: false }
    }

    pub(crate) fn heading(&mut self, text: &str) {
        let space = if self.text.is_empty() { "" } else { "\n" };
        self.text.push_str(space);
        for line in self.lines_of(text) {
            let bold = if self.coloured { format!("\x1b[1m{line}\x1b[0m") } else { line };
            self.put(&bold);
        }
    }

    /// The same in the colour of a badge.
    pub(crate) fn coloured(&mut self, badge: &str, text: &str) {
        for line in self.lines_of(text) {
            let line = match self.coloured {
                true => format!("{}{line}\x1b[0m", escape(badge)),
                false => line,
            };
            self.put(&line);
        }
    }

    /// A line that is to be copied: as it is, however long.
    pub(crate) fn whole(&mut self, text: &str) {
        self.put(&shown_in_line(text));
    }

    /// A line of text, or several where it is too long.
    pub(crate) fn line(&mut self, text: &str) {
        for line in self.lines_of(text) {
            self.put(&line);
        }
    }

    /// The text's lines, of which those that are too long go on with the same indentation.
    fn lines_of(&self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for line in shown(text).split('\n') {
            let Some(width) = self.width else {
                lines.push(line.to_owned());
                continue;
            };
            let words = line.trim_start_matches(' ');
            let indent = " ".repeat(line.len() - words.len());
            let width = width.saturating_sub(indent.len()).max(1);
            let wrapped = layout::wrapped(words, width, false).into_iter();
            lines.extend(wrapped.map(|line| format!("{indent}{line}")));
        }
        lines
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A table as wide as the page allows: see [`layout`].
    pub(crate) fn table<C: Copy + Into<Column>>(&mut self, header: &[C], rows: &[Vec<Shown>]) {
        let columns: Vec<Column> = header.iter().map(|column| (*column).into()).collect();
        let is_empty = |index: usize| {
            rows.iter().all(|row| row.get(index).is_none_or(|shown| shown.line().is_empty()))
        };
        // A column that may go and has nothing to say isn't missed.
        let says: Vec<bool> = (0..)
            .zip(&columns)
            .map(|(index, column)| column.drop.is_none() || rows.is_empty() || !is_empty(index))
            .collect();
        let columns: Vec<Column> = kept(columns, &says);
        let rows: Vec<Vec<&Shown>> = rows.iter().map(|row| kept(row, &says)).collect();
        let needs: Vec<Needs> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let cells = rows.iter().filter_map(|row| row.get(index)).map(|shown| shown.words());
                let texts: Vec<String> =
                    [column.title.to_owned()].into_iter().chain(cells).collect();
                Needs::of(texts.iter().map(String::as_str), column.drop, column.whole)
            })
            .collect();
        let Layout { widths } = layout::fit(&needs, self.width);
        let mut table = Table::new();
        table.load_style(LINES);
        table.set_content_arrangement(ContentArrangement::Disabled);
        if self.coloured {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let titles = columns.iter().zip(&widths).filter_map(|(column, width)| {
            let title = layout::wrapped(column.title, (*width)?, true).join("\n");
            Some(Cell::new(title).add_attribute(Attribute::Bold))
        });
        table.set_header(titles.collect::<Vec<_>>());
        for row in &rows {
            let cells = row.iter().zip(&widths);
            table.add_row(
                cells.filter_map(|(shown, width)| Some(cell(shown, (*width)?, self.isolates))),
            );
        }
        let text = table.trim_fmt();
        let is_cut =
            text.contains("…") && !rows.iter().flatten().any(|shown| shown.line().contains('…'));
        self.put(&text);
        if is_cut {
            self.line("What ends in … is longer than fits here; --json shows all of it.");
        }
        let left_out: Vec<&str> = columns
            .iter()
            .zip(&widths)
            .filter(|(column, width)| width.is_none() && !column.title.is_empty())
            .map(|(column, _)| column.title)
            .collect();
        if !left_out.is_empty() {
            self.line(&format!(
                "Left out here: {}. A wider window or --json shows it.",
                left_out.join(", ")
            ));
        }
    }

    /// How to go on behind a page of a list.
    pub(crate) fn more(&mut self, next: &str) {
        self.line("There are more: add --all for everything, or for the next page:");
        self.line(&format!("  --cursor '{next}'"));
    }

    /// A record as a table of its fields.
    pub(crate) fn fields(&mut self, record: &Value) {
        let mut record = record.clone();
        times::spell_out(&mut record);
        let mut rows = Vec::new();
        field_rows("", &record, &mut rows);
        self.table(&["Field", "Value"], &rows);
    }

    /// All that was put on it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        if self.is_aside {
            eprint!("{}", self.text);
            return Ok(());
        }
        output::print(&self.text)
    }
}

/// The elements in the places that are to be kept.
fn kept<T>(all: impl IntoIterator<Item = T>, places: &[bool]) -> Vec<T> {
    all.into_iter().zip(places).filter(|(_, keep)| **keep).map(|(one, _)| one).collect()
}

/// A row for each field, what it is called first, those of inner records with the names of both.
fn field_rows(name: &str, value: &Value, rows: &mut Vec<Vec<Shown>>) {
    match value {
        Value::Object(fields) => {
            let is_title = |name: &str| ["id", "number", "name", "kind"].contains(&name);
            let (first, rest): (Vec<_>, Vec<_>) =
                fields.iter().partition(|(inner, _)| is_title(inner));
            for (inner, value) in first.into_iter().chain(rest) {
                let dot = if name.is_empty() { "" } else { "." };
                field_rows(&format!("{name}{dot}{inner}"), value, rows);
            }
        }
        Value::Array(values) if values.iter().any(Value::is_object) => {
            for (index, value) in values.iter().enumerate() {
                field_rows(&format!("{name}[{index}]"), value, rows);
            }
        }
        value => rows.push(vec![Shown::Text(name.to_owned()), Shown::Text(in_words(value))]),
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(in_words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// How many characters a line of an output has: what COLUMNS says, or the terminal. In a pipe,
/// lines are as long as they are, so that programs find whole rows.
fn line_width(terminal: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
    let terminal = terminal.map(|(terminal_size::Width(width), _)| usize::from(width));
    said.filter(|width| *width > 0).or(terminal)
}

impl Shown {
    /// What it says, in one line.
    fn line(&self) -> String {
        match self {
            Shown::Text(text) | Shown::Strong(text) | Shown::Count(text) => shown_in_line(text),
            Shown::Amount { text, .. } => shown_in_line(text),
            Shown::Badge { status, .. } => shown_in_line(status),
        }
    }
}

impl Shown {
    /// The same as words that stay whole: a sign isn't parted from its number.
    fn words(&self) -> String {
        match self {
            Shown::Amount { .. } | Shown::Count(_) => self.line().replace(' ', "\u{a0}"),
            _ => self.line(),
        }
    }
}

fn cell(shown: &Shown, width: usize, isolates: bool) -> Cell {
    let mut lines = layout::wrapped(&shown.line(), width, true);
    if isolates {
        lines.iter_mut().for_each(|line| *line = isolated(line));
    }
    let cell = Cell::new(lines.join("\n"));
    match shown {
        Shown::Text(_) => cell,
        Shown::Strong(_) => cell.add_attribute(Attribute::Bold),
        Shown::Count(_) => cell.set_alignment(CellAlignment::Right),
        Shown::Amount { credit, .. } => {
            let cell = cell.set_alignment(CellAlignment::Right);
            if *credit { cell.fg(Color::Green) } else { cell }
        }
        Shown::Badge { badge, .. } => cell.fg(match badge.as_str() {
            "yellow" => Color::Yellow,
            "green" => Color::Green,
            "orange" => Color::AnsiValue(208),
            "red" => Color::Red,
            _ => Color::Grey,
        }),
    }
}

/// What turns a terminal's text into the colour of a badge.
fn escape(badge: &str) -> &'static str {
    match badge {
        "yellow" => "\x1b[33m",
        "green" => "\x1b[32m",
        "orange" => "\x1b[38;5;208m",
        "red" => "\x1b[31m",
        "teal" => "\x1b[36m",
        _ => "\x1b[37m",
    }
}

#[cfg(test)]
impl Page {
    /// A page without colours.
    pub(crate) fn plain() -> Page {
        Page::new(false, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Vec<Vec<Shown>> {
        let badge = Shown::Badge { status: "at-risk".into(), badge: "orange".into() };
        vec![vec![Shown::Text("An\x1b[2Jn\nB.".into()), badge, Shown::Count("7".into())]]
    }

    #[test]
    fn colours_are_for_terminals() {
        for (coloured, has_colours) in [(false, false), (true, true)] {
            let mut page = Page::new(coloured, None);
            page.heading("Clients");
            page.table(&["Name", "Status", "#"], &row());
            assert_eq!(page.text().contains("\x1b[38;5;208m"), has_colours, "{}", page.text());
            assert_eq!(page.text().contains('\x1b'), has_colours, "{}", page.text());
        }
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let columns = [Column::stays("Name"), Column::stays("Why"), Column::may_go("Note", 1)];
        let text = |text: &str| Shown::Text(text.to_owned());
        let row = vec![
            text("Ann Archer"),
            text("because all of this is a longer sentence than fits into the line"),
            text("a-word-that-nobody-can-break"),
        ];
        for (width, has_note) in [(50, false), (70, true), (200, true)] {
            let mut page = Page::new(false, Some(width));
            page.line("  Said above the table, in a line that is longer than some pages are wide.");
            page.table(&columns, std::slice::from_ref(&row));
            let widest = page.text().lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width), "{}", page.text());
            let (shown, left_out) = ("nobody-can-break", "Left out here: Note.");
            assert_eq!(page.text().contains(shown), has_note, "{}", page.text());
            assert_eq!(page.text().contains(left_out), !has_note, "{}", page.text());
        }
    }

    #[test]
    fn columns_without_anything_in_them_arent_missed() {
        let columns = [Column::stays("Name"), Column::stays("Note"), Column::may_go("Mail", 1)];
        let row = |mail: &str| ["Ann", "", mail].map(|text| Shown::Text(text.to_owned())).into();
        for (mails, has_mail) in [(["", ""], false), (["", "queued"], true)] {
            let mut page = Page::new(false, Some(60));
            page.table(&columns, &mails.map(row));
            assert_eq!(page.text().contains("Mail"), has_mail, "{}", page.text());
            assert!(page.text().contains("Note"), "{}", page.text());
        }
    }

    #[test]
    fn columns_stay_in_their_order_beside_names_from_right_to_left() {
        let row = || {
            let texts = ["שלום עולם", "62", "محمد", "Ann"];
            vec![texts.map(|text| Shown::Text(text.to_owned())).into_iter().collect()]
        };
        let header = ["Name", "#", "Other", "Client"];
        let mut page = Page { isolates: true, ..Page::plain() };
        page.table(&header, &row());
        let line = " \u{2068}שלום עולם\u{2069}   62   \u{2068}محمد\u{2069}    Ann";
        assert!(page.text().contains(&format!("\n{line}\n")), "{:?}", page.text());
        let mut in_a_pipe = Page::plain();
        in_a_pipe.table(&header, &row());
        assert_eq!(in_a_pipe.text(), page.text().replace(['\u{2068}', '\u{2069}'], ""));
    }

    #[test]
    fn texts_cant_steer_the_terminal() {
        let mut page = Page::plain();
        page.table(&["Name", "Status", "#"], &row());
        page.line("\u{202e}line");
        page.heading("\u{1b}heading");
        for shown in ["An\\u{1b}[2Jn B.", "\\u{202e}line", "\\u{1b}heading"] {
            assert!(page.text().contains(shown), "{}", page.text());
        }
    }
}
