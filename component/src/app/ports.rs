//! What a host gives: four ports with plain types. The WIT (`wit/deps/host`) has their
//! guarantees; this is only their shape.

use core::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use thiserror::Error;

use crate::domain::calendar::Zones;
use crate::domain::mail::Handover;
use crate::domain::settings::ZoneName;
use crate::domain::time::{DAY, SECOND, Timestamp};

/// A stored row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Which write the value is from. Only compared for equality, and never used twice.
    pub version: u64,
}

/// A stretch of rows to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// From this key on.
    pub start: String,
    /// Up to and excluding this key.
    pub end: String,
    /// The most rows to give.
    pub limit: u32,
    /// Whether to go from the largest key down.
    pub reverse: bool,
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The rows in the order of the scan.
    pub rows: Vec<Stored>,
    /// Where to go on; none: there are no more rows in the range.
    pub next: Option<String>,
}

/// A condition of a commit: the version that a key must still have; none: it must not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The key.
    pub key: String,
    /// Its version.
    pub version: Option<u64>,
}

/// A change that a commit makes; no value deletes the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: String,
    /// Its new value.
    pub value: Option<String>,
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commit {
    /// All writes were made.
    Committed,
    /// No write was made: these keys, as far as the store can tell, had other versions.
    Conflict(Vec<String>),
}

/// Why the store refused or failed. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StorageError {
    /// It can't answer now.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A key, a value or a commit exceeds its limit.
    #[error("the store refused a write: {0}")]
    TooLarge(String),
}

/// An ordered key-value store with one atomic commit.
pub trait Storage {
    /// One answer for each key, in the order asked.
    ///
    /// # Errors
    ///
    /// When the store is unavailable.
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Stored>>, StorageError>;

    /// The rows of a stretch.
    ///
    /// # Errors
    ///
    /// When the store is unavailable.
    fn scan(&self, scan: &Scan) -> Result<Scanned, StorageError>;

    /// Makes all writes if every check holds, or none.
    ///
    /// # Errors
    ///
    /// When the store is unavailable, or something is too large.
    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Commit, StorageError>;

    /// Has the store get rid, soon, of all traces of what was deleted or overwritten so far.
    ///
    /// # Errors
    ///
    /// When the store is unavailable: it has to be asked again.
    fn scrub(&self) -> Result<(), StorageError>;
}

/// A mail, ready to hand over.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The same at each attempt, so that a host can drop repetitions.
    pub id: String,
    /// The agency on whose behalf it is sent.
    pub agency: String,
    /// The sender's name.
    pub sender_name: String,
    /// Where replies go.
    pub reply_to: Option<String>,
    /// The recipient.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The word for what it is for.
    pub kind: &'static str,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

/// Takes mails, and sees to their delivery.
pub trait Mail {
    /// Hands over one mail.
    fn send(&self, message: Message) -> Handover;

    /// Has the host delete what it kept of these mails.
    ///
    /// # Errors
    ///
    /// When it can't now; the text says why.
    fn forget(&self, ids: &[String]) -> Result<(), String>;
}

/// Tells the time.
pub trait Clock {
    /// Milliseconds since the Unix epoch, UTC.
    fn now(&self) -> u64;

    /// How many seconds clocks in a time zone are ahead of UTC at a time; none where the host
    /// doesn't know.
    fn offset(&self, zone: &str, at: u64) -> Option<i32>;
}

/// A key of the ring as the host gives it.
pub struct RawKey {
    /// Its id.
    pub id: String,
    /// Its 32 bytes.
    pub bytes: Vec<u8>,
}

/// Gives randomness and keys.
pub trait Secrets {
    /// Fresh random bytes, `len` of them.
    fn random(&self, len: u32) -> Vec<u8>;

    /// The key ring, newest first.
    ///
    /// # Errors
    ///
    /// When there are no keys now; the text says why.
    fn keys(&self) -> Result<Vec<RawKey>, String>;
}

/// All that a host gives.
pub struct Ports {
    /// Where rows are stored.
    pub storage: Rc<dyn Storage>,
    /// Where mails go.
    pub mail: Rc<dyn Mail>,
    /// The time.
    pub clock: Rc<dyn Clock>,
    /// Randomness, and the key ring.
    pub secrets: Rc<dyn Secrets>,
    /// What the clock said about time zones.
    pub zones: KnownOffsets,
    /// Where a rehearsal notes what a command comes to; none where commands are meant.
    pub rehearsal: Option<Rc<Rehearsal>>,
}

/// What a command came to that was carried out on a copy of the store: the basis of a quote.
#[derive(Default)]
pub struct Rehearsal {
    priced_at: Option<Timestamp>,
    noted: RefCell<Option<String>>,
}

impl Rehearsal {
    /// One in which commands are priced at another instant than they are carried out at.
    pub fn priced_at(priced_at: Option<Timestamp>) -> Rehearsal {
        Rehearsal { priced_at, noted: RefCell::default() }
    }

    /// The instant that commands are priced at; none: when they are carried out.
    pub const fn pricing(&self) -> Option<Timestamp> {
        self.priced_at
    }

    /// Notes what a command comes to.
    pub fn note(&self, basis: String) {
        self.noted.replace(Some(basis));
    }

    /// What was noted last, and isn't any more then. A command that was answered before notes
    /// nothing.
    pub fn take(&self) -> Option<String> {
        self.noted.take()
    }
}

/// What was asked about time zones within a call, by zone and time: whatever the call reads and
/// in however many commits it works, nothing is asked twice.
#[derive(Default)]
pub struct KnownOffsets(RefCell<BTreeMap<(ZoneName, Timestamp), Option<i64>>>);

impl KnownOffsets {
    /// Another call begins: the host may say something else by now.
    pub fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

impl Zones for Ports {
    fn offset(&self, zone: &ZoneName, at: Timestamp) -> Option<i64> {
        let key = (zone.clone(), at);
        let known = self.zones.0.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let seconds = self.clock.offset(zone.as_str(), at.millis()).map(i64::from);
            // A host that gives a day or more is wrong: as good as none.
            let seconds = seconds.filter(|seconds| seconds.unsigned_abs() < DAY / SECOND);
            self.zones.0.borrow_mut().insert(key, seconds);
            seconds
        })
    }
}
