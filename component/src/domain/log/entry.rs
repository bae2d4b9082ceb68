//! An entry, from draft to stored block.
//!
//! Personal data stands in an entry as a reference, a salted hash of the value; salt and
//! value lie beside the entries. The chain covers the references only, so that erasing salts
//! and values leaves a log that verifies and tells nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::event::Event;
use super::subject::{Subject, subjects_of_schema_1};
use crate::domain::actor::Actor;
use crate::domain::id::ClientId;
use crate::domain::json::from_json;
use crate::domain::keyring::{Mac, base64url, from_base64url, salted};
use crate::domain::text::{TextError, printable};
use crate::domain::time::Timestamp;

/// An entry before it is numbered and sealed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who caused it.
    pub actor: Actor,
    /// What happened.
    pub event: Event,
    /// The personal data in it: name of the detail, and value.
    pub personal: Vec<(&'static str, String)>,
}

/// What the host calls the request that led to an entry, so that the log can be held against
/// the host's own traces: 1 to 128 characters of printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TraceId(String);

impl TraceId {
    const CHARS_MAX: usize = 128;

    /// The id that `text` spells.
    ///
    /// # Errors
    ///
    /// When it is empty, too long, or has other characters than printable ASCII.
    pub fn parse(text: &str) -> Result<TraceId, TextError> {
        printable(text, Self::CHARS_MAX).map(|text| TraceId(text.to_owned()))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an entry says, as it is stored and hashed. `E` is an [`Event`] in an entry that is
/// written, and its [`Fields`] in one that is read ([`Sealed::entry`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry<E> {
    /// Numbered from 1 without gaps.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// The request that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<TraceId>,
    /// What it is about.
    pub about: Vec<Subject>,
    /// What happened.
    pub event: E,
    /// The personal data in it: name of the detail, and reference.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: BTreeMap<String, String>,
}

impl<E> Entry<E> {
    /// Whether it says something about `subject`.
    pub fn is_about(&self, subject: &Subject) -> bool {
        self.about.contains(subject)
    }
}

impl Entry<Fields> {
    /// The name of its event.
    pub fn kind(&self) -> &str {
        self.event.get("kind").and_then(Value::as_str).unwrap_or_default()
    }
}

/// An entry as it may stand in the store: one of schema 1 doesn't say what it is about.
#[derive(Deserialize)]
struct Stored {
    number: u64,
    at: Timestamp,
    actor: Actor,
    #[serde(default)]
    trace_id: Option<TraceId>,
    #[serde(default)]
    about: Option<Vec<Subject>>,
    event: Fields,
    #[serde(default)]
    personal: BTreeMap<String, String>,
}

/// The name of an event under `kind`, and its fields.
pub type Fields = Map<String, Value>;

/// An entry with the hash that ties it to the one before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// The [`Entry`], as the very text that was hashed.
    pub body: Box<RawValue>,
    /// Over the body and the hash before.
    pub mac: Mac,
}

impl Sealed {
    /// What the entry says.
    ///
    /// # Errors
    ///
    /// When its text is no entry.
    pub fn entry(&self) -> Result<Entry<Fields>, serde_json::Error> {
        let stored = from_json(self.body.get())?;
        let Stored { number, at, actor, trace_id, about, event, personal } = stored;
        let about = about.unwrap_or_else(|| subjects_of_schema_1(&event));
        Ok(Entry { number, at, actor, trace_id, about, event, personal })
    }
}

/// A value that can be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    /// The salt of its reference, in base64url.
    pub salt: String,
    /// The value.
    pub value: String,
}

impl Personal {
    /// Whether it is what `reference` was made of.
    pub fn is_behind(&self, reference: &str) -> bool {
        let salt = from_base64url(&self.salt).and_then(|salt| salt.try_into().ok());
        salt.is_some_and(|salt| base64url(&salted(&salt, &self.value)) == reference)
    }
}

/// The values of an entry's references.
pub type Values = Vec<(String, Personal)>;

/// The entries of one commit, in one row.
///
/// A block is written once. Only erasing touches it again, and only its `personal` part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Block {
    /// At least one entry, in order.
    pub entries: Vec<Sealed>,
    /// The values of references that weren't erased.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: BTreeMap<String, Personal>,
}

impl Draft {
    /// The entry with this number, and the values of its references. `salt` gives fresh
    /// random bytes.
    pub fn number<E>(
        self,
        number: u64,
        at: Timestamp,
        trace_id: Option<TraceId>,
        mut salt: impl FnMut() -> Result<[u8; 16], E>,
    ) -> Result<(Entry<Event>, Values), E> {
        let Draft { actor, event, personal: named } = self;
        let mut personal = BTreeMap::new();
        let mut values = Vec::new();
        for (name, value) in named {
            let salt = salt()?;
            let reference = base64url(&salted(&salt, &value));
            personal.insert(name.to_owned(), reference.clone());
            values.push((reference, Personal { salt: base64url(&salt), value }));
        }
        let about = event.about();
        Ok((Entry { number, at, actor, trace_id, about, event, personal }, values))
    }
}

impl Block {
    /// Erases what entries about `client` tell of the person. Gives whether anything was
    /// there. The entries stay as they were hashed.
    pub fn erase(&mut self, client: ClientId) -> bool {
        let subject = Subject::Client(client);
        let before = self.personal.len();
        for sealed in &self.entries {
            let Ok(entry) = sealed.entry() else { continue };
            if entry.is_about(&subject) {
                self.personal
                    .retain(|reference, _| !entry.personal.values().any(|r| r == reference));
            }
        }
        self.personal.len() < before
    }

    /// The details of `entry`: the event's fields, and the personal data that wasn't erased;
    /// null where it was.
    pub fn details(&self, entry: &Entry<Fields>) -> Fields {
        let mut details = entry.event.clone();
        details.remove("kind");
        for (name, reference) in &entry.personal {
            let value = self.personal.get(reference).map(|personal| personal.value.clone());
            details.insert(name.clone(), value.into());
        }
        details
    }
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
