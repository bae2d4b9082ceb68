//! Rows in an etcd cluster.
//!
//! - `options`: what an address says, and how a store is opened;
//! - `keys`: where a store's keys are in etcd;
//! - `layout`: whether a store is there, of which layout, and making one;
//! - `needs`, `probe`: what a server must take, and whether it does;
//! - `wire`: what is said to etcd and what it answers;
//! - `link`: a connection to one server, which the thread that uses it drives itself;
//! - `client`: asking the cluster, and the next server where one doesn't answer;
//! - `moment`: the revision that a call reads;
//! - `read`, `reverse`: getting and scanning, from either end;
//! - `writer`, `writers`: who commits, and by what it is known whether a commit was made;
//! - `commit`: making a commit;
//! - `settle`: what became of a commit whose answer was lost;
//! - `cause`: errors, as words for whoever operates the host;
//! - `scrub`: what is done after a client was erased.
//!
//! # What is promised, and by what
//!
//! A version is the revision at which a row was last written: the cluster counts it up with each commit, and never
//! down. A commit is one transaction, which compares revisions; it goes through the cluster's log, and so do reads as
//! far as they need to: all of them are linearizable.
//!
//! An answer can be lost with its connection, its server, or its leader, and nobody can tell from that whether the
//! transaction was carried out, or still will be: a server may pass it on long after somebody gave it up. So each
//! writer has a row of its own, and each of its commits compares that row's revision and writes the row:
//!
//! - sent again, it is made once at most; the second time it finds the row changed, and reads in it which commit did;
//! - before anybody is told that it wasn't made, another transaction that compares the same revision changes the row:
//!   either that one is made, and the commit never will be, or the row tells that the commit was (`settle`);
//! - where no server can be reached for that until the deadline, the error says that the outcome isn't known; the
//!   writer isn't used again, and the store sees to it before its next call that what wasn't made until then never
//!   will be.
//!
//! The row is made with the writer, before its first commit: its absence is never what a commit compares. It is bound
//! to a lease, and goes with it some minutes after the writer was used last.

mod cause;
mod client;
mod commit;
mod keys;
mod layout;
mod link;
mod moment;
mod needs;
mod options;
mod probe;
mod read;
mod reverse;
mod scrub;
mod settle;
mod wire;
mod writer;
mod writers;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::limits;
use super::remote::{self, Scrubber};
use super::{Check, Entry, Error, Outcome, Page, Storage, StorageFigures, Version, Write};
use client::Client;
use options::Scrub;
use writers::Writers;

pub use options::EtcdOptions;

/// Keeps rows in an etcd cluster (3.4 or newer), which any number of hosts on any number of machines may use at once.
///
/// A commit that was acknowledged is on the disks of most of the cluster's servers. Every call ends within
/// [`EtcdOptions::deadline`]: with its answer, or with [`Error::Unavailable`], which says why. A commit whose answer is
/// lost is looked up with the same or another server; where that doesn't succeed before the deadline either, the error
/// says that the outcome isn't known, and the store sees to it before its next call that what wasn't made until then
/// never will be.
///
/// The servers are asked over their JSON gateway. They must be started with `--max-txn-ops=1024` and
/// `--max-request-bytes=5242880` or more, since a commit may have 1,000 rows and 4 MiB; whether they are is tried when
/// the store is opened, once a day.
///
/// Calls block the thread, as those of every store do. From async code, make them on a thread that may be blocked
/// (`spawn_blocking`); on a runtime with several threads any thread will do.
///
/// # What erasing leaves
///
/// [`scrub`](Storage::scrub) has the cluster compacted, and the servers of the address defragmented; see there. What it
/// can't reach is the servers' write-ahead log and their snapshots, which keep what they have until they are thrown
/// away in turn (`--snapshot-count`, `--max-wals`, `--max-snapshots`), and backups.
pub struct EtcdStorage {
    writers: Arc<Writers>,
    scrubber: Scrubber,
}

