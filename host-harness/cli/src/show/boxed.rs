//! A box around a few lines: what nobody should overlook.

use unicode_width::UnicodeWidthStr as _;

use super::{Page, escape, layout};
use crate::terminal::{isolated, shown};

/// How much a box adds to the width of its lines: a border and a space on both sides.
const AROUND: usize = 4;

impl Page {
    /// The lines in a box of a colour, the first of them bold. A line that is too long goes on in
    /// the next.
    pub(crate) fn boxed(&mut self, colour: &str, lines: &[String]) {
        let room = self.width.map_or(usize::MAX, |width| width.saturating_sub(AROUND).max(1));
        let wrapped = |line: &String| layout::wrapped(&shown(line), room, true);
        let lines: Vec<Vec<String>> = lines.iter().map(wrapped).collect();
        let widest = lines.iter().flatten().map(|line| line.width()).max().unwrap_or(0);
        let edge = "─".repeat(widest + 2);
        let [on, bold, off] = match self.coloured {
            true => [escape(colour), "\x1b[1m", "\x1b[0m"],
            false => [""; 3],
        };
        self.put(&format!("{on}╭{edge}╮{off}"));
        for (index, line) in lines.iter().enumerate() {
            let weight = if index == 0 { bold } else { "" };
            for line in line {
                let space = " ".repeat(widest - line.width());
                let line = if self.isolates { isolated(line) } else { line.clone() };
                self.put(&format!("{on}│{off} {weight}{line}{off}{space} {on}│{off}"));
            }
        }
        self.put(&format!("{on}╰{edge}╯{off}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(coloured: bool, width: Option<usize>) -> String {
        let mut page = Page::new(coloured, width);
        let lines =
            ["Mia is signed in on behalf of 株式会社.", "Leave: x --stop", "\u{1b}[2J\u{202e}"];
        page.boxed("teal", &lines.map(str::to_owned));
        page.text().to_owned()
    }

    #[test]
    fn a_box_is_as_wide_as_its_lines() {
        assert_eq!(
            boxed(false, None),
            "\
╭─────────────────────────────────────────╮
│ Mia is signed in on behalf of 株式会社. │
│ Leave: x --stop                         │
│ \\u{1b}[2J\\u{202e}                       │
╰─────────────────────────────────────────╯
"
        );
    }

    #[test]
    fn a_box_fits_the_page() {
        for width in [20, 30, 43, 80] {
            let text = boxed(false, Some(width));
            let widths: Vec<usize> = text.lines().map(|line| line.width()).collect();
            assert!(widths.iter().all(|one| *one == widths[0] && *one <= width), "{text}");
        }
    }

    #[test]
    fn colours_go_around_the_words() {
        let text = boxed(true, None);
        assert!(text.starts_with("\u{1b}[36m╭"), "{text:?}");
        assert!(text.contains("│\u{1b}[0m \u{1b}[1mMia is"), "{text:?}");
        let plain = ["\u{1b}[36m", "\u{1b}[1m", "\u{1b}[0m"]
            .into_iter()
            .fold(text, |text, code| text.replace(code, ""));
        assert_eq!(plain, boxed(false, None));
    }
}
