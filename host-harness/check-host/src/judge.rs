//! What is said when a promise isn't kept.

use core::fmt::Debug;

use crate::ports::StorageError;

/// Whether a promise was kept.
pub(crate) type Kept = Result<(), Broken>;

/// What was expected, and what was found instead.
pub(crate) struct Broken {
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Broken {
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }

    /// A call that failed and shouldn't have.
    pub(crate) fn failed(call: &str, error: &StorageError) -> Self {
        Self::new(format!("an answer of `{call}`"), in_words(error))
    }
}

pub(crate) fn in_words(error: &StorageError) -> String {
    match error {
        StorageError::Unavailable(why) => format!("unavailable: {why}"),
        StorageError::TooLarge(why) => format!("too-large: {why}"),
    }
}

/// Fails the check unless the two are equal.
pub(crate) fn expect<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Kept {
    if found == expected {
        return Ok(());
    }
    Err(Broken::new(format!("{what}: {expected:?}"), format!("{found:?}")))
}

/// Fails the check unless this is so.
pub(crate) fn ensure(
    holds: bool,
    expected: impl FnOnce() -> String,
    found: impl FnOnce() -> String,
) -> Kept {
    if holds { Ok(()) } else { Err(Broken::new(expected(), found())) }
}

/// How much is shown of what was expected or found, in characters.
const SHOWN_MAX: usize = 400;

/// The text, or its beginning where it is long.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
