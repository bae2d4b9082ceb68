//! `exports`: calls of any function, with any arguments.
//!
//! None traps or goes on and on; what is refused is refused clearly and leaves nothing behind; afterwards all
//! that is due is done without a failure, and every log verifies.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use clientdesk_scenario::world::Rows;

use crate::case::{Act, Case};
use crate::clear::case_of;
use crate::draw::{Draw, later};
use crate::play::{Play, shown, smaller};
use crate::shape::Signature;
use crate::stage::{STORIES, Stage, Stages};
use crate::subject::{Found, Subject};
use crate::tally::Tally;

/// How far the clock moves between calls.
const STEPS: [i64; 7] =
    [1, 60_000, 3_600_000, 86_400_000, 2_700_000_000, 34_560_000_000, -86_400_000];
/// Commands book what was due before they are refused, where jobs haven't been for longer.
const SILENCE_MAX: i64 = 300 * 86_400_000;
/// The most calls of a case.
const CALLS_MAX: usize = 6;

/// Calls of any function.
pub struct Exports<'s> {
    stages: &'s Stages,
}

impl<'s> Exports<'s> {
    /// On these stages.
    pub fn on(stages: &'s Stages) -> Exports<'s> {
        Exports { stages }
    }
}

/// The stage that bytes stand for; one in twenty is empty.
pub(crate) fn some_stage(draw: &mut Draw<'_>) -> &'static str {
    if draw.once_in(20) { "" } else { draw.pick(&STORIES).copied().unwrap_or_default() }
}

/// Calls that bytes stand for.
pub(crate) fn some_calls(draw: &mut Draw<'_>, stage: &Stage, stages: &Stages) -> Vec<Act> {
    let mut calls: Vec<Act> = Vec::new();
    while calls.len() < CALLS_MAX && (calls.is_empty() || !draw.is_empty()) {
        if draw.once_in(6)
            && let Some(again) = calls.last().cloned()
        {
            calls.push(again);
            continue;
        }
        // What the story called finds what it is about; what it didn't, mostly nothing.
        let any = if draw.once_in(4) { None } else { draw.pick(&stage.calls) };
        let told = any.and_then(|(function, _)| stages.signature(function));
        let signature = told.or_else(|| draw.pick(stages.troupe().signatures()));
        let Some(signature) = signature else { break };
        let moves = draw.once_in(4);
        let after = if moves { draw.pick(&STEPS).copied().unwrap_or_default() } else { 0 };
        let door = door(signature).filter(|_| draw.once_in(2));
        let opened = door.and_then(|(open, place)| {
            let with = draw.as_told(open, stage)?;
            calls.push(Act { after, function: open.to_owned(), with });
            Some(place)
        });
        let mut with = draw.call(signature, stage, stages, !calls.is_empty());
        if let Some((outer, inner)) = opened {
            let agency = |act: &Act| act.with.get("call")?.get("agency").cloned();
            let agency = calls.last().and_then(agency);
            put(&mut with, outer, inner, agency);
        }
        let after = if opened.is_some() { 0 } else { after };
        calls.push(Act { after, function: signature.name.clone(), with });
    }
    calls
}

/// What lets somebody in who may call the function then, and where it takes what that gave.
fn door(signature: &Signature) -> Option<(&'static str, (&'static str, &'static str))> {
    let takes = |name: &str| signature.params.iter().any(|(param, _)| param == name);
    match () {
        () if takes("session") => Some(("portal.log-in", ("session", "session"))),
        () if takes("call") => Some(("impersonation.start", ("call", "acting-as"))),
        () => None,
    }
}

/// Puts what the act before gave into its place; it was let into this agency.
fn put(with: &mut Map<String, Value>, outer: &str, inner: &str, agency: Option<Value>) {
    let given = json!(later(inner));
    match with.get_mut(outer) {
        Some(Value::Object(call)) => {
            call.insert(inner.to_owned(), given);
            if let Some(agency) = agency {
                call.insert("agency".to_owned(), agency);
            }
        }
        Some(value) => *value = given,
        None => {}
    }
}

impl Subject for Exports<'_> {
    fn name(&self) -> &'static str {
        "exports"
    }

    fn input(&self, bytes: &[u8]) -> Vec<u8> {
        let mut draw = Draw::from(bytes);
        let name = some_stage(&mut draw);
        let Ok(stage) = self.stages.stage(name) else { return Vec::new() };
        let calls = some_calls(&mut draw, &stage, self.stages);
        Case { stage: name.to_owned(), calls, ..Case::default() }.text()
    }

    fn examine(&self, input: &[u8]) -> Result<(), Found> {
        let case = Case::read(input)?;
        let stage = self.stages.stage(&case.stage);
        let stage = stage.map_err(|problem| Found::new("there is no such stage", problem))?;
        let play = Play::on(&stage, self.stages)?;
        let mut silence: i64 = 0;
        for act in &case.calls {
            silence = silence.saturating_add(act.after.max(0));
            perform(&play, act, silence).map_err(|found| Found {
                details: format!("{}\n{}", shown(act), found.details),
                ..found
            })?;
        }
        play.verify(&stage)?;
        let report = play.jobs()?;
        if report.get("failed").and_then(Value::as_u64) != Some(0) {
            return Err(Found::new("a job fails", report.to_string()));
        }
        Ok(())
    }

    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>> {
        smaller(input)
    }

