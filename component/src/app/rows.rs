//! Rows that follow from something that is stored elsewhere.
//!
//! They are a function of it, so nobody writes them one by one: what is written is the
//! difference between those that followed before and those that follow now
//! ([`Tx::replace`](crate::app::tx::Tx::replace)), and whether a store is whole can be found
//! out by working them out again.

use std::collections::BTreeMap;

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::record::{self, DueState, Marker};
use crate::domain::client::Client;
use crate::domain::due::DueEntry;
use crate::domain::id::ClientId;

/// Rows in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows<'r>(BTreeMap<String, Value<'r>>);

/// What lies under a key. It becomes text only where it is written: most rows stay as they
/// are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value<'r> {
    /// The key says it all.
    Marker,
    /// Something falls due. How often it failed is for jobs to note.
    Due,
    ClientId(ClientId),
    Client(&'r Client),
}

impl<'r> Rows<'r> {
    /// Adds a place in an index.
    pub fn mark(&mut self, key: Key<Marker>) {
        self.0.insert(key.into_text(), Value::Marker);
    }

    /// Adds an entry of the due index.
    pub fn fall_due(&mut self, entry: &DueEntry) {
        self.0.insert(keys::due(entry).into_text(), Value::Due);
    }

    /// Adds a row that leads to a client.
    pub fn lead_to(&mut self, key: Key<ClientId>, client: ClientId) {
        self.0.insert(key.into_text(), Value::ClientId(client));
    }

    /// Adds a client's own row.
    pub fn client(&mut self, key: Key<Client>, client: &'r Client) {
        self.0.insert(key.into_text(), Value::Client(client));
    }
}

impl Value<'_> {
    fn encode(self) -> Result<String, Error> {
        match self {
            Value::Marker => record::encode(&Marker {}),
            Value::Due => record::encode(&DueState::default()),
            Value::ClientId(id) => record::encode(&id),
            Value::Client(client) => record::encode(client),
        }
    }
}

/// What turns the rows of before into those of after: each key with its new value, or none
/// where the row goes. Rows that are in both stay out of it.
pub fn difference(
    before: &Rows<'_>,
    after: &Rows<'_>,
) -> Result<Vec<(String, Option<String>)>, Error> {
    let gone = before.0.keys().filter(|key| !after.0.contains_key(*key));
    let mut writes: Vec<_> = gone.map(|key| (key.clone(), None)).collect();
    for (key, value) in &after.0 {
        if before.0.get(key) != Some(value) {
            writes.push((key.clone(), Some(value.encode()?)));
        }
    }
    Ok(writes)
}
