//! What is said to etcd and what it answers, as its JSON gateway writes it: bytes as base64, 64-bit numbers as texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Version;

/// A key or a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Bytes {
    pub(super) fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().to_vec())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        STANDARD.decode(text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}

/// A 64-bit number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(pub(super) i64);

impl Number {
    /// The revision at which a row must have been written that has this version; 0: it must not be there.
    pub(super) fn of(version: Option<Version>) -> Self {
        Self(match version {
            None => 0,
            // None was ever written at 0, which would stand for its absence.
            Some(0) => i64::MAX,
            Some(version) => i64::try_from(version).unwrap_or(i64::MAX),
        })
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

/// Reads a key, or a range of keys.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Range {
    pub(super) key: Bytes,
    /// Exclusive; none: the key alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) range_end: Option<Bytes>,
    /// As it was at that revision; none: as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision: Option<Number>,
    /// At most so many; none: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sort_order: Option<&'static str>,
    #[serde(skip_serializing_if = "is_no")]
    pub(super) keys_only: bool,
    #[serde(skip_serializing_if = "is_no")]
    pub(super) count_only: bool,
}

impl Range {
    pub(super) fn key(key: impl AsRef<[u8]>) -> Self {
        Self { key: Bytes::new(key), ..Self::default() }
    }

    pub(super) fn between(from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Self {
        Self { range_end: Some(Bytes::new(to)), ..Self::key(from) }
    }

    /// Without values.
    pub(super) fn without_values(self) -> Self {
        Self { keys_only: true, ..self }
    }
}

fn is_no(value: &bool) -> bool {
    !value
}

/// Writes a key.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Put {
    pub(super) key: Bytes,
    pub(super) value: Bytes,
    /// The lease that it ends with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lease: Option<Number>,
}

/// Deletes a key, or a range of keys.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Delete {
    pub(super) key: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) range_end: Option<Bytes>,
}

/// One of a transaction's operations.
#[derive(Debug, Clone, Serialize)]
pub(super) enum Op {
    #[serde(rename = "request_range")]
    Range(Range),
    #[serde(rename = "request_put")]
    Put(Put),
    #[serde(rename = "request_delete_range")]
    Delete(Delete),
}

/// A condition of a transaction.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Compare {
    key: Bytes,
    target: &'static str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mod_revision: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Bytes>,
}

impl Compare {
    /// Whether the key was last written at that revision; 0: whether it isn't there.
    pub(super) fn revision(key: impl AsRef<[u8]>, revision: i64) -> Self {
        let (key, mod_revision) = (Bytes::new(key), Some(Number(revision)));
        Self { key, target: "MOD", result: "EQUAL", mod_revision, value: None }
    }

    /// Whether the key has the value.
    pub(super) fn value(key: impl AsRef<[u8]>, value: Vec<u8>) -> Self {
        let (key, value) = (Bytes::new(key), Some(Bytes(value)));
        Self { key, target: "VALUE", result: "EQUAL", mod_revision: None, value }
    }
}

/// Does what stands in `success` if all conditions hold, and else what stands in `failure`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Txn {
    pub(super) compare: Vec<Compare>,
    pub(super) success: Vec<Op>,
    pub(super) failure: Vec<Op>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Authenticate<'a> {
    pub(super) name: &'a str,
    pub(super) password: &'a str,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Grant {
    /// In seconds.
    #[serde(rename = "TTL")]
    pub(super) ttl: Number,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Compaction {
    pub(super) revision: Number,
    /// Whether the answer waits until it is done.
    pub(super) physical: bool,
}

/// Asks for what needs no words.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Nothing {}

/// What every answer begins with.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Header {
    #[serde(default)]
    pub(super) revision: Number,
}

/// A row.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Row {
    pub(super) key: Bytes,
    #[serde(default)]
    pub(super) value: Bytes,
    #[serde(default)]
    pub(super) mod_revision: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Ranged {
    #[serde(default)]
    pub(super) header: Header,
    #[serde(default)]
    pub(super) kvs: Vec<Row>,
    /// Whether there are more than the limit allowed.
    #[serde(default)]
    pub(super) more: bool,
    /// How many there are in the range, with those that the limit didn't allow.
    #[serde(default)]
    pub(super) count: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Done {
    pub(super) response_range: Option<Ranged>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Txned {
    #[serde(default)]
    pub(super) header: Header,
    #[serde(default)]
    pub(super) succeeded: bool,
    #[serde(default)]
    pub(super) responses: Vec<Done>,
}

impl Txned {
    /// What its reads gave, in their order.
    pub(super) fn ranges(self) -> impl Iterator<Item = Ranged> {
        self.responses.into_iter().filter_map(|done| done.response_range)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Authenticated {
    pub(super) token: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Granted {
    #[serde(rename = "ID")]
    pub(super) id: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Status {
    #[serde(rename = "dbSize", default)]
    pub(super) size: Number,
}

/// Something of which nothing is of interest.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Anything {}

/// Why it was refused.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refused {
    #[serde(default)]
    pub(super) code: i64,
    #[serde(default)]
    pub(super) message: String,
    /// Where there is no `message`.
    #[serde(default)]
    pub(super) error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_written_as_the_gateway_reads_it() {
        let txn = Txn {
            compare: vec![Compare::revision("k", 0)],
            success: vec![Op::Put(Put {
                key: Bytes::new("k"),
                value: Bytes::new("{}"),
                lease: None,
            })],
            failure: vec![Op::Range(Range::between("a", "b").without_values())],
        };
        assert_eq!(
            serde_json::to_string(&txn).unwrap(),
            r#"{"compare":[{"key":"aw==","target":"MOD","result":"EQUAL","mod_revision":"0"}],"success":[{"request_put":{"key":"aw==","value":"e30="}}],"failure":[{"request_range":{"key":"YQ==","range_end":"Yg==","keys_only":true}}]}"#
        );
    }

    #[test]
    fn what_an_answer_leaves_out_is_nothing() {
        let txned: Txned = serde_json::from_str(
            r#"{"header":{"revision":"9007199254740993","raft_term":"2"},"responses":[{"response_range":{"header":{"revision":"2"}}},{"response_put":{}}]}"#,
        )
        .unwrap();
        assert!(!txned.succeeded);
        assert_eq!(txned.header.revision, Number(9_007_199_254_740_993));
        let ranges: Vec<Ranged> = txned.ranges().collect();
        assert_eq!((ranges.len(), ranges[0].kvs.len(), ranges[0].more), (1, 0, false));
    }
}
