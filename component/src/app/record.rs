//! What a stored row looks like: `{"schema":2,"data":…}`.
//!
//! Every row says which schema it was written with. A row of an older one is upgraded in
//! memory when it is read, and stored in the new form when it next changes; a row of a newer
//! one belongs to a newer release, and is left alone.

mod named;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::error::Error;
use super::ports::Stored;
use super::upgrade;
use crate::domain::account::Usage;
use crate::domain::activity::{Activity, ActivityBatch};
use crate::domain::billing::{LedgerTotals, Line, Opening};
use crate::domain::catalog::CatalogVersion;
use crate::domain::crossing::CrossingProgress;
use crate::domain::digest::Schedule;
use crate::domain::email::Email;
use crate::domain::health::movers::Movers;
use crate::domain::health::trail::Trail;
use crate::domain::id::{BrandId, ClientId, IdentityId};
use crate::domain::identity::Identity;
use crate::domain::impersonation::Impersonation;
use crate::domain::json::from_json;
use crate::domain::keyring::Mac;
use crate::domain::log::{Block, Head};
use crate::domain::moving::{Header, Progress};
use crate::domain::rate::{Failures, Recent};
use crate::domain::search;
use crate::domain::session::Session;
use crate::domain::settings::is_default;
use crate::domain::tally::Tally;
use crate::domain::time::Timestamp;

/// The schema that this release writes. Raise it with every change that an older row
/// couldn't be read through, here and in `OPENING`, and say in [`Record::upgrade`] what becomes
/// of older rows.
pub const SCHEMA: u32 = 2;

/// Something that is stored in a row of its own.
pub trait Record: Serialize + DeserializeOwned {
    /// The data of a row that was written with the older schema `from`, in today's form;
    /// none when there is no way. A new optional field needs nothing here.
    ///
    /// Where nothing changes, the text stays as it is: hashes are over the text of some.
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        let _ = from;
        Some(data)
    }

    /// Whether it says itself that it lies under this key. What has no id of its own can't tell.
    fn lies_under(&self, key: &str) -> bool {
        let _ = key;
        true
    }
}

impl Record for Head {}
impl Record for Block {}
impl Record for Session {}
impl Record for Usage {}
impl Record for LedgerTotals {}
impl Record for CatalogVersion {}
impl Record for Opening {}
impl Record for Impersonation {}
impl Record for Tally {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::tally(from, &data)
    }
}
impl Record for search::Block {}
impl Record for search::FoundBy {}
impl Record for Activity {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::activity(from, &data)
    }
}
impl Record for ActivityBatch {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::activity_batch(from, &data)
    }
}
impl Record for Trail {}
impl Record for CrossingProgress {}
impl Record for Schedule {}
impl Record for Recent {}
impl Record for Failures {}

/// How far scoring everybody anew has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescoring {
    /// When it began.
    pub began: Timestamp,
    /// The last client that was scored.
    pub after: Option<ClientId>,
    /// Who moved most so far.
    pub movers: Movers,
}

impl Record for Rescoring {}

/// When everybody was last scored anew, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// When.
    pub at: Timestamp,
    /// Who moved most.
    pub movers: Movers,
}

impl Record for Scored {}

/// How far charging for the periods that began has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalProgress {
    /// The latest period that it was done for, by its start.
    pub period: Timestamp,
    /// Whether all brands were looked at, and it is the accounts' turn.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accounts: bool,
    /// The last brand or account that was looked at, as it stands in its key; none: all were, or
    /// none was.
    pub after: Option<String>,
}

impl Record for RenewalProgress {}

/// A row that says where something lies: an index.
impl Record for BrandId {}
impl Record for ClientId {}
impl Record for IdentityId {}

/// Which sign-in on an account's behalf runs for an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// What it is stored under.
    pub id: String,
}
impl Record for Running {}

/// A row whose key says it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {}
impl Record for Marker {}

/// How an entry of the due index fared so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueState {
    /// How often it failed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub failures: u32,
    /// Not to be tried again before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
}
impl Record for DueState {}

/// Something due that failed too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedJob {
    /// Why, the last time.
    pub problem: String,
}
impl Record for ParkedJob {}

/// That somebody works on a part of the due index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Until then.
    pub until: Timestamp,
}
impl Record for Lease {}

/// Somebody's request for a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordRequest {
    /// With this address.
    pub email: Email,
}
impl Record for PasswordRequest {}

/// Some lines of one payer's ledger, written by one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerBlock {
    /// At least one, in order.
    pub lines: Vec<Line>,
}

