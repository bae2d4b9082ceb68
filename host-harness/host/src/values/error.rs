//! Why a value doesn't fit its type.

use std::fmt;

use crate::suggest;

/// A value that doesn't fit: where it is, what is wrong and what is expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// Where, from the name of the parameter on: `invite.brands[2]`.
    pub path: String,
    /// What is wrong.
    pub problem: ValueProblem,
    /// The shape that is expected there, for people: `list<string>`.
    pub expected: String,
}

/// What is wrong with a value. No case holds the value itself: it may be a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueProblem {
    /// It isn't there.
    Missing,
    /// The type has no such field or case.
    Unknown {
        /// Names that may have been meant.
        close: Vec<String>,
    },
    /// There are more arguments than parameters.
    TooMany,
    /// It is of another kind: a number, text, a list, …
    OtherKind(&'static str),
    /// It is a number that doesn't fit.
    OutOfRange,
    /// It is a list of another length.
    Length(usize),
    /// It is text that is neither JSON nor WAVE; the parser's words.
    Unreadable(String),
    /// Values of this type can't be given as text: resources, streams and futures.
    Unsupported,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, problem, expected } = self;
        write!(f, "`{path}` ")?;
        match problem {
            ValueProblem::Missing => write!(f, "is missing")?,
            ValueProblem::Unknown { close } => {
                write!(f, "is unknown{}", suggest::did_you_mean(close))?;
            }
            ValueProblem::TooMany => write!(f, "is one argument too many")?,
            ValueProblem::OtherKind(kind) => write!(f, "is {kind}")?,
            ValueProblem::OutOfRange => write!(f, "is a number out of range")?,
            ValueProblem::Length(length) => write!(f, "has {length} elements")?,
            ValueProblem::Unreadable(why) => write!(f, "can't be read: {why}")?,
            ValueProblem::Unsupported => write!(f, "can't be given as text")?,
        }
        write!(f, "; expected {expected}")
    }
}

impl std::error::Error for ValueError {}
