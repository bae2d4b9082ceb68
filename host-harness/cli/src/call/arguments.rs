//! From words of the command line to values.

use clientdesk_host::Function;
use clientdesk_host::values::{ValueError, ValueProblem, from_json, shape};
use serde_json::Value;
use wasmtime::component::{Type, Val};

use super::keyed::KeyedCallerArgs;
use super::words::{Word, WordError, assign, is_text};
use crate::times;
use clientdesk_contract::CALL;

/// A value for each of the function's parameters.
pub(super) fn values(
    function: &Function,
    words: &[Word],
    caller: &KeyedCallerArgs,
) -> Result<Vec<Val>, WordError> {
    let params = function.params();
    let given = assign(function, words)?;
    params
        .iter()
        .zip(given)
        .map(|(param, word)| match word {
            Some(word) => {
                let is_time = times::is_parameter(function.name(), &param.name);
                Ok(read(&word, &param.ty, &param.name, is_time)?)
            }
            None if param.name == CALL => Ok(caller.value(param)?),
            None if param.is_optional() => Ok(Val::Option(None)),
            None => Err(WordError::Value(ValueError {
                path: param.name.clone(),
                problem: ValueProblem::Missing,
                expected: times::named_in(&shape(&param.ty)),
            })),
        })
        .collect()
}

/// The value of a word: plain text where only text is expected, else JSON, else WAVE, else
/// plain text where text is possible.
pub(super) fn read(word: &Word, ty: &Type, name: &str, is_time: bool) -> Result<Val, ValueError> {
    let Word { text: word, is_plain, .. } = word;
    let plain = || Value::String(word.clone());
    let typed = |mut json: Value| {
        times::read(&mut json, ty, name, is_time)?;
        from_json(&json, ty, name)
            .map_err(|error| ValueError { expected: times::named_in(&error.expected), ..error })
    };
    if is_text(ty) && (*is_plain || matches!(ty, Type::String) && !word.starts_with('"')) {
        return typed(plain());
    }
    let json_error = match serde_json::from_str::<Value>(word) {
        // `--flag 123` is text where text is expected.
        Ok(Value::Number(_) | Value::Bool(_)) if is_text(ty) => return typed(plain()),
        Ok(json) => return typed(json),
        Err(error) => error,
    };
    let wave_error = match Val::from_wave(ty, word) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // A bare word is text, whatever else was expected.
    let is_bare = !word.contains(['{', '[', '(', '"', ':']);
    if is_text(ty) || is_time || is_bare {
        return typed(plain());
    }
    Err(ValueError {
        path: name.to_owned(),
        problem: ValueProblem::Unreadable(format!(
            "not JSON ({json_error}), not WAVE ({wave_error})"
        )),
        expected: times::named_in(&shape(ty)),
    })
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
