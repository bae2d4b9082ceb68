//! Compares an answer with what is expected of it.
//!
//! - The fields that are named must be there and match; other fields may hold anything.
//! - Lists match element by element. The element `"..."` stands for any number of others:
//!   `["...", "puma"]` is a list that ends with `puma`.
//! - `...` within a string stands for any text: `"...invites you to Nike..."`.
//! - `"<none>"` is an absent value.
//! - `"<id>"`, `"<token>"`, `"<cursor>"` and `"<time>"` are values of that form: what is another
//!   in each run has no exact value that a file could name.
//! - An error matches by its case, `"denied"`, and by its payload where one is named.
//!   `invalid` takes each refused field with its code, `{ "invite.email" = "malformed" }`,
//!   and all of them.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use super::kinds::Kind;

const ANYTHING: &str = "...";

/// Something that isn't as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, such as `answer.grants[0].brand`.
    pub at: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Mismatch {
    /// A mismatch between two texts.
    pub fn new(
        at: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Mismatch { at: at.into(), expected: expected.into(), found: found.into() }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indented = |text: &str| text.replace('\n', "\n               ");
        writeln!(f, "    {}", self.at)?;
        writeln!(f, "      expected {}", indented(&self.expected))?;
        write!(f, "      found    {}", indented(&self.found))
    }
}

/// Where `found` isn't as `expected`; nothing when it matches. `at` names the whole.
pub fn compare(at: &str, expected: &Value, found: &Value) -> Vec<Mismatch> {
    match (expected, found) {
        (Value::String(text), _) if text == "<none>" => unless(found.is_null(), at, "none", found),
        (Value::String(text), _) if let Some(kind) = Kind::named(text) => {
            unless(kind.fits(found), at, kind.form(), found)
        }
        (Value::String(pattern), Value::String(text)) => {
            unless(text_matches(pattern, text), at, &shown(expected), found)
        }
        (Value::Array(expected), Value::Array(found)) => compare_lists(at, expected, found),
        (Value::Object(expected), Value::Object(found)) => compare_fields(at, expected, found),
        _ => unless(expected == found, at, &shown(expected), found),
    }
}

/// Where the error `found` isn't as `expected`.
pub fn compare_error(expected: &Value, found: &Value) -> Vec<Mismatch> {
    let case = found.as_object().and_then(|fields| fields.keys().next());
    let case = found.as_str().or(case.map(String::as_str)).unwrap_or_default();
    match expected {
        Value::String(name) => unless(name == case, "error", name, found),
        Value::Object(fields) => match (fields.iter().next(), found.get(case)) {
            (Some((name, payload)), Some(came)) if name == case => match (payload, came) {
                (Value::Object(codes), Value::Array(came)) if name == "invalid" => {
                    compare_refused_fields(codes, came)
                }
                _ => compare(&format!("error.{name}"), payload, came),
            },
            _ => unless(false, "error", &shown(expected), found),
        },
        _ => unless(false, "error", &shown(expected), found),
    }
}

