//! Where the keys of a store are: in a file, in a variable of the environment, or with a command that prints them.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clientdesk_host::adapters::secrets::{RingError, SystemSecrets};

/// Where the keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyRing {
    File(PathBuf),
    /// The variable of this name.
    Variable(String),
    /// A program with its arguments.
    Command(Vec<String>),
}

impl KeyRing {
    /// What the text of an option means: `env:NAME`, `command:PROGRAM ARGUMENT…`, or a file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix("env:") {
            let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            return match !name.is_empty() && name.chars().all(fits) {
                true => Ok(Self::Variable(name.to_owned())),
                false => Err("`env:` needs the name of a variable, such as env:DESK_KEYS".into()),
            };
        }
        if let Some(command) = text.strip_prefix("command:") {
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            return match words.is_empty() {
                true => {
                    Err("`command:` needs a program, such as command:/usr/local/bin/desk-keys"
                        .into())
                }
                false => Ok(Self::Command(words)),
            };
        }
        match text.is_empty() {
            true => Err("it names no file".into()),
            false => Ok(Self::File(text.into())),
        }
    }

    /// The keys.
    pub(crate) fn open(&self) -> Result<SystemSecrets, RingError> {
        match self {
            Self::File(path) => SystemSecrets::open(path),
            Self::Variable(name) => SystemSecrets::from_variable(name),
            Self::Command(words) => SystemSecrets::from_command(words.clone()),
        }
    }

    /// The file, for what only a file can do; `otherwise` says what to do instead.
    pub(crate) fn file(&self, otherwise: &str) -> Result<&Path> {
        match self {
            Self::File(path) => Ok(path),
            Self::Variable(_) | Self::Command(_) => {
                bail!("the keys are in no file of ours (`--keys {self}`): {otherwise}")
            }
        }
    }

    /// The file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Variable(_) | Self::Command(_) => None,
        }
    }
}

/// As an option says it.
impl fmt::Display for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::Command(words) => write!(f, "command:{}", words.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_in_a_file_a_variable_or_with_a_command() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        for (text, ring) in [
            ("live.keys.json", KeyRing::File("live.keys.json".into())),
            ("env:DESK_KEYS", KeyRing::Variable("DESK_KEYS".into())),
            ("command:cat /run/keys", KeyRing::Command(words(&["cat", "/run/keys"]))),
        ] {
            assert_eq!(KeyRing::parse(text).unwrap(), ring);
            assert_eq!(ring.to_string(), text);
        }
        for wrong in ["", "env:", "env:A B", "env:A=1", "command:", "command:  "] {
            KeyRing::parse(wrong).unwrap_err();
        }
        let other = KeyRing::Variable("DESK_KEYS".into());
        let error = other.file("change them there").unwrap_err().to_string();
        assert_eq!(
            error,
            "the keys are in no file of ours (`--keys env:DESK_KEYS`): change them there"
        );
    }
}
