//! What a step is judged by: its answer, its mails, its log entries, and what it left in the
//! store.

use serde_json::{Value, json};

use super::faults::Calls;
use super::file::Expectation;
use super::matching::{Mismatch, compare, compare_error, is_anything, shown};
use super::target::TargetError;
use super::world::Rows;
use clientdesk_host::adapters::mail::Message;

/// What came of a call.
pub(super) struct Outcome {
    pub(super) answer: Result<Value, TargetError>,
    pub(super) mails: Vec<Message>,
    pub(super) calls: Calls,
    /// How many storage calls failed on demand.
    pub(super) hits: u32,
}

impl Outcome {
    /// Whether the call failed because the host did.
    pub(super) fn is_unavailable(&self) -> bool {
        let unavailable = |error: &Value| error.get("unavailable").is_some();
        matches!(&self.answer, Err(TargetError::Refused(error)) if unavailable(error))
    }
}

/// Where the answer isn't as expected.
/// `used` tells that a later step uses the answer, so that a step needn't expect anything of it.
pub(super) fn answer(
    expected: &Expectation,
    used: bool,
    found: &Result<Value, TargetError>,
) -> Vec<Mismatch> {
    let other = |expected: &str, found: String| vec![Mismatch::new("answer", expected, found)];
    match (expected, found) {
        (Expectation::Success, Ok(found)) if used || found.is_null() => Vec::new(),
        (Expectation::Success, Ok(found)) => {
            other("an `expect` that says what is answered", shown(found))
        }
        (Expectation::Answer(expected), Ok(found)) => compare("answer", expected, found),
        (Expectation::Error(expected), Err(TargetError::Refused(found))) => {
            compare_error(expected, found)
        }
        (Expectation::Error(expected), Ok(found)) => {
            other(&format!("the error {}", shown(expected)), shown(found))
        }
        (_, Err(TargetError::Refused(error))) => {
            other("no error", format!("the error {}", shown(error)))
        }
        (_, Err(TargetError::Broken(problem))) => other("an answer or an error", problem.clone()),
    }
}

/// Where the mails aren't as expected.
pub(super) fn mails(expected: &[Value], found: &[Message]) -> Vec<Mismatch> {
    let pairs = expected.iter().zip(found).enumerate();
    let one_by_one = expected.len() == found.len() && !expected.iter().any(is_anything);
    if one_by_one {
        let each = |(i, (e, mail))| compare(&format!("mails[{i}]"), e, &mail_json(mail));
        return pairs.flat_map(each).collect();
    }
    let whole: Value = found.iter().map(mail_json).collect();
    if compare("mails", &expected.into(), &whole).is_empty() {
        return Vec::new();
    }
    let brief = |mail: &Message| json!({"to": mail.to, "subject": mail.subject});
    let found: Value = found.iter().map(brief).collect();
    vec![Mismatch::new("mails", shown(&expected.into()), shown(&found))]
}

/// A mail as scenarios see it.
pub(super) fn mail_json(mail: &Message) -> Value {
    json!({
        "id": mail.id,
        "agency": mail.agency,
        "sender-name": mail.sender_name,
        "reply-to": mail.reply_to,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "kind": mail.kind,
        "token": token(&mail.text),
    })
}

/// The secret of the link in a mail: the part after the path that says what it is for.
pub fn token(text: &str) -> Option<&str> {
    let paths = ["/invite/", "/reset-password/", "/confirm-email/"];
    let rest = paths.iter().find_map(|path| text.split_once(path))?.1;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    rest.get(..end.unwrap_or(rest.len()))
}

/// Where the kinds of the log's new entries aren't as expected.
pub(super) fn log(expected: &[Value], found: Result<Vec<String>, String>) -> Vec<Mismatch> {
    let listed = Value::from(expected).to_string();
    match found.map(Value::from) {
        Ok(found) if compare("log", &expected.into(), &found).is_empty() => Vec::new(),
        Ok(found) => vec![Mismatch::new("log", listed, found.to_string())],
        Err(problem) => vec![Mismatch::new("log", listed, problem)],
    }
}

/// That the store is what it was, if it shouldn't be.
pub(super) fn changed(before: &Rows, after: &Rows) -> Option<Mismatch> {
    let same = before == after;
    same.then(|| Mismatch::new("the store", "`store-changes`", "what it was before".to_owned()))
}

/// Where the store isn't what it was, if it should be.
pub(super) fn unchanged(before: &Rows, after: &Rows) -> Vec<Mismatch> {
    let mut changes = Vec::new();
    for (key, value) in before {
        match after.get(key) {
            None => changes.push(format!("{key} is gone")),
            Some(now) if now != value => changes.push(format!("{key} was {value} and is {now}")),
            Some(_) => {}
        }
    }
    let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
    changes.extend(new.map(|(key, value)| format!("{key} is new: {value}")));
    if changes.is_empty() {
        return Vec::new();
    }
    vec![Mismatch::new("the store", "not a byte changed", changes.join("\n"))]
}

/// Where the number of storage calls isn't as expected.
pub(super) fn calls(expected: Option<Calls>, found: Calls) -> Vec<Mismatch> {
    let text = |Calls { get, scan, commit, scrub }| {
        format!("{get} get, {scan} scan, {commit} commit, {scrub} scrub")
    };
    match expected {
        Some(expected) if expected != found => {
            vec![Mismatch::new("host-calls", text(expected), text(found))]
        }
        Some(_) | None => Vec::new(),
    }
}

/// Where a fault hit nothing: then the step doesn't show what it wants to.
pub(super) fn hits(failing: bool, hits: u32) -> Vec<Mismatch> {
    if failing && hits == 0 {
        let found = "the call made no such storage call";
        return vec![Mismatch::new("fail", "a storage call that fails", found)];
    }
    Vec::new()
}
