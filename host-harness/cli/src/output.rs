//! Writing answers.

use std::io::{self, IsTerminal as _, Write};

use super::terminal;

/// Writes to standard output what is safe to show there. A reader that has seen enough
/// (`| head`) is no failure.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes data for other programs: byte for byte into a pipe or a file, escaped where people
/// look at it on a terminal.
pub(crate) fn data(text: &str) -> io::Result<()> {
    if io::stdout().is_terminal() { print(&terminal::shown(text)) } else { print(text) }
}
