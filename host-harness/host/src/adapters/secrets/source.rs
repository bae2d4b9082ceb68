//! Where a key ring comes from.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::Key;
use super::ring::{self, RingError};

/// How long a command may take to tell the ring.
const COMMAND_DEADLINE: Duration = Duration::from_secs(30);
/// How often it is looked whether a command has ended that says nothing more.
const LOOK_EVERY: Duration = Duration::from_millis(20);
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
                    &printed(words, COMMAND_DEADLINE).map_err(|source| RingError::Command {
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
fn printed(words: &[String], deadline: Duration) -> io::Result<String> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| io::Error::other("no command was given"))?;
    let until = Instant::now() + deadline;
    // What it says of errors goes where the host's own errors go.
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let late = || {
        let seconds = deadline.as_secs_f32();
        io::Error::new(io::ErrorKind::TimedOut, format!("it didn't end within {seconds} seconds"))
    };
    let ended = told(&mut child, until).ok_or_else(late).flatten().and_then(|text| {
        let status = ended(&mut child, until)?.ok_or_else(late)?;
        Ok((text, status))
    });
    if ended.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    match ended? {
        (text, status) if status.success() => Ok(text),
        (_, status) => Err(io::Error::other(format!("it failed: {status}"))),
    }
}

/// All that it says; none: it wasn't over by then.
fn told(child: &mut Child, until: Instant) -> Option<io::Result<String>> {
    let Some(output) = child.stdout.take() else {
        return Some(Err(io::Error::other("it has no output")));
    };
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = output.take(COMMAND_BYTES_MAX).read_to_string(&mut text);
        // Nobody listens any more once the deadline is over.
        let _ = sender.send(read.map(|_| text));
    });
    receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

/// How it ended; none: it hasn't by then, though it says nothing more.
fn ended(child: &mut Child, until: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= until {
            return Ok(status);
        }
        thread::sleep(LOOK_EVERY);
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_doesnt_end_is_ended_and_one_that_fails_says_so() {
        let run = |script: &str| {
            let words = ["sh", "-c", script].map(str::to_owned);
            let begun = Instant::now();
            let printed = printed(&words, Duration::from_millis(500));
            assert!(begun.elapsed() < Duration::from_secs(3), "{script}: {:?}", begun.elapsed());
            printed.map_err(|error| error.to_string())
        };
        assert_eq!(run("echo said; sleep 0.1"), Ok("said\n".to_owned()));
        for (script, why) in [
            ("sleep 60", "it didn't end within 0.5 seconds"),
            ("echo said; exec sleep 60", "it didn't end within 0.5 seconds"),
            ("exec 1>&-; exec sleep 60", "it didn't end within 0.5 seconds"),
            ("echo said; exit 3", "it failed: exit status: 3"),
            ("echo said; kill -9 $$", "it failed: signal: 9 (SIGKILL)"),
            ("exec yes", "it failed: signal: 13 (SIGPIPE)"),
        ] {
            assert_eq!(run(script), Err(why.to_owned()), "{script}");
        }
    }
}
