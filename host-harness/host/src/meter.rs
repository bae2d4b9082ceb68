//! How often a component calls its host, and how much passes between the two.

use std::time::Duration;

use thiserror::Error;

use crate::bindings::clientdesk::host::mail::Message;
use crate::bindings::clientdesk::host::storage::{Check, Entry, Write};
use crate::observe::{Asked, HostCall, Seen};

/// Counts what an instance asks of its host, from one call of an export to the next, and stops
/// it when that is too much: a component that reads, writes or mails without end.
#[derive(Debug, Clone)]
pub struct Meter {
    calls: Budget<u32>,
    bytes: Budget<u64>,
    /// How long it may wait for mails to be taken; none: for as long as that takes.
    mails: Option<Budget<Duration>>,
    /// How long it has, since somebody asked.
    waited: Duration,
    asked: Asked,
}

#[derive(Debug, Clone)]
struct Budget<T> {
    limit: T,
    left: T,
}

impl Meter {
    /// Allows so many calls of imports, and so many bytes of keys, values and mails that are
    /// passed in them and in their answers.
    pub fn new(calls: u32, bytes: u64) -> Self {
        Self {
            calls: Budget { limit: calls, left: calls },
            bytes: Budget { limit: bytes, left: bytes },
            mails: None,
            waited: Duration::ZERO,
            asked: Asked::default(),
        }
    }

    /// The same, which allows waiting so long for mails to be taken: those that come later are told to come again.
    #[must_use]
    pub const fn with_mails(mut self, limit: Duration) -> Self {
        self.mails = Some(Budget { limit, left: limit });
        self
    }

    /// Counts from the beginning: an export is called.
    pub fn reset(&mut self) {
        self.calls.left = self.calls.limit;
        self.bytes.left = self.bytes.limit;
        self.asked = Asked::default();
        if let Some(mails) = &mut self.mails {
            mails.left = mails.limit;
        }
        self.waited = Duration::ZERO;
    }

    /// How long it waited for mails to be taken since this was asked last: as much as its own time was prolonged by.
    pub const fn take_waited(&mut self) -> Duration {
        std::mem::replace(&mut self.waited, Duration::ZERO)
    }

    /// Whether it may wait for another mail.
    pub(crate) fn may_wait(&self) -> bool {
        self.mails.as_ref().is_none_or(|mails| !mails.left.is_zero())
    }

    /// A mail took so long.
    pub(crate) fn has_waited(&mut self, time: Duration) {
        self.waited = self.waited.saturating_add(time);
        if let Some(mails) = &mut self.mails {
            mails.left = mails.left.saturating_sub(time);
        }
    }

    /// What was asked since the export was called.
    pub fn asked(&self) -> Asked {
        let bytes = self.bytes.limit.saturating_sub(self.bytes.left);
        self.asked.by_one(bytes)
    }

    /// Counts a call of an import, before it is carried out.
    pub(crate) fn call(&mut self, function: HostCall, bytes: usize) -> Result<(), TooMuch> {
        let too_often = TooMuch::Calls { limit: self.calls.limit };
        self.calls.left = self.calls.left.checked_sub(1).ok_or(too_often)?;
        self.asked.begin(function);
        self.pass(bytes)
    }

    /// Counts an answer.
    pub(crate) fn answer(
        &mut self,
        function: HostCall,
        seen: &Seen,
        took: Duration,
    ) -> Result<(), TooMuch> {
        self.asked.end(function, seen, took);
        self.pass(seen.bytes)
    }

    fn pass(&mut self, bytes: usize) -> Result<(), TooMuch> {
        let too_many = TooMuch::Bytes { limit: self.bytes.limit };
        let left = u64::try_from(bytes).ok().and_then(|bytes| self.bytes.left.checked_sub(bytes));
        self.bytes.left = left.ok_or(too_many)?;
        Ok(())
    }
}

/// Why an instance was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum TooMuch {
    #[error("it called its host more than {limit} times")]
    Calls { limit: u32 },
    #[error("it passed more than {limit} bytes to and from its host")]
    Bytes { limit: u64 },
}

/// How many bytes of text are passed.
pub(crate) trait Size {
    fn bytes(&self) -> usize;
}

impl Size for String {
    fn bytes(&self) -> usize {
        self.len()
    }
}

impl Size for Entry {
    fn bytes(&self) -> usize {
        self.key.len() + self.value.len()
    }
}

impl Size for Check {
    fn bytes(&self) -> usize {
        self.key.len()
    }
}

impl Size for Write {
    fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, String::len)
    }
}

impl Size for Message {
    fn bytes(&self) -> usize {
        let Message { id, agency, sender_name, reply_to, to, subject, text, html, kind } = self;
        let texts = [id, agency, sender_name, to, subject, text, html, kind];
        let reply_to = reply_to.as_ref().map_or(0, String::len);
        texts.into_iter().map(String::len).sum::<usize>() + reply_to
    }
}

impl<S: Size> Size for Option<S> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, Size::bytes)
    }
}

impl<S: Size> Size for Vec<S> {
    fn bytes(&self) -> usize {
        self.iter().map(Size::bytes).sum()
    }
}
