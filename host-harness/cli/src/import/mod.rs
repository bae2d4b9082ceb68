//! `clientdesk import`: a roster becomes invited clients.
//!
//! | step | file |
//! | --- | --- |
//! | bytes to text | `text.rs` |
//! | text to rows, by the headers | `roster.rs`, `columns.rs`, `lines.rs` |
//! | rows and brands to what is sent | `plan.rs`, `brands.rs` |
//! | sending, and how far it is | `send.rs`, `progress.rs` |
//! | what is said at the end | `report.rs` |

mod brands;
mod columns;
mod lines;
mod plan;
mod progress;
mod report;
mod roster;
mod send;
mod text;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use clientdesk_host::{CallError, Limits};
use encoding_rs::WINDOWS_1252;
use serde_json::json;

use super::agency_api::{AgencyApi, HostApi};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::format::count;
use super::host::ComponentArgs;
use super::refusal;
use super::show::Page;
use super::store::StoreArgs;
use brands::{Brand, Brands};
use plan::{Defaults, Plan};
use progress::Progress;
use roster::{Refused, Roster};
use send::Sent;

/// How long a call may take: 200 rows on a slow disk take longer than a single command.
const DEADLINE: Duration = Duration::from_secs(120);

const EXAMPLES: &str = "\
Examples:
  clientdesk import roster.csv --agency acme --dry-run
      shows which rows would be sent, which can't be, and why
  clientdesk import roster.csv --agency acme --brand nike
      invites everyone in the file to Nike, and to the brands in their own row
  clientdesk import roster.csv --agency acme --create-brands --note 'Your new portal!'
      creates missing brands, and puts a personal message into the mails

A roster may look like this:
  E-mail;Name;Brands
  ann@nike.example;Ann Archer;Nike
  ben@nike.example;Ben Baker;Nike, Puma

Columns are recognized by their headers, in any order and case: e-mail (or mail, e-mail address,
correo, courriel, …), name (or full name, contact, client, …), or first name and last name; brands
(or brand, brand name, account, …); label; note; message. A `note` is for the agency alone and is
never mailed; a `message` goes into the invite mail. Commas, semicolons or tabs separate the cells.

Importing a file again changes nothing for clients who are already there. Those whose access has
been removed since, or whose invite has expired, are invited again.";

/// Invites everyone in a CSV file, and shows which rows were refused and why
///
/// Each row is an invite of its own: a bad row doesn't affect the others, and importing the
/// same file again is safe. The exit code is 1 if any row was refused.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// The roster: a CSV file with a header row
    #[arg(value_name = "FILE.CSV")]
    file: PathBuf,
    /// A brand, by id or name, that everyone in the file gets besides those in their own row;
    /// can be given more than once
    #[arg(long = "brand", value_name = "ID")]
    brands: Vec<String>,
    /// Creates the brands that the agency doesn't have yet
    #[arg(long)]
    create_brands: bool,
    /// A personal message for the invite mails of rows that have none of their own
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Shows what would be sent, without sending anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(component: &ComponentArgs, args: &ImportArgs) -> Result<(), Failure> {
    let mut page = Page::on_standard_output();
    let mut roster = read(args, &mut page)?;
    let builder = component.host()?.limits(Limits { deadline: DEADLINE, ..Limits::default() });
    let api = HostApi::open(builder, &args.store, &args.caller)?;
    let mut brands = Brands::read(&api)?;
    if args.create_brands {
        let made = create_missing(&api, &mut brands, &roster, args)?;
        report::new_brands(&mut page, &made, args.dry_run);
    }
    let defaults = defaults(&brands, args)?;
    let refused = std::mem::take(&mut roster.refused);
    let mut plan = Plan::of(std::mem::take(&mut roster.rows), &brands, &defaults);
    plan.refused = in_order(refused, plan.refused);
    if args.dry_run {
        report::dry_run(&mut page, &plan);
        page.print()?;
        return verdict(plan.refused.len(), plan.refused.len() + plan.invites.len(), None);
    }
    page.line("");
    page.print()?;
    let mut page = Page::on_standard_output();
    let done = carry_out(&api, plan, &mut page);
    page.print()?;
    done
}

