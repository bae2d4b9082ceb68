//! Recordings: what a story told the component, and what it answered, for hosts in other
//! languages, which then needn't know what a scenario file may say.
//!
//! | to find | open |
//! | --- | --- |
//! | how a story is recorded | [`Recorder`] |
//! | how a recording is played against a host | [`play()`] |
//!
//! # The format
//!
//! A recording is a file of JSON lines. The first is a [`Head`], the last an [`End`], and each
//! between them a [`Call`]: all that were made, the rehearsals with a failing store and the
//! reads of the log among them. Empty fields of a call are left out.
//!
//! ```json
//! {"story": "billing/monthly", "format": 1, "keys": [{"id": "seeded", "bytes": "<hex>"}]}
//! {"call": "clients.revoke", "arguments": {"call": {}, "id": "c1"}, "now": 1790000000000,
//!  "random": ["<hex>"], "ok": null}
//! {"rows": [["acme/agency", "{}"]]}
//! ```
//!
//! (Here the call takes two lines; in a file it is one.) Values stand as
//! [`values`](clientdesk_host::values) say, arguments in full: what isn't there is null.
//!
//! A player makes each call with a host whose clock, randomness, keys, mail and time zones are
//! as recorded, whose store begins empty, and whose instances are fresh or reused as it likes.
//! It compares each answer, what mails were handed over or forgotten, and at the end every row.

mod difference;
mod play;
mod record;

use clientdesk_host::adapters::mail::{Handover, Message};
use clientdesk_host::adapters::secrets::Key;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::faults::Operation;

pub use difference::Difference;
pub use play::play;
pub use record::Recorder;

/// The format that is written and read here.
pub const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Which story: folder and file, `billing/monthly`.
    pub story: String,
    /// [`FORMAT`].
    pub format: u32,
    /// The key ring, newest first.
    pub keys: Vec<RingKey>,
}

/// A key of the ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RingKey {
    /// Its name.
    pub id: String,
    /// Its 32 bytes in hexadecimal digits.
    pub bytes: String,
}

/// A call, with all that the host told the component meanwhile.
#[derive(Debug, Serialize, Deserialize)]
pub struct Call {
    /// The function: `clients.revoke`.
    pub call: String,
    /// Its arguments by the names of the WIT.
    pub arguments: Value,
    /// What the clock says throughout: milliseconds since the Unix epoch.
    pub now: u64,
    /// Rows that somebody else changed before it: damaged, mended, or put back. Null deletes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<(String, Option<String>)>,
    /// The key ring, if it is another than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<RingKey>>,
    /// What `clock.offset` was asked, and answered: zone, time, seconds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<(String, u64, Option<i32>)>,
    /// What `secrets.random` gave, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub random: Vec<String>,
    /// What `mail.send` was handed, and answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<Handed>,
    /// The ids that each call of `mail.forget` named. Its answer is always ok.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<Vec<String>>,
    /// The storage calls that failed on demand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage: Vec<Failed>,
    /// How it ended.
    #[serde(flatten)]
    pub answer: Answer,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// With this answer; null for a function that has none.
    Ok(Value),
    /// The function refused.
    Err(Value),
}

/// A mail that was handed over.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handed {
    /// The mail, by the names of the WIT.
    pub message: Value,
    /// What the host said.
    pub answer: Value,
}

/// A storage call that did something else than its plain work.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// Which, of all storage calls that were made within the call; 1 is the first.
    pub nth: u32,
    /// Which function it was of.
    pub operation: Operation,
    /// What it answered: `{"err": …}`, or of a commit `{"ok": …}` with its conflicts.
    pub answer: Value,
    /// Whether it did its work all the same.
    pub applied: bool,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Every row that the component has: key and value, in the order of the keys.
    pub rows: Vec<(String, String)>,
}

impl From<&Key> for RingKey {
    fn from(key: &Key) -> Self {
        RingKey { id: key.id.clone(), bytes: hex(&key.bytes) }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that an even number of hexadecimal digits stand for.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        hex.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect();
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    };
    digits?.chunks(2).map(pair).collect()
}

/// A mail by the names of the WIT.
fn message_json(message: &Message) -> Value {
    json!({
        "id": message.id,
        "agency": message.agency,
        "sender-name": message.sender_name,
        "reply-to": message.reply_to,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "kind": message.kind,
    })
}

fn handover_json(answer: &Handover) -> Value {
    match answer {
        Handover::Accepted => json!("accepted"),
        Handover::TryLater(why) => json!({"try-later": why}),
        Handover::Never(why) => json!({"never": why}),
    }
}
