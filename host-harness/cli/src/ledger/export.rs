//! The ledger as a table for other programs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::agency_api::{AgencyApi, each_page};
use crate::answer::text;
use crate::choice::contract_name;
use crate::failure::Failure;
use crate::output::{self, Form};

/// Whether to export, and where to.
#[derive(Args)]
pub(super) struct ExportArgs {
    /// Writes all lines as a table instead: docs/exports.md says what each column holds
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["reason", "limit", "cursor", "all"])]
    export: Option<Format>,
    /// The file to write the table to; without it, standard output
    #[arg(long, value_name = "FILE", requires = "export")]
    out: Option<PathBuf>,
}

/// The contract's `ledger-format`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// All fields of each line, for spreadsheets
    Csv,
    /// Invoice items of Stripe
    Stripe,
    /// Fees of one-off invoices of Lago: whole invoices
    Lago,
    /// Invoices as QuickBooks imports them: whole invoices
    Quickbooks,
}

impl ExportArgs {
    pub(super) fn is_wanted(&self) -> bool {
        self.export.is_some()
    }

    pub(super) fn run(
        &self,
        api: &impl AgencyApi,
        filter: &Value,
        form: Form,
    ) -> Result<(), Failure> {
        let table = self.table(api, filter)?;
        if let Some(file) = &self.out {
            output::new_file(file, &table)?;
        }
        match (&self.out, form) {
            (Some(file), Form::Json) => Ok(output::json(&json!({"file": file, "text": null}))?),
            (None, Form::Json) => Ok(output::json(&json!({"file": null, "text": table}))?),
            (Some(_), Form::Table) => Ok(()),
            (None, Form::Table) => Ok(output::data(&table)?),
        }
    }

    /// All pages of the table.
    fn table(&self, api: &impl AgencyApi, filter: &Value) -> Result<String, Failure> {
        let format = json!(contract_name(self.export));
        let mut table = String::new();
        let read =
            each_page(api, "billing.export-ledger", &[filter.clone(), format], None, |page| {
                table.push_str(&text(page, "text")?);
                Ok(())
            });
        read.map_err(|failure| failure.renamed("`invoiced-at`", "`--invoice`"))?;
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use clientdesk_host::CallError;

    use super::*;
    use crate::ledger::LedgerArgs;

    /// What an export can't be combined with is there too.
    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        ledger: LedgerArgs,
    }

    #[test]
    fn all_pages_make_one_table() {
        let api = |function: &str, arguments: &[Value]| -> Result<Value, CallError> {
            assert_eq!(function, "billing.export-ledger");
            assert_eq!(arguments[..2], [json!({"item": null}), json!("quickbooks")]);
            Ok(match arguments[2]["cursor"].as_str() {
                None => json!({"text": "heading\r\n1\r\n", "next": "two"}),
                Some(_) => json!({"text": "2\r\n", "next": null}),
            })
        };
        let args = Options::parse_from(["test", "--export", "quickbooks"]).ledger.export;
        assert!(args.is_wanted());
        let table = args.table(&api, &json!({"item": null})).unwrap();
        assert_eq!(table, "heading\r\n1\r\n2\r\n");
        assert!(!Options::parse_from(["test"]).ledger.export.is_wanted());
    }

    #[test]
    fn a_file_needs_a_format() {
        for words in ["--out x.csv", "--export pdf", "--export csv --limit 5", "--export csv --all"]
        {
            let words = std::iter::once("test").chain(words.split(' '));
            assert!(Options::try_parse_from(words).is_err());
        }
    }
}
