//! Where a key ring comes from.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use super::Key;
use super::ring::{self, RingError};

/// How long a command may take to tell the ring.
const COMMAND_DEADLINE: Duration = Duration::from_secs(30);
/// How much a command may say: thousands of keys.
const COMMAND_BYTES_MAX: u64 = 1 << 20;

pub(super) enum Source {
    /// It was made up, and is kept nowhere.
    Nowhere,
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// A program with its arguments, which prints it.
    Command(Vec<String>),
}

/// What tells one state of a file from another.
#[derive(PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
}

impl Source {
    /// The ring; none where there is none.
    pub(super) fn read(&self) -> Result<Option<Vec<Key>>, RingError> {
        match self {
            Source::Nowhere => Ok(None),
            Source::File(path) => ring::read(path),
            Source::Variable(name) => match std::env::var(name) {
                Ok(text) => self.parsed(&text).map(Some),
                Err(std::env::VarError::NotPresent) => Ok(None),
                Err(std::env::VarError::NotUnicode(_)) => {
                    Err(self.malformed("it holds something else than text".into()))
                }
            },
            Source::Command(words) => self
                .parsed(
                    &printed(words).map_err(|source| RingError::Command {
                        command: words.join(" "),
                        source,
                    })?,
                )
                .map(Some),
        }
    }

    /// The state that a file is in; none for what is read again only when that is asked for.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let Source::File(path) = self else { return None };
        let of_file = fs::metadata(path).ok()?;
        Some(Stamp { modified: of_file.modified().ok(), bytes: of_file.len() })
    }

    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Source::File(path) => Some(path),
            Source::Nowhere | Source::Variable(_) | Source::Command(_) => None,
        }
    }

    /// Where it comes from, for messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Source::Nowhere => "the key ring".into(),
            Source::File(path) => format!("the key ring `{}`", path.display()),
            Source::Variable(name) => format!("the key ring in the variable `{name}`"),
            Source::Command(words) => format!("the key ring that `{}` prints", words.join(" ")),
        }
    }

    fn parsed(&self, text: &str) -> Result<Vec<Key>, RingError> {
        ring::parse(text).map_err(|problem| self.malformed(problem))
    }

    fn malformed(&self, problem: String) -> RingError {
        RingError::Malformed { origin: self.shown(), problem }
    }
}

/// What a command prints, if it succeeds in time.
fn printed(words: &[String]) -> io::Result<String> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| io::Error::other("no command was given"))?;
    // What it says of errors goes where the host's own errors go.
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let told = told(&mut child);
    if told.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    let text = told?;
    match status.success() {
        true => Ok(text),
        false => Err(io::Error::other(format!("it failed: {status}"))),
    }
}

fn told(child: &mut Child) -> io::Result<String> {
    let output = child.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = output.take(COMMAND_BYTES_MAX).read_to_string(&mut text);
        // Nobody listens any more once the deadline is over.
        let _ = sender.send(read.map(|_| text));
    });
    receiver.recv_timeout(COMMAND_DEADLINE).unwrap_or_else(|_| {
        let seconds = COMMAND_DEADLINE.as_secs();
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("it didn't end within {seconds} seconds"),
        ))
    })
}
