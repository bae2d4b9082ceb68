//! Calls by name, without knowing the function when the host is compiled.

use serde_json::Value;
use wasmtime::component::Val;

use super::{CallError, Function, Host};
use crate::observe::Outcome;
use crate::values::{self, ValueError, from_json};

pub(super) fn with_json(host: &Host, name: &str, args: &[Value]) -> Result<Value, CallError> {
    let function = host.function(name)?;
    let args = arguments(function, args).map_err(|problem| CallError::Arguments {
        function: function.name().to_owned(),
        signature: function.to_string(),
        problem: Box::new(problem),
    })?;
    match with_values(host, function, &args)? {
        Some(answer) => json(&answer),
        None => Ok(Value::Null),
    }
}

pub(super) fn with_values(
    host: &Host,
    function: &Function,
    args: &[Val],
) -> Result<Option<Val>, CallError> {
    // The engine writes over it; its kind doesn't matter.
    let mut results = vec![Val::Bool(false); usize::from(function.has_result())];
    let outcome = |answer: &Option<Val>| Outcome::of_answer(answer.as_ref());
    let answer = host.run(Some(function), args, outcome, |live| {
        let func = live.instance.get_func(&mut live.store, function.index);
        let func = func.ok_or_else(|| wasmtime::format_err!("the export is gone"))?;
        func.call(&mut live.store, args, &mut results)?;
        Ok(results.pop())
    })?;
    match answer {
        Some(Val::Result(Err(refusal))) => Err(CallError::Refused {
            function: function.name().to_owned(),
            error: refusal.as_deref().map_or(Ok(Value::Null), json)?,
        }),
        Some(Val::Result(Ok(answer))) => Ok(answer.map(|answer| *answer)),
        answer => Ok(answer),
    }
}

/// A value for each parameter. What is missing at the end is none.
fn arguments(function: &Function, args: &[Value]) -> Result<Vec<Val>, ValueError> {
    let params = function.params();
    if args.len() > params.len() {
        return Err(function.too_many(params.len() + 1));
    }
    let given = args.iter().map(Some).chain(std::iter::repeat(None));
    params
        .iter()
        .zip(given)
        .map(|(param, arg)| match arg {
            Some(json) => from_json(json, &param.ty, &param.name),
            None if param.is_optional() => Ok(Val::Option(None)),
            None => Err(param.missing()),
        })
        .collect()
}

fn json(value: &Val) -> Result<Value, CallError> {
    values::to_json(value)
        .map_err(|error| CallError::Trap { reason: error.to_string(), details: error.to_string() })
}
