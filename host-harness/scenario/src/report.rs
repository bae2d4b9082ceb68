//! What is told of a run: each step as it happens, and the one that failed.

use std::fmt;

use serde_json::Value;

use super::file::{Scenario, Step};
use super::matching::{Mismatch, shown};
use super::target::TargetError;
use super::world::World;
use clientdesk_host::adapters::mail::Message;

/// A step that ran as it should, or a rehearsal of one.
pub struct Seen<'a> {
    /// The story.
    pub scenario: &'a Scenario,
    /// The step.
    pub step: &'a Step,
    /// The step's number, from 1.
    pub number: usize,
    /// The time, in milliseconds since the Unix epoch.
    pub now: u64,
    /// What the step calls; none for one that only lets time pass.
    pub called: Option<Called<'a>>,
    /// The world afterwards.
    pub world: &'a World,
}

/// A call and what came of it.
pub struct Called<'a> {
    /// The function.
    pub function: &'a str,
    /// Its arguments, by name.
    pub arguments: &'a [(String, Value)],
    /// Its answer.
    pub answer: &'a Result<Value, TargetError>,
    /// The mails that went out.
    pub mails: &'a [Message],
    /// Whether it was tried with a storage call failing, and undone afterwards.
    pub rehearsal: bool,
}

/// Looks on while a scenario runs.
pub trait Watcher {
    /// Sees a step, or a rehearsal, that ran as it should.
    fn saw(&mut self, seen: &Seen<'_>);
}

/// Nobody looks on.
impl Watcher for () {
    fn saw(&mut self, _: &Seen<'_>) {}
}

/// A step that didn't run as it should.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The scenario's file.
    pub file: String,
    /// The line at which the step begins; 0 for what comes after the last.
    pub line: usize,
    /// The step's number, from 1.
    pub number: usize,
    /// What the step tells.
    pub say: String,
    /// The call with its arguments, and what came of it.
    pub call: Option<String>,
    /// What isn't as it should be.
    pub mismatches: Vec<Mismatch>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { file, line, number, say, .. } = self;
        writeln!(f, "{file}:{line}: step {number}: {say}")?;
        for mismatch in &self.mismatches {
            writeln!(f, "{mismatch}")?;
        }
        match &self.call {
            Some(call) => write!(f, "  {}", call.replace('\n', "\n  ")),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

/// How much of a call and its outcome a failure shows.
const LINES_SHOWN: usize = 40;

/// A call and its outcome as a failure shows them: their beginning, where they are long.
pub(super) fn told(
    function: &str,
    arguments: &[(String, Value)],
    answer: Option<&Result<Value, TargetError>>,
) -> String {
    let mut text = function.to_owned();
    for (name, value) in arguments {
        text.push_str(&format!("\n  {name} = {}", shown(value).replace('\n', "\n  ")));
    }
    match answer {
        None => {}
        Some(Ok(answer)) => text.push_str(&format!("\nanswered {}", shown(answer))),
        Some(Err(TargetError::Refused(error))) => {
            text.push_str(&format!("\nrefused {}", shown(error)));
        }
        Some(Err(TargetError::Broken(problem))) => text.push_str(&format!("\nbroke: {problem}")),
    }
    match text.match_indices('\n').nth(LINES_SHOWN) {
        Some((end, _)) => format!("{}\n…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
