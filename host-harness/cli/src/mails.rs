//! `clientdesk mails`: what went out, and where to look at it.

use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::agency_api::{AgencyApi, HostApi, each_page};
use super::answer::{at, rows_of, string, time};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::find;
use super::format::count;
use super::host::ComponentArgs;
use super::kinds;
use super::output::{self, Form};
use super::show::{Column, Page, Shown};
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
    /// The most mails to show, latest first
    #[arg(long, value_name = "N", default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Continues after an earlier page: the text that it printed
    #[arg(long, value_name = "TEXT")]
    cursor: Option<String>,
    /// Shows all mails instead of one page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Only mails of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds::mails())]
    kind: Option<String>,
    /// Only mails to this client: an id, an e-mail address or a name
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

const COLUMNS: [Column; 5] = [
    Column::may_go("When", 1),
    Column::stays("To"),
    Column::stays("What"),
    Column::stays("State"),
    Column::may_go("File", 2),
];

pub(crate) fn run(component: &ComponentArgs, args: &MailsArgs, form: Form) -> Result<(), Failure> {
    let folder = args.store.mails()?;
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let client = match &args.client {
        Some(text) => Some(at(&find::client(&api, text)?, "id").clone()),
        None => None,
    };
    let mails = mails(&api, args.kind.as_deref(), client.as_ref())?;
    let limit = if args.all { usize::MAX } else { args.limit as usize };
    let (latest, next) = latest(&mails, args.cursor.as_deref(), limit)?;
    let latest: Vec<Value> = latest.iter().map(|mail| with_file(mail, &folder)).collect();
    if form.is_json() {
        return Ok(output::answer(output::list(latest, next.as_deref()))?);
    }
    let mut page = Page::on_standard_output();
    if latest.is_empty() {
        let is_narrowed = args.kind.is_some() || args.client.is_some();
        page.line(if is_narrowed { "No mail matches." } else { "No mails yet." });
        return Ok(page.print()?);
    }
    page.line(&format!("{}, latest first", count(mails.len(), "mail")));
    page.line("");
    page.table(&COLUMNS, &latest.iter().map(row).collect::<Vec<_>>());
    if latest.iter().any(|mail| !at(mail, "file").is_null()) {
        page.line(&format!("The files are in {}", folder.display()));
    }
    if let Some(next) = next {
        page.more(&next);
    }
    Ok(page.print()?)
}

/// A page of the mails, latest first, and the cursor behind it: the id of its last mail. The
/// contract's outbox has the oldest first, so the pages of this command are its own.
fn latest<'m>(
    mails: &'m [Value],
    cursor: Option<&str>,
    limit: usize,
) -> Result<(Vec<&'m Value>, Option<String>), Failure> {
    let mut rest: Vec<&Value> = mails.iter().rev().collect();
    if let Some(cursor) = cursor {
        let place = rest.iter().position(|mail| at(mail, "id") == cursor).ok_or_else(|| {
            Failure::Usage("`--cursor` must be the `next` of another page of this very list".into())
        })?;
        rest.drain(..=place);
    }
    let is_last = rest.len() <= limit;
    rest.truncate(limit);
    let next = rest.last().filter(|_| !is_last).map(|mail| string(mail, "id"));
    Ok((rest, next))
}

/// The mails of a kind to a client, oldest first.
fn mails(
    api: &impl AgencyApi,
    kind: Option<&str>,
    client: Option<&Value>,
) -> Result<Vec<Value>, Failure> {
    let mut mails = Vec::new();
    each_page(api, "jobs.outbox", &[], None, |page| {
        mails.extend(rows_of(page, "mails")?);
        Ok(())
    })?;
    mails.retain(|mail| {
        kind.is_none_or(|kind| at(mail, "kind") == kind)
            && client.is_none_or(|client| at(mail, "client") == client)
    });
    Ok(mails)
}

/// The mail with the name of the file that holds it; null where there is none.
fn with_file(mail: &Value, folder: &Path) -> Value {
    let mut mail = mail.clone();
    let file = format!("{}.html", string(&mail, "id"));
    let file = folder.join(&file).exists().then_some(file);
    if let Some(fields) = mail.as_object_mut() {
        fields.insert("file".into(), file.into());
    }
    mail
}

fn row(mail: &Value) -> Vec<Shown> {
    vec![
        Shown::Text(time(mail, "created-at")),
        Shown::Text(string(mail, "to")),
        Shown::Text(string(mail, "kind").replace('-', " ")),
        state(at(mail, "delivery")),
        Shown::Text(string(mail, "file")),
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
        let mail = |id: &str, kind: &str| json!({"id": id, "kind": kind, "client": id});
        Ok(json!({"mails": [mail("1", "invite"), mail("2", "digest")], "next": null}))
    }

    #[test]
    fn a_kind_can_be_picked() {
        let (one, two) = (json!("1"), json!("2"));
        for (kind, client, ids) in [
            (None, None, vec!["1", "2"]),
            (Some("digest"), None, vec!["2"]),
            (None, Some(&one), vec!["1"]),
            (Some("invite"), Some(&two), vec![]),
        ] {
            let found = mails(&api, kind, client).unwrap();
            assert_eq!(found.iter().map(|mail| string(mail, "id")).collect::<Vec<_>>(), ids);
        }
    }

    #[test]
    fn pages_have_the_latest_first() {
        let mails: Vec<Value> = ["1", "2", "3"].map(|id| json!({"id": id})).into();
        for (cursor, limit, ids, next) in [
            (None, 2, &["3", "2"][..], Some("2")),
            (Some("2"), 2, &["1"], None),
            (Some("1"), 2, &[], None),
            (None, 3, &["3", "2", "1"], None),
            (None, usize::MAX, &["3", "2", "1"], None),
        ] {
            let (found, then) = latest(&mails, cursor, limit).unwrap();
            let found: Vec<String> = found.iter().map(|mail| string(mail, "id")).collect();
            assert_eq!(
                (found, then.as_deref()),
                (ids.iter().map(|id| (*id).to_owned()).collect(), next)
            );
        }
        assert!(matches!(latest(&mails, Some("9"), 2), Err(Failure::Usage(_))));
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