/// How far the import of an agency has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arriving {
    /// What arrives.
    pub header: Header,
    /// The lines that have come.
    pub progress: Progress,
    /// The kind of the last row among them, by its place in the list of kinds.
    pub stage: usize,
    /// Which of that kind it was.
    pub last: String,
    /// What is done when all of them have.
    pub phase: Phase,
}
impl Record for Arriving {}

/// A login that arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivingLogin {
    /// As it arrived.
    pub identity: Identity,
    /// What became of it.
    pub became: Became,
}
impl Record for ArrivingLogin {}

/// What became of a login that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Became {
    /// Nothing yet.
    Waiting,
    /// This login.
    Login(IdentityId),
    /// None: somebody has a login with its address already.
    Nobody,
}

/// What an import does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It takes lines.
    Receiving,
    /// It verifies the log from this entry on.
    Verifying(u64),
    /// It puts logins where everybody finds them: those of the clients after this one.
    Logins(String),
    /// It makes things fall due, those after this one.
    Dues(String),
    /// The agency is there. What was only needed until then goes.
    Tidying,
    /// It was given up. Everything goes.
    Aborting,
}

/// What a command with an idempotency key answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// The hash of the function and its arguments.
    pub request: Mac,
    /// The answer: ids and outcomes, never a secret.
    pub reply: Box<RawValue>,
    /// When.
    pub at: Timestamp,
}
impl Record for Answered {}

/// How every row of this schema begins, in the form that [`encode`] writes: the store gives
/// rows back as they were written.
const OPENING: &str = r#"{"schema":2,"data":"#;
const CLOSING: &str = "}";

/// Any row, whatever its schema and form.
#[derive(Deserialize)]
struct Row {
    schema: u32,
    data: Box<RawValue>,
}

/// What has a form in JSON, of whatever type it is: what takes it so is compiled once.
pub trait ToJson {
    /// Its form in JSON.
    ///
    /// # Errors
    ///
    /// Never for what consists of texts, numbers, lists and structs.
    fn to_json(&self) -> Result<Box<RawValue>, Error>;
}

impl<T: Serialize> ToJson for T {
    fn to_json(&self) -> Result<Box<RawValue>, Error> {
        to_raw_value(self).map_err(Error::internal)
    }
}

/// The value of a row.
#[inline(never)]
pub fn encode<R: Record>(record: &R) -> Result<String, Error> {
    enclosed(serde_json::to_string(record))
}

#[inline(never)]
fn enclosed(data: Result<String, serde_json::Error>) -> Result<String, Error> {
    Ok([OPENING, &data.map_err(Error::internal)?, CLOSING].concat())
}

/// The record in the row with this key and value.
///
/// # Errors
///
/// When the row is damaged, lies in another's place, or was written by a newer release.
// Not inlined: a copy at each place that reads a row would be a tenth of the component. And
// what is around the data is read as text: a reader for it with each record would be more.
#[inline(never)]
pub fn decode<R: Record>(key: &str, value: &str) -> Result<R, Error> {
    let data = value.strip_prefix(OPENING).and_then(|rest| rest.strip_suffix(CLOSING));
    let record: R = match data.map(from_json) {
        Some(Ok(record)) => record,
        // Another schema or form, or no row at all: look closer, slowly.
        Some(Err(_)) | None => decode_other(key, value)?,
    };
    // Who went on with another's would read and write in its name.
    let its_own = record.lies_under(key);
    if its_own { Ok(record) } else { Err(Error::corrupt(key, "it isn't what its key says")) }
}

