//! How a story is written in TOML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clientdesk_contract::times;
use serde_json::{Map, Value};

use super::names::Name;
use super::text;

/// One thing that happened.
pub(super) struct Step {
    pub(super) at: u64,
    pub(super) function: String,
    /// By name, with the caller's record.
    pub(super) with: Value,
    /// What the answer, or the error, should be.
    pub(super) expect: Result<Value, Value>,
    /// Whether it went otherwise in the workbench.
    pub(super) otherwise: bool,
    pub(super) mails: Vec<Value>,
    pub(super) log: Vec<String>,
    pub(super) store_changes: bool,
}

/// The whole file.
pub(super) fn story(
    agency: &str,
    start: u64,
    steps: &[Step],
    saved: &BTreeMap<usize, Vec<&Name>>,
) -> String {
    let mut file = String::new();
    let mut line = |text: String| {
        let _ = writeln!(file, "{text}");
    };
    line(format!("title = {}", toml(&Value::from(format!("What happened at `{agency}`")))));
    line("about = \"Saved from the workbench. `clientdesk run FILE` plays it.\"".to_owned());
    line(format!("start = {}", times::full(start)));
    line(format!("agency = {}", toml(&agency.into())));
    let mut now = start;
    for (number, step) in steps.iter().enumerate() {
        line("\n[[step]]".to_owned());
        if step.otherwise {
            line(
                "# It went otherwise in the workbench: something from before is missing here."
                    .to_owned(),
            );
        }
        if step.at != now {
            line(format!("at = {}", times::full(step.at)));
            now = step.at;
        }
        line(format!("call = {}", toml(&step.function.as_str().into())));
        for (key, value) in arguments(step, agency) {
            line(format!("{key} = {}", toml(&value)));
        }
        match &step.expect {
            Ok(Value::Null) => {}
            Ok(answer) => line(format!("expect = {}", toml(&spelled(answer)))),
            Err(error) => line(format!("error = {}", toml(error))),
        }
        if !step.mails.is_empty() {
            line(format!("mails = {}", toml(&step.mails.clone().into())));
        }
        if !step.log.is_empty() {
            line(format!("log = {}", toml(&step.log.clone().into())));
        }
        if step.store_changes {
            line("store-changes = true".to_owned());
        }
        if let Some(names) = saved.get(&number) {
            let pairs = names.iter().map(|name| (name.name.clone(), name.path.as_str().into()));
            line(format!("save = {}", toml(&Value::Object(pairs.collect()))));
        }
    }
    file
}

/// The lines that say who calls, and with what.
fn arguments(step: &Step, home: &str) -> Vec<(String, Value)> {
    let mut given = step.with.as_object().cloned().unwrap_or_default();
    let mut found = Vec::new();
    if let Some(Value::Object(call)) = given.remove("call") {
        let actor = |field| text(call.get("actor").and_then(|actor| actor.get(field)));
        let caller = ["role", "id", "name"].map(|field| actor(field).unwrap_or_default());
        found.push(("as".to_owned(), caller.join(":").into()));
        if let Some(agency) = text(call.get("agency")).filter(|agency| *agency != home) {
            found.push(("agency".to_owned(), agency.into()));
        }
        if let Some(key) = text(call.get("idempotency-key")) {
            found.push(("key".to_owned(), key.into()));
        }
        let acting = call.get("acting-as").filter(|token| !token.is_null());
        if let Some(token) = acting {
            found.push(("with.call".to_owned(), serde_json::json!({"acting-as": token})));
        }
    }
    let given = given.into_iter().filter(|(_, value)| !value.is_null());
    found.extend(given.map(|(name, value)| (format!("with.{name}"), value)));
    found
}

/// What is expected, with what isn't there named as such.
fn spelled(value: &Value) -> Value {
    match value {
        Value::Null => "<none>".into(),
        Value::Array(items) => items.iter().map(spelled).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), spelled(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// A value as TOML writes it on one line. What isn't there is left out.
fn toml(value: &Value) -> String {
    match value {
        Value::Null => "\"\"".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let fields: Vec<String> =
                fields.map(|(key, value)| format!("{} = {}", key_of(key), toml(value))).collect();
            if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
        }
    }
}

fn key_of(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !key.is_empty() && key.bytes().all(is_bare) { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut made = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\t' => made.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(made, "\\u{:04X}", u32::from(letter));
            }
            letter => made.push(letter),
        }
    }
    made.push('"');
    made
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_as_toml_reads_them() {
        for (value, written) in [
            (json!("a \"b\"\n\u{1}"), r#""a \"b\"\n\u0001""#),
            (json!({"a": 1, "b": null, "c.d": [true, "x"]}), r#"{ a = 1, "c.d" = [true, "x"] }"#),
            (json!({}), "{}"),
        ] {
            assert_eq!(toml(&value), written);
        }
    }
}
