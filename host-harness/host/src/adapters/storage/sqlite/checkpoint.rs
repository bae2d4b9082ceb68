//! Moving committed pages from the log into the main file, and emptying the log, away from the
//! commits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// A checkpoint is made after this many commits: some 4 MiB of log.
const COMMITS_BETWEEN: u32 = 128;

/// A log of this many pages (64 MiB) is cut even if commits have to wait for it.
const LOG_PAGES_MAX: i64 = 16_384;

/// How long after a commit the log is emptied, so that it doesn't keep for ever what was
/// deleted meanwhile.
const LOG_KEPT: Duration = Duration::from_secs(2);

/// How long emptying the log may keep commits waiting; after that it is tried again later.
const PATIENCE: Duration = Duration::from_millis(50);

/// A thread that makes checkpoints. It ends, and its connection closes, with this value.
pub(super) struct Checkpointer {
    commits: AtomicU32,
    /// Whether the log holds commits that the thread knows of.
    log_used: Arc<AtomicBool>,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let log_used = Arc::new(AtomicBool::new(false));
        let used = Arc::clone(&log_used);
        let thread = thread::Builder::new()
            .name("clientdesk-checkpoint".into())
            .spawn(move || run(&connection, &woken, &used))?;
        Ok(Self { commits: AtomicU32::new(0), log_used, wake: Some(wake), thread: Some(thread) })
    }

    /// Counts a commit, and wakes the thread when it is time.
    pub(super) fn committed(&self) {
        let number = self.commits.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let first = !self.log_used.swap(true, Ordering::AcqRel);
        if (first || number.is_multiple_of(COMMITS_BETWEEN))
            && let Some(wake) = &self.wake
        {
            // Full means that it is awake already.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to end.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>, log_used: &AtomicBool) {
    // Without patience, emptying the log fails where it would have to wait: no harm.
    let _ = connection.busy_timeout(PATIENCE);
    let mut empty_at: Option<Instant> = None;
    loop {
        let asked = match empty_at {
            None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => woken.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match asked {
            Ok(()) => {
                move_pages(connection);
                empty_at = empty_at.or(Some(Instant::now() + LOG_KEPT));
            }
            Err(RecvTimeoutError::Timeout) => {
                // Commits from here on wake the thread again.
                log_used.store(false, Ordering::Release);
                let emptied = empty_log(connection);
                empty_at = (!emptied).then(|| Instant::now() + LOG_KEPT);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Another process may keep the log when this one closes it.
    if log_used.load(Ordering::Acquire) || empty_at.is_some() {
        empty_log(connection);
    }
}

/// Moves what nobody reads any more into the main file, without keeping anybody waiting.
fn move_pages(connection: &Connection) {
    // A checkpoint that fails loses nothing: the log stays, and the next one takes it.
    if let Ok((_, log_pages)) = checkpoint(connection, "PASSIVE")
        && log_pages > LOG_PAGES_MAX
    {
        let _ = checkpoint(connection, "RESTART");
    }
}

/// Moves everything, and empties the log; whether nobody was in the way.
pub(super) fn empty_log(connection: &Connection) -> bool {
    // Most is moved while others may still commit.
    move_pages(connection);
    matches!(checkpoint(connection, "TRUNCATE"), Ok((0, _)))
}

/// Makes a checkpoint and tells whether it was blocked, and how many pages the log has.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<(i64, i64)> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}
