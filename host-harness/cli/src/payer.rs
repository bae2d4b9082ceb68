//! Whose ledger and invoices are meant: the agency's, or those of an account that pays itself.

use clap::Args;
use serde_json::{Value, json};

use super::agency_api::AgencyApi;
use super::failure::Failure;

/// Who pays.
#[derive(Args)]
pub(crate) struct PayerArgs {
    /// What this account pays itself, instead of what the agency pays
    #[arg(long, value_name = "ID")]
    account: Option<String>,
}

impl PayerArgs {
    /// The contract's `option<payer>`.
    pub(crate) fn value(&self) -> Value {
        self.account.as_ref().map_or(Value::Null, |account| json!({"account": account}))
    }

    /// The payer's invoice with this number.
    pub(crate) fn invoice(&self, api: &impl AgencyApi, number: u64) -> Result<Value, Failure> {
        let invoice = api.get("billing.get-invoice", &[self.value(), json!(number)])?;
        if invoice.is_null() { Err(self.missing(api, number)) } else { Ok(invoice) }
    }

    /// That there is no invoice with this number.
    pub(crate) fn missing(&self, api: &impl AgencyApi, number: u64) -> Failure {
        let account = self.account.as_deref().map(|account| format!(" of account `{account}`"));
        let agency = api.agency().map(|agency| format!(" in agency `{agency}`"));
        Failure::failed(format!(
            "no invoice {number}{}{}; `clientdesk invoices` lists all that there are",
            account.unwrap_or_default(),
            agency.unwrap_or_default()
        ))
    }
}