/// Whether `text` is what `pattern` says, where `...` stands for anything.
pub fn text_matches(pattern: &str, text: &str) -> bool {
    let Some((first, others)) = pattern.split_once(ANYTHING) else {
        return pattern == text;
    };
    let (between, last) = others.rsplit_once(ANYTHING).unwrap_or(("", others));
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    for part in between.split(ANYTHING) {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

/// Whether it is the element of a list that stands for any others.
pub(super) fn is_anything(expected: &Value) -> bool {
    expected == ANYTHING
}

/// A value as a failure shows it: on one line where it is short.
pub fn shown(value: &Value) -> String {
    let line = value.to_string();
    if line.len() <= 100 { line } else { format!("{value:#}") }
}

fn unless(holds: bool, at: &str, expected: &str, found: &Value) -> Vec<Mismatch> {
    if holds { Vec::new() } else { vec![Mismatch::new(at, expected, shown(found))] }
}

fn compare_fields(
    at: &str,
    expected: &Map<String, Value>,
    found: &Map<String, Value>,
) -> Vec<Mismatch> {
    let field = |(name, expected): (&String, &Value)| {
        let at = format!("{at}.{name}");
        match found.get(name) {
            Some(found) => compare(&at, expected, found),
            None => {
                let names: Vec<&str> = found.keys().map(String::as_str).collect();
                let there = format!("no such field; there are: {}", names.join(", "));
                vec![Mismatch::new(at, shown(expected), there)]
            }
        }
    };
    expected.iter().flat_map(field).collect()
}

fn compare_lists(at: &str, expected: &[Value], found: &[Value]) -> Vec<Mismatch> {
    let whole = || {
        let (expected, found) = (Value::from(expected), Value::from(found));
        vec![Mismatch::new(at, shown(&expected), shown(&found))]
    };
    if expected.iter().any(is_anything) {
        return if items_match(expected, found) { Vec::new() } else { whole() };
    }
    if expected.len() != found.len() {
        return whole();
    }
    let pairs = expected.iter().zip(found).enumerate();
    pairs.flat_map(|(index, (e, f))| compare(&format!("{at}[{index}]"), e, f)).collect()
}

/// Whether `found` is what `expected` says, where `"..."` stands for any elements. What can match early does:
/// going back to the latest `"..."` is enough then, however many there are.
fn items_match(expected: &[Value], found: &[Value]) -> bool {
    let (mut rest, mut left) = (expected, found);
    // What follows the latest `"..."`, and the elements that it may begin at.
    let mut latest: Option<(&[Value], &[Value])> = None;
    loop {
        match (rest.split_first(), left.split_first()) {
            (None, None) => return true,
            (Some((first, others)), _) if is_anything(first) => {
                latest = Some((others, left));
                rest = others;
            }
            (Some((first, others)), Some((item, further)))
                if compare("", first, item).is_empty() =>
            {
                (rest, left) = (others, further);
            }
            _ => match latest.and_then(|(after, from)| Some((after, from.split_first()?.1))) {
                Some((after, from)) => {
                    latest = Some((after, from));
                    (rest, left) = (after, from);
                }
                None => return false,
            },
        }
    }
}

fn compare_refused_fields(expected: &Map<String, Value>, found: &[Value]) -> Vec<Mismatch> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("?").to_owned();
    let listed = |pairs: BTreeSet<(String, String)>| {
        let pairs: Vec<String> = pairs.into_iter().map(|(f, c)| format!("{f}: {c}")).collect();
        pairs.join(", ")
    };
    let wanted: BTreeSet<_> =
        expected.iter().map(|(field, code)| (field.clone(), text(Some(code)))).collect();
    let came: BTreeSet<_> =
        found.iter().map(|error| (text(error.get("field")), text(error.get("code")))).collect();
    if wanted == came && expected.len() == found.len() {
        return Vec::new();
    }
    vec![Mismatch::new("error.invalid", listed(wanted), listed(came))]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn many_gaps_are_found_at_once() {
        let found = json!(vec![1; 60]);
        let gaps = |last: u32| {
            let pairs = (0..30).flat_map(|_| [json!("..."), json!(1)]);
            pairs.chain([json!("..."), json!(last)]).collect::<Value>()
        };
        assert!(compare("", &gaps(1), &found).is_empty());
        assert_eq!(compare("", &gaps(2), &found).len(), 1);
    }

    #[test]
    fn what_matches() {
        for (expected, found, matches) in [
            (json!(5), json!(5), true),
            (json!(5), json!("5"), false),
            (json!("<none>"), json!(null), true),
            (json!("<none>"), json!(0), false),
            (json!("<time>"), json!(1_788_220_800_000_u64), true),
            (json!("<time>"), json!(null), false),
            (json!({"a": 1}), json!({"a": 1, "b": 2}), true),
            (json!({"a": 1}), json!({"b": 2}), false),
            (json!({"a": "<none>"}), json!({"b": 2}), false),
            (json!([1, 2]), json!([1, 2]), true),
            (json!([1]), json!([1, 2]), false),
            (json!(["..."]), json!([]), true),
            (json!([1, "..."]), json!([1, 2]), true),
            (json!(["...", 2]), json!([1, 2]), true),
            (json!(["...", 1, 2, "..."]), json!([1, 1, 2]), true),
            (json!(["...", 1, 2]), json!([1, 2, 1]), false),
            (json!(["...", 1, "...", 2]), json!([1, 2, 1, 2]), true),
            (json!([1, "...", "..."]), json!([]), false),
            (json!(["...", 2, "..."]), json!([1, 2, 3]), true),
            (json!(["...", 3, "...", 2]), json!([1, 2, 3]), false),
            (json!([{"a": 1}, "..."]), json!([{"a": 1, "b": 2}]), true),
            (json!("a...c"), json!("abc"), true),
            (json!("...b..."), json!("abc"), true),
            (json!("a..."), json!("ba"), false),
            (json!("ab...bc"), json!("abc"), false),
            (json!("..."), json!(""), true),
            (json!("..."), json!(null), false),
        ] {
            let mismatches = compare("answer", &expected, &found);
            assert_eq!(mismatches.is_empty(), matches, "{expected} {found} {mismatches:?}");
        }
    }

    #[test]
    fn which_errors_match() {
        let invalid = json!({"invalid": [
            {"field": "a", "code": "empty", "message": "m"},
            {"field": "b", "code": "unknown", "message": "m"},
        ]});
        for (expected, found, matches) in [
            (json!("busy"), json!("busy"), true),
            (json!("denied"), json!({"denied": "because"}), true),
            (json!("denied"), json!("busy"), false),
            (json!({"denied": "...cause"}), json!({"denied": "because"}), true),
            (json!({"denied": "why"}), json!({"denied": "because"}), false),
            (json!({"limit": {"allowed": 3}}), json!({"limit": {"allowed": 3, "asked": 4}}), true),
            (json!("invalid"), invalid.clone(), true),
            (json!({"invalid": {"a": "empty", "b": "unknown"}}), invalid.clone(), true),
            (json!({"invalid": {"a": "empty"}}), invalid.clone(), false),
            (json!({"invalid": {"a": "empty", "b": "empty"}}), invalid.clone(), false),
            (json!({"invalid": [{"field": "a"}, "..."]}), invalid, true),
        ] {
            let mismatches = compare_error(&expected, &found);
            assert_eq!(mismatches.is_empty(), matches, "{expected} {found} {mismatches:?}");
        }
    }

    #[test]
    fn a_mismatch_says_where_and_what() {
        let found = json!({"grants": [{"brand": "puma"}]});
        let expected = json!({"grants": [{"brand": "nike"}]});
        let text = compare("answer", &expected, &found)[0].to_string();
        let lines =
            ["    answer.grants[0].brand", r#"      expected "nike""#, r#"      found    "puma""#];
        assert_eq!(text, lines.join("\n"));
    }
}
