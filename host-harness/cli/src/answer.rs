//! Reading answers: fields of JSON that the contract promises.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::times;

/// The field of an answer; null where it has none.
pub(crate) fn at<'v>(value: &'v Value, field: &str) -> &'v Value {
    value.get(field).unwrap_or(&Value::Null)
}

/// The text of a field; empty where it has none.
pub(crate) fn string(value: &Value, field: &str) -> String {
    at(value, field).as_str().unwrap_or_default().to_owned()
}

/// The text of a field that must be there.
pub(crate) fn text(value: &Value, field: &str) -> Result<String> {
    let text = at(value, field).as_str();
    text.map(str::to_owned).with_context(|| format!("the component's answer has no `{field}`"))
}

/// The number of a field; 0 where it has none.
pub(crate) fn number(value: &Value, field: &str) -> u64 {
    at(value, field).as_u64().unwrap_or_default()
}

/// The rows of a page.
pub(crate) fn rows_of(page: &Value, field: &str) -> Result<Vec<Value>> {
    let rows = at(page, field).as_array();
    rows.cloned().with_context(|| format!("the component's answer has no `{field}`"))
}

/// The time of a field, for tables: `2026-09-01T12:00:00Z`; empty where it has none.
pub(crate) fn time(value: &Value, field: &str) -> String {
    at(value, field).as_u64().map(times::second).unwrap_or_default()
}

/// The elements of a field's list; none where it has no list.
pub(crate) fn elements<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    at(value, field).as_array().map(Vec::as_slice).unwrap_or_default()
}
