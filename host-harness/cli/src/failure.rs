//! How a command ends badly.

use std::process::ExitCode;

use anyhow::anyhow;

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
        match self {
            Self::Usage(text) => {
                eprintln!("error: {text}");
                ExitCode::from(2)
            }
            Self::Failed(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
            Self::Exit { code, text } => {
                eprintln!("error: {text}");
                ExitCode::from(code)
            }
        }
    }

    /// What it says.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Usage(text) | Self::Exit { text, .. } => text.clone(),
            Self::Failed(error) => format!("{error:#}"),
        }
    }

    /// A failure that is told in these words.
    pub(crate) fn failed(text: String) -> Self {
        Self::Failed(anyhow!(text))
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
