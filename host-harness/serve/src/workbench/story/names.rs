//! Ids and secrets: what the story calls what was another value in the workbench.

use std::collections::BTreeMap;

use serde_json::Value;

/// The shortest text that is taken for an id or a secret.
const SHORTEST: usize = 8;

/// What an answer gave, and how the story calls it.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The step that it comes from.
    pub(super) step: usize,
    /// Where it is found there: `answer.client`.
    pub(super) path: String,
    /// What it is called.
    pub(super) name: String,
    /// What it is in the world of the story.
    pub(super) value: String,
    pub(super) used: bool,
}

/// By what they were in the workbench.
#[derive(Default)]
pub(super) struct Names {
    known: BTreeMap<String, Name>,
    counts: BTreeMap<String, u32>,
}

impl Names {
    /// Remembers each text that an answer gave there and here, where the two differ.
    pub(super) fn learn(&mut self, step: usize, path: &str, there: &Value, here: &Value) {
        match (there, here) {
            (Value::String(there), Value::String(here)) => self.learn_text(step, path, there, here),
            (Value::Object(there), Value::Object(here)) => {
                for (field, there) in there {
                    if let Some(here) = here.get(field) {
                        self.learn(step, &format!("{path}.{field}"), there, here);
                    }
                }
            }
            (Value::Array(there), Value::Array(here)) => {
                for (place, (there, here)) in there.iter().zip(here).enumerate() {
                    self.learn(step, &format!("{path}.{place}"), there, here);
                }
            }
            _ => {}
        }
    }

    pub(super) fn learn_text(&mut self, step: usize, path: &str, there: &str, here: &str) {
        if there.len() < SHORTEST || here.is_empty() || self.known.contains_key(there) {
            return;
        }
        let last = path.rsplit('.').find(|part| part.parse::<usize>().is_err());
        let stem = last.filter(|part| *part != "answer").unwrap_or("id").to_owned();
        let count = self.counts.entry(stem.clone()).or_default();
        *count += 1;
        let name = Name {
            step,
            path: path.to_owned(),
            name: format!("{stem}-{count}"),
            value: here.to_owned(),
            used: false,
        };
        self.known.insert(there.to_owned(), name);
    }

    /// Whether a text of the workbench has a name.
    pub(super) fn knows(&self, there: &str) -> bool {
        self.known.contains_key(there)
    }

    /// The value as the world of the story has it.
    pub(super) fn here(&self, value: &Value) -> Value {
        map(value, &mut |text| self.known.get(text).map(|name| name.value.clone()))
    }

    /// The value as the story writes it: `${client-1}`.
    pub(super) fn told(&mut self, value: &Value) -> Value {
        map(value, &mut |text| {
            let name = self.known.get_mut(text)?;
            name.used = true;
            Some(format!("${{{}}}", name.name))
        })
    }

    /// What each step must save: what is used.
    pub(super) fn saved(&self) -> BTreeMap<usize, Vec<&Name>> {
        let mut saved: BTreeMap<usize, Vec<&Name>> = BTreeMap::new();
        for name in self.known.values().filter(|name| name.used) {
            saved.entry(name.step).or_default().push(name);
        }
        saved
    }
}

/// The value with its texts replaced, as far as there is something for them.
fn map(value: &Value, replace: &mut impl FnMut(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => replace(text).map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => items.iter().map(|item| map(item, replace)).collect(),
        Value::Object(fields) => {
            let mapped = fields.iter().map(|(key, item)| (key.clone(), map(item, replace)));
            Value::Object(mapped.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_gets_a_name_and_what_is_used_is_saved() {
        let mut names = Names::default();
        let there = json!({"client": "01a1f813-a740", "outcome": "invited", "brands": ["nike"]});
        let here = json!({"client": "01000000-0000", "outcome": "invited", "brands": ["nike"]});
        names.learn(3, "answer", &there, &here);
        let asked = json!({"id": "01a1f813-a740", "brands": ["nike"]});
        assert_eq!(names.here(&asked), json!({"id": "01000000-0000", "brands": ["nike"]}));
        assert!(names.saved().is_empty());
        assert_eq!(names.told(&asked), json!({"id": "${client-1}", "brands": ["nike"]}));
        let saved = names.saved();
        assert_eq!(
            (saved[&3][0].name.as_str(), saved[&3][0].path.as_str()),
            ("client-1", "answer.client")
        );
    }
}
