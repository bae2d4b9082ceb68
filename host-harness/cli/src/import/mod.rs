//! `clientdesk import`: a roster becomes invited clients.
//!
//! One way leads from the file to what is done, and a dry run goes all of it:
//!
//! | step | file |
//! | --- | --- |
//! | bytes to text | `text.rs` |
//! | text to records with lines | `records.rs` |
//! | records to rows, by the headers | `roster.rs`, `columns.rs`, `spellings.rs`, `cells.rs`, `address.rs` |
//! | rows the component would take, and whose they are | `probe.rs` |
//! | names to brands | `choose.rs`, `brands.rs`, `names.rs`, `near.rs`, `ask.rs` |
//! | rows to people | `people.rs`, all of it in `plan.rs` |
//! | doing it | `send.rs`, `progress.rs` |
//! | what is said about it | `report.rs`, `show.rs`, `refused.rs` |
//! | what must hold whatever a file holds | `reading.rs`, `fuzz.rs` |
//!
//! Nothing here foretells what the component does. Plans are made in a rehearsal
//! ([`Host::rehearsal`](clientdesk_host::Host::rehearsal)), where the component answers and
//! nothing comes of it, and a dry run carries its plan out in another one.

mod address;
mod ask;
mod brands;
mod cells;
mod choose;
mod columns;
mod fuzz;
mod names;
mod near;
mod people;
mod plan;
mod probe;
mod progress;
mod reading;
mod records;
mod refused;
mod report;
mod roster;
mod row;
mod send;
mod show;
mod spellings;
mod text;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use clientdesk_host::Limits;
use encoding_rs::WINDOWS_1252;

use super::agency_api::HostApi;
use super::caller::CallerArgs;
use super::failure::Failure;
use super::format::{count, some_quoted};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::store::StoreArgs;
use choose::{Question, Similar, Wishes};
use columns::Choice;
pub(crate) use fuzz::Rosters;
use plan::Plan;
use progress::Progress;
use report::{ColumnRead, Report, Stop};
use roster::Roster;
use row::{Outcome, Row, Settled};

/// How long a call may take: 200 rows on a slow disk take longer than a single command.
const DEADLINE: Duration = Duration::from_secs(120);

/// The exit code when some rows were refused.
const SOME_REFUSED: u8 = 3;
/// The exit code when the file can't be used.
const FILE_REFUSED: u8 = 4;

const EXAMPLES: &str = "\
Examples:
  clientdesk import roster.csv --agency acme --dry-run
      does the same as without --dry-run, up to the last row, and then forgets it
  clientdesk import roster.csv --agency acme --brand nike
      invites everyone in the file to Nike, and to the brands in their own row
  clientdesk import roster.csv --agency acme --create-brands --note 'Your new portal!'
      creates missing brands, and puts a personal message into the mails
  clientdesk import contacts.csv --agency acme --column email='Work address' --column brands=Tags
      says which columns hold what, where their headers don't

A roster may look like this:
  E-mail;Name;Brands
  ann@nike.example;Ann Archer;Nike
  ben@nike.example;Ben Baker;Nike, Puma

Columns are recognized by their headers, in any order and case, in some twenty languages and as
HubSpot, Mailchimp, Google, Outlook, Pipedrive, Salesforce, Zoho, Brevo, ActiveCampaign and Notion
write them: e-mail, name (or first name and last name), brands (or accounts), label, note, message.
Where there are several e-mail columns, the first that isn't empty counts. A `note` is for the
agency alone and is never mailed; a `message` goes into the invite mail. Commas, semicolons, tabs or
bars separate the cells. What `clients.export` writes can be read back, and nothing is new then.

Several rows of a person are one invite for all of their brands. Importing a file again changes
nothing for clients who are already there, but that a missing name, label or note is filled in;
what is there is kept. Those whose access has been removed since, or whose invite has expired, are
invited again.

Exit codes:
  0  every row was imported, was there already, or asked for nothing
  1  the import failed or stopped half-way: import the file again to continue
  2  the command line doesn't make sense
  3  some rows were refused; all others were imported
  4  the file can't be used; nothing was imported";

/// Invites everyone in a CSV file, and shows which rows were refused and why
///
/// Each row is an invite of its own: a bad row doesn't affect the others, and importing the
/// same file again is safe. Every row is accounted for.
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
    /// Creates the brands that the agency doesn't have yet and that somebody gets
    #[arg(long)]
    create_brands: bool,
    /// What a name means that is much like another brand's (`Nikee` beside `Nike`): refuses its
    /// rows, creates a brand of that name, or uses the other brand. Without it, --create-brands
    /// asks on a terminal, and refuses elsewhere
    #[arg(long, value_name = "WHAT")]
    similar_brands: Option<Similar>,
    /// Which column holds a field (email, name, first-name, last-name, brands, label, note,
    /// message), by its header: `--column email='Work address'`; `note=` reads none. Can be
    /// given more than once
    #[arg(long = "column", value_name = "FIELD=HEADER")]
    columns: Vec<Choice>,
    /// A personal message for the invite mails of rows that have none of their own
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Shows what would become of every row, without changing or sending anything
    #[arg(long)]
    dry_run: bool,
    /// Writes the refused rows to this CSV file, with the reasons: correct it and import it
    #[arg(long, value_name = "FILE.CSV")]
    refused: Option<PathBuf>,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(component: &ComponentArgs, args: &ImportArgs, form: Form) -> Result<(), Failure> {
    let read = read(args)?;
    let builder = component.host()?.limits(Limits { deadline: DEADLINE, ..Limits::default() });
    let api = HostApi::open(builder, &args.store, &args.caller)?;
    let began = Instant::now();
    let report = import(&api, read, args, &ask::on_terminal, form)?;
    if form.is_json() {
        output::json(&report)?;
        return verdict(&report);
    }
    let mut page = Page::on_standard_output();
    show::show(&mut page, &report, began.elapsed());
    page.print()?;
    verdict(&report)
}

