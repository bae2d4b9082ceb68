//! How a command ends badly: the one place that prints errors.

use core::fmt;
use std::process::ExitCode;

use anyhow::anyhow;
use serde_json::{Value, json};

use super::output::Form;
use super::terminal;

/// Why a command gave no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line doesn't make sense: what is wrong, and what would.
    Usage(String),
    /// The component refused it: in words, and as the contract says it.
    Refused { text: String, function: String, error: Value },
    /// It failed.
    Failed(anyhow::Error),
    /// It ended in a way that has an exit code of its own, which the command's help names.
    Exit { code: u8, text: String },
}

impl Failure {
    /// Says so on standard error, and gives the exit code.
    pub(crate) fn report(self, form: Form) -> ExitCode {
        match form {
            Form::Table => eprintln!("error: {}", terminal::shown(&self.to_string())),
            Form::Json => eprintln!("{}", terminal::json(&format!("{:#}", self.in_json()))),
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Refused { .. } | Self::Failed(_) => 1,
            Self::Exit { code, .. } => *code,
        }
    }

    /// The same for programs; docs/command-line.md describes it.
    fn in_json(&self) -> Value {
        let kind = match self {
            Self::Usage(_) => "usage",
            Self::Refused { .. } => "refused",
            Self::Failed(_) | Self::Exit { .. } => "failed",
        };
        let (function, refusal) = match self {
            Self::Refused { function, error, .. } => (json!(function), error.clone()),
            _ => (Value::Null, Value::Null),
        };
        json!({"error": {
            "kind": kind,
            "message": self.to_string(),
            "exit-code": self.code(),
            "function": function,
            "refusal": refusal,
        }})
    }

    /// The same refusal with a word of the contract as the command line has it.
    pub(crate) fn renamed(self, word: &str, option: &str) -> Self {
        match self {
            Self::Refused { text, function, error } => {
                Self::Refused { text: text.replace(word, option), function, error }
            }
            other => other,
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
            Self::Usage(text) | Self::Refused { text, .. } | Self::Exit { text, .. } => {
                f.write_str(text)
            }
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_learn_the_same() {
        let error = json!({"not-found": "client `x`"});
        let refused = |error: &Value| Failure::Refused {
            text: "no client `x`".into(),
            function: "clients.revoke".into(),
            error: error.clone(),
        };
        for (failure, kind, code, function, refusal) in [
            (refused(&error), "refused", 1, json!("clients.revoke"), &error),
            (Failure::Usage("no client `x`".into()), "usage", 2, Value::Null, &Value::Null),
            (Failure::failed("no client `x`".into()), "failed", 1, Value::Null, &Value::Null),
            (
                Failure::Exit { code: 3, text: "no client `x`".into() },
                "failed",
                3,
                Value::Null,
                &Value::Null,
            ),
        ] {
            let told = json!({"error": {"kind": kind, "message": "no client `x`",
                "exit-code": code, "function": function, "refusal": refusal}});
            assert_eq!(failure.in_json(), told);
        }
    }
}
