//! Reading answers: fields of JSON that the contract promises.

use anyhow::{Context, Result};
use chrono::DateTime;
use serde_json::Value;

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

/// The time of a time, to the minute: `1 Sep 2026, 09:30`, in UTC.
pub(crate) fn minute(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis);
    time.map(|time| time.format("%-d %b %Y, %H:%M").to_string()).unwrap_or_default()
}

/// The day of a time: `1 Sep 2026`, in UTC.
pub(crate) fn day(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis);
    time.map(|time| time.format("%-d %b %Y").to_string()).unwrap_or_default()
}
