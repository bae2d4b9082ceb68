//! `clientdesk mails`: what went out, and where to look at it.

use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::agency_api::{AgencyApi, HostApi, each_page};
use super::answer::{at, minute, number, rows_of, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::format::count;
use super::host::ComponentArgs;
use super::show::{Page, Shown};
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk mails --agency acme
      shows the latest 20 mails, and the file that holds each
  clientdesk mails --agency acme --kind digest
      shows the weekly summaries; open their files in a browser";

/// Lists an agency's mails, and the files that hold them
///
/// Mails are kept in a folder next to the store: `.html` files open in a browser, `.eml` files
/// in a mail program. They contain secret links.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MailsArgs {
    /// How many to show, latest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Only mails of this kind, such as `invite`, `alert` or `digest`
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(component: &ComponentArgs, args: &MailsArgs) -> Result<(), Failure> {
    let folder = args.store.mails()?;
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let mails = mails(&api, args.kind.as_deref())?;
    let mut page = Page::on_standard_output();
    if mails.is_empty() {
        page.line("No mails yet.");
        return Ok(page.print()?);
    }
    let shown = mails.iter().rev().take(args.limit);
    let rows: Vec<Vec<Shown>> = shown.map(|mail| row(mail, &folder)).collect();
    page.line(&format!("{}, latest first", count(mails.len(), "mail")));
    page.line("");
    page.table(&["When (UTC)", "To", "What", "State", "File"], &rows);
    page.line(&format!("The files are in {}", folder.display()));
    Ok(page.print()?)
}

/// The mails of a kind, oldest first.
fn mails(api: &impl AgencyApi, kind: Option<&str>) -> Result<Vec<Value>, Failure> {
    let mut mails = Vec::new();
    each_page(api, "jobs.outbox", &[], None, |page| {
        mails.extend(rows_of(page, "mails")?);
        Ok(())
    })?;
    mails.retain(|mail| kind.is_none_or(|kind| string(mail, "kind") == kind));
    Ok(mails)
}

fn row(mail: &Value, folder: &Path) -> Vec<Shown> {
    let file = format!("{}.html", string(mail, "id"));
    let there = folder.join(&file).exists();
    vec![
        Shown::Text(minute(number(mail, "created-at"))),
        Shown::Text(string(mail, "to")),
        Shown::Text(string(mail, "kind").replace('-', " ")),
        state(at(mail, "delivery")),
        Shown::Text(if there { file } else { String::new() }),
    ]
}

/// Where a mail stands, with the reason where there is one.
fn state(delivery: &Value) -> Shown {
    let with_reason = ["failed", "bounced"]
        .iter()
        .find_map(|state| Some(format!("{state}: {}", at(delivery, state).as_str()?)));
    let status = with_reason.unwrap_or_else(|| delivery.as_str().unwrap_or_default().to_owned());
    let badge = match status.as_str() {
        "handed-over" => "green",
        "queued" => "yellow",
        _ => "red",
    };
    Shown::Badge { status: status.replace('-', " "), badge: badge.to_owned() }
}

#[cfg(test)]
mod tests {
    use clientdesk_host::CallError;
    use serde_json::json;

    use super::*;

    fn api(function: &str, _: &[Value]) -> Result<Value, CallError> {
        assert_eq!(function, "jobs.outbox");
        let mail = |id: &str, kind: &str| json!({"id": id, "kind": kind, "to": "ann@x"});
        Ok(json!({"mails": [mail("1", "invite"), mail("2", "digest")], "next": null}))
    }

    #[test]
    fn a_kind_can_be_picked() {
        for (kind, ids) in [(None, vec!["1", "2"]), (Some("digest"), vec!["2"])] {
            let found = mails(&api, kind).unwrap();
            assert_eq!(found.iter().map(|mail| string(mail, "id")).collect::<Vec<_>>(), ids);
        }
    }

    #[test]
    fn a_state_tells_its_reason() {
        for (delivery, text, colour) in [
            (json!("handed-over"), "handed over", "green"),
            (json!("queued"), "queued", "yellow"),
            (json!({"failed": "no such box"}), "failed: no such box", "red"),
            (json!({"bounced": "full"}), "bounced: full", "red"),
        ] {
            let Shown::Badge { status, badge } = state(&delivery) else { panic!("a badge") };
            assert_eq!((status.as_str(), badge.as_str()), (text, colour));
        }
    }
}
