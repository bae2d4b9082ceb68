//! How rows, calls and answers are spoilt.

use clientdesk_host::adapters::storage::{Check, Write};
use serde_json::{Value, json};

/// Rows with this in their keys aren't deleted.
pub fn deletes_stay(writes: &mut Vec<Write>, part: &str) {
    writes.retain(|write| write.value.is_some() || !write.key.contains(part));
}

/// Rows with this in their keys aren't written.
pub fn lose_writes(writes: &mut Vec<Write>, part: &str) {
    writes.retain(|write| write.value.is_none() || !write.key.contains(part));
}

/// Rows with this in their keys are written otherwise.
pub fn alter(writes: &mut [Write], part: &str, other: fn(&str) -> Option<String>) {
    for write in writes.iter_mut().filter(|write| write.key.contains(part)) {
        if let Some(value) = write.value.as_deref().and_then(other) {
            write.value = Some(value);
        }
    }
}

/// Rows with this in their keys aren't compared with what was read.
pub fn forget_check(checks: &mut Vec<Check>, part: &str) {
    checks.retain(|check| !check.key.contains(part));
}

/// Whoever calls this function counts as an owner.
pub fn as_owner(function: &str, arguments: &[Value], of: &str) -> Option<(String, Vec<Value>)> {
    let (caller, rest) = arguments.split_first().filter(|_| function == of)?;
    let mut caller = caller.clone();
    caller["actor"]["role"] = json!("owner");
    Some((function.to_owned(), [&[caller], rest].concat()))
}

/// The token of a sign-in isn't looked at.
pub fn without_token(function: &str, arguments: &[Value]) -> Option<(String, Vec<Value>)> {
    let (caller, rest) = arguments.split_first()?;
    if !caller["acting-as"].is_string() {
        return None;
    }
    let mut caller = caller.clone();
    caller["acting-as"] = Value::Null;
    Some((function.to_owned(), [&[caller], rest].concat()))
}

/// Changes each element of a list.
pub fn each(answer: &mut Value, list: &str, change: fn(&mut Value)) {
    if let Some(items) = answer[list].as_array_mut() {
        items.iter_mut().for_each(change);
    }
}

/// A list without the elements that have this in a field.
pub fn keep_out(answer: &mut Value, list: &str, field: &str, value: &str) {
    if let Some(items) = answer[list].as_array_mut() {
        items.retain(|item| item[field] != value);
    }
}

/// A row of the ledger whose credits are a cent less.
pub fn less_credit(row: &str) -> Option<String> {
    let mut row: Value = serde_json::from_str(row).ok()?;
    let credited = lessen(&mut row);
    credited.then(|| row.to_string())
}

/// Whether there was a negative amount, which is a cent less now.
fn lessen(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => {
            items.iter_mut().map(lessen).filter(|lessened| *lessened).count() > 0
        }
        Value::Object(fields) => fields.iter_mut().fold(false, |any, (name, value)| {
            match value.as_i64().filter(|amount| name == "amount" && *amount < -1) {
                Some(amount) => {
                    *value = json!(amount + 1);
                    true
                }
                None => lessen(value) || any,
            }
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(key: &str, value: Option<&str>) -> Write {
        Write { key: key.to_owned(), value: value.map(str::to_owned) }
    }

    #[test]
    fn only_those_rows_are_spoilt() {
        let mut writes = vec![
            write("a/x/by-name/1", None),
            write("a/x/by-name/2", Some("{}")),
            write("a/x/client/1", None),
        ];
        deletes_stay(&mut writes, "/by-name/");
        assert_eq!(writes.len(), 2);
        lose_writes(&mut writes, "/by-name/");
        assert!(matches!(writes.as_slice(), [one] if one.key == "a/x/client/1"));
    }

    #[test]
    fn a_credit_is_a_cent_less() {
        let less = less_credit(r#"{"lines":[{"amount":-1633},{"amount":2450}]}"#);
        assert_eq!(less.as_deref(), Some(r#"{"lines":[{"amount":-1632},{"amount":2450}]}"#));
        assert_eq!(less_credit(r#"{"lines":[{"amount":2450}]}"#), None);
    }
}
