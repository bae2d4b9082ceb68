//! From a step in a file to a call: names are filled in, and the caller's record is made.

use serde_json::{Map, Value, json};

use super::file::{Change, Damage, Expectation, Scenario, Step};
use super::target::Target;
use super::values::{Names, fill, fill_list, fill_string};
use clientdesk_host::adapters::mail::Handover;

/// A step that is ready to run.
pub(super) struct Prepared<'a> {
    pub(super) step: &'a Step,
    pub(super) function: &'a str,
    /// By name, in the function's order.
    pub(super) arguments: Vec<(String, Value)>,
    pub(super) expect: Expectation,
    pub(super) mails: Vec<Value>,
    pub(super) log: Vec<Value>,
    pub(super) damage: Vec<Damage>,
    pub(super) mail_says: Option<Handover>,
}

/// The parameter that says who calls.
const CALL: &str = "call";

/// The call of `function` that `step` makes.
pub(super) fn prepare<'a>(
    scenario: &Scenario,
    step: &'a Step,
    function: &'a str,
    names: &Names,
    target: &dyn Target,
) -> Result<Prepared<'a>, String> {
    let parameters =
        target.parameters(function).ok_or_else(|| format!("there is no function `{function}`"))?;
    if let Some(unknown) = step.with.keys().find(|name| !parameters.contains(name)) {
        let known = parameters.join(", ");
        return Err(format!("`{function}` has no parameter `{unknown}`; it has: {known}"));
    }
    let argument = |name: String| -> Result<(String, Value), String> {
        let given = step.with.get(&name).map(|value| fill(value, names)).transpose()?;
        let value = if name == CALL {
            let mut call = caller(scenario, step, names)?;
            lay_over(&mut call, given.unwrap_or_default());
            call
        } else {
            given.unwrap_or_default()
        };
        Ok((name, value))
    };
    Ok(Prepared {
        step,
        function,
        arguments: parameters.into_iter().map(argument).collect::<Result<_, _>>()?,
        expect: match &step.expect {
            Expectation::Success => Expectation::Success,
            Expectation::Answer(answer) => Expectation::Answer(fill(answer, names)?),
            Expectation::Error(error) => Expectation::Error(fill(error, names)?),
        },
        mails: fill_list(&step.mails, names)?,
        log: fill_list(&step.log, names)?,
        damage: step.damage.iter().map(|one| damage(one, names)).collect::<Result<_, _>>()?,
        mail_says: step.mail_says.as_ref().map(handover).transpose()?,
    })
}

/// The `call` record: agency, caller and idempotency key.
fn caller(scenario: &Scenario, step: &Step, names: &Names) -> Result<Value, String> {
    let agency = step.agency.as_ref().or(scenario.agency.as_ref());
    let agency = agency.ok_or("a call needs an `agency`: the step's or the file's")?;
    let caller = fill_string(step.caller.as_deref().unwrap_or("owner"), names)?;
    let mut parts = caller.splitn(3, ':');
    let role = parts.next().unwrap_or_default();
    let id = parts.next().unwrap_or(role);
    let name = parts.next().map_or_else(|| capitalized(id), str::to_owned);
    let key = step.key.as_ref().map(|key| fill_string(key, names)).transpose()?;
    Ok(json!({
        "agency": fill_string(agency, names)?,
        "actor": {"id": id, "name": name, "role": role},
        "idempotency-key": key,
    }))
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Lays `over` on top of `base`: objects are merged, everything else but null is replaced.
fn lay_over(base: &mut Value, over: Value) {
    match (base, over) {
        (_, Value::Null) => {}
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                lay_over(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}

fn damage(damage: &Damage, names: &Names) -> Result<Damage, String> {
    let text = |text: &str| fill_string(text, names);
    let change = match &damage.change {
        Change::Set(value) => Change::Set(text(value)?),
        Change::Replace([from, to]) => Change::Replace([text(from)?, text(to)?]),
        Change::Copy(from) => Change::Copy(text(from)?),
        Change::Remove => Change::Remove,
    };
    Ok(Damage { row: text(&damage.row)?, change })
}

/// `"try-later"`, `"never"`, or either with a reason: `{ never = "no such mailbox" }`.
fn handover(says: &Value) -> Result<Handover, String> {
    let reason = |fields: &Map<String, Value>, case| {
        fields.get(case).and_then(Value::as_str).map(str::to_owned)
    };
    let default = || "the scenario says so".to_owned();
    match says {
        Value::String(case) if case == "try-later" => Ok(Handover::TryLater(default())),
        Value::String(case) if case == "never" => Ok(Handover::Never(default())),
        Value::Object(fields) => match (reason(fields, "try-later"), reason(fields, "never")) {
            (Some(reason), None) => Ok(Handover::TryLater(reason)),
            (None, Some(reason)) => Ok(Handover::Never(reason)),
            _ => Err("`mail-says` is `try-later` or `never`".to_owned()),
        },
        _ => Err("`mail-says` is `try-later` or `never`".to_owned()),
    }
}
