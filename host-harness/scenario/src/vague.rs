//! Refuses expectations that anything meets: they would go on holding when what they are
//! about breaks.

use serde_json::{Map, Value};

use super::kinds::Kind;
use super::matching::is_anything;

/// The problem with an expectation that anything meets, or that no value can. `at` names it.
pub(super) fn refuse(at: &str, expected: &Value) -> Result<(), String> {
    match expected {
        Value::String(text) => refuse_text(at, text),
        Value::Array(items) if items.is_empty() => Ok(()),
        Value::Array(items) if items.iter().all(is_anything) => {
            Err(format!("any list matches `{at}`"))
        }
        Value::Array(items) => {
            let named = items.iter().filter(|item| !is_anything(item));
            named.into_iter().try_for_each(|item| refuse(at, item))
        }
        Value::Object(fields) if fields.is_empty() => {
            Err(format!("any value with fields matches `{at}`"))
        }
        Value::Object(fields) => refuse_fields(at, fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// As [`refuse`], for an error. The case is enough, but for `invalid`: which fields it
/// refuses is what it is about.
pub(super) fn refuse_error(expected: &Value) -> Result<(), String> {
    match expected {
        Value::String(case) if case == "invalid" => {
            Err("`error.invalid` says which fields are refused".to_owned())
        }
        expected => refuse("error", expected),
    }
}

fn refuse_fields(at: &str, fields: &Map<String, Value>) -> Result<(), String> {
    let below = |name: &str| match name {
        "$of" => at.to_owned(),
        name => format!("{at}.{name}"),
    };
    fields.iter().try_for_each(|(name, value)| refuse(&below(name), value))
}

fn refuse_text(at: &str, text: &str) -> Result<(), String> {
    if !text.is_empty() && text.bytes().all(|byte| byte == b'.') {
        return Err(format!("any text matches `{at}`"));
    }
    let is_kind = text.starts_with('<') && text.ends_with('>');
    if is_kind && text != "<none>" && Kind::named(text).is_none() {
        return Err(format!("there is no kind `{text}`, which `{at}` should be of"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_anything_meets_is_refused() {
        for (expected, refused) in [
            (json!("..."), true),
            (json!("a..."), false),
            (json!(""), false),
            (json!([]), false),
            (json!(["..."]), true),
            (json!(["...", "..."]), true),
            (json!(["...", "a"]), false),
            (json!(["...", {}]), true),
            (json!({}), true),
            (json!({"a": {"b": "..."}}), true),
            (json!({"a": "<some>"}), true),
            (json!({"a": ["<token>", "<none>"]}), false),
            (json!({"$times": 3, "$of": {"id": "<id>"}}), false),
            (json!({"$times": 3, "$of": {}}), true),
        ] {
            assert_eq!(refuse("expect", &expected).is_err(), refused, "{expected}");
        }
    }

    #[test]
    fn an_invalid_call_says_which_fields() {
        for (expected, refused) in [
            (json!("denied"), false),
            (json!("invalid"), true),
            (json!({"invalid": {}}), true),
            (json!({"invalid": {"email": "empty"}}), false),
        ] {
            assert_eq!(refuse_error(&expected).is_err(), refused, "{expected}");
        }
    }
}
