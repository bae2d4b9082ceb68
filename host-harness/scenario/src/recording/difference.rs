//! Where what was played isn't what was recorded.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// How much of a value a message shows.
const SHOWN_MAX: usize = 300;

/// The first difference between a recording and what came of playing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The story.
    pub story: String,
    /// The line of the recording, from 1.
    pub line: usize,
    /// What was called; none in the lines without a call.
    pub call: Option<String>,
    /// Where in the line: `ok.clients[3].status`.
    pub at: String,
    /// What was recorded there.
    pub recorded: String,
    /// What is there now.
    pub found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { story, line, at, recorded, found, .. } = self;
        let call = self.call.as_deref().unwrap_or("the end");
        write!(f, "{story}:{line}: {call}: {at}: recorded {recorded}, found {found}")
    }
}

impl std::error::Error for Difference {}

/// A place within a line: path, what was recorded, and what was found.
pub(super) type Place = (String, String, String);

/// The first place at which the values differ.
pub(super) fn first(at: &str, recorded: &Value, found: &Value) -> Option<Place> {
    match (recorded, found) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let field = |name: &String| match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => first(&format!("{at}.{name}"), a, b),
                (a, b) => Some(place(&format!("{at}.{name}"), a, b)),
            };
            names.into_iter().find_map(field)
        }
        (Value::Array(a), Value::Array(b)) => {
            (0..a.len().max(b.len())).find_map(|index| match (a.get(index), b.get(index)) {
                (Some(a), Some(b)) => first(&format!("{at}[{index}]"), a, b),
                (a, b) => Some(place(&format!("{at}[{index}]"), a, b)),
            })
        }
        (a, b) => (a != b).then(|| place(at, Some(a), Some(b))),
    }
}

fn place(at: &str, recorded: Option<&Value>, found: Option<&Value>) -> Place {
    (at.to_owned(), shown(recorded), shown(found))
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_place_is_named() {
        for (recorded, found, expected) in [
            (json!({"a": [1, {"b": null}]}), json!({"a": [1, {"b": null}]}), None),
            (
                json!({"a": [1, {"b": 2}]}),
                json!({"a": [1, {"b": 3}]}),
                Some(("ok.a[1].b", "2", "3")),
            ),
            (json!({"a": 1}), json!({"a": 1, "b": null}), Some(("ok.b", "nothing", "null"))),
            (json!([1, 2]), json!([1]), Some(("ok[1]", "2", "nothing"))),
            (json!("a"), json!({"a": null}), Some(("ok", "\"a\"", "{\"a\":null}"))),
        ] {
            let place = first("ok", &recorded, &found);
            let place = place.as_ref().map(|(at, a, b)| (at.as_str(), a.as_str(), b.as_str()));
            assert_eq!(place, expected);
        }
    }
}
