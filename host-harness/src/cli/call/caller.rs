//! Who calls: the `call` record of the contract, from options.

use clap::Args;
use clientdesk_harness::Param;
use clientdesk_harness::values::{ValueError, ValueProblem, from_json};
use serde_json::json;
use wasmtime::component::Val;

/// The name of the parameter that the options fill.
pub(crate) const CALL: &str = "call";

/// Who calls, and in which agency.
#[derive(Args)]
#[command(next_help_heading = "Who calls")]
pub(crate) struct CallerArgs {
    /// The agency that the call is about
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: Option<String>,
    /// Who calls: a role (owner, manager or viewer), and perhaps an id and a name
    #[arg(long = "as", value_name = "ROLE[:ID[:NAME]]", default_value = "owner:cli")]
    actor: String,
    /// Makes it safe to repeat the call: the same key gives the same answer for 24 hours
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

impl CallerArgs {
    /// The value of the parameter `call`.
    pub(super) fn value(&self, param: &Param) -> Result<Val, ValueError> {
        let Some(agency) = &self.agency else {
            return Err(ValueError {
                path: format!("{}.agency", param.name),
                problem: ValueProblem::Missing,
                expected: "the option `--agency <ID>`".into(),
            });
        };
        let mut parts = self.actor.splitn(3, ':');
        let role = parts.next().unwrap_or_default();
        let id = parts.next().unwrap_or("cli");
        let name = parts.next().unwrap_or(id);
        let mut call = json!({
            "agency": agency,
            "actor": {"id": id, "name": name, "role": role},
        });
        if let (Some(key), Some(call)) = (&self.key, call.as_object_mut()) {
            call.insert("idempotency-key".into(), key.as_str().into());
        }
        from_json(&call, &param.ty, &param.name)
    }
}
