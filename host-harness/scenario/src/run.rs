//! Runs a scenario, step by step.

use serde_json::Value;

use super::faults::Fault;
use super::file::{Expectation, Scenario, Step, Time};
use super::judge::{self, Outcome};
use super::log::Logs;
use super::matching::Mismatch;
use super::prepare::{Prepared, prepare};
use super::report::{Called, Failure, Seen, Watcher, told};
use super::target::Target;
use super::values::Names;
use super::world::{Rows, World};
use clientdesk_host::adapters::clock::Clock as _;

/// A call that makes more storage calls than this isn't rehearsed to its end.
const REHEARSALS_MAX: u32 = 200;

/// Runs `scenario` against `target`, which works on `world`, from an empty store to its last
/// step. Then every agency's log is verified.
///
/// # Errors
///
/// The first step that doesn't run as the scenario says.
pub fn run(
    scenario: &Scenario,
    world: &World,
    target: &dyn Target,
    watcher: &mut dyn Watcher,
) -> Result<(), Box<Failure>> {
    world.clock.set(scenario.start);
    let (names, logs) = (Names::new(), Logs::default());
    let mut run = Run { scenario, world, target, watcher, names, logs };
    for part in scenario.given.iter().chain([scenario]) {
        run.scenario = part;
        run.steps()?;
    }
    if !scenario.verify {
        return Ok(());
    }
    run.logs.verify(target).map_err(|problem| {
        Box::new(Failure {
            file: scenario.file.clone(),
            line: 0,
            number: scenario.steps.len(),
            say: "after the last step, every log verifies".to_owned(),
            call: None,
            mismatches: vec![Mismatch::new("audit.verify", "no flaw", problem)],
        })
    })
}

struct Run<'a> {
    scenario: &'a Scenario,
    world: &'a World,
    target: &'a dyn Target,
    watcher: &'a mut dyn Watcher,
    names: Names,
    logs: Logs,
}

/// What is wrong with a step, and the call as far as it came.
struct Problem {
    mismatches: Vec<Mismatch>,
    call: Option<String>,
}

/// The scenario itself doesn't work out.
impl From<String> for Problem {
    fn from(problem: String) -> Self {
        let expected = "a step that can run";
        Problem { mismatches: vec![Mismatch::new("scenario", expected, problem)], call: None }
    }
}

