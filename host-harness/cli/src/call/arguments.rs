//! From words of the command line to values.

use clientdesk_host::values::{ValueError, ValueProblem, from_json, shape};
use clientdesk_host::{Function, Param};
use serde_json::Value;
use wasmtime::component::{Type, Val};

use super::keyed::{CALL, KeyedCallerArgs};

/// A value for each of the function's parameters.
pub(super) fn values(
    function: &Function,
    words: &[String],
    caller: &KeyedCallerArgs,
) -> Result<Vec<Val>, ValueError> {
    let params = function.params();
    let given = assign(function, words)?;
    params
        .iter()
        .zip(given)
        .map(|(param, word)| match word {
            Some(word) => read(word, &param.ty, &param.name),
            None if param.name == CALL => caller.value(param),
            None if param.is_optional() => Ok(Val::Option(None)),
            None => Err(ValueError {
                path: param.name.clone(),
                problem: ValueProblem::Missing,
                expected: shape(&param.ty),
            }),
        })
        .collect()
}

/// Which word is which parameter's: `name=value` says so; the others go by their order,
/// past `call`, which the options fill.
fn assign<'a>(
    function: &Function,
    words: &'a [String],
) -> Result<Vec<Option<&'a str>>, ValueError> {
    let params = function.params();
    let mut given: Vec<Option<&str>> = vec![None; params.len()];
    let mut unnamed = Vec::new();
    for word in words {
        match named(params, word) {
            Some((index, value)) => {
                if let Some(slot) = given.get_mut(index) {
                    *slot = Some(value);
                }
            }
            None => unnamed.push(word.as_str()),
        }
    }
    let mut unnamed = unnamed.into_iter();
    for (param, slot) in params.iter().zip(&mut given) {
        if slot.is_none() && param.name != CALL {
            *slot = unnamed.next();
        }
    }
    match unnamed.next() {
        None => Ok(given),
        Some(_) => Err(ValueError {
            path: format!("argument {}", words.len()),
            problem: ValueProblem::TooMany,
            expected: names(params),
        }),
    }
}

fn named<'a>(params: &[Param], word: &'a str) -> Option<(usize, &'a str)> {
    let (name, value) = word.split_once('=')?;
    let index = params.iter().position(|param| param.name == name)?;
    Some((index, value))
}

fn names(params: &[Param]) -> String {
    let names = params.iter().map(|param| param.name.as_str());
    let names: Vec<&str> = names.filter(|name| *name != CALL).collect();
    match names.as_slice() {
        [] => "none".into(),
        names => names.join(" "),
    }
}

/// The value of a word: plain text where only text is expected, else JSON, else WAVE, else
/// plain text where text is possible.
fn read(word: &str, ty: &Type, name: &str) -> Result<Val, ValueError> {
    let plain = || Value::String(word.to_owned());
    if matches!(ty, Type::String) && !word.starts_with('"') {
        return from_json(&plain(), ty, name);
    }
    let json_error = match serde_json::from_str::<Value>(word) {
        // `--flag 123` is text where text is expected.
        Ok(Value::Number(_) | Value::Bool(_)) if is_text(ty) => {
            return from_json(&plain(), ty, name);
        }
        Ok(json) => return from_json(&json, ty, name),
        Err(error) => error,
    };
    let wave_error = match Val::from_wave(ty, word) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if is_text(ty) || matches!(ty, Type::Enum(_)) {
        return from_json(&plain(), ty, name);
    }
    Err(ValueError {
        path: name.to_owned(),
        problem: ValueProblem::Unreadable(format!(
            "not JSON ({json_error}), not WAVE ({wave_error})"
        )),
        expected: shape(ty),
    })
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::Option(option) => is_text(&option.ty()),
        _ => false,
    }
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
