//! Rows that follow from something that is stored elsewhere.
//!
//! They are a function of it, so nobody writes them one by one: what is written is the
//! difference between those that followed before and those that follow now
//! ([`Tx::replace`](crate::app::tx::Tx::replace)), and whether a store is whole can be found
//! out by working them out again.

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::record::{self, DueState, Marker};
use crate::domain::account::Account;
use crate::domain::client::Client;
use crate::domain::due::DueEntry;
use crate::domain::id::ClientId;
use crate::domain::search::FoundBy;

/// Rows, each once, in the order in which they were thought of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows<'r>(Vec<(String, Value<'r>)>);

/// What lies under a key. It becomes text only where it is written: most rows stay as they
/// are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value<'r> {
    /// The key says it all.
    Marker,
    /// Something falls due. How often it failed is for jobs to note.
    Due,
    ClientId(ClientId),
    Client(&'r Client),
    Account(&'r Account),
    FoundBy(FoundBy),
}

impl<'r> Rows<'r> {
    /// Adds a place in an index.
    pub fn mark(&mut self, key: Key<Marker>) {
        self.0.push((key.into_text(), Value::Marker));
    }

    /// Adds an entry of the due index.
    pub fn fall_due(&mut self, entry: &DueEntry) {
        self.0.push((keys::due(entry).into_text(), Value::Due));
    }

    /// Adds a row that leads to a client.
    pub fn lead_to(&mut self, key: Key<ClientId>, client: ClientId) {
        self.0.push((key.into_text(), Value::ClientId(client)));
    }

    /// Adds a client's own row.
    pub fn client(&mut self, key: Key<Client>, client: &'r Client) {
        self.0.push((key.into_text(), Value::Client(client)));
    }

    /// Adds an account's own row.
    pub fn account(&mut self, key: Key<Account>, account: &'r Account) {
        self.0.push((key.into_text(), Value::Account(account)));
    }

    /// Adds a place in an index that says by what the account that lies there is found.
    pub fn found_by(&mut self, key: Key<FoundBy>, text: FoundBy) {
        self.0.push((key.into_text(), Value::FoundBy(text)));
    }

    fn by_key(mut self) -> Vec<(String, Value<'r>)> {
        self.0.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        self.0
    }
}

impl Value<'_> {
    fn encode(self) -> Result<String, Error> {
        match self {
            Value::Marker => record::encode(&Marker {}),
            Value::Due => record::encode(&DueState::default()),
            Value::ClientId(id) => record::encode(&id),
            Value::Client(client) => record::encode(client),
            Value::Account(account) => record::encode(account),
            Value::FoundBy(text) => record::encode(&text),
        }
    }
}

/// Rows as a store holds them, by key.
///
/// # Errors
///
/// When a record can't be written as text.
pub fn spelled(rows: Rows<'_>) -> Result<Vec<(String, String)>, Error> {
    rows.by_key().into_iter().map(|(key, value)| Ok((key, value.encode()?))).collect()
}

/// A row that becomes another, or comes, or goes.
pub struct Change<'r> {
    /// Its key.
    pub key: String,
    before: Option<Value<'r>>,
    /// What lies there afterwards; none: nothing.
    pub after: Option<String>,
}

impl Change<'_> {
    /// Whether this is what it changes.
    ///
    /// # Errors
    ///
    /// When a record can't be written as text.
    pub fn replaces(&self, text: &str) -> Result<bool, Error> {
        let before = self.before.clone().map(Value::encode).transpose()?;
        Ok(before.as_deref() == Some(text))
    }
}

/// What turns the rows of before into those of after. Rows that are in both stay out of it.
pub fn difference<'r>(before: Rows<'r>, after: Rows<'r>) -> Result<Vec<Change<'r>>, Error> {
    let gone = |(key, before)| Change { key, before: Some(before), after: None };
    let mut changes = Vec::with_capacity(after.0.len());
    let mut had = before.by_key().into_iter().peekable();
    for (key, value) in after.by_key() {
        while let Some(row) = had.next_if(|(had, _)| *had < key) {
            changes.push(gone(row));
        }
        let before = had.next_if(|(had, _)| *had == key).map(|(_, had)| had);
        if before.as_ref() != Some(&value) {
            changes.push(Change { key, before, after: Some(value.encode()?) });
        }
    }
    changes.extend(had.map(gone));
    Ok(changes)
}
