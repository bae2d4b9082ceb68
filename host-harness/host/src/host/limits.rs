//! How much a component may take.

use std::time::Duration;

/// What a call may take before it is stopped, and how many calls run at once. A component that
/// is over a limit gets a [`CallError`](crate::CallError) that names it; the next call is served
/// as if nothing had happened.
///
/// Together they bound a host's memory, whatever the component does: each instance has at most
/// [`memory`](Limits::memory), and while it calls the host,
/// [`host_call_bytes`](Limits::host_call_bytes) of arguments and
/// [`READ_BYTES_MAX`](crate::adapters::storage::READ_BYTES_MAX) of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a call may run, time in the host's adapters included, but for [`mails`](Limits::mails). Kept to
    /// within some 20 ms. 10 seconds.
    pub deadline: Duration,
    /// How long a call may besides wait until mails are taken: a mail server may take its time. Mails that are left
    /// then come later, and the call goes on. 60 seconds.
    pub mails: Duration,
    /// How many bytes of memory an instance may have. 64 MiB: hashing a password takes 19.
    pub memory: usize,
    /// How many bytes the component may pass to the host at once: the arguments of one call of
    /// an import, or its own answer. 16 MiB: the largest commit has 4.
    pub host_call_bytes: usize,
    /// How often a call may call the host back. 20,000: a command does so some five times,
    /// and `jobs.run` with all the jobs that it takes at once some thousand times.
    pub host_calls: u32,
    /// How many bytes of keys, values and mails a call may pass to the host and get from it,
    /// in all. 1 GiB: `jobs.run` may score some hundred thousand clients anew. It bounds what
    /// a call leaves on the host's disk.
    pub host_bytes: u64,
    /// How many instances there may be at once, idle ones included. Beyond, a call is
    /// [`Busy`](crate::CallError::Busy). Each takes 4 GiB of address space, but memory only
    /// as far as it is used. 64.
    pub instances: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            mails: Duration::from_secs(60),
            memory: 64 * 1024 * 1024,
            host_call_bytes: 16 * 1024 * 1024,
            host_calls: 20_000,
            host_bytes: 1024 * 1024 * 1024,
            instances: 64,
        }
    }
}
