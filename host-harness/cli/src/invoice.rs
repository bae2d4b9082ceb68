//! `clientdesk invoice`: one invoice, as a text, a page or JSON.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::payer::PayerArgs;
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk invoice 1 --agency acme
      prints an invoice, with how each amount was worked out
  clientdesk invoice 1 --agency acme --html invoice-1.html
      writes it as a page, to open in a browser and print
  clientdesk invoice 1 --agency acme --json
      the same for programs";

/// Shows one invoice: as a text, as a page to print, or as JSON
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InvoiceArgs {
    /// Its number
    #[arg(value_name = "N")]
    number: u64,
    /// Prints it as plain text, 80 columns wide; this is what happens without options
    #[arg(long, conflicts_with = "html")]
    text: bool,
    /// Writes it as a page of HTML into a new file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    payer: PayerArgs,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &InvoiceArgs,
    form: Form,
) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    match (&args.html, form) {
        (Some(file), form) => {
            let page = document(&api, args, "html")?;
            if file.as_os_str() == "-" {
                return Ok(output::data(&page)?);
            }
            output::new_file(file, &page)?;
            match form {
                Form::Json => Ok(output::json(&json!({"file": file}))?),
                Form::Table => Ok(()),
            }
        }
        (None, Form::Json) => {
            let json = document(&api, args, "json")?;
            let json: Value = serde_json::from_str(&json).context("the document is no JSON")?;
            Ok(output::answer(json)?)
        }
        (None, Form::Table) => Ok(output::data(&document(&api, args, "text")?)?),
    }
}

/// The invoice as a document.
fn document(api: &impl AgencyApi, args: &InvoiceArgs, format: &str) -> Result<String, Failure> {
    let arguments = [args.payer.value(), json!(args.number), json!(format)];
    let document = api.get("billing.document", &arguments)?;
    document.as_str().map(str::to_owned).ok_or_else(|| args.payer.missing(api, args.number))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use clientdesk_host::CallError;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        invoice: InvoiceArgs,
    }

    #[test]
    fn whose_invoice_and_which() {
        let api = |function: &str, arguments: &[Value]| -> Result<Value, CallError> {
            assert_eq!(function, "billing.document");
            let is_there = arguments[1] == 1;
            let document = format!("{} {} {}", arguments[0], arguments[1], arguments[2]);
            Ok(if is_there { json!(document) } else { Value::Null })
        };
        for (words, found) in [
            (vec!["1"], Ok("null 1 \"text\"")),
            (vec!["1", "--text"], Ok("null 1 \"text\"")),
            (vec!["1", "--account", "acc-1"], Ok("{\"account\":\"acc-1\"} 1 \"text\"")),
            (vec!["2"], Err("no invoice 2; `clientdesk invoices` lists all that there are")),
            (
                vec!["2", "--account", "acc-1"],
                Err("no invoice 2 of account `acc-1`; `clientdesk invoices` lists all that \
                     there are"),
            ),
        ] {
            let words = std::iter::once("test").chain(words);
            let args = Options::parse_from(words).invoice;
            let text = document(&api, &args, "text").map_err(|failure| failure.to_string());
            assert_eq!(text.as_deref().map_err(String::as_str), found);
        }
        assert!(Options::try_parse_from(["test", "1", "--text", "--html", "x"]).is_err());
    }
}
