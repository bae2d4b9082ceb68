//! Tables and headings: coloured on a terminal, plain in a pipe and with `NO_COLOR`.

use std::io;

use anstream::{AutoStream, ColorChoice};
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle,
};

use crate::output;
use crate::terminal::{shown, shown_in_line};

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
    /// A number: aligned.
    Count(String),
    /// An amount of money: aligned, green for a credit.
    Amount { text: String, credit: bool },
    /// A status, in the colour of its badge.
    Badge { status: String, badge: String },
}

impl Page {
    pub(crate) fn on_standard_output() -> Page {
        let choice = AutoStream::choice(&io::stdout());
        Page::new(choice != ColorChoice::Never)
    }

    fn new(coloured: bool) -> Page {
        Page { text: String::new(), coloured }
    }

    pub(crate) fn heading(&mut self, text: &str) {
        let space = if self.text.is_empty() { "" } else { "\n" };
        let text = shown(text);
        let line = if self.coloured { format!("\x1b[1m{text}\x1b[0m") } else { text };
        self.text.push_str(&format!("{space}{line}\n"));
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.put(&shown(text));
    }

    fn put(&mut self, text: &str) {
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
        self.put(&table.trim_fmt());
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        output::print(&self.text)
    }
}

fn cell(cell: &Shown) -> Cell {
    match cell {
        Shown::Text(text) => Cell::new(shown_in_line(text)),
        Shown::Strong(text) => Cell::new(shown_in_line(text)).add_attribute(Attribute::Bold),
        Shown::Count(count) => Cell::new(shown_in_line(count)).set_alignment(CellAlignment::Right),
        Shown::Amount { text, credit } => {
            let cell = Cell::new(shown_in_line(text)).set_alignment(CellAlignment::Right);
            if *credit { cell.fg(Color::Green) } else { cell }
        }
        Shown::Badge { status, badge } => {
            Cell::new(shown_in_line(status)).fg(match badge.as_str() {
                "yellow" => Color::Yellow,
                "green" => Color::Green,
                "orange" => Color::AnsiValue(208),
                "red" => Color::Red,
                _ => Color::Grey,
            })
        }
    }
}

#[cfg(test)]
impl Page {
    /// A page without colours.
    pub(crate) fn plain() -> Page {
        Page::new(false)
    }

    /// All that was put on the page.
    pub(crate) fn text(&self) -> &str {
        &self.text
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
            let mut page = Page::new(coloured);
            page.heading("Clients");
            page.table(&["Name", "Status", "#"], &row());
            assert_eq!(page.text().contains("\x1b[38;5;208m"), has_colours, "{}", page.text());
            assert_eq!(page.text().contains('\x1b'), has_colours, "{}", page.text());
        }
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
