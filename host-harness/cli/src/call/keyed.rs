//! Who calls, with a key that makes repeating the call safe.

use clap::Args;
use clientdesk_host::values::{ValueError, ValueProblem, from_json};
use clientdesk_host::{Host, Param};
use serde_json::Value;
use wasmtime::component::Val;

use crate::caller::CallerArgs;

/// What is missing where no agency is named.
pub(super) const NO_CALL: &str = "call.agency";

/// Everything in the `call` record.
#[derive(Args)]
pub(crate) struct KeyedCallerArgs {
    #[command(flatten)]
    caller: CallerArgs,
    /// Makes it safe to repeat the call: the same key gives the same answer for 24 hours
    #[arg(long, value_name = "KEY", help_heading = "Caller")]
    key: Option<String>,
    /// What `billing preview` gave for this command: it then books exactly that, or is refused
    #[arg(long, value_name = "QUOTE", help_heading = "Caller")]
    quote: Option<String>,
}

impl KeyedCallerArgs {
    /// The agency's id, if it is given.
    pub(super) fn agency(&self) -> Option<&str> {
        self.caller.agency()
    }

    /// The value of the parameter `call`.
    pub(super) fn value(&self, param: &Param) -> Result<Val, ValueError> {
        from_json(&self.call()?, &param.ty, &param.name)
    }

    /// The same in the agency's name, which the host knows, if nobody is said to call.
    pub(super) fn signed(&self, param: &Param, host: &Host) -> Result<Val, ValueError> {
        let mut call = self.call()?;
        self.caller.sign(&mut call, host);
        from_json(&call, &param.ty, &param.name)
    }

    fn call(&self) -> Result<Value, ValueError> {
        let Some(mut call) = self.caller.call() else {
            return Err(ValueError {
                path: NO_CALL.to_owned(),
                problem: ValueProblem::Missing,
                expected: "the option `--agency <ID>`".into(),
            });
        };
        for (field, given) in [("idempotency-key", &self.key), ("quote", &self.quote)] {
            if let (Some(text), Some(call)) = (given, call.as_object_mut()) {
                call.insert(field.into(), text.as_str().into());
            }
        }
        Ok(call)
    }
}
