//! What rows of older schemas become.
//!
//! | schema | what changed |
//! | --- | --- |
//! | 2 | fields have the names that everything else has; an invite says its channel |

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

type Fields = Map<String, Value>;
type Data = Box<RawValue>;

/// Takes `data` from schema `from` to today's: `second` makes schema 2 of the fields of
/// schema 1. None when it is no object, or of a schema that no release wrote.
fn upgraded(from: u32, data: &RawValue, second: impl Fn(&mut Fields)) -> Option<Data> {
    let mut fields: Fields = serde_json::from_str(data.get()).ok().filter(|_| from == 1)?;
    second(&mut fields);
    to_raw_value(&fields).ok()
}

/// Gives fields that are there other names.
fn rename(fields: &mut Fields, names: &[(&str, &str)]) {
    for (old, new) in names {
        if let Some(value) = fields.remove(*old) {
            fields.insert((*new).to_owned(), value);
        }
    }
}

/// A client.
pub fn client(from: u32, data: &RawValue) -> Option<Data> {
    upgraded(from, data, |fields| {
        let names =
            [("seat", "search_slot"), ("last_login", "last_log_in"), ("slipped", "noted_crossing")];
        rename(fields, &names);
        if let Some(noted) = fields.get_mut("noted_crossing").and_then(Value::as_object_mut) {
            rename(noted, &[("login", "log_in")]);
        }
        let invite = fields.get_mut("standing").and_then(|standing| standing.get_mut("pending"));
        let invite = invite.and_then(|pending| pending.get_mut("invite"));
        if let Some(invite) = invite.and_then(Value::as_object_mut) {
            flatten_channel(invite);
        }
    })
}

/// `"via": {"mail": {"mail": …}}` becomes `"channel": "mail", "mail": …`.
fn flatten_channel(invite: &mut Fields) {
    let Some(Value::Object(via)) = invite.remove("via") else { return };
    for (channel, details) in via {
        invite.insert("channel".to_owned(), channel.into());
        if let Value::Object(details) = details {
            invite.extend(details);
        }
    }
}

/// A brand.
pub fn brand(from: u32, data: &RawValue) -> Option<Data> {
    let names = [("lasting", "open_ended_clients"), ("only", "sole_brand_clients")];
    upgraded(from, data, |fields| rename(fields, &names))
}

/// The counters of an agency.
pub fn tally(from: u32, data: &RawValue) -> Option<Data> {
    upgraded(from, data, |fields| rename(fields, &[("seats", "search_slots")]))
}

/// What a client did, counted.
pub fn activity(from: u32, data: &RawValue) -> Option<Data> {
    upgraded(from, data, |fields| rename(fields, &[("last_login", "last_log_in")]))
}

/// What a client did in one call.
pub fn activity_batch(from: u32, data: &RawValue) -> Option<Data> {
    upgraded(from, data, |fields| rename(fields, &[("deeds", "events")]))
}
