//! Secrets in calls: what somebody typed as a password, and what lets somebody in, stand in no list and no file.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What somebody typed.
const TYPED: [&str; 2] = ["password", "current"];
/// What lets somebody in: sessions, links, and sign-ins on somebody's behalf.
const MADE: [&str; 3] = ["session", "token", "acting-as"];
/// What stands in a story for a secret that comes from none of its calls.
const UNKNOWN: &str = "a-secret-from-before";

/// A value with a word in place of each secret.
pub(super) fn hidden(value: &Value) -> Value {
    map(value, &mut |name, _| is_secret(name).then(|| format!("<{name}>")))
}

fn is_secret(name: &str) -> bool {
    TYPED.contains(&name) || MADE.contains(&name)
}

/// Passwords of a story: the same one for the same one, and another for another.
#[derive(Default)]
pub(super) struct Passwords(BTreeMap<String, String>);

impl Passwords {
    /// A value with made-up passwords. Each is as long as what was typed, so that what was too short still is.
    pub(super) fn made_up(&mut self, value: &Value) -> Value {
        map(value, &mut |name, typed| {
            if !TYPED.contains(&name) {
                return None;
            }
            let number = self.0.len() + 1;
            let made = self.0.entry(typed.to_owned()).or_insert_with(|| {
                let letters = format!("{number}-made-up-password-");
                letters.chars().cycle().take(typed.chars().count()).collect()
            });
            Some(made.clone())
        })
    }
}

/// A value without secrets that have no name in a story; `knows` says which have.
pub(super) fn nameless(value: &Value, knows: impl Fn(&str) -> bool) -> Value {
    map(value, &mut |name, text| (MADE.contains(&name) && !knows(text)).then(|| UNKNOWN.to_owned()))
}

/// A value with some of its texts replaced, by the names of the fields that they stand in.
fn map(value: &Value, replace: &mut impl FnMut(&str, &str) -> Option<String>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| map(item, replace)).collect(),
        Value::Object(fields) => {
            let mapped = fields.iter().map(|(name, field)| {
                let other = match field {
                    Value::String(text) => replace(name, text).map(Value::from),
                    _ => None,
                };
                (name.clone(), other.unwrap_or_else(|| map(field, replace)))
            });
            Value::Object(mapped.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let call = json!({
            "call": {"agency": "acme", "acting-as": "abc"}, "password": "correct horse", "email": "a@b.example",
            "list": [{"token": "abc", "session": null}],
        });
        let expected = json!({
            "call": {"agency": "acme", "acting-as": "<acting-as>"}, "password": "<password>", "email": "a@b.example",
            "list": [{"token": "<token>", "session": null}],
        });
        assert_eq!(hidden(&call), expected);
    }

    #[test]
    fn a_story_has_passwords_of_its_own() {
        let mut passwords = Passwords::default();
        let made = |passwords: &mut Passwords, typed: &str| {
            passwords.made_up(&json!({"password": typed}))["password"].as_str().unwrap().to_owned()
        };
        let first = made(&mut passwords, "correct horse battery");
        assert_eq!(first, "1-made-up-password-1-");
        assert_eq!(made(&mut passwords, "correct horse battery"), first);
        assert_eq!(made(&mut passwords, "short"), "2-mad");
        let story = json!({"session": "known", "token": "other", "name": "other"});
        let told = nameless(&story, |text| text == "known");
        assert_eq!(told, json!({"session": "known", "token": UNKNOWN, "name": "other"}));
    }
}
