//! What is fuzzed.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::tally::Tally;

/// A door that takes input, and what must hold whatever comes in.
pub trait Subject {
    /// What it is called: `exports`.
    fn name(&self) -> &'static str;

    /// The input that random bytes stand for: a file that people can read.
    fn input(&self, bytes: &[u8]) -> Vec<u8>;

    /// Tries an input.
    ///
    /// # Errors
    ///
    /// What must not be: a trap, a hang, an unclear error, something left behind.
    fn examine(&self, input: &[u8]) -> Result<(), Found>;

    /// Inputs that say a little less, those that say much less first.
    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>>;

    /// The ending of an input's file name.
    fn ending(&self) -> &'static str;

    /// How far the calls of its inputs came so far; empty where no input is calls.
    fn tally(&self) -> Tally {
        Tally::default()
    }
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is, in words that are the same for inputs that find the same.
    pub kind: String,
    /// What happened with this input.
    pub details: String,
}

impl Found {
    /// Something of this kind.
    pub fn new(kind: impl Into<String>, details: impl Into<String>) -> Found {
        Found { kind: kind.into(), details: details.into() }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.kind, self.details)
    }
}

thread_local! {
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From here on, a panic is noted instead of printed: [`guarded`] tells of it.
pub fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        PLACE.with_borrow_mut(|noted| *noted = place);
    }));
}

/// Runs `run`; a panic is something found.
///
/// # Errors
///
/// What `run` finds, and that it panicked.
pub fn guarded<T>(run: impl FnOnce() -> Result<T, Found>) -> Result<T, Found> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result,
        Err(payload) => {
            let place = PLACE.take();
            Err(Found::new(format!("it panicked at {place}"), words(payload.as_ref())))
        }
    }
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
