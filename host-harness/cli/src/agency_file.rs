//! `clientdesk agencies export`, `import` and `abort-import`: an agency as a file, from one store to
//! another.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use clientdesk_host::{CallError, Host};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::answer::{at, rows_of, string};
use super::failure::Failure;
use super::format::{count, thousands};
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;

#[derive(Args)]
pub(crate) struct Export {
    /// The agency's id
    #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: String,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub(crate) struct Import {
    /// A file that `agencies export` made
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The id that the agency is to have, in place of its own
    #[arg(long = "as", value_name = "ID")]
    name_as: Option<String>,
    /// Only tells what would become otherwise here; nothing is imported
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    /// All of a file, under the agency's own id.
    pub(crate) const fn of(file: PathBuf) -> Self {
        Self { file, name_as: None, dry_run: false }
    }

    /// Whether it changes nothing.
    pub(crate) const fn only_looks(&self) -> bool {
        self.dry_run
    }
}

#[derive(Args)]
pub(crate) struct Abort {
    /// The id of the agency that is being imported
    #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: String,
}

/// How many lines are asked for, or given, at a time.
const LINES_AT_ONCE: usize = 500;
/// And how many bytes: a call with more takes its time.
const BYTES_AT_ONCE: usize = 1024 * 1024;
/// How often an export begins anew when the agency changes meanwhile.
const TRIES_MAX: u32 = 5;
/// How often a call is made while others change the same, and how long it waits in between.
const CALLS_MAX: u32 = 50;
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) const LOOKS: &str = "system.check-import";
pub(crate) const IMPORTS: &str = "system.import";

pub(crate) fn export(host: &Host, args: &Export, form: Form) -> Result<(), Failure> {
    if args.out == Path::new("-") {
        let why = "`--out -` isn't possible: an export begins anew when the agency changes meanwhile, so it needs a file";
        return Err(Failure::failed(why.to_owned()));
    }
    let file = create(&args.out)?;
    let written = write(host, &args.agency, &file);
    if written.is_err() {
        // What isn't whole is nothing.
        drop(fs::remove_file(&args.out));
    }
    let lines = written?;
    if form.is_json() {
        let answer = json!({"agency": args.agency, "file": args.out, "lines": lines});
        return Ok(output::json(&answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "Exported agency `{}` to `{}`: {} lines.",
        args.agency,
        args.out.display(),
        thousands(lines)
    ));
    page.line("It holds all that is known of people: keep it as private as the store. The keys aren't in it.");
    Ok(page.print()?)
}

/// A new file that only its owner may read.
fn create(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("`{}` already exists; nothing is overwritten: move it away first", path.display())
        }
        opened => opened.with_context(|| format!("can't create `{}`", path.display())),
    }
}

/// Writes all lines; begins anew when the agency changes meanwhile.
pub(crate) fn write(host: &Host, agency: &str, file: &File) -> Result<u64, Failure> {
    write_if_still(host, agency, file)?.map_err(refusal::failed)
}

/// The same; the refusal of an agency that changed each time is an answer.
pub(crate) fn write_if_still(
    host: &Host,
    agency: &str,
    file: &File,
) -> Result<Result<u64, CallError>, Failure> {
    let mut tries = 1;
    loop {
        let error = match write_once(host, agency, file) {
            Ok(lines) => return Ok(Ok(lines)),
            Err(CallOrFile::File(error)) => return Err(error.into()),
            Err(CallOrFile::Call(error)) => error,
        };
        let changed = matches!(&error, CallError::Refused { error, .. } if at(at(error, "conflict"), "state") == "changed");
        match (changed, tries < TRIES_MAX) {
            (false, _) => return Err(refusal::failed(error)),
            (true, false) => return Ok(Err(error)),
            (true, true) => {
                tries += 1;
                file.set_len(0).context("can't write the file")?;
                std::io::Seek::rewind(&mut &*file).context("can't write the file")?;
            }
        }
    }
}

enum CallOrFile {
    Call(CallError),
    File(anyhow::Error),
}

fn write_once(host: &Host, agency: &str, file: &File) -> Result<u64, CallOrFile> {
    let file_error = |error: std::io::Error| {
        CallOrFile::File(anyhow::Error::from(error).context("can't write the file"))
    };
    let mut out = BufWriter::new(file);
    let (mut cursor, mut lines) = (Value::Null, 0);
    loop {
        let asked = [json!(agency), cursor, json!(LINES_AT_ONCE)];
        let page = host.call("system.export", &asked).map_err(CallOrFile::Call)?;
        for line in rows_of(&page, "lines").map_err(CallOrFile::File)? {
            writeln!(out, "{}", line.as_str().unwrap_or_default()).map_err(file_error)?;
            lines += 1;
        }
        cursor = at(&page, "next").clone();
        if cursor.is_null() {
            out.flush().map_err(file_error)?;
            file.sync_all().map_err(file_error)?;
            return Ok(lines);
        }
    }
}

/// What came of a file.
#[derive(Default)]
pub(crate) struct Came {
    pub(crate) lines: u64,
    complete: bool,
    pub(crate) findings: Vec<Value>,
    agency: String,
}

pub(crate) fn import(
    host: &Host,
    args: &Import,
    store: &StoreArgs,
    form: Form,
) -> Result<(), Failure> {
    let mut begun = None;
    let came = if args.dry_run {
        send_all(host, LOOKS, args, form, &mut begun)
    } else {
        send_all(host, IMPORTS, args, form, &mut begun)
    };
    if came.is_err()
        && !args.dry_run
        && let Some(agency) = &begun
    {
        // What isn't whole is nothing. Where that fails, it is said how to do it.
        let is_gone = |error: &CallError| matches!(error, CallError::Refused { error, .. } if !at(error, "not-found").is_null());
        if give_up(host, agency).is_err_and(|error| !is_gone(&error)) {
            eprintln!(
                "what came of agency `{agency}` is still there: clientdesk agencies abort-import {agency}{}",
                store.option()
            );
        }
    }
    tell(&came?, args, store, form)
}

