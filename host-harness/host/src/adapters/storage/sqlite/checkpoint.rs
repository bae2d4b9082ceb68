//! Moving committed pages from the log into the main file, emptying the log, and scrubbing the
//! file where that is asked for, away from the commits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::scrub;

/// A checkpoint is made after this many commits: some 4 MiB of log.
const COMMITS_BETWEEN: u32 = 64;

/// A log of this many pages (64 MiB, in files of today) is cut even if commits have to wait for
/// it.
const LOG_PAGES_MAX: i64 = 8_192;

/// How long after a commit the log is emptied, so that it doesn't keep for ever what was
/// deleted meanwhile.
const LOG_KEPT: Duration = Duration::from_secs(2);

/// How long emptying the log may keep commits waiting; after that it is tried again later.
const PATIENCE: Duration = Duration::from_millis(50);

/// For how many times its own duration the file isn't scrubbed again.
const SCRUB_PAUSE: u32 = 10;

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
    let mut cleaner = Cleaner { connection, scrub_from: Instant::now(), rewritten: None };
    // A process that ended too early may have left the file to be scrubbed.
    let mut clean_at = cleaner.wish().map(|_| Instant::now() + LOG_KEPT);
    loop {
        let asked = match clean_at {
            None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => woken.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match asked {
            Ok(()) => {
                move_pages(connection);
                clean_at = clean_at.or(Some(Instant::now() + LOG_KEPT));
            }
            Err(RecvTimeoutError::Timeout) => {
                // Commits from here on wake the thread again.
                log_used.store(false, Ordering::Release);
                clean_at = cleaner.clean().then(|| Instant::now() + LOG_KEPT);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Another process may keep the log when this one closes it.
    if log_used.load(Ordering::Acquire) || clean_at.is_some() {
        cleaner.scrub_from = Instant::now();
        if cleaner.clean() {
            // The commit that says that it is scrubbed.
            empty_log(connection);
        }
    }
}

/// Leaves nothing of what was deleted.
struct Cleaner<'a> {
    connection: &'a Connection,
    /// The file isn't rewritten before.
    scrub_from: Instant,
    /// The version of the wish for which it was; the log wasn't emptied since.
    rewritten: Option<i64>,
}

impl Cleaner<'_> {
    /// Scrubs the file if that is asked for, and empties the log; whether there is more to do.
    fn clean(&mut self) -> bool {
        let wish = self.wish();
        if wish.is_some() && wish != self.rewritten && self.scrub_from <= Instant::now() {
            self.rewrite(wish);
        }
        if !empty_log(self.connection) {
            return true;
        }
        if let Some(version) = self.rewritten.take() {
            let _ = scrub::done(self.connection, version);
            // That was a commit, and in the log there may be others.
            return true;
        }
        wish.is_some()
    }

    /// The version of the row that asks for a scrubbing. A file that can't be read now is
    /// looked at again after the next commit.
    fn wish(&self) -> Option<i64> {
        scrub::wished(self.connection).ok().flatten()
    }

    /// Where it fails, the row that asks for it stays. Whatever comes of it, commits have the
    /// store to themselves for ten times as long as they had to wait.
    fn rewrite(&mut self, wish: Option<i64>) {
        let begun = Instant::now();
        let done = scrub::rewrite(self.connection);
        let _ = self.connection.busy_timeout(PATIENCE);
        self.rewritten = wish.filter(|_| done.is_ok());
        self.scrub_from = Instant::now() + begun.elapsed() * SCRUB_PAUSE;
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
fn empty_log(connection: &Connection) -> bool {
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
