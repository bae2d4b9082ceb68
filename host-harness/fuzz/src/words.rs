//! Texts and numbers that a story used: ids, addresses, tokens, times. An argument that is right
//! leads further than any number of wrong ones.

use std::collections::BTreeMap;

use serde_json::Value;

/// How many words of a field are kept.
const WORDS_MAX: usize = 48;
/// Longer texts aren't kept.
const TEXT_BYTES_MAX: usize = 1_000;

/// What was used, by the name of the field that it stood in, and by that and the interface: `id` is
/// something else to each.
#[derive(Clone, Debug, Default)]
pub struct Words {
    texts: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<Value>>,
    all: Vec<String>,
}

impl Words {
    /// Takes over the arguments of a function, or what it answered.
    pub fn learn_of(&mut self, function: &str, field: &str, value: &Value) {
        self.learn(field, value);
        self.learn(&within(function, field), value);
    }

    /// Takes over all that stands in a value; `field` is its name.
    pub fn learn(&mut self, field: &str, value: &Value) {
        match value {
            Value::String(text) => self.learn_text(field, text),
            Value::Number(_) => {
                let known = self.numbers.entry(field.to_owned()).or_default();
                if !known.contains(value) && known.len() < WORDS_MAX {
                    known.push(value.clone());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(field, item)),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| self.learn(name, value));
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Takes over a text.
    pub fn learn_text(&mut self, field: &str, text: &str) {
        let known = self.texts.entry(field.to_owned()).or_default();
        let is_new = !known.iter().any(|word| word == text);
        if is_new && known.len() < WORDS_MAX && text.len() <= TEXT_BYTES_MAX {
            known.push(text.to_owned());
            if !self.all.iter().any(|word| word == text) {
                self.all.push(text.to_owned());
            }
        }
    }

    /// The texts that stood in this field.
    pub fn texts(&self, field: &str) -> &[String] {
        self.texts.get(field).map(Vec::as_slice).unwrap_or_default()
    }

    /// All texts.
    pub fn all(&self) -> &[String] {
        &self.all
    }

    /// The numbers that stood in this field.
    pub fn numbers(&self, field: &str) -> &[Value] {
        self.numbers.get(field).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What a field of a function's interface is called: `clients.id`.
pub fn within(function: &str, field: &str) -> String {
    let interface = function.split('.').next().unwrap_or(function);
    format!("{interface}.{field}")
}