/// Why an etcd cluster can't be used as a store.
#[derive(Debug, Error)]
pub enum EtcdStorageError {
    /// The address isn't one.
    #[error("not the address of a store in etcd: {why}")]
    Address {
        /// What is wrong with it.
        why: String,
    },
    /// The cluster can't be reached, lets nobody in, or doesn't answer.
    #[error("can't open the store in `{store}`: {why}")]
    Open {
        /// Where it is, without the password.
        store: String,
        /// Why.
        why: String,
    },
    /// Nothing is there.
    #[error("no store in `{store}`")]
    Missing {
        /// Where it would be.
        store: String,
    },
    /// Something else is below the prefix.
    #[error("`{store}` isn't a Clientdesk store: {found}; name another prefix")]
    NotOurs {
        /// Where it is.
        store: String,
        /// What it is instead.
        found: String,
    },
    /// A newer release wrote the store.
    #[error(
        "the store in `{store}` has layout {found}; this release reads up to {known}; use a newer one"
    )]
    NewerLayout {
        /// Where it is.
        store: String,
        /// The store's layout.
        found: u64,
        /// The newest layout that this release knows.
        known: u64,
    },
    /// A server doesn't take the greatest commit.
    #[error(
        "the server {server} of `{store}` doesn't take the greatest commit: start every server with \
         `--max-txn-ops={ops} --max-request-bytes={bytes}` or more"
    )]
    Limits {
        /// Where the store is.
        store: String,
        /// Which server.
        server: String,
        /// How many operations a transaction must be allowed.
        ops: usize,
        /// How many bytes a request must be allowed.
        bytes: usize,
    },
}

impl EtcdOptions {
    /// The store; it is made where there is none.
    ///
    /// # Errors
    ///
    /// As for [`EtcdStorage::open`].
    pub fn open(self) -> Result<EtcdStorage, EtcdStorageError> {
        EtcdStorage::start(self, true)
    }

    /// The store. Nothing is made where there is none.
    ///
    /// # Errors
    ///
    /// As for [`EtcdStorage::open_existing`].
    pub fn open_existing(self) -> Result<EtcdStorage, EtcdStorageError> {
        EtcdStorage::start(self, false)
    }

    /// Removes the store with everything in it, for good: all keys below the prefix.
    ///
    /// # Errors
    ///
    /// As for [`EtcdStorage::open_existing`].
    pub fn remove(self) -> Result<(), EtcdStorageError> {
        layout::remove(&Client::new(self))
    }
}

impl EtcdStorage {
    /// The store in the cluster at the address, such as `etcd://host1,host2,host3/prefix`; it is made where there is
    /// none. [`EtcdOptions`] lists what an address may say.
    ///
    /// # Errors
    ///
    /// When the address is wrong, the cluster can't be reached, doesn't take the greatest commit, or holds something
    /// else or a newer store.
    pub fn open(address: &str) -> Result<Self, EtcdStorageError> {
        EtcdOptions::read(address)?.open()
    }

    /// The store in the cluster at the address. Nothing is made where there is none.
    ///
    /// # Errors
    ///
    /// [`EtcdStorageError::Missing`] when there is none; else as for [`open`](EtcdStorage::open).
    pub fn open_existing(address: &str) -> Result<Self, EtcdStorageError> {
        EtcdOptions::read(address)?.open_existing()
    }

    fn start(options: EtcdOptions, make: bool) -> Result<Self, EtcdStorageError> {
        let client = Client::new(options);
        layout::prepare(&client, make)?;
        let writers = Arc::new(Writers::new(client));
        let cleaned = Arc::clone(&writers);
        let scrubber = Scrubber::new(move || {
            let _ = scrub::clean(&cleaned.client);
        });
        // A process that ended too early may have left it to be done.
        if writers.client.options.scrub != Scrub::Leave
            && read::get(&writers, vec![remote::ROW.into()]).is_ok_and(|rows| rows != [None])
        {
            scrubber.wake();
        }
        Ok(Self { writers, scrubber })
    }

    /// Where the store is, for people: without the password.
    pub fn shown(&self) -> String {
        self.writers.client.options.shown()
    }

    /// All rows: keys and values.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when the cluster can't be read.
    pub fn dump(&self) -> Result<BTreeMap<String, String>, Error> {
        remote::dump(self)
    }
}

impl Storage for EtcdStorage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        limits::accept_keys(keys.iter().map(String::as_str))?;
        read::get(&self.writers, keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        read::scan(&self.writers, start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        limits::accept_commit(&checks, &writes)?;
        commit::commit(&self.writers, &checks, &writes)
    }

    /// Notes that the cluster has to be cleaned, which a thread of the store does at once, in this process or, if it
    /// ends, in the next one that opens the store: it is compacted up to its newest revision, of everybody's keys, and
    /// then each server of the address whose database has up to 256 MiB is defragmented, one after the other, during
    /// which that one answers nobody. `scrub=` in the address says to do less.
    fn scrub(&self) -> Result<(), Error> {
        if self.writers.client.options.scrub == Scrub::Leave {
            return Ok(());
        }
        self.commit(Vec::new(), vec![remote::wish()])?;
        self.scrubber.wake();
        Ok(())
    }

    fn figures(&self) -> StorageFigures {
        self.writers.connections().told("etcd")
    }
}

impl fmt::Debug for EtcdStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EtcdStorage").field("store", &self.shown()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
