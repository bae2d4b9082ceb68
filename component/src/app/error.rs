//! Why a call was refused or failed: the one error of all use cases.

use thiserror::Error;

use super::ports::StorageError;
use crate::domain::billing::BillingError;
use crate::domain::client::Refusal;
use crate::domain::inviting::InviteError;
use crate::domain::money::MoneyError;
use crate::domain::password::HashError;
use crate::domain::rate::TooOften;
use crate::domain::time::Timestamp;

/// What is wrong with one argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The argument, in the words of the contract.
    pub field: String,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong and how to mend it, for people.
    pub message: String,
}

/// Why a call was refused or failed. The cases are those of `types.error` in the WIT.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// Arguments are malformed.
    #[error("invalid arguments: {0:?}")]
    Invalid(Vec<FieldError>),
    /// There is no such thing in this agency.
    #[error("there is no {0}")]
    NotFound(String),
    /// The caller may not.
    #[error("{message}")]
    Denied {
        /// For programs; see `types.refusal` in the WIT.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// It doesn't fit the state of things.
    #[error("{message}")]
    Conflict {
        /// The state.
        state: &'static str,
        /// What was asked for.
        event: &'static str,
        /// The same as a sentence.
        message: String,
    },
    /// It is there already.
    #[error("{0}")]
    Exists(String),
    /// It was valid until then.
    #[error("expired at {0}")]
    Expired(Timestamp),
    /// A limit was reached.
    #[error("limit `{limit}` allows {allowed}, asked for {asked}")]
    Limit {
        /// Which.
        limit: &'static str,
        /// How many are allowed.
        allowed: u64,
        /// How many there would have been.
        asked: u64,
        /// How long to wait, in milliseconds.
        wait: Option<u64>,
    },
    /// Others changed the same things again and again.
    #[error("others keep changing the same things; try again")]
    Busy,
    /// The host failed, or a newer release wrote the store.
    #[error("{0}")]
    Unavailable(String),
    /// A stored row is damaged.
    #[error("{0}")]
    Corrupt(String),
    /// Anything else.
    #[error("{message}")]
    Other {
        /// For programs.
        code: &'static str,
        /// For people.
        message: String,
    },
}

impl Error {
    /// A single wrong argument.
    pub fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Error {
        let (field, message) = (field.to_owned(), message.into());
        Error::Invalid(vec![FieldError { field, code, message }])
    }

    /// The caller may not.
    pub fn denied(code: &'static str, message: impl Into<String>) -> Error {
        Error::Denied { code, message: message.into() }
    }

    /// A damaged row, by its key.
    pub fn corrupt(key: &str, why: impl core::fmt::Display) -> Error {
        Error::Corrupt(format!("the row `{key}` is damaged: {why}"))
    }

    /// Something that this release considers impossible: reported rather than trapped.
    pub fn internal(error: impl core::fmt::Display) -> Error {
        Error::Other { code: "internal", message: error.to_string() }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Error {
        match error {
            StorageError::Unavailable(_) => Error::Unavailable(error.to_string()),
            StorageError::TooLarge(_) => {
                Error::Other { code: "too-large", message: error.to_string() }
            }
        }
    }
}

impl From<InviteError> for Error {
    fn from(error: InviteError) -> Error {
        match error {
            InviteError::TooManyBrands { allowed, asked } => Error::Limit {
                limit: "brands-per-client",
                allowed: allowed as u64,
                asked: asked as u64,
                wait: None,
            },
            InviteError::TooOften(error) => error.into(),
            InviteError::Refused(refusal) => Error::client(refusal, "invite"),
        }
    }
}

impl From<TooOften> for Error {
    fn from(error: TooOften) -> Error {
        let TooOften { limit, allowed, wait } = error;
        let allowed = allowed as u64;
        Error::Limit { limit, allowed, asked: allowed.saturating_add(1), wait: Some(wait) }
    }
}

impl From<BillingError> for Error {
    fn from(error: BillingError) -> Error {
        match error {
            BillingError::Money(error) => error.into(),
            BillingError::TooFarBehind => Error::Unavailable(error.to_string()),
        }
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Error {
        Error::Other { code: "amount-too-large", message: error.to_string() }
    }
}

impl From<HashError> for Error {
    fn from(error: HashError) -> Error {
        Error::Unavailable(error.to_string())
    }
}

impl Error {
    /// Why something can't happen to a client now, as the agency reads it.
    pub fn client(refusal: Refusal, event: &'static str) -> Error {
        let state = match refusal {
            Refusal::Expired => "expired",
            Refusal::Used => "joined",
            Refusal::NotJoined => "pending",
            Refusal::Revoked => "revoked",
            Refusal::NotRevoked => "not-revoked",
        };
        Error::Conflict { state, event, message: format!("`{event}` isn't possible: {refusal}") }
    }
}
