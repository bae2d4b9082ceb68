//! Why a call was refused or failed: the one error of all use cases.

use thiserror::Error;

use super::ports::StorageError;
use crate::domain::billing::BillingError;
use crate::domain::client::Refusal;
use crate::domain::inviting::InviteError;
use crate::domain::money::MoneyError;
use crate::domain::password::HashError;
use crate::domain::rate::TooOften;
use crate::domain::spelling::{composed, is_hidden};
use crate::domain::time::Timestamp;

/// How many characters of what somebody gave are told back.
const ECHO_CHARS_MAX: usize = 200;

/// The same in one line that can be seen: what can't be, by its number.
pub fn visible(letters: impl Iterator<Item = char>) -> String {
    let mut shown = String::new();
    for letter in letters {
        match letter.is_control() || is_hidden(letter) {
            true => shown.extend(letter.escape_unicode()),
            false => shown.push(letter),
        }
    }
    shown
}

/// What somebody gave, as it is told back: in one line that can be seen, and not at length.
pub fn told_back(given: &str) -> String {
    // Two spellings of one id are told back alike.
    let given = composed(given);
    let mut shown = visible(given.chars().take(ECHO_CHARS_MAX));
    if given.chars().nth(ECHO_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

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
    #[cold]
    #[inline(never)]
    pub fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Error {
        let (field, message) = (field.to_owned(), message.into());
        Error::Invalid(vec![FieldError { field, code, message }])
    }

    /// The caller may not.
    #[cold]
    #[inline(never)]
    pub fn denied(code: &'static str, message: impl Into<String>) -> Error {
        Error::Denied { code, message: message.into() }
    }

    /// A damaged row, by its key.
    #[cold]
    #[inline(never)]
    pub fn corrupt(key: &str, why: impl core::fmt::Display) -> Error {
        let why = visible(why.to_string().chars());
        Error::Corrupt(format!("the row `{key}` is damaged: {why}"))
    }

    /// Something that this release considers impossible: reported rather than trapped.
    #[cold]
    #[inline(never)]
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
            BillingError::NotOpened(_) => Error::internal(error),
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
    /// There is no such thing: `what` it would be, and the id that it was looked for by, cut to
    /// what shows which it was, in one line that can be seen.
    #[cold]
    #[inline(never)]
    pub fn not_found(what: &str, id: &str) -> Error {
        Error::NotFound(format!("{what} `{}`", told_back(id)))
    }

    /// A client would have more brands than a client may have.
    pub const fn too_many_brands(allowed: usize, asked: usize) -> Error {
        let (allowed, asked) = (allowed as u64, asked as u64);
        Error::Limit { limit: "brands-per-client", allowed, asked, wait: None }
    }

    /// Why somebody can't be invited, or given brands, by the function `event`.
    pub fn inviting(error: InviteError, event: &'static str) -> Error {
        match error {
            InviteError::TooManyBrands { allowed, asked } => Error::too_many_brands(allowed, asked),
            InviteError::TooOften(error) => error.into(),
            InviteError::Refused(refusal) => Error::client(refusal, event),
        }
    }

    /// The same refusal as the function `event` gives it, which was called and did another on its way.
    #[must_use]
    pub fn called(self, event: &'static str) -> Error {
        match self {
            Error::Conflict { state, message, .. } => Error::Conflict { state, event, message },
            other => other,
        }
    }

    /// Why the function `event` can't happen to a client now, and what to do instead, as the
    /// agency reads it.
    pub fn client(refusal: Refusal, event: &'static str) -> Error {
        let state = match refusal {
            Refusal::Expired => "expired",
            Refusal::Used => "joined",
            Refusal::NotJoined => "pending",
            Refusal::Revoked => "revoked",
            Refusal::NotRevoked => "not-revoked",
        };
        let message = format!("`{event}` isn't possible: {refusal}{}", way_out(refusal, event));
        Error::Conflict { state, event, message }
    }
}

/// What to do instead; nothing where there is nothing to do.
fn way_out(refusal: Refusal, event: &str) -> &'static str {
    match (refusal, event) {
        (Refusal::Used, "invite-by-link") => "; give it further brands with `add-brands`",
        (Refusal::Used, _) => "; if the client can't log in, use `reset-password`",
        (Refusal::NotJoined, _) => "; use `resend` to send it again",
        // There is nothing left to take.
        (Refusal::Revoked, "revoke" | "remove-brands") => "",
        (Refusal::Revoked, _) => "; invite it again",
        (Refusal::Expired | Refusal::NotRevoked, _) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_what_to_do_instead() {
        for (refusal, event, expected) in [
            (
                Refusal::Used,
                "invite-by-link",
                "the invite has already been accepted; give it further brands with `add-brands`",
            ),
            (
                Refusal::Used,
                "resend",
                "the invite has already been accepted; if the client can't log in, use `reset-password`",
            ),
            (
                Refusal::NotJoined,
                "reset-password",
                "the invite hasn't been accepted yet; use `resend` to send it again",
            ),
            (Refusal::NotRevoked, "erase", "the client still has access; revoke it first"),
            (Refusal::Revoked, "add-brands", "the client's access was removed; invite it again"),
            (Refusal::Revoked, "revoke", "the client's access was removed"),
        ] {
            let Error::Conflict { message, .. } = Error::client(refusal, event) else { panic!() };
            assert_eq!(message, format!("`{event}` isn't possible: {expected}"));
        }
    }

    #[test]
    fn what_is_missing_is_named_by_what_can_be_read() {
        let (fits, long) = ("ü".repeat(200), "ü".repeat(201));
        let shown = |id: &str| Error::not_found("brand", id).to_string();
        assert_eq!(shown("puma"), "there is no brand `puma`");
        assert_eq!(shown(&fits), format!("there is no brand `{fits}`"));
        assert_eq!(shown(&long), format!("there is no brand `{fits}…`"));
        assert_eq!(shown("a\r\n\u{202e}b"), "there is no brand `a\\u{d}\\u{a}\\u{202e}b`");
        let damaged = Error::corrupt("a/acme/agency", "unknown variant `\u{202e}`").to_string();
        assert!(damaged.ends_with("is damaged: unknown variant `\\u{202e}`"), "{damaged}");
    }
}
