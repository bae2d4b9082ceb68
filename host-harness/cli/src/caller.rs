//! Who calls: the `call` record of the contract, from options.

use clap::Args;
use serde_json::{Value, json};

/// Who calls, and in which agency.
#[derive(Args)]
#[command(next_help_heading = "Caller")]
pub(crate) struct CallerArgs {
    /// The agency that the call is about
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: Option<String>,
    /// Who is calling: a role (owner, manager or viewer), optionally with an id and a name
    #[arg(long = "as", value_name = "ROLE[:ID[:NAME]]", default_value = "owner:cli")]
    actor: String,
}

impl CallerArgs {
    /// The agency's id, if it is given.
    pub(crate) fn agency(&self) -> Option<&str> {
        self.agency.as_deref()
    }

    /// The `call` record, without an idempotency key; none if the agency isn't given.
    pub(crate) fn call(&self) -> Option<Value> {
        let agency = self.agency.as_ref()?;
        let mut parts = self.actor.splitn(3, ':');
        let role = parts.next().unwrap_or_default();
        let id = parts.next().unwrap_or("cli");
        let name = parts.next().unwrap_or(id);
        let actor = json!({"id": id, "name": name, "role": role});
        Some(json!({"agency": agency, "actor": actor}))
    }
}
