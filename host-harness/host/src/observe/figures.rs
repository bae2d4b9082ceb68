//! What a host did since it was built, as numbers to look at: [`Host::figures`](crate::Host::figures).

use std::time::Duration;

use super::asked::HostCall;
use super::outcome::Outcome;
use crate::adapters::storage::StorageFigures;

/// The bounds, in seconds, by which calls are told apart by how long they took: see [`Took`].
pub const CALL_SECONDS: [f64; 18] = [
    0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// What a host did since it was built.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Functions that were called, by name.
    pub calls: Vec<CallFigures>,
    /// What the component asked of its host.
    pub host_calls: Vec<HostCallFigures>,
    /// How many rows were read.
    pub rows_read: u64,
    /// How many rows were written or deleted.
    pub rows_written: u64,
    /// How many bytes of keys, values and mails passed between component and host.
    pub bytes: u64,
    /// How many commits weren't made, since somebody else had changed what they relied on: each was tried again, or the
    /// call was `busy`.
    pub conflicts: u64,
    /// How often store, mails or keys failed.
    pub failures: u64,
    /// Instances of the component.
    pub instances: InstanceFigures,
    /// Mails that were handed over, and that wait.
    pub mails: MailFigures,
    /// What the store tells of itself.
    pub store: StorageFigures,
}

/// What calls of a function came to.
#[derive(Clone, Debug)]
pub struct CallFigures {
    /// Its name; `typed` for all of [`Host::typed`](crate::Host::typed), which knows no names.
    pub function: String,
    /// How often each outcome was that of a call: those that there were.
    pub outcomes: Vec<OutcomeFigures>,
    /// How long they took.
    pub took: Took,
}

/// How often something was the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeFigures {
    /// What became of the calls. What `typed` calls refuse isn't seen, and counts as done.
    pub outcome: Outcome,
    /// How many.
    pub calls: u64,
}

/// How long calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// All of them together.
    pub sum: Duration,
    /// How many took no longer than each of [`CALL_SECONDS`], and longer than the one before; the last: longer than all.
    pub buckets: [u64; CALL_SECONDS.len() + 1],
}

/// What was asked of the host.
#[derive(Clone, Copy, Debug)]
pub struct HostCallFigures {
    /// Which function.
    pub function: HostCall,
    /// How often.
    pub calls: u64,
    /// How long it took in all; zero for what [may not wait](HostCall::may_wait).
    pub took: Duration,
}

/// Instances of the component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstanceFigures {
    /// How many were made.
    pub made: u64,
    /// How many of those are gone: after one call, a trap, or when their memory had grown.
    pub ended: u64,
    /// How many wait for the next call.
    pub idle: u64,
}

/// What became of mails that were handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailFigures {
    /// Those that were taken.
    pub accepted: u64,
    /// How often one was to come again later.
    pub later: u64,
    /// Those that will never be taken.
    pub never: u64,
    /// When the oldest mail was written that this host couldn't hand over and that waits, in milliseconds since 1970;
    /// none: it knows of none. What waited before the host was built isn't known until it is tried again.
    pub oldest_waiting: Option<u64>,
}

impl InstanceFigures {
    /// How many there are, idle ones included.
    pub const fn live(&self) -> u64 {
        self.made.saturating_sub(self.ended)
    }
}
