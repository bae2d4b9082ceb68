//! What calls ask of their host.

use std::cell::RefCell;
use std::time::Duration;

/// A function that the component may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostCall {
    /// `storage.get`
    Get,
    /// `storage.scan`
    Scan,
    /// `storage.commit`
    Commit,
    /// `storage.scrub`
    Scrub,
    /// `mail.send`
    Send,
    /// `mail.forget`
    Forget,
    /// `clock.now`
    Now,
    /// `clock.offset`
    Offset,
    /// `secrets.random`
    Random,
    /// `secrets.keys`
    Keys,
}

impl HostCall {
    /// All of them.
    pub const ALL: [HostCall; 10] = [
        HostCall::Get,
        HostCall::Scan,
        HostCall::Commit,
        HostCall::Scrub,
        HostCall::Send,
        HostCall::Forget,
        HostCall::Now,
        HostCall::Offset,
        HostCall::Random,
        HostCall::Keys,
    ];

    /// What it is called: `storage.get`.
    pub const fn name(self) -> &'static str {
        match self {
            HostCall::Get => "storage.get",
            HostCall::Scan => "storage.scan",
            HostCall::Commit => "storage.commit",
            HostCall::Scrub => "storage.scrub",
            HostCall::Send => "mail.send",
            HostCall::Forget => "mail.forget",
            HostCall::Now => "clock.now",
            HostCall::Offset => "clock.offset",
            HostCall::Random => "secrets.random",
            HostCall::Keys => "secrets.keys",
        }
    }

    /// Whether it may take long, so that it is worth a look at the clock and a span.
    pub const fn may_wait(self) -> bool {
        !matches!(self, HostCall::Now | HostCall::Offset | HostCall::Random)
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// How often each function of the host was called, and for how long.
type Each<T> = [T; HostCall::ALL.len()];

/// What calls asked of their host: see [`observed`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many calls of the component there were.
    pub calls: u32,
    /// How many rows were read.
    pub rows_read: u64,
    /// How many rows were written or deleted.
    pub rows_written: u64,
    /// How many bytes of keys, values and mails passed.
    pub bytes: u64,
    /// How many commits weren't made, since somebody else had changed what they relied on. The component decides anew
    /// and tries again, eight times at most.
    pub conflicts: u32,
    /// How often the store, the mails or the keys failed.
    pub failures: u32,
    times: Each<u32>,
    took: Each<Duration>,
}

impl Asked {
    /// How often this function of the host was called.
    pub fn times(&self, function: HostCall) -> u32 {
        self.times.get(function.index()).copied().unwrap_or_default()
    }

    /// How long that took in all; zero for what [may not wait](HostCall::may_wait).
    pub fn took(&self, function: HostCall) -> Duration {
        self.took.get(function.index()).copied().unwrap_or_default()
    }

    /// How often the host was called.
    pub fn host_calls(&self) -> u32 {
        self.times.iter().fold(0, |all, times| all.saturating_add(*times))
    }

    /// How long its adapters took.
    pub fn waited(&self) -> Duration {
        self.took.iter().fold(Duration::ZERO, |all, took| all.saturating_add(*took))
    }

    /// What one call asked that passed so many bytes.
    pub(crate) const fn by_one(self, bytes: u64) -> Asked {
        Asked { calls: 1, bytes, ..self }
    }

    /// Counts a call of the host, before it is carried out.
    pub(crate) fn begin(&mut self, function: HostCall) {
        if let Some(times) = self.times.get_mut(function.index()) {
            *times = times.saturating_add(1);
        }
    }

    /// Counts what it came to.
    pub(crate) fn end(&mut self, function: HostCall, seen: &Seen, took: Duration) {
        if let Some(all) = self.took.get_mut(function.index()) {
            *all = all.saturating_add(took);
        }
        self.rows_read = self.rows_read.saturating_add(seen.rows_read);
        self.rows_written = self.rows_written.saturating_add(seen.rows_written);
        self.conflicts = self.conflicts.saturating_add(u32::from(seen.conflict));
        self.failures = self.failures.saturating_add(u32::from(seen.failed));
    }

    /// Adds what another call asked.
    pub fn add(&mut self, other: &Asked) {
        self.calls = self.calls.saturating_add(other.calls);
        self.rows_read = self.rows_read.saturating_add(other.rows_read);
        self.rows_written = self.rows_written.saturating_add(other.rows_written);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.conflicts = self.conflicts.saturating_add(other.conflicts);
        self.failures = self.failures.saturating_add(other.failures);
        for (all, times) in self.times.iter_mut().zip(other.times) {
            *all = all.saturating_add(times);
        }
        for (all, took) in self.took.iter_mut().zip(other.took) {
            *all = all.saturating_add(took);
        }
    }
}

/// What an answer of the host comes to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) bytes: usize,
    pub(crate) rows_read: u64,
    pub(crate) rows_written: u64,
    pub(crate) conflict: bool,
    pub(crate) failed: bool,
}

impl Seen {
    /// An answer that says nothing but whether it went well.
    pub(crate) fn of<A, E>(answer: &Result<A, E>) -> Seen {
        Seen { failed: answer.is_err(), ..Seen::default() }
    }

    /// Rows that were read.
    pub(crate) fn rows(rows: usize, bytes: usize) -> Seen {
        let rows_read = u64::try_from(rows).unwrap_or(u64::MAX);
        Seen { bytes, rows_read, ..Seen::default() }
    }
}

thread_local! {
    /// What calls on this thread asked, while somebody observes them.
    static OBSERVED: RefCell<Option<Asked>> = const { RefCell::new(None) };
}

/// Does some work, and tells what the calls asked that it made on this thread, of whichever host.
///
/// # Examples
///
/// ```
/// use clientdesk_host::{Host, HostCall, observed};
///
/// let host = Host::builder().build()?;
/// let (status, asked) = observed(|| host.call("system.status", &[]));
/// assert!(status.is_ok());
/// assert_eq!((asked.calls, asked.times(HostCall::Commit)), (1, 0)); // it only reads
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn observed<T>(work: impl FnOnce() -> T) -> (T, Asked) {
    let outer = OBSERVED.replace(Some(Asked::default()));
    let done = work();
    let asked = OBSERVED.replace(outer).unwrap_or_default();
    // Whoever observes this from outside sees it, too.
    note(&asked);
    (done, asked)
}

/// Notes what a call asked, for whoever observes this thread.
pub(crate) fn note(asked: &Asked) {
    OBSERVED.with_borrow_mut(|observed| {
        if let Some(observed) = observed {
            observed.add(asked);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_has_its_place() {
        for (index, function) in HostCall::ALL.into_iter().enumerate() {
            assert_eq!(function.index(), index, "{}", function.name());
        }
    }

    #[test]
    fn who_observes_sees_what_was_asked_within_and_nothing_else() {
        let one = || {
            let mut asked = Asked { calls: 1, ..Asked::default() };
            asked.begin(HostCall::Get);
            asked.end(HostCall::Get, &Seen::rows(3, 10), Duration::from_micros(5));
            note(&asked);
        };
        one();
        let ((_, inner), outer) = observed(|| {
            one();
            observed(one)
        });
        assert_eq!((inner.calls, inner.times(HostCall::Get), inner.rows_read), (1, 1, 3));
        assert_eq!((outer.calls, outer.host_calls(), outer.rows_read), (2, 2, 6));
        assert_eq!(outer.waited(), Duration::from_micros(10));
    }
}
