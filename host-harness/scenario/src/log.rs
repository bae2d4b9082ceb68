//! The agencies' logs, as a scenario follows them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::target::{Target, TargetError};

/// How far the log of each agency was read. Agencies are known from their creation on.
#[derive(Clone, Default)]
pub(super) struct Logs {
    read: BTreeMap<String, u64>,
}

/// How many entries are read at once. Fewer come only at a log's end.
const ENTRIES_AT_ONCE: usize = 500;

/// An argument of the calls that read logs.
type Argument<'a> = (&'a str, Value);

impl Logs {
    /// Follows the log of a new agency, if that is what the call made: a created one, or an imported one.
    pub(super) fn notice(&mut self, function: &str, answer: &Result<Value, TargetError>) {
        if let ("system.import", Ok(answer)) = (function, answer)
            && answer.get("done") == Some(&Value::Bool(true))
            && let Some(agency) = answer.get("agency").and_then(Value::as_str)
        {
            self.read.entry(agency.to_owned()).or_default();
        }
        if let ("agencies.create", Ok(Value::String(agency))) = (function, answer) {
            self.read.entry(agency.clone()).or_default();
        }
    }

    /// The kinds of the entries that are new since the last time. Those of other agencies
    /// than `home` have the agency's id and a colon before them.
    pub(super) fn news(
        &mut self,
        target: &dyn Target,
        home: Option<&str>,
    ) -> Result<Vec<String>, String> {
        let mut kinds = Vec::new();
        for (agency, read) in &mut self.read {
            loop {
                let entries = page(target, agency, *read)?;
                for entry in &entries {
                    let kind = entry.get("kind").and_then(Value::as_str).unwrap_or("?");
                    let here = home == Some(agency.as_str());
                    kinds.push(if here { kind.to_owned() } else { format!("{agency}: {kind}") });
                    *read += 1;
                    let number = entry.get("number").and_then(Value::as_u64);
                    if number != Some(*read) {
                        return Err(format!("entry {read} of `{agency}` has number {number:?}"));
                    }
                }
                if entries.len() < ENTRIES_AT_ONCE {
                    break;
                }
            }
        }
        Ok(kinds)
    }

    /// Verifies every log from its first to its last entry; an error says what is wrong.
    pub(super) fn verify(&self, target: &dyn Target) -> Result<(), String> {
        self.read.iter().try_for_each(|(agency, read)| verify(target, agency, *read))
    }
}

fn verify(target: &dyn Target, agency: &str, entries: u64) -> Result<(), String> {
    let mut start = Value::from(1);
    let mut verified = 0;
    while !start.is_null() {
        let arguments = [("start", start), ("to", Value::Null), ("expected", Value::Null)];
        let found = ask(target, "audit.verify", agency, &arguments)?;
        if found.get("flaw") != Some(&Value::Null) {
            return Err(format!("the log of `{agency}` doesn't verify: {found}"));
        }
        verified += found.get("verified").and_then(Value::as_u64).unwrap_or_default();
        start = found.get("next").cloned().unwrap_or_default();
    }
    if verified == entries {
        return Ok(());
    }
    Err(format!("the log of `{agency}` has {entries} entries, and {verified} were verified"))
}

/// The entries that follow number `read`.
fn page(target: &dyn Target, agency: &str, read: u64) -> Result<Vec<Value>, String> {
    let arguments = [("after", Value::from(read)), ("limit", Value::from(ENTRIES_AT_ONCE))];
    let feed = ask(target, "audit.read", agency, &arguments)?;
    Ok(feed.get("entries").and_then(Value::as_array).cloned().unwrap_or_default())
}

fn ask(
    target: &dyn Target,
    function: &str,
    agency: &str,
    arguments: &[Argument<'_>],
) -> Result<Value, String> {
    let actor = json!({"id": "scenario", "name": "Scenario", "role": "viewer"});
    let call = json!({"agency": agency, "actor": actor});
    let parameters = target.parameters(function).unwrap_or_default();
    let argument = |name: &String| match arguments.iter().find(|(known, _)| known == name) {
        Some((_, value)) => value.clone(),
        None if name == "call" => call.clone(),
        None => Value::Null,
    };
    let arguments: Vec<Value> = parameters.iter().map(argument).collect();
    target
        .call(function, &arguments)
        .map_err(|error| format!("`{function}` of `{agency}` failed: {error:?}"))
}
