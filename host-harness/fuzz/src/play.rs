//! Calls on a stage, one after the other, and what must hold of each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Target, TargetError, World, token};
use cpu_time::ThreadTime;
use serde_json::{Map, Value, json};

use crate::case::{Act, Case};
use crate::clear;
use crate::shape::Signature;
use crate::stage::{Stage, Stages};
use crate::subject::{Found, guarded};
use crate::watched::Watched;

/// Storage calls of one call, at most: no function has to go further at once.
const STORAGE_CALLS_MAX: u32 = 2_000;
/// The same of `jobs.run`, which may do 1,000 things.
const JOB_CALLS_MAX: u32 = 20_000;
/// What a call may take of the processor's time. Hashing a password takes a twentieth of it on a slow machine.
const TIME_MAX: Duration = Duration::from_secs(10);
/// Pages of a log that are verified.
const PAGES_MAX: usize = 50;

/// A component on a stage.
pub(crate) struct Play<'a> {
    pub(crate) world: World,
    pub(crate) target: Box<dyn Target>,
    watched: Arc<Watched>,
    stages: &'a Stages,
    /// What acts answered and mailed last, by the names of fields.
    answered: RefCell<BTreeMap<String, String>>,
}

impl<'a> Play<'a> {
    /// The component on this stage.
    pub(crate) fn on(stage: &Stage, stages: &'a Stages) -> Result<Play<'a>, Found> {
        let broken = |problem: String| Found::new("the stage can't be set up", problem);
        let (world, watched) = stage.world().map_err(broken)?;
        let target = stages.troupe().target(&world).map_err(broken)?;
        Ok(Play { world, target, watched, stages, answered: RefCell::default() })
    }

    /// The rows, without the host's own.
    pub(crate) fn rows(&self) -> Result<Rows, Found> {
        self.world.rows().map_err(|problem| Found::new("the store can't be read", problem))
    }

    /// Moves the clock.
    pub(crate) fn pass(&self, millis: i64) {
        self.world.clock.set(self.world.clock.now().saturating_add_signed(millis));
    }

    /// Makes a call of a case, about what acts before it answered, and notes how far it came.
    pub(crate) fn perform(&self, act: &Act) -> Result<Result<Value, Value>, Found> {
        let mut with = act.with.clone();
        with.values_mut().for_each(|value| resolve(value, &self.answered.borrow()));
        let mails = self.world.mail.messages().len();
        let came = self.call(&act.function, &with)?;
        self.stages.note(&act.function, came.as_ref());
        let mut answered = self.answered.borrow_mut();
        if let Some(Ok(answer)) = &came {
            learn("id", answer, &mut answered);
        }
        for mail in self.world.mail.messages().iter().skip(mails) {
            if let Some(token) = token(&mail.text) {
                answered.insert("token".to_owned(), token.to_owned());
            }
        }
        Ok(came.unwrap_or(Ok(Value::Null)))
    }

    /// Makes a call; it must end in time, with an answer or a refusal.
    pub(crate) fn ask(
        &self,
        function: &str,
        with: &Map<String, Value>,
    ) -> Result<Result<Value, Value>, Found> {
        Ok(self.call(function, with)?.unwrap_or(Ok(Value::Null)))
    }

    /// The same; none where the arguments don't fit the contract: the host says so by name, and the component
    /// never sees them.
    fn call(
        &self,
        function: &str,
        with: &Map<String, Value>,
    ) -> Result<Option<Result<Value, Value>>, Found> {
        let Some(signature) = self.signature(function) else {
            return Err(Found::new("there is no such function", function));
        };
        let argument = |(name, _): &(String, _)| with.get(name).cloned().unwrap_or_default();
        let arguments: Vec<Value> = signature.params.iter().map(argument).collect();
        self.world.storage.begin(None);
        self.watched.begin();
        let began = ThreadTime::now();
        let answer = guarded(|| Ok(self.target.call(function, &arguments)))
            .map_err(|found| Found::new(format!("`{function}`: {}", found.kind), found.details))?;
        let took = began.elapsed();
        let calls = self.world.storage.calls();
        let most = if function == "jobs.run" { JOB_CALLS_MAX } else { STORAGE_CALLS_MAX };
        if calls.get + calls.scan + calls.commit > most {
            return Err(Found::new(format!("`{function}` goes on and on"), format!("{calls:?}")));
        }
        if took > TIME_MAX {
            return Err(Found::new(format!("`{function}` takes too long"), format!("{took:?}")));
        }
        self.writes_its_own(function, with)?;
        match answer {
            Ok(answer) => Ok(Some(Ok(answer))),
            Err(TargetError::Refused(error)) => Ok(Some(Err(error))),
            Err(TargetError::Broken(problem))
                if problem.starts_with(&format!("`{function}`: ")) =>
            {
                Ok(None)
            }
            Err(TargetError::Broken(problem)) => {
                Err(Found::new(format!("`{function}` breaks"), problem))
            }
        }
    }

    /// The last call wrote over nothing that it hadn't read, and into no agency but the caller's.
    fn writes_its_own(&self, function: &str, with: &Map<String, Value>) -> Result<(), Found> {
        if let Some(key) = self.watched.unread() {
            let kind = format!("`{function}` writes over a row that it hasn't read");
            return Err(Found::new(kind, key));
        }
        let agency = with.get("call").and_then(|call| call.get("agency")).and_then(Value::as_str);
        match agency.and_then(|agency| self.watched.other_than(agency)) {
            Some(other) => {
                Err(Found::new(format!("`{function}` writes into another agency"), other))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn signature(&self, function: &str) -> Option<&Signature> {
        self.stages.signature(function)
    }

    /// What is wrong with what a call was refused with.
    pub(crate) fn unclear(&self, function: &str, error: &Value) -> Result<(), Found> {
        let params = self.signature(function).map(|it| it.params.as_slice()).unwrap_or_default();
        clear::check(params, error).map_err(|problem| {
            Found::new(
                format!("`{function}`: {}", problem.kind),
                format!("{error}: {}", problem.details),
            )
        })
    }

    /// All that is due is done, and nothing fails.
    pub(crate) fn jobs(&self) -> Result<Value, Found> {
        let run = Map::from_iter([("limit".to_owned(), json!(1_000))]);
        self.ask("jobs.run", &run)?
            .map_err(|error| Found::new("`jobs.run` is refused", error.to_string()))
    }

    /// Every agency's log verifies.
    pub(crate) fn verify(&self, stage: &Stage) -> Result<(), Found> {
        stage.agencies.iter().try_for_each(|agency| self.verify_log(agency))
    }

    /// The agency's log verifies.
    pub(crate) fn verify_log(&self, agency: &str) -> Result<(), Found> {
        let mut start = json!(1);
        for _ in 0..PAGES_MAX {
            let with = json!({"call": owner(agency), "start": start});
            let with = with.as_object().cloned().unwrap_or_default();
            let found = self
                .ask("audit.verify", &with)?
                .map_err(|error| Found::new("a log can't be verified", error.to_string()))?;
            if found.get("flaw").is_some_and(|flaw| !flaw.is_null()) {
                return Err(Found::new("a log doesn't verify", found.to_string()));
            }
            match found.get("next").filter(|next| !next.is_null()) {
                Some(next) => start = next.clone(),
                None => break,
            }
        }
        Ok(())
    }
}

/// Puts what was answered in the place of what stands for it.
fn resolve(value: &mut Value, answered: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(known) = text.strip_prefix('$').and_then(|name| answered.get(name)) {
                text.clone_from(known);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|value| resolve(value, answered)),
        Value::Object(fields) => fields.values_mut().for_each(|value| resolve(value, answered)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Notes the texts of an answer, by the names of their fields.
fn learn(field: &str, value: &Value, answered: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => drop(answered.insert(field.to_owned(), text.clone())),
        Value::Array(items) => items.iter().take(3).for_each(|item| learn(field, item, answered)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| learn(name, value, answered));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An owner of the agency, as the caller.
pub(crate) fn owner(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "fuzz", "name": "Fuzz", "role": "owner"}})
}

/// An act as a line of a report.
pub(crate) fn shown(act: &Act) -> String {
    let with = Value::Object(act.with.clone()).to_string();
    let short: String = with.chars().take(600).collect();
    format!("{} {short}", act.function)
}

/// The acts of a case with less in them: fewer acts, fewer and shorter arguments, fewer rows.
pub(crate) fn smaller(input: &[u8]) -> Vec<Vec<u8>> {
    let Ok(case) = Case::read(input) else { return Vec::new() };
    let mut cases = Vec::new();
    let halves = [case.calls.len() / 2, case.calls.len().saturating_sub(1)];
    for keep in halves {
        let calls = case.calls.iter().take(keep).cloned().collect();
        cases.push(Case { calls, ..case.clone() });
    }
    for gone in 0..case.calls.len() {
        let mut less = case.clone();
        less.calls.remove(gone);
        cases.push(less);
    }
    for key in case.rows.keys() {
        let mut less = case.clone();
        less.rows.remove(key);
        cases.push(less);
    }
    for (place, act) in case.calls.iter().enumerate() {
        let mut changed = |act: Act| {
            let mut less = case.clone();
            if let Some(old) = less.calls.get_mut(place) {
                *old = act;
            }
            cases.push(less);
        };
        if act.after != 0 {
            changed(Act { after: 0, ..act.clone() });
        }
        for with in crate::smaller::values(&Value::Object(act.with.clone())) {
            if let Value::Object(with) = with {
                changed(Act { with, ..act.clone() });
            }
        }
    }
    cases.retain(|less| *less != case);
    cases.iter().map(Case::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_for_what_was_answered_last() {
        let mut answered = BTreeMap::new();
        learn(
            "id",
            &json!({"token": "t1", "client": {"id": "c1", "brands": ["nike"]}}),
            &mut answered,
        );
        learn("id", &json!("c2"), &mut answered);
        let mut with = json!({"session": "$token", "ids": ["$id", "$unknown", "$"], "n": 1});
        resolve(&mut with, &answered);
        assert_eq!(with, json!({"session": "t1", "ids": ["c2", "$unknown", "$"], "n": 1}));
    }
}
