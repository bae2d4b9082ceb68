//! What an entry is about.
//!
//! Each entry says it in one place, in the part that is hashed. Filters, erasing and the
//! index of the log go by nothing else.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::entry::Fields;
use crate::domain::id::{AccountId, BrandId, ClientId};

/// A thing of the agency that an entry says something about.
///
/// It is stored as `client/0190…` or `brand/nike`: ids have no slash. A new kind of subject
/// needs a new schema, since a release that can't read a subject couldn't erase by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A client.
    Client(ClientId),
    /// A brand.
    Brand(BrandId),
    /// An account.
    Account(AccountId),
}

impl Subject {
    /// The client that it is.
    ///
    /// The log is indexed by clients only. A brand's entries are a good part of the log:
    /// an index of them would be about as long as the log itself, and would cost a client's
    /// invite to 200 brands 200 rows more. Reading the log is hardly slower. An account's
    /// entries are few, but so far nobody needs them without reading the log anyway.
    pub const fn client(&self) -> Option<ClientId> {
        match self {
            Subject::Client(id) => Some(*id),
            Subject::Brand(_) | Subject::Account(_) => None,
        }
    }

    fn parse(text: &str) -> Option<Subject> {
        let (kind, id) = text.split_once('/')?;
        match kind {
            "client" => ClientId::parse(id).ok().map(Subject::Client),
            "brand" => BrandId::parse(id).ok().map(Subject::Brand),
            "account" => AccountId::parse(id).ok().map(Subject::Account),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Client(id) => write!(f, "client/{id}"),
            Subject::Brand(id) => write!(f, "brand/{id}"),
            Subject::Account(id) => write!(f, "account/{id}"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        Subject::parse(&text).ok_or_else(|| de::Error::custom("not a subject"))
    }
}

/// What an entry about these clients and brands is about: the clients first, then the
/// brands, each once, in the order in which the event names them.
pub(super) fn subjects(clients: &[ClientId], brands: &[BrandId]) -> Vec<Subject> {
    let clients = clients.iter().copied().map(Subject::Client);
    let brands = brands.iter().cloned().map(Subject::Brand);
    let mut subjects = Vec::with_capacity(clients.len() + brands.len());
    for subject in clients.chain(brands) {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    subjects
}

/// What an entry of schema 1 is about. It doesn't say so, but all events of that time named
/// clients and brands in the same four fields.
pub(super) fn subjects_of_schema_1(event: &Fields) -> Vec<Subject> {
    let text = |field| event.get(field).and_then(Value::as_str);
    let clients = ["client", "into"].into_iter().filter_map(text);
    let clients: Vec<ClientId> = clients.filter_map(|id| ClientId::parse(id).ok()).collect();
    let listed = event.get("brands").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    let brands = text("brand").into_iter().chain(listed);
    let brands: Vec<BrandId> = brands.filter_map(|id| BrandId::parse(id).ok()).collect();
    subjects(&clients, &brands)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(byte: u8) -> ClientId {
        ClientId::from_bytes([byte; 16])
    }

    #[test]
    fn subjects_are_short_texts() {
        let brand = BrandId::parse("nike").unwrap();
        let account = AccountId::parse("globex").unwrap();
        let all = [Subject::Client(client(1)), Subject::Brand(brand), Subject::Account(account)];
        let text = serde_json::to_string(&all).unwrap();
        let expected =
            r#"["client/01010101-0101-0101-0101-010101010101","brand/nike","account/globex"]"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Vec<Subject>>(&text).unwrap(), all);
        for other in ["", "nike", "brand/", "brand/a/b", "client/nike", "mail/1", "Brand/nike"] {
            assert_eq!(Subject::parse(other), None, "{other}");
        }
    }

    #[test]
    fn clients_come_first_and_nothing_twice() {
        let [nike, puma] = ["nike", "puma"].map(|id| BrandId::parse(id).unwrap());
        let found = subjects(
            &[client(2), client(1), client(2)],
            &[puma.clone(), nike.clone(), puma.clone()],
        );
        let expected = [
            Subject::Client(client(2)),
            Subject::Client(client(1)),
            Subject::Brand(puma),
            Subject::Brand(nike),
        ];
        assert_eq!(found, expected);
    }
}
