//! The terminal while something is shown on it that changes: on a screen of its own, which leaves what stood there
//! before as it was.

use std::io::{self, Write as _};

use crate::output;

/// On another screen, without a cursor.
const BEGIN: &str = "\x1b[?1049h\x1b[?25l\x1b[2J";
/// Back again.
const END: &str = "\x1b[?25h\x1b[?1049l";

/// The screen; when it is dropped, the terminal is as it was.
pub(super) struct Screen(());

impl Screen {
    pub(super) fn begin() -> io::Result<Screen> {
        let screen = Screen(());
        output::print(BEGIN)?;
        Ok(screen)
    }

    /// Shows a page in place of the one before, as far as it fits: nothing flickers, and nothing scrolls.
    pub(super) fn show(&self, text: &str) -> io::Result<()> {
        let mut all = String::from("\x1b[H");
        let lines: Vec<&str> = text.lines().take(height()).collect();
        all.push_str(&lines.join("\x1b[K\r\n"));
        all.push_str("\x1b[K\x1b[J");
        output::print(&all)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(END.as_bytes()).and_then(|()| out.flush());
    }
}

/// How many lines there are.
pub(super) fn height() -> usize {
    terminal_size::terminal_size().map_or(24, |(_, height)| usize::from(height.0))
}
