//! What rows of older schemas become.
//!
//! | schema | what changed |
//! | --- | --- |
//! | 2 | fields have the names that everything else has; an invite says its channel, an agency its calendar |

use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

/// Takes `data` from schema `from` to today's: `second` makes schema 2 of the fields of
/// schema 1. None when it is no object, or of a schema that no release wrote.
fn upgraded(from: u32, mut data: Value, second: impl Fn(&mut Fields)) -> Option<Value> {
    let fields = data.as_object_mut().filter(|_| from == 1)?;
    second(fields);
    Some(data)
}

/// Gives fields that are there other names.
fn rename(fields: &mut Fields, names: &[(&str, &str)]) {
    for (old, new) in names {
        if let Some(value) = fields.remove(*old) {
            fields.insert((*new).to_owned(), value);
        }
    }
}

/// An agency: the fixed offset is a part of its calendar.
pub fn agency(from: u32, data: Value) -> Option<Value> {
    upgraded(from, data, |fields| {
        let settings = fields.get_mut("settings").and_then(Value::as_object_mut);
        let Some(settings) = settings else { return };
        if let Some(minutes) = settings.remove("utc_offset") {
            settings.insert("calendar".to_owned(), json!({ "utc_offset": minutes }));
        }
    })
}

/// A client.
pub fn client(from: u32, data: Value) -> Option<Value> {
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
pub fn brand(from: u32, data: Value) -> Option<Value> {
    let names = [("lasting", "open_ended_clients"), ("only", "sole_brand_clients")];
    upgraded(from, data, |fields| rename(fields, &names))
}

/// The counters of an agency.
pub fn tally(from: u32, data: Value) -> Option<Value> {
    upgraded(from, data, |fields| rename(fields, &[("seats", "search_slots")]))
}

/// What a client did, counted.
pub fn activity(from: u32, data: Value) -> Option<Value> {
    upgraded(from, data, |fields| rename(fields, &[("last_login", "last_log_in")]))
}

/// What a client did in one call.
pub fn activity_batch(from: u32, data: Value) -> Option<Value> {
    upgraded(from, data, |fields| rename(fields, &[("deeds", "events")]))
}

#[cfg(test)]
mod tests {
    use crate::app::record;
    use crate::domain::agency::Agency;

    /// What the release before wrote.
    const AGENCY: &str = r#"{"schema":1,"data":{"id":"acme","name":"Acme","notification_email":"office@acme.example","billing_interval":"monthly","portal_address":"https://clients.acme.example","settings":{"alerts":true,"utc_offset":-480},"created_at":1788220800000}}"#;

    #[test]
    fn an_agencys_offset_is_its_calendars() {
        let minutes = |row: &str| {
            let agency: Agency = record::decode("a/acme/agency", row).unwrap();
            assert_eq!(agency.settings.calendar.time_zone, None);
            (agency.settings.alerts, agency.settings.calendar.utc_offset.minutes())
        };
        assert_eq!(minutes(AGENCY), (true, -480));
        assert_eq!(minutes(&AGENCY.replace(r#","utc_offset":-480"#, "")), (true, 0));
        let without = AGENCY.replace(r#""settings":{"alerts":true,"utc_offset":-480},"#, "");
        assert_eq!(minutes(&without), (false, 0));
        let agency: Agency = record::decode("a/acme/agency", AGENCY).unwrap();
        let written = record::encode(&agency).unwrap();
        assert!(written.contains(r#""calendar":{"utc_offset":-480}"#), "{written}");
    }
}
