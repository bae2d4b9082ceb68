//! What a clear error is.

use serde_json::Value;

use crate::shape::Shape;
use crate::subject::Found;

/// The longest message to people: the longest that repeats an argument repeats 200 characters of it.
const MESSAGE_CHARS_MAX: usize = 1_000;

/// The codes of wrong arguments, as the contract lists them.
const CODES: [&str; 10] = [
    "empty",
    "too-short",
    "too-long",
    "malformed",
    "unknown",
    "duplicate",
    "out-of-range",
    "reused",
    "weak",
    "wrong",
];

/// Cases that no argument may bring about, since neither the store nor the host has failed.
const NEVER: [&str; 4] = ["busy", "unavailable", "corrupt", "other"];

/// What an error begins with that comes of rows of a later release.
const NEWER: &str = "newer-schema: the file has";

/// Fails for an error that doesn't say what is wrong. `params` are the function's.
///
/// # Errors
///
/// What is missing, or can't be.
pub fn check(params: &[(String, Shape)], error: &Value) -> Result<(), Found> {
    let (case, payload) = case_of(error);
    // Of a file that says that it is of a later release.
    if case == "unavailable" && payload.as_str().is_some_and(|text| text.starts_with(NEWER)) {
        return Ok(());
    }
    if NEVER.contains(&case) {
        return Err(Found::new(format!("`{case}`, in a store that is whole"), ""));
    }
    match case {
        "invalid" => fields(params, payload),
        "not-found" | "exists" => message(payload),
        "denied" | "conflict" => {
            word(payload.get(if case == "denied" { "code" } else { "state" }))?;
            message(payload.get("message").unwrap_or(&Value::Null))
        }
        "limit" => word(payload.get("limit")),
        "expired" => match payload.as_u64() {
            Some(_) => Ok(()),
            None => Err(Found::new("an `expired` without its time", "")),
        },
        _ => Err(Found::new("an error that the contract doesn't have", "")),
    }
}

/// The case of an error and what it carries.
pub fn case_of(error: &Value) -> (&str, &Value) {
    match error {
        Value::String(case) => (case, &Value::Null),
        Value::Object(fields) => match fields.iter().next() {
            Some((case, payload)) => (case, payload),
            None => ("", &Value::Null),
        },
        _ => ("", &Value::Null),
    }
}

fn fields(params: &[(String, Shape)], listed: &Value) -> Result<(), Found> {
    let listed = listed.as_array().map(Vec::as_slice).unwrap_or_default();
    if listed.is_empty() {
        return Err(Found::new("`invalid` without a field", ""));
    }
    for problem in listed {
        let text = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default();
        let (field, code) = (text("field"), text("code"));
        if !is_place(params, field) {
            return Err(Found::new("a field that the function doesn't have", field));
        }
        if !CODES.contains(&code) {
            return Err(Found::new("a code that the contract doesn't have", code));
        }
        message(problem.get("message").unwrap_or(&Value::Null))?;
    }
    Ok(())
}

/// Whether each part of a place such as `invites[3].email` is the name of a parameter, a field
/// or a case. A row of many names its field as if it were alone (`invite.email`), and a preview that of
/// its command, so the first part may be missing in the signature if the last isn't.
fn is_place(params: &[(String, Shape)], place: &str) -> bool {
    let known = |name: &str| params.iter().any(|(param, shape)| param == name || shape.names(name));
    let mut parts = place.split('.').map(|part| part.split('[').next().unwrap_or(part));
    let Some(first) = parts.next() else { return false };
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        [] => known(first),
        rest => rest.iter().all(|part| known(part)),
    }
}

fn message(text: &Value) -> Result<(), Found> {
    let text = text.as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Found::new("an error without a message", ""));
    }
    if text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(Found::new("a message as long as a page", ""));
    }
    match text.chars().find(|letter| steers(*letter)) {
        Some(letter) => {
            let name = letter.escape_unicode().to_string();
            Err(Found::new("a message with characters that can't be seen", name))
        }
        None => Ok(()),
    }
}

/// Characters that break a line, or turn it around.
fn steers(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn word(text: Option<&Value>) -> Result<(), Found> {
    let text = text.and_then(Value::as_str).unwrap_or_default();
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match !text.is_empty() && text.bytes().all(is_word) {
        true => Ok(()),
        false => Err(Found::new("an error without a word for programs", text)),
    }
}