    fn ending(&self) -> &'static str {
        "json"
    }

    fn tally(&self) -> Tally {
        self.stages.tally()
    }
}

fn perform(play: &Play<'_>, act: &Act, silence: i64) -> Result<(), Found> {
    play.pass(act.after);
    let before = play.rows()?;
    let Err(error) = play.perform(act)? else { return Ok(()) };
    play.unclear(&act.function, &error)?;
    let after = play.rows()?;
    if before == after || may_write(&act.function, &error) {
        return Ok(());
    }
    let kind = || format!("`{}` is refused, and leaves something behind", act.function);
    if silence <= SILENCE_MAX && !are_openings(&before, &after) {
        return Err(Found::new(kind(), format!("{error}\n{}", difference(&before, &after))));
    }
    // What was due, or had to be noted first, is done now: refused again, it leaves nothing.
    drop(play.perform(act)?);
    let again = play.rows()?;
    if after != again {
        let more = difference(&after, &again);
        return Err(Found::new(kind(), format!("{error}\n{more}\nwhen it is refused again")));
    }
    Ok(())
}

/// Where somebody shows who they are: what is wrong is counted, and some of it logged.
const AT_THE_DOOR: [&str; 8] = [
    "portal.accept",
    "portal.admit",
    "portal.change-email",
    "portal.change-password",
    "portal.forgot-password",
    "portal.log-in",
    "portal.reset-password",
    "portal.sign-up",
];

/// Failed sign-ins and refused sign-ins on others' behalf are counted, or logged.
fn may_write(function: &str, error: &Value) -> bool {
    let (case, payload) = case_of(error);
    let code = payload.get("code").and_then(Value::as_str);
    AT_THE_DOOR.contains(&function)
        || function == "impersonation.start" && matches!(case, "denied" | "conflict")
        || case == "denied" && code == Some("acting-as")
}

/// Whether all that is new is notes of what prices depend on, which commits of their own make before the
/// command's, and for good; with the time at which an agency saw them, and no entry in its log.
fn are_openings(before: &Rows, after: &Rows) -> bool {
    let opened: BTreeSet<String> = after
        .keys()
        .filter(|key| !before.contains_key(*key))
        .filter_map(|key| Some(key.split_once("/opening/")?.0.to_owned()))
        .collect();
    let is_note = |key: &str| match key.rsplit_once("/head") {
        Some((agency, "")) => {
            opened.contains(agency) && log_end(before.get(key)) == log_end(after.get(key))
        }
        _ => key.contains("/opening/") && !before.contains_key(key),
    };
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut changed = keys.into_iter().filter(|key| before.get(*key) != after.get(*key));
    changed.all(|key| is_note(key))
}

/// Where a log ends: its head without the time.
fn log_end(head: Option<&String>) -> Option<Value> {
    let mut head: Value = serde_json::from_str(head?).ok()?;
    head.get_mut("data")?.as_object_mut()?.remove("latest")?;
    Some(head)
}

fn difference(before: &Rows, after: &Rows) -> String {
    let gone = before.iter().filter(|(key, value)| after.get(*key) != Some(value));
    let new = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    let gone = gone.map(|(key, value)| format!("- {key} {value}"));
    gone.chain(new.map(|(key, value)| format!("+ {key} {value}"))).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"{"schema":2,"data":{"number":7,"mac":"m","latest":1}}"#;
    const LATER: &str = r#"{"schema":2,"data":{"number":7,"mac":"m","latest":2}}"#;
    const LOGGED: &str = r#"{"schema":2,"data":{"number":8,"mac":"n","latest":2}}"#;

    fn rows(rows: &[(&str, &str)]) -> Rows {
        rows.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_notes_of_prices_may_stay_after_a_refusal() {
        let before = [("a/acme/head", HEAD), ("a/beta/head", HEAD), ("a/acme/opening/1", "old")];
        let opening = ("a/acme/opening/2", "new");
        for (what, changed, may_stay) in [
            ("a note", vec![opening], true),
            ("a note, and when it was", vec![opening, ("a/acme/head", LATER)], true),
            ("a time without a note", vec![("a/acme/head", LATER)], false),
            ("another agency's time", vec![opening, ("a/beta/head", LATER)], false),
            ("a note, and an entry in the log", vec![opening, ("a/acme/head", LOGGED)], false),
            ("a note that was there", vec![("a/acme/opening/1", "new")], false),
            ("a note, and more", vec![opening, ("a/acme/client/1", "{}")], false),
        ] {
            let mut after = rows(&before);
            after.extend(rows(&changed));
            assert_eq!(are_openings(&rows(&before), &after), may_stay, "{what}");
        }
    }
}