/// The record of a row that stands among others; none where it is damaged.
///
/// Lists pass over such a row, and jobs see to the rest first: whoever asks for what it belongs
/// to hears of the damage.
///
/// # Errors
///
/// When a newer release wrote it: this one can't tell whether the others are what they seem.
pub fn decode_whole<R: Record>(row: &Stored) -> Result<Option<R>, Error> {
    match decode(&row.key, &row.value) {
        Ok(record) => Ok(Some(record)),
        Err(Error::Corrupt(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether what lies under a key says the same as this value, in whatever form. A damaged row doesn't.
///
/// # Errors
///
/// When a newer release wrote it.
pub fn says_the_same(key: &str, found: &str, value: &str) -> Result<bool, Error> {
    if found == value {
        return Ok(true);
    }
    let data = |row: Row| serde_json::from_str::<serde_json::Value>(row.data.get()).ok();
    match any_row(key, found) {
        Ok(row) => Ok(data(row) == any_row(key, value).ok().and_then(data)),
        Err(Error::Corrupt(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// At which byte of a row its data begins.
pub const BEGIN_OF_DATA: usize = OPENING.len();

/// Whether the row says that an older release wrote it.
pub fn is_older(value: &str) -> bool {
    !value.starts_with(OPENING)
}

/// The first byte at which the row isn't what a release wrote for this record: the same
/// record can be spelled with other blanks, in another order, or with fields that nobody
/// reads.
pub fn differs_at<R: Record>(value: &str, record: &R) -> Result<Option<usize>, Error> {
    let data = encode(record)?;
    let schema = value.get(..BEGIN_OF_DATA).unwrap_or_default();
    let older = (1..SCHEMA).map(|schema| format!(r#"{{"schema":{schema},"data":"#));
    let opening = older.into_iter().find(|opening| opening == schema);
    let written = opening.as_deref().unwrap_or(OPENING).bytes();
    let written = written.chain(data.bytes().skip(BEGIN_OF_DATA));
    let differs = written.zip(value.bytes()).position(|(one, other)| one != other);
    let shorter = data.len().min(value.len());
    Ok(differs.or((data.len() != value.len()).then_some(shorter)))
}

#[cold]
#[inline(never)]
fn decode_other<R: Record>(key: &str, value: &str) -> Result<R, Error> {
    let data = data_of_today(key, value, R::upgrade)?;
    from_json(data.get()).map_err(|why| Error::corrupt(key, why))
}

/// How the data of an older schema becomes today's.
type Upgrade = fn(u32, Box<RawValue>) -> Option<Box<RawValue>>;

#[inline(never)]
fn data_of_today(key: &str, value: &str, upgrade: Upgrade) -> Result<Box<RawValue>, Error> {
    let row = any_row(key, value)?;
    let data = if row.schema == SCHEMA { Some(row.data) } else { upgrade(row.schema, row.data) };
    data.ok_or_else(|| Error::corrupt(key, "its schema can't be upgraded"))
}

fn any_row(key: &str, value: &str) -> Result<Row, Error> {
    let row: Row = from_json(value).map_err(|why| Error::corrupt(key, why))?;
    if row.schema > SCHEMA {
        return Err(Error::Unavailable(format!(
            "newer-schema: the row `{key}` was written with schema {}, this release knows {SCHEMA}: update the component",
            row.schema
        )));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Shelf {
        books: u32,
        #[serde(default)]
        label: Option<String>,
    }

    impl Record for Shelf {
        fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
            let text = data.get().replace("volumes", "books");
            RawValue::from_string(text).ok().filter(|_| from == 0)
        }
    }

    #[test]
    fn rows_say_their_schema() {
        let shelf = Shelf { books: 3, label: None };
        let value = encode(&shelf).unwrap();
        assert_eq!(value, r#"{"schema":2,"data":{"books":3,"label":null}}"#);
        assert_eq!(decode::<Shelf>("k", &value), Ok(shelf));
        assert_eq!(OPENING, format!(r#"{{"schema":{SCHEMA},"data":"#));
    }

    #[test]
    fn rows_are_read_in_any_form() {
        for value in [
            r#"{"schema":2,"data":{"books":3}}"#,
            r#"{"data":{"books":3},"schema":2}"#,
            "{ \"schema\": 2,\n  \"data\": { \"label\": null, \"books\": 3 } }\n",
            r#"{"schema":2,"data":{"books":3},"by":"a host"}"#,
        ] {
            assert_eq!(decode("k", value), Ok(Shelf { books: 3, label: None }), "{value}");
        }
    }

    #[test]
    fn older_rows_are_upgraded_and_newer_ones_left_alone() {
        let old = r#"{"schema":0,"data":{"volumes":3}}"#;
        assert_eq!(decode("k", old), Ok(Shelf { books: 3, label: None }));
        let newer = decode::<Shelf>("k", r#"{"schema":3,"data":{"books":"many"}}"#);
        assert!(
            matches!(newer, Err(Error::Unavailable(text)) if text.starts_with("newer-schema: the row `k`"))
        );
    }

    #[test]
    fn damaged_rows_name_their_key() {
        for value in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"schema":2}"#,
            r#"{"schema":2,"data":}"#,
            r#"{"schema":2,"data":{"books":3}"#,
            r#"{"schema":2,"data":{"books":-1}}"#,
        ] {
            let decoded = decode::<Shelf>("a/acme/shelf", value);
            assert!(
                matches!(decoded, Err(Error::Corrupt(text)) if text.contains("`a/acme/shelf`"))
            );
        }
    }
}
