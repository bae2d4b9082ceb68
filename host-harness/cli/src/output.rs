//! Writing answers.

use std::io::{self, IsTerminal as _, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{terminal, times};

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// People: tables and sentences.
    Table,
    /// Programs: JSON, also for errors.
    Json,
}

impl Form {
    pub(crate) fn is_json(self) -> bool {
        self == Form::Json
    }
}

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

/// Writes an answer as JSON, its times as texts, in lines that people can read too.
pub(crate) fn answer(mut value: Value) -> anyhow::Result<()> {
    times::spell_out(&mut value);
    json(&value)
}

/// Writes JSON as it is.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(print(&format!("{}\n", terminal::json(&text)))?)
}

/// The same in one line, for streams of answers.
pub(crate) fn answer_line(mut value: Value) -> anyhow::Result<()> {
    times::spell_out(&mut value);
    let text = serde_json::to_string(&value)?;
    Ok(print(&format!("{}\n", terminal::json(&text)))?)
}

/// The one form of all lists: the rows, and the cursor behind them.
pub(crate) fn list(items: impl Into<Value>, next: Option<&str>) -> Value {
    let items: Value = items.into();
    json!({"items": items, "next": next})
}