/// Imports what was read, and writes down what was refused if that is wanted.
fn import(
    api: &HostApi,
    mut read: Read,
    args: &ImportArgs,
    ask: &dyn Fn(&Question) -> Similar,
    form: Form,
) -> Result<Report, Failure> {
    let wishes = Wishes {
        everyones: args.brands.clone(),
        create: args.create_brands,
        similar: args.similar_brands,
        ask,
    };
    let (rows, settled) = (read.rows(args.note.as_deref()), read.settled());
    let done = done(api, rows, settled, &wishes, args.dry_run, form)?;
    if let Some(path) = &args.refused {
        refused::write(path, &read.roster.headers, &done.settled)?;
    }
    let Read { mut report, .. } = read;
    report.new_brands = done.new_brands;
    report.stopped = done.stopped;
    report.settle(done.settled);
    Ok(report)
}

/// A file that was read, and what there is to say about it so far.
struct Read {
    roster: Roster,
    report: Report,
}

impl Read {
    /// The rows, those without words of their own with this message.
    fn rows(&mut self, message: Option<&str>) -> Vec<Row> {
        let mut rows = std::mem::take(&mut self.roster.rows);
        for row in &mut rows {
            row.message = row.message.take().or_else(|| message.map(str::to_owned));
        }
        rows
    }

    fn settled(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.roster.settled)
    }
}

/// The file's people. What is wrong with the file as a whole ends the import.
fn read(args: &ImportArgs) -> Result<Read, Failure> {
    let file = args.file.display().to_string();
    let bytes = fs::read(&args.file).with_context(|| format!("can't read `{file}`"))?;
    understood(file, &bytes, args)
}

/// The people in the bytes of a file.
fn understood(file: String, bytes: &[u8], args: &ImportArgs) -> Result<Read, Failure> {
    let useless = |error: &dyn std::fmt::Display| Failure::Exit {
        code: FILE_REFUSED,
        text: format!("`{file}`: {error}; nothing was imported"),
    };
    let text = text::decode(bytes).map_err(|error| useless(&error))?;
    let roster = Roster::read(&text.content, &args.columns).map_err(|error| useless(&error))?;
    if !roster.names_brands && args.brands.is_empty() {
        return Err(without_brands(&file, &roster));
    }
    let column =
        |(field, header): &(&'static str, String)| ColumnRead { field, header: header.clone() };
    let report = Report {
        dry_run: args.dry_run,
        columns: roster.used.iter().map(column).collect(),
        ignored: roster.unused.clone(),
        encoding_guessed: text.encoding == WINDOWS_1252,
        new_brands: Vec::new(),
        read: 0,
        counts: std::collections::BTreeMap::new(),
        rows: Vec::new(),
        stopped: None,
        file,
    };
    Ok(Read { roster, report })
}

fn without_brands(file: &str, roster: &Roster) -> Failure {
    let perhaps = match roster.perhaps_brands.as_slice() {
        [] => String::new(),
        headers => {
            let headers = some_quoted(headers);
            format!(
                ", or which column names brands with `--column brands=<HEADER>` (perhaps {headers})"
            )
        }
    };
    Failure::Usage(format!(
        "`{file}` has no brand column: say which brands everyone gets with `--brand <ID>`{perhaps}"
    ))
}

/// What an import has done.
struct Done {
    settled: Vec<Settled>,
    new_brands: Vec<String>,
    stopped: Option<Stop>,
}

/// Plans the rows and carries the plan out: at the host, or in a rehearsal of it.
fn done(
    api: &HostApi,
    rows: Vec<Row>,
    mut settled: Vec<Settled>,
    wishes: &Wishes,
    dry_run: bool,
    form: Form,
) -> Result<Done, Failure> {
    let mut plan = Plan::of(&|| api.rehearsal(), rows, wishes)?;
    let rehearsal = dry_run.then(|| api.rehearsal());
    let mut progress = Progress::start(plan.people.len(), dry_run, form);
    let sent =
        send::send(rehearsal.as_ref().unwrap_or(api), &plan.people, &mut plan.brands, |people| {
            progress.advance(people)
        });
    progress.end();
    let is_nothing = sent.settled.iter().all(|row| row.outcome == Outcome::NotReached);
    let stopped = match sent.stopped {
        Some((_, failure)) if is_nothing && sent.made.is_empty() => return Err(failure),
        Some((line, failure)) => Some(Stop { line, because: failure.to_string() }),
        None => None,
    };
    settled.extend(plan.settled);
    settled.extend(sent.settled);
    Ok(Done { settled, new_brands: sent.made, stopped })
}

/// How the command ends.
fn verdict(report: &Report) -> Result<(), Failure> {
    if let Some(Stop { line, because }) = &report.stopped {
        return Err(Failure::failed(format!(
            "stopped before line {line}: {because}; import the file again to continue; rows that \
             are done stay as they are"
        )));
    }
    let refused = report.count(&Outcome::Refused);
    if refused == 0 {
        return Ok(());
    }
    let all = count(usize::try_from(report.read).unwrap_or(usize::MAX), "row");
    let text =
        format!("{refused} of {all} can't be imported; correct the file and import it again");
    Err(Failure::Exit { code: SOME_REFUSED, text })
}

#[cfg(test)]
mod rosters_tests;
#[cfg(test)]
mod tests;
