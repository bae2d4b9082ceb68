//! Entries as rows.

use serde_json::Value;

use super::names::Names;
use crate::answer::{at, elements, number, string};
use crate::format::thousands;
use crate::show::{Column, Shown};
use crate::times;

pub(super) const COLUMNS: [Column; 5] = [
    Column::stays("#"),
    Column::stays("When"),
    Column::may_go("Who", 2),
    Column::stays("What happened"),
    Column::may_go("About", 1),
];

pub(super) fn row(entry: &Value, names: &Names) -> Vec<Shown> {
    vec![
        Shown::Count(thousands(number(entry, "number"))),
        Shown::Text(times::second(number(entry, "at"))),
        Shown::Text(who(entry, names)),
        Shown::Strong(string(entry, "kind")),
        Shown::Text(about(entry, names)),
    ]
}

/// Who did something: an operator's name and role, what a client is called, else what kind of
/// actor it was.
fn who(entry: &Value, names: &Names) -> String {
    let actor = at(entry, "actor");
    let operator = at(actor, "operator");
    match (actor.as_str(), at(operator, "name").as_str()) {
        (Some(kind), _) => kind.to_owned(),
        (None, Some(name)) => format!("{name} ({})", string(operator, "role")),
        (None, None) => match at(actor, "client").as_str() {
            Some(id) => names.client(id).to_owned(),
            None => {
                actor.as_object().and_then(|actor| actor.keys().next()).cloned().unwrap_or_default()
            }
        },
    }
}

/// What an entry is about: the e-mail address or the name in its details, else what its clients
/// are called, and the ids of the rest; where it is about the agency as a whole, why it happened.
fn about(entry: &Value, names: &Names) -> String {
    let details = details(entry);
    let named = ["email", "name"].iter().find_map(|field| at(&details, field).as_str());
    if let Some(named) = named {
        return named.to_owned();
    }
    let subject = |subject: &Value| match at(subject, "client").as_str() {
        Some(client) => Some(names.client(client).to_owned()),
        None => ["brand", "account"]
            .iter()
            .find_map(|kind| at(subject, kind).as_str().map(str::to_owned)),
    };
    let subjects: Vec<String> = elements(entry, "about").iter().filter_map(subject).collect();
    if subjects.is_empty() { string(&details, "reason") } else { subjects.join(", ") }
}

/// The entry with its details as fields instead of text.
pub(super) fn with_details(entry: &Value) -> Value {
    let mut entry = entry.clone();
    let details = details(&entry);
    if let Some(slot) = entry.get_mut("details") {
        *slot = details;
    }
    entry
}

fn details(entry: &Value) -> Value {
    serde_json::from_str(&string(entry, "details")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clientdesk_host::CallError;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_says_who_did_what() {
        let operator = json!({"operator": {"id": "o", "name": "Olga", "role": "owner"}});
        for (entry, cells) in [
            (
                json!({"number": 1, "at": 1_788_264_000_000_u64, "actor": operator, "kind": "client-revoked",
                    "details": "{\"email\":\"ann@x\",\"client\":\"c\"}", "about": [{"client": "c"}]}),
                ["1", "2026-09-01T12:00:00Z", "Olga (owner)", "client-revoked", "ann@x"],
            ),
            (
                json!({"number": 1_200, "at": 0, "actor": "system", "kind": "digest-sent",
                    "details": "{}", "about": []}),
                ["1,200", "1970-01-01T00:00:00Z", "system", "digest-sent", ""],
            ),
            (
                json!({"number": 2, "at": 0, "actor": {"client": "c"}, "kind": "signed-in",
                    "details": "{}", "about": [{"client": "c"}, {"brand": "b"}]}),
                ["2", "1970-01-01T00:00:00Z", "ann@x", "signed-in", "ann@x, b"],
            ),
        ] {
            let api = |_: &str, _: &[Value]| -> Result<Value, CallError> {
                Ok(json!({"id": "c", "email": "ann@x"}))
            };
            let names = Names::of(&api, std::slice::from_ref(&entry)).unwrap();
            let shown: Vec<String> = row(&entry, &names)
                .into_iter()
                .map(|cell| match cell {
                    Shown::Text(text) | Shown::Strong(text) | Shown::Count(text) => text,
                    _ => panic!("no other kind of cell"),
                })
                .collect();
            assert_eq!(shown, cells);
        }
    }

    #[test]
    fn details_become_fields() {
        let entry = json!({"number": 1, "details": "{\"brand\":\"b\"}"});
        assert_eq!(with_details(&entry), json!({"number": 1, "details": {"brand": "b"}}));
    }
}