/// The file's people; says on the page what was understood of it.
fn read(args: &ImportArgs, page: &mut Page) -> Result<Roster, Failure> {
    let file = args.file.display().to_string();
    let bytes = fs::read(&args.file).with_context(|| format!("can't read `{file}`"))?;
    let text = text::decode(&bytes).with_context(|| format!("`{file}`"))?;
    let roster = Roster::read(&text.content).with_context(|| format!("`{file}`"))?;
    report::columns(page, &file, &roster);
    if text.encoding == WINDOWS_1252 {
        page.line(
            "It isn't UTF-8, so it was read as Windows-1252: check that the names look right.",
        );
    }
    if !roster.names_brands && args.brands.is_empty() {
        return Err(Failure::Usage(format!(
            "`{file}` has no brand column: say which brands everyone gets with `--brand <ID>`"
        )));
    }
    Ok(roster)
}

/// Makes the brands that are named and aren't there, or pretends to in a dry run. A brand
/// that can't be made is a reason to refuse its rows. Gives the names of those made.
fn create_missing(
    api: &impl AgencyApi,
    brands: &mut Brands,
    roster: &Roster,
    args: &ImportArgs,
) -> Result<Vec<String>, Failure> {
    let mut made = Vec::new();
    for name in brands.missing(&roster.rows, &args.brands) {
        let id = match args.dry_run {
            true => Ok(name.as_str().into()),
            false => api.ask("brands.create", &[json!({"name": name})]),
        };
        match id {
            Ok(id) => {
                let id = id.as_str().unwrap_or_default().to_owned();
                brands.add(Brand { id, name: name.clone() });
                made.push(name);
            }
            // A row's brand that is no brand spoils its own rows only; whoever may make none
            // at all is told so by the first.
            Err(CallError::Refused { error, .. }) if error.get("denied").is_none() => {
                let name_it = |_: &str| "name".to_owned();
                brands.refuse(&name, refusal::sentence(&error, name_it));
            }
            Err(error) => return Err(refusal::failed(error)),
        }
    }
    Ok(made)
}

/// What every row gets, from the options.
fn defaults(brands: &Brands, args: &ImportArgs) -> Result<Defaults, Failure> {
    let find = |name: &String| brands.find(name.trim()).cloned();
    let everyones = args.brands.iter().map(find).collect::<Result<_, _>>();
    let everyones = everyones.map_err(|reason| {
        let hint =
            if args.create_brands { "" } else { "; `--create-brands` creates missing brands" };
        Failure::Usage(format!("`--brand`: {reason}{hint}"))
    })?;
    Ok(Defaults { brands: everyones, message: args.note.clone() })
}

/// Sends the plan, and says on the page what came of it.
fn carry_out(api: &impl AgencyApi, plan: Plan, page: &mut Page) -> Result<(), Failure> {
    let all = plan.invites.len() + plan.refused.len();
    let began = Instant::now();
    let mut progress = Progress::start(plan.invites.len());
    let mut sent = send::send(api, &plan.invites, |rows| progress.advance(rows));
    progress.end();
    if sent.is_nothing()
        && let Some((_, failure)) = sent.stopped
    {
        return Err(failure);
    }
    sent.refused = in_order(plan.refused, sent.refused);
    report::summary(page, &sent, began.elapsed());
    let Sent { refused, incomplete, stopped, .. } = sent;
    verdict(refused.len() + incomplete.len(), all, stopped)
}

fn in_order(some: Vec<Refused>, others: Vec<Refused>) -> Vec<Refused> {
    let mut all: Vec<Refused> = some.into_iter().chain(others).collect();
    all.sort_by_key(|refused| refused.line);
    all
}

/// How the command ends.
fn verdict(refused: usize, all: usize, stopped: Option<(u64, Failure)>) -> Result<(), Failure> {
    if let Some((line, failure)) = stopped {
        let Failure::Failed(error) = failure else { return Err(failure) };
        return Err(Failure::failed(format!(
            "stopped before line {line}: {error:#}; import the file again to continue, rows that \
             are done stay as they are"
        )));
    }
    if refused > 0 {
        let all = count(all, "row");
        return Err(Failure::failed(format!(
            "{refused} of {all} can't be imported; correct the file and import it again"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
