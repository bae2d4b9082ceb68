//! How a command ends badly.

use core::fmt;
use std::process::ExitCode;

use anyhow::anyhow;

use super::terminal;

/// Why a command gave no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line doesn't make sense: what is wrong, and what would.
    Usage(String),
    /// It was refused, or failed.
    Failed(anyhow::Error),
    /// It ended in a way that has an exit code of its own, which the command's help names.
    Exit { code: u8, text: String },
}

impl Failure {
    /// Says so on standard error, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        eprintln!("error: {}", terminal::shown(&self.to_string()));
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
            Self::Exit { code, .. } => ExitCode::from(code),
        }
    }

    /// A failure that is told in these words.
    pub(crate) fn failed(text: String) -> Self {
        Self::Failed(anyhow!(text))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Exit { text, .. } => f.write_str(text),
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
