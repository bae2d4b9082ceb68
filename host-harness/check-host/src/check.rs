//! A check: a promise, and how to find out whether it is kept.

use crate::judge::{Broken, Kept, cut};
use crate::own::Own;
use crate::ports::{Clock, Mail, Secrets, Storage};
use crate::{clock, mail, secrets, storage};

/// Whose promise it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The interface `storage`.
    Storage,
    /// The interface `mail`.
    Mail,
    /// The interface `clock`.
    Clock,
    /// The interface `secrets`.
    Secrets,
}

impl Subject {
    /// The interface's name in the WIT.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::Mail => "mail",
            Self::Clock => "clock",
            Self::Secrets => "secrets",
        }
    }
}

/// A promise, and how to find out whether it is kept.
pub struct Check {
    /// Lower-case words with hyphens; unique.
    pub name: &'static str,
    /// What is promised, as a sentence.
    pub promise: &'static str,
    /// What mostly is the matter where it isn't kept, and what to do about it.
    pub advice: &'static str,
    pub(crate) test: Test,
}

/// How a promise is tried out.
pub(crate) enum Test {
    Storage(fn(&Own<'_>) -> Kept),
    Mail(fn(&dyn Mail) -> Kept),
    Clock(fn(&dyn Clock) -> Kept),
    Secrets(fn(&dyn Secrets) -> Kept),
}

/// What a host gives.
pub struct Host<'a> {
    /// Where rows are stored.
    pub storage: &'a dyn Storage,
    /// Where mails go.
    pub mail: &'a dyn Mail,
    /// What tells the time.
    pub clock: &'a dyn Clock,
    /// Where randomness and keys come from.
    pub secrets: &'a dyn Secrets,
}

/// A promise that isn't kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was expected, and of what.
    pub expected: String,
    /// What was found instead.
    pub found: String,
    /// What mostly is the matter, and what to do about it.
    pub advice: String,
}

/// All checks, those first on which others rely.
pub fn all() -> impl Iterator<Item = &'static Check> {
    storage::checks().chain(mail::CHECKS).chain(clock::CHECKS).chain(secrets::CHECKS)
}

/// The check of this name.
pub fn find(name: &str) -> Option<&'static Check> {
    all().find(|check| check.name == name)
}

impl Check {
    /// Whose promise it is.
    pub const fn subject(&self) -> Subject {
        match self.test {
            Test::Storage(_) => Subject::Storage,
            Test::Mail(_) => Subject::Mail,
            Test::Clock(_) => Subject::Clock,
            Test::Secrets(_) => Subject::Secrets,
        }
    }

    /// Tries the promise out. Whatever it writes is gone afterwards.
    ///
    /// # Errors
    ///
    /// What was found instead.
    pub fn run(&self, host: &Host<'_>) -> Result<(), Failure> {
        let kept = match self.test {
            Test::Storage(test) => self.in_own_range(host.storage, test),
            Test::Mail(test) => test(host.mail),
            Test::Clock(test) => test(host.clock),
            Test::Secrets(test) => test(host.secrets),
        };
        kept.map_err(|broken| self.failure(broken))
    }

    /// The same of a promise of the store; none where it is another's.
    pub fn run_on(&self, storage: &dyn Storage) -> Option<Result<(), Failure>> {
        let Test::Storage(test) = self.test else { return None };
        Some(self.in_own_range(storage, test).map_err(|broken| self.failure(broken)))
    }

    /// Begins and ends with an empty range. What the check found comes first.
    fn in_own_range(&self, storage: &dyn Storage, test: fn(&Own<'_>) -> Kept) -> Kept {
        let own = Own::of(storage, self.name);
        own.clear()?;
        let kept = test(&own);
        let cleared = own.clear();
        kept.and(cleared)
    }

    fn failure(&self, broken: Broken) -> Failure {
        Failure {
            expected: cut(&broken.expected),
            found: cut(&broken.found),
            advice: self.advice.to_owned(),
        }
    }
}
