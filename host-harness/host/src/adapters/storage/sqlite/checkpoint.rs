//! Moving committed pages from the log into the main file, away from the commits.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// A checkpoint is made after this many commits: some 4 MiB of log.
const COMMITS_BETWEEN: u32 = 128;

/// A log of this many pages (64 MiB) is cut even if commits have to wait for it.
const LOG_PAGES_MAX: i64 = 16_384;

/// A thread that makes checkpoints. It ends, and its connection closes, with this value.
pub(super) struct Checkpointer {
    commits: AtomicU32,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("clientdesk-checkpoint".into())
            .spawn(move || run(&connection, &woken))?;
        Ok(Self { commits: AtomicU32::new(0), wake: Some(wake), thread: Some(thread) })
    }

    /// Counts a commit, and wakes the thread when it is time.
    pub(super) fn committed(&self) {
        let number = self.commits.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if number.is_multiple_of(COMMITS_BETWEEN)
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

fn run(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        // A checkpoint that fails loses nothing: the log stays, and the next one takes it.
        let Ok(log_pages) = checkpoint(connection, "PASSIVE") else {
            continue;
        };
        if log_pages > LOG_PAGES_MAX {
            let _ = checkpoint(connection, "RESTART");
        }
    }
}

/// Makes a checkpoint and tells how many pages the log has.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get(1))
}
