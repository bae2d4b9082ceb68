//! `clientdesk clients`: the clients of an agency as a table, or as CSV.

mod query;
mod show;

pub(crate) use show::badge_of;

use clap::Args;
use serde_json::Value;

use super::agency_api::{AgencyApi, HostApi, PAGE_ROWS_MAX, Part, each_page, some_rows};
use super::answer::{number, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::store::StoreArgs;
use query::QueryArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk clients --agency acme
      shows the first 50 clients, and how many there are
  clientdesk clients --agency acme --status at-risk --sort last-log-in
      shows the clients at risk, longest absent first
  clientdesk clients --agency acme --brand nike --search ann --all
      shows all of the brand's clients with `ann` in their name or address
  clientdesk clients --agency acme --delivery undelivered
      shows whose invite didn't arrive
  clientdesk clients --agency acme --csv > clients.csv
      writes all clients to a file for a spreadsheet";

/// Lists an agency's clients, with their status, score and brands
///
/// The status is yellow for open invites, green for active clients, orange for those at
/// risk, grey for churned and red for revoked ones. There are no colours in a pipe, or when
/// NO_COLOR is set.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ClientsArgs {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    form: FormArgs,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// How much is shown, and how.
#[derive(Args)]
#[command(next_help_heading = "Display")]
struct FormArgs {
    /// The most clients to show, up to 500
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(PAGE_ROWS_MAX)))]
    limit: u32,
    /// Continues after an earlier page: the text that it printed
    #[arg(long, value_name = "TEXT")]
    cursor: Option<String>,
    /// Shows all clients instead of one page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Also shows the ids, which functions such as `clients.revoke` take
    #[arg(long)]
    ids: bool,
    /// Writes all clients as CSV, with every column
    #[arg(long, conflicts_with_all = ["limit", "cursor", "all", "ids"])]
    csv: bool,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &ClientsArgs,
    form: Form,
) -> Result<(), Failure> {
    if args.form.csv && form.is_json() {
        return Err(Failure::Usage("`--csv` and `--json` can't both be: choose one".into()));
    }
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let filter = args.query.filter(&api)?;
    let order = args.query.order();
    if args.form.csv {
        return export(&api, &[filter, order], |text| Ok(output::data(text)?));
    }
    if form.is_json() {
        let (clients, next) = list(&api, &[filter, order], &args.form)?;
        return Ok(output::answer(output::list(clients, next.as_deref()))?);
    }
    let mut page = Page::on_standard_output();
    fill(&mut page, &api, &[filter, order], args)?;
    Ok(page.print()?)
}

/// The list part by part, so that it needn't fit into memory.
fn export(
    api: &impl AgencyApi,
    which: &[Value; 2],
    mut write: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each_page(api, "clients.export", which, None, |part| write(&string(part, "text")))
}

fn fill(
    page: &mut Page,
    api: &impl AgencyApi,
    which: &[Value; 2],
    args: &ClientsArgs,
) -> Result<(), Failure> {
    let (query, form) = (&args.query, &args.form);
    let [filter, _] = which;
    let counts = api.get("clients.counts", std::slice::from_ref(filter))?;
    let (clients, next) = list(api, which, form)?;
    let (all, narrowed) = (number(&counts, "all"), query.narrows_counts());
    if all > 0 {
        page.line(&show::counts(&counts, narrowed));
    }
    let agency = args.caller.agency().unwrap_or_default();
    if clients.is_empty() {
        page.line(&show::nobody(all, narrowed, agency, &args.store.option()));
        return Ok(());
    }
    let rows: Vec<_> = clients.iter().map(|client| show::row(client, form.ids)).collect();
    page.line("");
    let undelivered = clients.iter().find(|client| show::is_undelivered(client));
    let about_mails = query.asks_for_delivery() || undelivered.is_some();
    page.table(&show::header(form.ids, about_mails), &rows);
    if let Some(client) = undelivered {
        page.line(&show::why_undelivered(client, agency, &args.store.option()));
    }
    if let Some(next) = next {
        page.more(&next);
    }
    Ok(())
}

/// The clients to show, and the cursor of the page behind them.
fn list(
    api: &impl AgencyApi,
    which: &[Value; 2],
    form: &FormArgs,
) -> Result<(Vec<Value>, Option<String>), Failure> {
    let part = Part { cursor: form.cursor.as_deref(), limit: (!form.all).then_some(form.limit) };
    some_rows(api, ("clients.list", "clients"), which, &part, |_| true)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use clientdesk_host::CallError;

    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        clients: ClientsArgs,
    }

    fn options(words: &str) -> ClientsArgs {
        let words = ["test", "--agency", "acme"].into_iter().chain(words.split_whitespace());
        Options::parse_from(words).clients
    }

    /// An agency with five active clients, in pages of two at most.
    fn api(function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        if function == "clients.counts" {
            return Ok(json!({"all": 5, "active": 5}));
        }
        assert_eq!(arguments.len(), 3, "filter, order, page");
        let first: usize = arguments[2]["cursor"].as_str().map_or(0, |at| at.parse().unwrap());
        let limit = arguments[2]["limit"].as_u64().unwrap().min(2) as usize;
        let last = (first + limit).min(5);
        let next = (last < 5).then(|| last.to_string());
        let numbers = first..last;
        Ok(match function {
            "clients.list" => {
                let client = |n| json!({"name": format!("client-{n}"), "status": "active"});
                json!({"clients": numbers.map(client).collect::<Value>(), "next": next})
            }
            "clients.export" => {
                let lines: String = numbers.map(|n| format!("{n}\r\n")).collect();
                json!({"text": lines, "next": next})
            }
            other => panic!("{other}"),
        })
    }

    fn page(words: &str) -> String {
        let mut page = Page::plain();
        fill(&mut page, &api, &[Value::Null, Value::Null], &options(words)).unwrap();
        page.text().to_owned()
    }

    #[test]
    fn a_page_says_how_to_go_on() {
        for (words, shown, next) in [
            ("--limit 2", 0..2, Some("--cursor '2'")),
            ("--limit 1 --cursor 2", 2..3, Some("--cursor '3'")),
            ("--cursor 4", 4..5, None),
            ("--all", 0..5, None),
            ("--all --cursor 2", 2..5, None),
        ] {
            let text = page(words);
            assert!(text.starts_with("5 clients: 5 active\n"), "{words}: {text}");
            for n in 0..5 {
                let is_shown = text.contains(&format!("client-{n} "));
                assert_eq!(is_shown, shown.contains(&n), "{words}: {text}");
            }
            assert_eq!(text.contains("--cursor"), next.is_some(), "{words}: {text}");
            assert!(next.is_none_or(|next| text.contains(next)), "{words}: {text}");
        }
    }

    #[test]
    fn an_empty_list_is_friendly() {
        let api = |function: &str, _: &[Value]| {
            Ok(match function {
                "clients.counts" => json!({"all": 0}),
                _ => json!({"clients": [], "next": null}),
            })
        };
        for (words, begin) in
            [("", "This agency has no clients yet."), ("--search x", "No client matches")]
        {
            let mut page = Page::plain();
            fill(&mut page, &api, &[Value::Null, Value::Null], &options(words)).unwrap();
            assert!(page.text().starts_with(begin), "{}", page.text());
        }
    }

    #[test]
    fn an_export_has_all_parts() {
        let mut written = String::new();
        export(&api, &[Value::Null, Value::Null], |text| {
            written.push_str(text);
            Ok(())
        })
        .unwrap();
        assert_eq!(written, "0\r\n1\r\n2\r\n3\r\n4\r\n");
    }
}
