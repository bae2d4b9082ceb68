//! What a host gives: the four interfaces of the WIT, whose words hold.

/// Tells which write a value is from.
pub type Version = u64;

/// A stored row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its value: JSON text.
    pub value: String,
    /// The value's version.
    pub version: Version,
}

/// A stretch of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The rows, in the order of the scan.
    pub entries: Vec<Entry>,
    /// Where to go on; none at the end of the range.
    pub next: Option<String>,
}

/// A condition of a commit: the version that a key must still have; none: it must be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The key.
    pub key: String,
    /// Its version.
    pub version: Option<Version>,
}

/// A change of a commit: a key's new value; none: the key is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Option<String>,
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether every write was made.
    pub committed: bool,
    /// The keys whose checks failed, as far as the store can tell.
    pub conflicts: Vec<String>,
}

/// Why a call of the store failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// It can't answer now.
    Unavailable(String),
    /// A limit is exceeded.
    TooLarge(String),
}

/// The interface `storage`.
pub trait Storage {
    /// One answer for each key, in the same order.
    ///
    /// # Errors
    ///
    /// Those of the WIT.
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Entry>>, StorageError>;

    /// At most `limit` rows from `start` (inclusive) to `end` (exclusive).
    ///
    /// # Errors
    ///
    /// Those of the WIT.
    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool)
    -> Result<Page, StorageError>;

    /// Makes all writes if every check holds, or none of them.
    ///
    /// # Errors
    ///
    /// Those of the WIT.
    fn commit(&self, checks: &[Checked], writes: &[Write]) -> Result<Outcome, StorageError>;

    /// Sees to it that what was deleted can't be found in the store's files.
    ///
    /// # Errors
    ///
    /// Those of the WIT.
    fn scrub(&self) -> Result<(), StorageError>;
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same each time this mail is sent.
    pub id: String,
    /// The agency on whose behalf it is sent.
    pub agency: String,
    /// The sender's name.
    pub sender_name: String,
    /// Where replies go.
    pub reply_to: Option<String>,
    /// The recipient's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The body.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// What it is for.
    pub kind: String,
}

/// What the host did with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Taken.
    Accepted,
    /// Not now; why.
    TryLater(String),
    /// Never; why.
    Never(String),
}

/// The interface `mail`.
pub trait Mail {
    /// Hands over a mail.
    fn send(&self, message: Message) -> Handover;

    /// Deletes whatever the host kept of these mails.
    ///
    /// # Errors
    ///
    /// Why something can't be deleted now.
    fn forget(&self, ids: &[String]) -> Result<(), String>;
}

/// The interface `clock`.
pub trait Clock {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> u64;

    /// How many seconds clocks in a zone are ahead of UTC at a time.
    fn offset(&self, zone: &str, at: u64) -> Option<i32>;
}

/// A key of the ring.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub id: String,
    /// The secret.
    pub bytes: Vec<u8>,
}

/// The interface `secrets`.
pub trait Secrets {
    /// So many random bytes.
    fn random(&self, len: u32) -> Vec<u8>;

    /// The key ring, newest first.
    ///
    /// # Errors
    ///
    /// Why there are no keys now.
    fn keys(&self) -> Result<Vec<Key>, String>;
}
