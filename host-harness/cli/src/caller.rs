//! Who calls: the `call` record of the contract, from options.

use std::str::FromStr;

use clap::Args;
use clientdesk_host::Host;
use clientdesk_host::suggest::{close_names, did_you_mean};
use serde_json::{Value, json};

use super::format::cut;

/// Who calls, and in which agency.
#[derive(Args)]
#[command(next_help_heading = "Caller")]
pub(crate) struct CallerArgs {
    /// The agency that the call is about
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY", global = true)]
    agency: Option<String>,
    /// Who is calling: a role (owner, manager or viewer), optionally with an id and a name.
    /// Without it, an owner calls in the agency's own name
    #[arg(long = "as", value_name = "ROLE[:ID[:NAME]]", env = "CLIENTDESK_AS", global = true)]
    actor: Option<Actor>,
    /// On whose behalf: the token that `sign-in-as` gave to this caller. Only what is that
    /// account's is then seen and changed
    #[arg(
        long,
        value_name = "TOKEN",
        env = ACTING_AS,
        hide_env_values = true,
        global = true
    )]
    acting_as: Option<String>,
}

/// The variable of the environment that holds the token of a sign-in.
pub(crate) const ACTING_AS: &str = "CLIENTDESK_ACTING_AS";

/// An operator.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Actor {
    role: &'static str,
    id: String,
    name: String,
}

const ROLES: [&str; 3] = ["owner", "manager", "viewer"];
/// The id of whoever uses this program, until told otherwise.
const NOBODY: &str = "cli";

impl FromStr for Actor {
    type Err = String;

    fn from_str(text: &str) -> Result<Actor, String> {
        let mut parts = text.splitn(3, ':');
        let given = parts.next().unwrap_or_default();
        let Some(role) = ROLES.into_iter().find(|role| *role == given) else {
            let close = did_you_mean(&close_names(given, ROLES));
            return Err(format!(
                "`{}` is no role{close}; roles are owner, manager and viewer",
                cut(given)
            ));
        };
        let id = parts.next().unwrap_or(NOBODY);
        let name = parts.next().unwrap_or(id);
        if id.trim().is_empty() || name.trim().is_empty() {
            let what = if id.trim().is_empty() { "id" } else { "name" };
            return Err(format!(
                "the {what} behind the colon is empty: give one, or leave the colon out"
            ));
        }
        Ok(Actor { role, id: id.to_owned(), name: name.to_owned() })
    }
}

impl CallerArgs {
    /// The agency's id, if it is given.
    pub(crate) fn agency(&self) -> Option<&str> {
        self.agency.as_deref()
    }

    /// The token of a sign-in on an account's behalf. An empty one is none: so a variable is unset
    /// for a single command.
    pub(crate) fn acting_as(&self) -> Option<&str> {
        self.acting_as.as_deref().filter(|token| !token.is_empty())
    }

    /// The operator as `--as` takes it, with what isn't given filled in; none without one.
    pub(crate) fn actor(&self) -> Option<String> {
        let Actor { role, id, name } = self.actor.as_ref()?;
        Some(format!("{role}:{id}:{name}"))
    }

    /// The `call` record, without an idempotency key; none if the agency isn't given.
    pub(crate) fn call(&self) -> Option<Value> {
        let mut call = self.call_in_own_name()?;
        if let (Some(token), Some(fields)) = (self.acting_as(), call.as_object_mut()) {
            fields.insert("acting-as".to_owned(), json!(token));
        }
        Some(call)
    }

    /// The same of what nobody does on another's behalf.
    pub(crate) fn call_in_own_name(&self) -> Option<Value> {
        let agency = self.agency.as_ref()?;
        let actor = match &self.actor {
            Some(Actor { role, id, name }) => json!({"id": id, "name": name, "role": role}),
            None => json!({"id": NOBODY, "name": NOBODY, "role": "owner"}),
        };
        Some(json!({"agency": agency, "actor": actor}))
    }

    /// Without `--as`, puts the agency's name for that of the operator: mails and the log name
    /// the caller, and nobody should be made up. A host that can't say the name says why when
    /// it is called.
    pub(crate) fn sign(&self, call: &mut Value, host: &Host) {
        let (None, Some(agency)) = (&self.actor, &self.agency) else { return };
        let known = host.call("agencies.get", &[json!(agency)]).unwrap_or_default();
        if let (Some(name), Some(slot)) = (known.get("name"), call.pointer_mut("/actor/name")) {
            *slot = name.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_a_role_an_id_and_a_name() {
        let actor = |role, id: &str, name: &str| {
            Ok(Actor { role, id: id.to_owned(), name: name.to_owned() })
        };
        for (text, read) in [
            ("owner", actor("owner", "cli", "cli")),
            ("viewer:eve", actor("viewer", "eve", "eve")),
            ("viewer:eve:Eve: the boss", actor("viewer", "eve", "Eve: the boss")),
            (
                "owner:",
                Err("the id behind the colon is empty: give one, or leave the colon out".to_owned()),
            ),
            (
                "owner:o: ",
                Err("the name behind the colon is empty: give one, or leave the colon out"
                    .to_owned()),
            ),
            (
                "manger:x",
                Err("`manger` is no role (did you mean `manager`?); roles are owner, manager \
                     and viewer"
                    .to_owned()),
            ),
        ] {
            assert_eq!(text.parse(), read);
        }
    }
}