impl Run<'_> {
    fn steps(&mut self) -> Result<(), Box<Failure>> {
        let scenario = self.scenario;
        for (number, step) in (1..).zip(&scenario.steps) {
            self.step(number, step).map_err(|problem| self.failure(number, step, problem))?;
        }
        Ok(())
    }

    fn step(&mut self, number: usize, step: &Step) -> Result<(), Problem> {
        match step.time {
            None => {}
            Some(Time::At(millis)) => self.world.clock.set(millis),
            Some(Time::After(millis)) => {
                self.world.clock.set(self.world.clock.now().saturating_add(millis));
            }
        }
        if let Some(ids) = &step.key_ring {
            self.world.use_keys(ids)?;
        }
        match step.n {
            Some(n) => self.names.insert("n".to_owned(), Value::from(n)),
            None => self.names.remove("n"),
        };
        let Some(function) = &step.call else {
            self.show(number, step, None);
            return Ok(());
        };
        let prepared = prepare(self.scenario, step, function, &self.names, self.target)?;
        if step.each_storage_failure {
            self.rehearse(number, &prepared)?;
        }
        self.perform(number, &prepared)
    }

    /// Makes the call, and judges it.
    fn perform(&mut self, number: usize, prepared: &Prepared<'_>) -> Result<(), Problem> {
        let step = prepared.step;
        let before = self.world.rows()?;
        let damaged = self.world.damage(&prepared.damage)?;
        let outcome = self.attempt(prepared, step.fail);
        let mut mismatches = self.judge(prepared, &outcome, &damaged)?;
        self.world.mend(&before, &damaged)?;
        mismatches.extend(judge::mails(&prepared.mails, &outcome.mails));
        mismatches.extend(judge::calls(step.host_calls, outcome.calls));
        mismatches.extend(judge::hits(step.fail.is_some(), outcome.hits));
        self.logs.notice(prepared.function, &outcome.answer);
        let news = self.logs.news(self.target, self.scenario.agency.as_deref());
        mismatches.extend(judge::log(&prepared.log, news));
        self.passed(number, prepared, &outcome, mismatches, false)?;
        for (name, path) in &step.save {
            let value = found_at(path, &outcome)?;
            self.names.insert(name.clone(), value);
        }
        Ok(())
    }

    /// Makes the call once for each of its storage calls, with that one failing. Either it
    /// fails as a whole and leaves nothing behind, or what failed came after its commit:
    /// then it did its work, but for a mail that may not have gone out yet. Everything is
    /// undone each time.
    fn rehearse(&mut self, number: usize, prepared: &Prepared<'_>) -> Result<(), Problem> {
        let before = self.world.rows()?;
        for nth in 1..=REHEARSALS_MAX {
            let outcome = self.attempt(prepared, Some(Fault::unavailable(nth)));
            if outcome.hits == 0 {
                return Ok(self.world.restore(&before)?);
            }
            let mut mismatches = if outcome.is_unavailable() {
                let mut mismatches = judge::unchanged(&before, &self.world.rows()?);
                mismatches.extend(judge::mails(&[], &outcome.mails));
                mismatches
            } else {
                self.judge_late_failure(prepared, &outcome, &before)?
            };
            for mismatch in &mut mismatches {
                mismatch.at = format!("with storage call {nth} failing: {}", mismatch.at);
            }
            self.passed(number, prepared, &outcome, mismatches, true)?;
            self.world.restore(&before)?;
        }
        Err(format!("the call makes more than {REHEARSALS_MAX} storage calls").into())
    }

    fn judge_late_failure(
        &self,
        prepared: &Prepared<'_>,
        outcome: &Outcome,
        before: &Rows,
    ) -> Result<Vec<Mismatch>, Problem> {
        let mut mismatches = self.judge(prepared, outcome, before)?;
        if !outcome.mails.is_empty() {
            mismatches.extend(judge::mails(&prepared.mails, &outcome.mails));
        }
        let mut logs = self.logs.clone();
        logs.notice(prepared.function, &outcome.answer);
        mismatches.extend(judge::log(
            &prepared.log,
            logs.news(self.target, self.scenario.agency.as_deref()),
        ));
        Ok(mismatches)
    }

    /// Judges the answer, and of a refusal that it changed nothing. One that is logged, or
    /// mailed, says so in the scenario.
    fn judge(
        &self,
        prepared: &Prepared<'_>,
        outcome: &Outcome,
        before: &Rows,
    ) -> Result<Vec<Mismatch>, Problem> {
        let used = prepared.step.save.values().any(|path| path.starts_with("answer"));
        let mut mismatches = judge::answer(&prepared.expect, used, &outcome.answer);
        let refused = matches!(prepared.expect, Expectation::Error(_)) && outcome.answer.is_err();
        if refused && prepared.step.store_changes {
            mismatches.extend(judge::changed(before, &self.world.rows()?));
        } else if refused && prepared.log.is_empty() && prepared.mails.is_empty() {
            mismatches.extend(judge::unchanged(before, &self.world.rows()?));
        }
        Ok(mismatches)
    }

    fn attempt(&self, prepared: &Prepared<'_>, fault: Option<Fault>) -> Outcome {
        let arguments: Vec<Value> =
            prepared.arguments.iter().map(|(_, value)| value.clone()).collect();
        let World { storage, mail, clock, .. } = self.world;
        let mails_before = mail.messages().len();
        self.world.mails_get(prepared.mail_says.clone());
        clock.know_zones(prepared.step.time_zones);
        storage.begin(fault);
        let answer = self.target.call(prepared.function, &arguments);
        let (calls, hits) = (storage.calls(), storage.hits());
        storage.begin(None);
        clock.know_zones(true);
        self.world.mails_get(None);
        Outcome { answer, mails: self.world.mails_after(mails_before), calls, hits }
    }

    /// Shows the call to the watcher, unless there is something wrong with it.
    fn passed(
        &mut self,
        number: usize,
        prepared: &Prepared<'_>,
        outcome: &Outcome,
        mismatches: Vec<Mismatch>,
        rehearsal: bool,
    ) -> Result<(), Problem> {
        let Prepared { step, function, arguments, .. } = prepared;
        let Outcome { answer, mails, .. } = outcome;
        if mismatches.is_empty() {
            let called = Called { function, arguments, answer, mails, rehearsal };
            self.show(number, step, Some(called));
            return Ok(());
        }
        Err(Problem { mismatches, call: Some(told(function, arguments, Some(answer))) })
    }

    fn show(&mut self, number: usize, step: &Step, called: Option<Called<'_>>) {
        let (scenario, world, now) = (self.scenario, self.world, self.world.clock.now());
        self.watcher.saw(&Seen { scenario, step, number, now, called, world });
    }

    fn failure(&self, number: usize, step: &Step, problem: Problem) -> Box<Failure> {
        let say = step.told().or(step.call.as_deref()).unwrap_or("time passes");
        Box::new(Failure {
            file: self.scenario.file.clone(),
            line: step.line,
            number,
            say: step.n.map_or_else(|| say.to_owned(), |n| format!("{say} ({n})")),
            call: problem.call,
            mismatches: problem.mismatches,
        })
    }
}

/// What is found at `answer`, `answer.client`, `answer.clients.0.id`, `mail.token` or another
/// part of the last mail, or `mails.0.token` for an earlier one.
fn found_at(path: &str, outcome: &Outcome) -> Result<Value, String> {
    let mut parts = path.split('.');
    let last_mail = outcome.mails.last().map(judge::mail_json);
    let root = match parts.next() {
        Some("answer") => outcome.answer.clone().ok(),
        Some("mail") => last_mail,
        Some("mails") => Some(outcome.mails.iter().map(judge::mail_json).collect()),
        _ => None,
    };
    let step = |value: Value, part: &str| match part.parse::<usize>() {
        Ok(index) => value.get(index).cloned(),
        Err(_) => value.get(part).cloned(),
    };
    let found = parts.try_fold(root.unwrap_or_default(), step);
    found.filter(|value| !value.is_null()).ok_or_else(|| format!("there is nothing at `{path}`"))
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
