//! `exports`: calls of any function, with any arguments.
//!
//! None traps or goes on and on; what is refused is refused clearly and leaves nothing behind; afterwards all
//! that is due is done without a failure, and every log verifies.

use serde_json::Value;

use clientdesk_scenario::world::Rows;

use crate::case::{Act, Case};
use crate::clear::case_of;
use crate::draw::Draw;
use crate::play::{Play, shown, smaller};
use crate::stage::{STORIES, Stage, Stages};
use crate::subject::{Found, Subject};

/// How far the clock moves between calls.
const STEPS: [i64; 12] =
    [0, 0, 0, 0, 0, 1, 60_000, 3_600_000, 86_400_000, 2_700_000_000, 34_560_000_000, -86_400_000];
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
        let Some(signature) = draw.pick(stages.troupe().signatures()) else { break };
        let after = draw.pick(&STEPS).copied().unwrap_or_default();
        let with = draw.call(signature, stage, stages);
        calls.push(Act { after, function: signature.name.clone(), with });
    }
    calls
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
        let play = Play::on(&stage, self.stages.troupe())?;
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
}

fn perform(play: &Play<'_>, act: &Act, silence: i64) -> Result<(), Found> {
    play.pass(act.after);
    let mut before = play.rows()?;
    let Err(error) = play.ask(&act.function, &act.with)? else { return Ok(()) };
    play.unclear(&act.function, &error)?;
    let mut after = play.rows()?;
    // What prices depend on is noted in a commit of its own, before the command's, and for good: it is
    // also when the agency saw that time.
    if after.keys().any(|key| is_opening(key) && !before.contains_key(key)) {
        after.retain(|key, _| !is_opening(key) && !key.ends_with("/head"));
        before.retain(|key, _| !is_opening(key) && !key.ends_with("/head"));
    }
    if before != after && !may_write(&act.function, &error) && silence <= SILENCE_MAX {
        let kind = format!("`{}` is refused, and leaves something behind", act.function);
        return Err(Found::new(kind, format!("{error}\n{}", difference(&before, &after))));
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

/// Whether the row says what all that renews at one time comes to together.
fn is_opening(key: &str) -> bool {
    key.split('/').nth(2) == Some("opening")
}

fn difference(before: &Rows, after: &Rows) -> String {
    let gone = before.iter().filter(|(key, value)| after.get(*key) != Some(value));
    let new = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    let gone = gone.map(|(key, value)| format!("- {key} {value}"));
    gone.chain(new.map(|(key, value)| format!("+ {key} {value}"))).collect::<Vec<_>>().join("\n")
}
