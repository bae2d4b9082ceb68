//! Who calls, with a key that makes repeating the call safe.

use clap::Args;
use clientdesk_host::Param;
use clientdesk_host::values::{ValueError, ValueProblem, from_json};
use wasmtime::component::Val;

use crate::caller::CallerArgs;

/// The name of the parameter that the options fill.
pub(super) const CALL: &str = "call";

/// Everything in the `call` record.
#[derive(Args)]
pub(crate) struct KeyedCallerArgs {
    #[command(flatten)]
    caller: CallerArgs,
    /// Makes it safe to repeat the call: the same key gives the same answer for 24 hours
    #[arg(long, value_name = "KEY", help_heading = "Caller")]
    key: Option<String>,
}

impl KeyedCallerArgs {
    /// The value of the parameter `call`.
    pub(super) fn value(&self, param: &Param) -> Result<Val, ValueError> {
        let Some(mut call) = self.caller.call() else {
            return Err(ValueError {
                path: format!("{}.agency", param.name),
                problem: ValueProblem::Missing,
                expected: "the option `--agency <ID>`".into(),
            });
        };
        if let (Some(key), Some(call)) = (&self.key, call.as_object_mut()) {
            call.insert("idempotency-key".into(), key.as_str().into());
        }
        from_json(&call, &param.ty, &param.name)
    }
}
