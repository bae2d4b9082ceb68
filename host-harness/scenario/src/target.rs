//! What a scenario runs against.

use serde_json::Value;

use clientdesk_host::{CallError, Host};

/// Something that has the component's functions: the component in its sandbox, or the same
/// code without one.
pub trait Target {
    /// The names of a function's parameters, in order; none when there is no such function.
    fn parameters(&self, function: &str) -> Option<Vec<String>>;

    /// Calls a function, such as `clients.revoke`, with one argument for each parameter. An
    /// absent optional argument is null.
    ///
    /// # Errors
    ///
    /// When the function refuses, or can't be called at all.
    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError>;
}

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetError {
    /// The function refused: its error.
    Refused(Value),
    /// It wasn't called, or didn't return: the arguments don't fit, or it trapped. No
    /// scenario can expect this.
    Broken(String),
}

impl Target for Host {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        let function = self.function(function).ok()?;
        Some(function.params().iter().map(|param| param.name.clone()).collect())
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        Host::call(self, function, arguments).map_err(|error| match error {
            CallError::Refused { error, .. } => TargetError::Refused(error),
            error => TargetError::Broken(with_sources(&error)),
        })
    }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
