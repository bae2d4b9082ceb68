//! Writing answers.

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
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

/// Writes a file that another run may have left, in a folder that needn't be there yet.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        fs::write(path, bytes)
    };
    write().with_context(|| format!("can't write `{}`", path.display()))
}

/// Sees to it that there is no such file.
pub(crate) fn no_file(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't delete `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Writes data for other programs into a file that isn't there yet.
pub(crate) fn new_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = match File::create_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("`{}` already exists; nothing is overwritten: move it away first", path.display())
        }
        opened => opened.with_context(|| format!("can't create `{}`", path.display()))?,
    };
    file.write_all(text.as_bytes()).with_context(|| format!("can't write `{}`", path.display()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.html");
        new_file(&file, "one").unwrap();
        let refused = new_file(&file, "two").unwrap_err().to_string();
        assert!(refused.ends_with("already exists; nothing is overwritten: move it away first"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "one");
        assert!(new_file(&folder.path().join("no/page.html"), "one").is_err());
    }
}
