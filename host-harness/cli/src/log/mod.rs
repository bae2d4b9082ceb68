//! `clientdesk log`: who did what, as a list, as it happens, and whether it is whole.

mod follow;
mod names;
mod query;
mod show;
mod verify;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi, PAGE_ROWS_MAX, Part, some_rows};
use super::answer::{number, rows_of};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::store::StoreArgs;
use names::Names;
use query::QueryArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk log --agency acme
      shows the latest 50 entries
  clientdesk log --agency acme --client ann@nike.example --since 2026-09-01
      shows what happened with a client since then
  clientdesk log --agency acme --follow --kind client-joined
      shows who joins, as it happens
  clientdesk log verify --agency acme
      checks that all entries are as they were written, and in order";

/// Shows, follows and verifies an agency's log
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LogArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    query: QueryArgs,
    /// The most entries to show
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(PAGE_ROWS_MAX)))]
    limit: u32,
    /// Continues after an earlier page: the text that it printed
    #[arg(long, value_name = "TEXT")]
    cursor: Option<String>,
    /// Shows all entries instead of one page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Shows the oldest entries first
    #[arg(long)]
    oldest_first: bool,
    /// Shows entries as they are written, until it is stopped
    #[arg(long, conflicts_with_all = ["all", "cursor", "limit", "oldest_first", "until"])]
    follow: bool,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Shows one entry with its details
    Show {
        /// Its number
        number: u64,
    },
    /// Checks that entries are as they were written, and in order
    Verify(verify::VerifyArgs),
}

pub(crate) fn run(component: &ComponentArgs, args: &LogArgs, form: Form) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    match &args.what {
        Some(What::Show { number }) => entry(&api, *number, form),
        Some(What::Verify(args)) => verify::run(&api, args, form),
        None if args.follow => follow::run(&api, &args.query.filter(&api)?, form),
        None => list(&api, args, form),
    }
}

fn list(api: &impl AgencyApi, args: &LogArgs, form: Form) -> Result<(), Failure> {
    let (entries, next) = entries(api, args)?;
    if form.is_json() {
        return Ok(output::answer(output::list(entries, next.as_deref()))?);
    }
    let mut page = Page::on_standard_output();
    if entries.is_empty() {
        page.line("No entry matches.");
    } else {
        let names = Names::of(api, &entries)?;
        let rows: Vec<_> = entries.iter().map(|entry| show::row(entry, &names)).collect();
        page.table(&show::COLUMNS, &rows);
    }
    if let Some(next) = next {
        page.more(&next);
    }
    Ok(page.print()?)
}

/// The entries that are wanted, and the cursor behind them.
fn entries(api: &impl AgencyApi, args: &LogArgs) -> Result<(Vec<Value>, Option<String>), Failure> {
    let direction = if args.oldest_first { "forward" } else { "backward" };
    let which = [args.query.filter(api)?, json!(direction)];
    let part = Part { cursor: args.cursor.as_deref(), limit: (!args.all).then_some(args.limit) };
    some_rows(api, ("audit.list", "entries"), &which, &part, |_| true)
}

fn entry(api: &impl AgencyApi, wanted: u64, form: Form) -> Result<(), Failure> {
    let missing = || {
        let agency = api.agency().unwrap_or_default();
        Failure::failed(format!("no log entry {wanted} in agency `{agency}`"))
    };
    let head = api.get("audit.head", &[])?;
    if wanted == 0 || wanted > number(&head, "number") {
        return Err(missing());
    }
    let feed = api.get("audit.read", &[json!(wanted - 1), json!(1)])?;
    let entry = rows_of(&feed, "entries")?.into_iter().next().ok_or_else(missing)?;
    if form.is_json() {
        return Ok(output::answer(entry)?);
    }
    let mut page = Page::on_standard_output();
    page.fields(&show::with_details(&entry));
    Ok(page.print()?)
}
