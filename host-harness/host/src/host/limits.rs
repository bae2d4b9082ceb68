//! How much a component may take.

use std::time::Duration;

/// What a call may take before it is stopped, and how many calls run at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a call may run, time in the host's adapters included. Kept to within some
    /// 20 ms. 10 seconds.
    pub deadline: Duration,
    /// How many bytes of memory an instance may have. 64 MiB: hashing a password takes 19.
    pub memory: usize,
    /// How many bytes the component may pass to the host in one call of an import. 16 MiB:
    /// the largest commit has 4.
    pub host_call_bytes: usize,
    /// How many instances there may be at once, idle ones included. Beyond, a call is
    /// [`Busy`](crate::CallError::Busy). Each takes 4 GiB of address space, but memory only
    /// as far as it is used. 64.
    pub instances: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            memory: 64 * 1024 * 1024,
            host_call_bytes: 16 * 1024 * 1024,
            instances: 64,
        }
    }
}
