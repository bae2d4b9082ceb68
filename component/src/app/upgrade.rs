//! What rows of older schemas become.
//!
//! | schema | what changed |
//! | --- | --- |
//! | 2 | fields have the names that everything else has; an invite says its channel; ledger lines name payer and item |

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

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

/// Some lines of a ledger: all were the agency's, and about white-label.
pub fn ledger_block(from: u32, data: &RawValue) -> Option<Data> {
    upgraded(from, data, |fields| {
        let lines = fields.get_mut("lines").and_then(Value::as_array_mut);
        for line in lines.into_iter().flatten().filter_map(Value::as_object_mut) {
            if let Some(brand) = line.remove("brand") {
                line.insert("payer".to_owned(), "agency".into());
                line.insert("item".to_owned(), json!({ "white-label": brand }));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::app::record::{LedgerBlock, decode, encode};
    use crate::domain::billing::{BillingItem, LedgerTotals, PayerId, Reason};
    use crate::domain::id::BrandId;

    /// Two lines as the release before wrote them, and their totals.
    const LINES: &str = r#"{"schema":1,"data":{"lines":[{"number":7,"at":1788220800000,"brand":"nike","amount":{"amount":4900,"currency":"USD"},"covers":{"start":1788220800000,"end":1790812800000},"reason":"started","log_entry":12},{"number":8,"at":1789948800000,"brand":"puma","amount":{"amount":-1633,"currency":"USD"},"covers":{"start":1789948800000,"end":1790812800000},"reason":"expired","log_entry":13}]}}"#;
    const TOTALS: &str =
        r#"{"schema":1,"data":{"lines":8,"total":{"amount":3267,"currency":"USD"}}}"#;

    #[test]
    fn ledger_lines_of_schema_1_are_the_agencys_and_about_white_label() {
        let block: LedgerBlock = decode("k", LINES).unwrap();
        let white_label = |brand| BillingItem::WhiteLabel(BrandId::parse(brand).unwrap());
        let lines: Vec<_> = block
            .lines
            .iter()
            .map(|line| (line.number, line.item.clone(), line.amount.amount, line.reason))
            .collect();
        let expected = [
            (7, white_label("nike"), 4_900, Reason::Started),
            (8, white_label("puma"), -1_633, Reason::Expired),
        ];
        assert_eq!(lines, expected);
        assert!(block.lines.iter().all(|line| line.payer == PayerId::Agency));
        assert_eq!((block.lines[0].log_entry, block.lines[1].log_entry), (12, 13));
        assert_eq!(decode("k", &encode(&block).unwrap()), Ok(block), "and can be written anew");
    }

    #[test]
    fn totals_of_schema_1_are_todays() {
        let totals: LedgerTotals = decode("k", TOTALS).unwrap();
        assert_eq!((totals.lines, totals.total.amount), (8, 3_267));
    }
}
