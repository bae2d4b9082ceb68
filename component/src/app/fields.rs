//! Arguments, parsed at the edge: every wrong one is named, not just the first.

use core::fmt::Display;

use super::error::{Error, FieldError};
use crate::domain::agency::PortalAddressError;
use crate::domain::billing::quote::QuoteError;
use crate::domain::catalog::check::CheckError;
use crate::domain::email::{DomainError, EmailError};
use crate::domain::fold::fold;
use crate::domain::id::IdError;
use crate::domain::password::PasswordError;
use crate::domain::settings::{ClientAddressError, ColorError, WebAddressError, ZoneNameError};
use crate::domain::spelling::composed;
use crate::domain::text::TextError;
use crate::domain::time::Timestamp;

/// Numbers stand in keys with 15 digits.
pub const NUMBERS_END: u64 = 1_000_000_000_000_000;

/// The most characters of a search.
const SEARCH_CHARS_MAX: usize = 200;

/// A reason to refuse an argument: its message is for people, its code for programs.
pub trait Problem: Display {
    /// The code; see `types.field-error` in the WIT.
    fn code(&self) -> &'static str;
}

impl Problem for TextError {
    fn code(&self) -> &'static str {
        match self {
            TextError::Empty | TextError::OnlyHidden(_) => "empty",
            TextError::TooLong { .. } => "too-long",
            TextError::Control(_) | TextError::Hidden(_) | TextError::NotPrintable => "malformed",
        }
    }
}

impl Problem for IdError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for EmailError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for DomainError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for ColorError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for WebAddressError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for ClientAddressError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for ZoneNameError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for QuoteError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for PortalAddressError {
    fn code(&self) -> &'static str {
        "malformed"
    }
}

impl Problem for PasswordError {
    fn code(&self) -> &'static str {
        match self {
            PasswordError::TooShort => "too-short",
            PasswordError::TooLong => "too-long",
            PasswordError::SameAsEmail | PasswordError::Common => "weak",
        }
    }
}

impl Problem for CheckError {
    fn code(&self) -> &'static str {
        match self {
            CheckError::OutOfRange { .. } | CheckError::NotGrowing { .. } => "out-of-range",
            CheckError::TooMany { .. } => "too-long",
            CheckError::Twice(_) => "duplicate",
            CheckError::Feature | CheckError::Currency => "unknown",
        }
    }
}

/// A text that was left empty counts as none: forms send it that way.
pub fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

/// Gathers what is wrong with a request.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// The value, or none after noting why `field` has none.
    pub fn take<T, E: Problem>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.refuse_for(field, &error)).ok()
    }

    /// The value of an argument that may be left out: `Some(None)` where it was.
    pub fn take_optional<'a, T, E: Problem>(
        &mut self,
        field: &str,
        text: Option<&'a str>,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match text {
            None => Some(None),
            Some(text) => self.take(field, parse(text)).map(Some),
        }
    }

    #[cold]
    #[inline(never)]
    fn refuse_for(&mut self, field: &str, problem: &dyn Problem) {
        self.refuse(field, problem.code(), problem.to_string());
    }

    /// What to search for, folded: `Some(None)` where that is nothing.
    pub fn needle(&mut self, field: &str, text: Option<&str>) -> Option<Option<String>> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        if text.is_some_and(|text| composed(text).chars().count() > SEARCH_CHARS_MAX) {
            let message = format!("must have at most {SEARCH_CHARS_MAX} characters");
            self.refuse(field, "too-long", message);
            return None;
        }
        // Accents and spaces alone are nothing to search for.
        Some(text.map(fold).filter(|needle| !needle.is_empty()))
    }

    /// The value, or none after taking over what is wrong.
    ///
    /// # Errors
    ///
    /// What else `parsed` failed with than wrong arguments.
    pub fn merge<T>(&mut self, parsed: Result<T, Error>) -> Result<Option<T>, Error> {
        match parsed {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(errors)) => {
                self.errors.extend(errors);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// The time so many milliseconds after the epoch.
    pub fn time(&mut self, field: &str, millis: u64) -> Option<Timestamp> {
        let time = Timestamp::from_millis(millis);
        if time.is_none() {
            self.refuse(field, "out-of-range", "must be a time before the year 10000");
        }
        time
    }

    /// The same for a time that may be left out.
    pub fn optional_time(&mut self, field: &str, millis: Option<u64>) -> Option<Option<Timestamp>> {
        match millis {
            Some(millis) => self.time(field, millis).map(Some),
            None => Some(None),
        }
    }

    /// A number of the log or the ledger, `least` or more.
    pub fn number(&mut self, field: &str, number: u64, least: u64) -> Option<u64> {
        if (least..NUMBERS_END).contains(&number) {
            return Some(number);
        }
        let most = NUMBERS_END - 1;
        self.refuse(field, "out-of-range", format!("must be {least} to {most}, is {number}"));
        None
    }

    /// Notes that `field` is wrong.
    #[cold]
    pub fn refuse(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), code, message: message.into() });
    }

    /// The request that was built from the arguments, if all of them were right.
    ///
    /// # Errors
    ///
    /// When any was wrong; all of them are named.
    pub fn finish<T>(self, built: Option<T>) -> Result<T, Error> {
        match built {
            Some(built) if self.errors.is_empty() => Ok(built),
            Some(_) | None => Err(Error::Invalid(self.errors)),
        }
    }
}
