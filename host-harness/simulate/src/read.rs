//! What stands in answers.

use serde_json::Value;

/// The elements of a list; none of anything else.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text; an empty one for anything else.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number; 0 for anything else.
pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// An amount of money, in minor units.
pub fn amount(money: &Value) -> i64 {
    money["amount"].as_i64().unwrap_or_default()
}