/// Looks whether it could be imported into a store that is new, and says why not.
pub(crate) fn try_out(host: &Host, args: &Import, form: Form) -> Result<(), Failure> {
    send_all(host, LOOKS, args, form, &mut None).map(drop)
}

/// Gives all lines to the function, to the very last.
pub(crate) fn send_all(
    host: &Host,
    function: &'static str,
    args: &Import,
    form: Form,
    begun: &mut Option<String>,
) -> Result<Came, Failure> {
    let came = send(host, function, args, form, begun)?;
    if came.complete {
        return Ok(came);
    }
    let (file, lines) = (args.file.display(), came.lines);
    Err(Failure::failed(format!("`{file}` was cut short: its end is missing after line {lines}")))
}

/// Gives all lines to the function, some at a time.
fn send(
    host: &Host,
    function: &str,
    args: &Import,
    form: Form,
    begun: &mut Option<String>,
) -> Result<Came, Failure> {
    let path = &args.file;
    let file = File::open(path).with_context(|| format!("can't open `{}`", path.display()))?;
    let size = file.metadata().map(|data| data.len()).unwrap_or_default();
    let bar = if form.is_json() { ProgressBar::hidden() } else { ProgressBar::new(size) };
    let mut lines = BufReader::new(file).lines().peekable();
    let (mut came, mut ticket) = (Came::default(), Value::Null);
    while lines.peek().is_some() {
        let (mut some, mut bytes) = (Vec::new(), 0);
        while some.len() < LINES_AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(line) = lines.next() else { break };
            let line = line.with_context(|| format!("can't read `{}`", path.display()))?;
            bytes += line.len() + 1;
            some.push(line);
        }
        let asked = [json!(some), json!(args.name_as), ticket];
        let answer = ask(host, function, &asked).map_err(refusal::failed)?;
        ticket = came.take(&answer)?;
        *begun = Some(came.agency.clone());
        bar.inc(bytes as u64);
        let mut done = answer;
        while function == IMPORTS && came.complete && at(&done, "done") == false {
            let asked = [json!([]), Value::Null, ticket.clone()];
            done = ask(host, function, &asked).map_err(refusal::failed)?;
        }
    }
    bar.finish_and_clear();
    Ok(came)
}

impl Came {
    /// Takes an answer; gives the ticket to go on with.
    fn take(&mut self, answer: &Value) -> anyhow::Result<Value> {
        self.agency = string(answer, "agency");
        self.lines = at(answer, "lines").as_u64().unwrap_or_default();
        self.complete = at(answer, "complete") == true;
        self.findings.extend(rows_of(answer, "findings")?);
        Ok(at(answer, "ticket").clone())
    }
}

const COLUMNS: [Column; 3] =
    [Column::stays("Otherwise here"), Column::stays("Of"), Column::may_go("What that means", 1)];

fn tell(came: &Came, args: &Import, store: &StoreArgs, form: Form) -> Result<(), Failure> {
    let Came { lines, findings, agency, complete: _ } = came;
    if form.is_json() {
        let answer = json!({
            "agency": agency, "lines": lines, "findings": findings, "dry-run": args.dry_run,
        });
        return Ok(output::json(&answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "{} agency `{agency}`: {} lines.",
        if args.dry_run { "Nothing was imported. The file is whole, and is" } else { "Imported" },
        thousands(*lines)
    ));
    if findings.is_empty() {
        page.line("Everything is as it was where it comes from; clients log in again.");
    } else {
        list(&mut page, findings);
    }
    if args.dry_run && store.is_missing()? {
        page.line("There is no store yet: importing makes one.");
    }
    if !args.dry_run {
        page.line(&format!("Next: clientdesk log verify --agency {agency}{}", store.option()));
    }
    Ok(page.print()?)
}

/// What becomes otherwise.
pub(crate) fn list(page: &mut Page, findings: &[Value]) {
    page.line(&format!("{} otherwise:", count(findings.len(), "thing")));
    page.line("");
    let row = |finding: &Value| {
        let text = |field| Shown::Text(string(finding, field));
        vec![text("kind"), text("subject"), text("message")]
    };
    page.table(&COLUMNS, &findings.iter().map(row).collect::<Vec<_>>());
}

pub(crate) fn abort(host: &Host, args: &Abort, form: Form) -> Result<(), Failure> {
    give_up(host, &args.agency).map_err(refusal::failed)?;
    if form.is_json() {
        return Ok(output::json(&json!({"agency": args.agency}))?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("Gave up the import of agency `{}`: nothing of it is left.", args.agency));
    Ok(page.print()?)
}

pub(crate) fn give_up(host: &Host, agency: &str) -> Result<(), CallError> {
    while ask(host, "system.abort-import", &[json!(agency)])? == true {}
    Ok(())
}

/// Calls it again where others were quicker: whoever imports the same file at the same time goes on with the
/// same lines, and every call may be repeated.
fn ask(host: &Host, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
    for _ in 1..CALLS_MAX {
        match host.call(function, arguments) {
            Err(CallError::Refused { error, .. }) if error == "busy" => sleep(PAUSE),
            answer => return answer,
        }
    }
    host.call(function, arguments)
}
