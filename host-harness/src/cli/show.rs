//! Tables and headings: coloured on a terminal, plain in a pipe and with `NO_COLOR`.

use std::io;

use anstream::{AutoStream, ColorChoice};
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle,
};

use crate::cli::output;

/// A line under the header and one at the end.
const LINES: TableStyle = TableStyle::new()
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// A page to print, put together line by line.
pub(crate) struct Page {
    text: String,
    coloured: bool,
}

/// A cell of a table.
pub(crate) enum Shown {
    /// As it is.
    Text(String),
    /// What matters.
    Strong(String),
    /// An amount of money: aligned, green for a credit.
    Amount { text: String, credit: bool },
    /// A status, in the colour of its badge.
    Badge { status: String, badge: String },
}

impl Page {
    pub(crate) fn on_standard_output() -> Page {
        let choice = AutoStream::choice(&io::stdout());
        Page { text: String::new(), coloured: choice != ColorChoice::Never }
    }

    pub(crate) fn heading(&mut self, text: &str) {
        let space = if self.text.is_empty() { "" } else { "\n" };
        let line = if self.coloured { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() };
        self.text.push_str(&format!("{space}{line}\n"));
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub(crate) fn table(&mut self, header: &[&str], rows: &[Vec<Shown>]) {
        let mut table = Table::new();
        table.load_style(LINES);
        table.set_content_arrangement(ContentArrangement::Disabled);
        if self.coloured {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let bold = |text: &&str| Cell::new(text).add_attribute(Attribute::Bold);
        table.set_header(header.iter().map(bold).collect::<Vec<_>>());
        for row in rows {
            table.add_row(row.iter().map(cell).collect::<Vec<_>>());
        }
        self.line(&table.trim_fmt());
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        output::print(&self.text)
    }
}

fn cell(shown: &Shown) -> Cell {
    match shown {
        Shown::Text(text) => Cell::new(text),
        Shown::Strong(text) => Cell::new(text).add_attribute(Attribute::Bold),
        Shown::Amount { text, credit } => {
            let cell = Cell::new(text).set_alignment(CellAlignment::Right);
            if *credit { cell.fg(Color::Green) } else { cell }
        }
        Shown::Badge { status, badge } => Cell::new(status).fg(match badge.as_str() {
            "yellow" => Color::Yellow,
            "green" => Color::Green,
            "orange" => Color::AnsiValue(208),
            "red" => Color::Red,
            _ => Color::Grey,
        }),
    }
}
