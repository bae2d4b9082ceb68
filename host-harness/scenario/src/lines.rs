//! A step as it stands in a file, and the steps that it stands for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::faults::{Calls, Fault};
use super::file::{Damage, Expectation, Step, Time};
use super::{vague, values};

/// A step as it stands in the file. All keys are optional; what is left out of a case is the
/// step's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Lines {
    part: Option<String>,
    say: Option<String>,
    at: Option<toml::Value>,
    after: Option<String>,
    key_ring: Option<Vec<String>>,
    call: Option<String>,
    with: toml::Table,
    agency: Option<String>,
    r#as: Option<String>,
    key: Option<String>,
    expect: Option<toml::Value>,
    error: Option<toml::Value>,
    mails: Option<Vec<toml::Value>>,
    log: Option<Vec<toml::Value>>,
    save: BTreeMap<String, String>,
    store_changes: Option<bool>,
    fail: Option<Fault>,
    mail_says: Option<toml::Value>,
    time_zones: Option<bool>,
    each_storage_failure: Option<bool>,
    damage: Option<Vec<Damage>>,
    host_calls: Option<Calls>,
    repeat: Option<u64>,
    cases: Vec<Lines>,
}

/// The milliseconds of a time, as a date-time of TOML or as a text.
pub(super) fn time(value: &toml::Value) -> Result<u64, String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    values::millis(&text)
}

impl Lines {
    /// How many steps these lines stand for.
    pub(super) fn count(&self) -> u64 {
        self.repeat.unwrap_or(1).max(self.cases.len() as u64)
    }

    /// The steps that these lines stand for.
    pub(super) fn steps(mut self, line: usize) -> Result<Vec<Step>, String> {
        let (cases, repeat) = (std::mem::take(&mut self.cases), self.repeat.take());
        match (cases.is_empty(), repeat) {
            (true, None) => Ok(vec![self.step(line, None)?]),
            (true, Some(times)) => {
                let numbered = (1..=times).map(|n| self.clone().step(line, Some(n)));
                numbered.map(|step| Ok(Step { times, ..step? })).collect()
            }
            (false, None) => {
                let numbered = (1..).zip(cases);
                let told = |(n, mut case): (u64, Lines)| {
                    let say = case.say.take();
                    Ok(Step { case: say, ..self.case(case)?.step(line, Some(n))? })
                };
                numbered.map(told).collect()
            }
            (false, Some(_)) => Err("a step has `cases` or `repeat`, not both".to_owned()),
        }
    }

    /// The step with what `case` says differently.
    fn case(&self, case: Lines) -> Result<Lines, String> {
        if !case.cases.is_empty() || case.repeat.is_some() {
            return Err("a case can't have cases of its own".to_owned());
        }
        let base = self.clone();
        let ends = case.expect.is_some() || case.error.is_some();
        let mut with = base.with;
        merge(&mut with, case.with);
        Ok(Lines {
            part: case.part.or(base.part),
            say: base.say,
            at: case.at.or(base.at),
            after: case.after.or(base.after),
            key_ring: case.key_ring.or(base.key_ring),
            call: case.call.or(base.call),
            with,
            agency: case.agency.or(base.agency),
            r#as: case.r#as.or(base.r#as),
            key: case.key.or(base.key),
            expect: if ends { case.expect } else { base.expect },
            error: if ends { case.error } else { base.error },
            mails: case.mails.or(base.mails),
            log: case.log.or(base.log),
            save: base.save.into_iter().chain(case.save).collect(),
            store_changes: case.store_changes.or(base.store_changes),
            fail: case.fail.or(base.fail),
            mail_says: case.mail_says.or(base.mail_says),
            time_zones: case.time_zones.or(base.time_zones),
            each_storage_failure: case.each_storage_failure.or(base.each_storage_failure),
            damage: case.damage.or(base.damage),
            host_calls: case.host_calls.or(base.host_calls),
            repeat: None,
            cases: Vec::new(),
        })
    }

    fn step(self, line: usize, n: Option<u64>) -> Result<Step, String> {
        let time = match (&self.at, &self.after) {
            (None, None) => None,
            (Some(at), None) => Some(Time::At(time(at)?)),
            (None, Some(after)) => Some(Time::After(values::duration(after)?)),
            (Some(_), Some(_)) => return Err("a step has `at` or `after`, not both".to_owned()),
        };
        if self.call.is_none() && time.is_none() && self.key_ring.is_none() {
            return Err(
                "a step needs a `call`, or `at` or `after` to let time pass, or a `key-ring`"
                    .to_owned(),
            );
        }
        if self.key_ring.as_ref().is_some_and(Vec::is_empty) {
            return Err("a `key-ring` has at least one key".to_owned());
        }
        let rehearsed = self.each_storage_failure == Some(true);
        if rehearsed && (self.fail.is_some() || self.damage.is_some()) {
            return Err("`each-storage-failure` goes without `fail` and `damage`".to_owned());
        }
        let expect = match (self.expect, self.error) {
            (None, None) => Expectation::Success,
            (Some(answer), None) => Expectation::Answer(values::json(&answer)?),
            (None, Some(error)) => Expectation::Error(values::json(&error)?),
            (Some(_), Some(_)) => return Err("a step has `expect` or `error`, not both".to_owned()),
        };
        if self.store_changes == Some(true) && !matches!(expect, Expectation::Error(_)) {
            return Err("`store-changes` is about a refusal: expect an `error`".to_owned());
        }
        match &expect {
            Expectation::Success => {}
            Expectation::Answer(answer) => vague::refuse("expect", answer)?,
            Expectation::Error(error) => vague::refuse_error(error)?,
        }
        let list = |at, values: Option<Vec<toml::Value>>| {
            let values = values.unwrap_or_default();
            let values: Vec<Value> = values.iter().map(values::json).collect::<Result<_, _>>()?;
            vague::refuse(at, &Value::from(values.clone())).map(|()| values)
        };
        Ok(Step {
            line,
            part: self.part,
            say: self.say,
            case: None,
            times: 1,
            time,
            key_ring: self.key_ring,
            call: self.call,
            with: values::object(&self.with)?,
            agency: self.agency,
            caller: self.r#as,
            key: self.key,
            expect,
            mails: list("mails", self.mails)?,
            log: list("log", self.log)?,
            save: self.save,
            store_changes: self.store_changes.unwrap_or(false),
            fail: self.fail,
            mail_says: self.mail_says.as_ref().map(values::json).transpose()?,
            time_zones: self.time_zones.unwrap_or(true),
            each_storage_failure: self.each_storage_failure.unwrap_or(false),
            damage: self.damage.unwrap_or_default(),
            host_calls: self.host_calls,
            n,
        })
    }
}

/// Lays `over` on top of `base`: tables are merged, everything else is replaced.
fn merge(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(over)) => merge(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}
