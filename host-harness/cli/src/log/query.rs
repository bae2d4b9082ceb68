//! Which entries: the contract's filter, from options.

use clap::Args;
use serde_json::{Value, json};

use crate::agency_api::AgencyApi;
use crate::answer::at;
use crate::failure::Failure;
use crate::{find, kinds, times};

/// Which entries.
#[derive(Args)]
#[command(next_help_heading = "Which entries")]
pub(super) struct QueryArgs {
    /// Only entries of this time or later
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    since: Option<u64>,
    /// Only entries from before this time
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    until: Option<u64>,
    /// Only entries of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds::events(), hide_possible_values = true)]
    kind: Option<String>,
    /// Only entries about this client: an id, an e-mail address or a name
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Only entries about this brand: an id or a name
    #[arg(long, value_name = "BRAND")]
    brand: Option<String>,
    /// Only what this operator did, by id, or this client, by id or e-mail address
    // The caller's options have an `actor` too.
    #[arg(id = "entry-actor", long = "actor", value_name = "WHO")]
    actor: Option<String>,
}

impl QueryArgs {
    /// The contract's `entry-filter`.
    pub(super) fn filter(&self, api: &impl AgencyApi) -> Result<Value, Failure> {
        let id = |found: Result<Value, Failure>| found.map(|found| at(&found, "id").clone());
        let client = self.client.as_deref().map(|text| id(find::client(api, text))).transpose()?;
        let brand = self.brand.as_deref().map(|text| id(find::brand(api, text))).transpose()?;
        let actor = match self.actor.as_deref() {
            // Operators are the host's: their ids are all that is known of them.
            Some(text) if text.contains('@') => Some(id(find::client(api, text))?),
            Some(text) => Some(json!(text)),
            None => None,
        };
        Ok(json!({
            "since": self.since,
            "until": self.until,
            "kind": self.kind,
            "client": client,
            "brand": brand,
            "actor-id": actor,
        }))
    }
}
