//! `clientdesk agencies move`: an agency from one store to another, while it is used.
//!
//! The move is tried out while the agency is at work. Then it rests here until it is there, works on there, and is closed
//! here. Whatever fails before it is there leaves it at work here; who is interrupted moves it again, which goes on
//! from where it stands.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use clientdesk_host::Host;
use clientdesk_host::adapters::storage::{Check, Outcome, Storage, Write};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::agencies;
use super::agency_file::{self, IMPORTS, Import, LOOKS};
use super::answer::{at, number, string};
use super::failure::Failure;
use super::format::{cut, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::Page;
use super::store::{KeyRing, StoreArgs};

#[derive(Args)]
pub(crate) struct Move {
    /// The agency's id
    #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: String,
    /// The other store, as `--store` takes it; it is made where there is none, with the keys of this one
    #[arg(long, value_name = "FILE|ADDRESS")]
    to: PathBuf,
    /// The keys of the other store, as `--keys` takes them
    #[arg(long, value_name = "FILE|env:NAME|command:…", value_parser = KeyRing::parse)]
    to_keys: Option<KeyRing>,
    /// Moves it also where something becomes otherwise there, such as whose address has a login
    #[arg(long)]
    accept: bool,
}

/// Where there is a row while it is found out whether two stores are one.
const PROBE: &str = "host/moving";

/// How the agency stood when the move began.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stood {
    AtWork,
    /// Another move began, and was interrupted.
    Moving,
    /// Somebody suspended it, and it stays so.
    Suspended,
}

pub(crate) fn run(
    component: &ComponentArgs,
    store: &StoreArgs,
    args: &Move,
    form: Form,
) -> Result<(), Failure> {
    let other = store.other(args.to.clone(), args.to_keys.clone());
    let here = store.open(component.host()?)?.build()?;
    let found = get(&here, &args.agency)?;
    if found.is_null() {
        return Err(agencies::missing(&args.agency, &here));
    }
    if at(&found, "status") == "closed" {
        let why = format!(
            "`{}` is closed: `agencies export` and `import` take it along as it is",
            args.agency
        );
        return Err(Failure::failed(why));
    }
    share_keys(store, &other)?;
    let there = other.open_or_create(component.host()?)?.build()?;
    if are_one(&*store.rows()?, &*other.rows()?)? {
        return Err(Failure::failed("`--to` is the store where the agency is".to_owned()));
    }
    let way = Way {
        agency: &args.agency,
        here,
        there,
        moving: reason("Moving to", &other)?,
        moved: reason("Moved to", &other)?,
        came: reason("Moved from", store)?,
    };
    let done = way.go(args.accept, &found, form)?;
    tell(&done, args, &other, form)
}

/// What stands in the log.
fn reason(what: &str, store: &StoreArgs) -> Result<String, Failure> {
    Ok(format!("{what} {}", cut(&store.place()?.shown())))
}

/// A store that isn't there yet gets the keys of this one, so that passwords and the log can be verified.
fn share_keys(store: &StoreArgs, other: &StoreArgs) -> Result<(), Failure> {
    let (from, to) = (store.place()?.ring(), other.place()?.ring());
    let (Some(from), Some(to)) = (from.path(), to.path()) else { return Ok(()) };
    if other.is_missing()? && from.exists() && !to.exists() {
        std::fs::copy(from, to)
            .with_context(|| format!("can't copy the keys to `{}`", to.display()))?;
    }
    Ok(())
}

/// Whether what is written to one is in the other.
fn are_one(store: &dyn Storage, other: &dyn Storage) -> Result<bool, Failure> {
    let value = |version: Option<u64>| format!("{}-{version:?}", std::process::id());
    let now = |store: &dyn Storage| -> Result<_, Failure> {
        let rows = store.get(vec![PROBE.to_owned()]).context("can't read the store")?;
        Ok(rows.into_iter().next().flatten())
    };
    let version = now(store)?.map(|row| row.version);
    let write = |value: Option<String>| vec![Write { key: PROBE.to_owned(), value }];
    let check = vec![Check { key: PROBE.to_owned(), version }];
    let written =
        store.commit(check, write(Some(value(version)))).context("can't write the store")?;
    if written != Outcome::Committed {
        return Err(Failure::failed("another move is beginning: try again".to_owned()));
    }
    let seen = now(other)?.is_some_and(|row| row.value == value(version));
    store.commit(Vec::new(), write(None)).context("can't write the store")?;
    Ok(seen)
}

fn get(host: &Host, agency: &str) -> Result<Value, Failure> {
    host.call("agencies.get", &[json!(agency)]).map_err(refusal::failed)
}

/// One that nobody else can read, and that is gone afterwards.
fn new_file() -> Result<NamedTempFile, Failure> {
    Ok(NamedTempFile::new().context("can't make a file")?)
}

/// An agency on its way.
struct Way<'a> {
    agency: &'a str,
    here: Host,
    there: Host,
    moving: String,
    moved: String,
    came: String,
}

/// What came of it.
struct Done {
    /// None where it was there already.
    lines: Option<u64>,
    findings: Vec<Value>,
    rested: u64,
    status: String,
}

impl Way<'_> {
    fn go(&self, accept: bool, found: &Value, form: Form) -> Result<Done, Failure> {
        let stood = match at(found, "status").as_str() {
            Some("suspended") if string(found, "status-reason") == self.moving => Stood::Moving,
            Some("suspended") => Stood::Suspended,
            _ => Stood::AtWork,
        };
        if !get(&self.there, self.agency)?.is_null() {
            return self.go_on(stood);
        }
        if stood == Stood::Moving {
            // Half of it may be there.
            drop(agency_file::give_up(&self.there, self.agency));
        } else {
            self.try_out(accept, form)?;
        }
        let begun = Instant::now();
        self.stand(&self.here, "suspend", &self.moving)?;
        let came = match self.bring(accept, form) {
            Ok(came) => came,
            Err(failure) => {
                drop(agency_file::give_up(&self.there, self.agency));
                if stood != Stood::Suspended {
                    self.stand(&self.here, "resume", "It could not be moved")?;
                }
                return Err(failure);
            }
        };
        if stood != Stood::Suspended {
            self.stand(&self.there, "resume", &self.came)?;
        }
        let rested = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.end(Some(came.lines), came.findings, rested)
    }

    /// Whether it would be the same there, while it is at work. Where it changes all the time, that is found out at rest.
    fn try_out(&self, accept: bool, form: Form) -> Result<(), Failure> {
        let file = new_file()?;
        match agency_file::write_if_still(&self.here, self.agency, file.as_file())? {
            Ok(_) if !accept => self.compare(&file, form),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// All of it, as it is at rest.
    fn bring(&self, accept: bool, form: Form) -> Result<agency_file::Came, Failure> {
        let file = new_file()?;
        agency_file::write(&self.here, self.agency, file.as_file())?;
        if !accept {
            self.compare(&file, form)?;
        }
        self.give(IMPORTS, &file, form)
    }

    /// Refuses what would become otherwise there.
    fn compare(&self, file: &NamedTempFile, form: Form) -> Result<(), Failure> {
        let findings = self.give(LOOKS, file, form)?.findings;
        if findings.is_empty() {
            return Ok(());
        }
        if !form.is_json() {
            let mut page = Page::on_standard_output();
            agency_file::list(&mut page, &findings);
            page.print()?;
        }
        let kinds: Vec<String> = findings.iter().map(|finding| string(finding, "kind")).collect();
        let why = format!(
            "`{}` wouldn't be there what it is here ({}), and stays: `--accept` moves it all the same",
            self.agency,
            kinds.join(", ")
        );
        Err(Failure::failed(why))
    }

    fn give(
        &self,
        function: &'static str,
        file: &NamedTempFile,
        form: Form,
    ) -> Result<agency_file::Came, Failure> {
        let import = Import::of(file.path().to_owned());
        agency_file::send_all(&self.there, function, &import, form, &mut None)
    }

    /// An agency of this id is there: is it the one that was on its way?
    fn go_on(&self, stood: Stood) -> Result<Done, Failure> {
        if stood != Stood::Moving || !self.has_come()? {
            let why = format!(
                "an agency `{}` is there already{}",
                self.agency,
                if stood == Stood::Moving {
                    ", and something was done here since it came: see to both logs, and resume or close each with `agencies`"
                } else {
                    ""
                }
            );
            return Err(Failure::failed(why));
        }
        if at(&get(&self.there, self.agency)?, "status") == "suspended" {
            self.stand(&self.there, "resume", &self.came)?;
        }
        self.end(None, Vec::new(), 0)
    }

    /// Whether all that the log has here is there.
    fn has_come(&self) -> Result<bool, Failure> {
        let actor = json!({"id": "cli", "name": "cli", "role": "owner"});
        let call = json!({"agency": self.agency, "actor": actor});
        let head =
            self.here.call("audit.head", std::slice::from_ref(&call)).map_err(refusal::failed)?;
        let last = at(&head, "number").clone();
        let arguments = [call, last.clone(), last, head];
        let found = self.there.call("audit.verify", &arguments).map_err(refusal::failed)?;
        Ok(number(&found, "verified") == 1 && at(&found, "flaw").is_null())
    }

    fn stand(&self, host: &Host, step: &str, why: &str) -> Result<(), Failure> {
        let function = format!("agencies.{step}");
        host.call(&function, &[json!(self.agency), json!(why)]).map_err(refusal::failed)?;
        Ok(())
    }

    /// It is there: what is here is closed.
    fn end(&self, lines: Option<u64>, findings: Vec<Value>, rested: u64) -> Result<Done, Failure> {
        self.stand(&self.here, "close", &self.moved)?;
        let status = string(&get(&self.there, self.agency)?, "status");
        Ok(Done { lines, findings, rested, status })
    }
}

fn tell(done: &Done, args: &Move, other: &StoreArgs, form: Form) -> Result<(), Failure> {
    let agency = &args.agency;
    if form.is_json() {
        let answer = json!({
            "agency": agency, "lines": done.lines, "findings": done.findings,
            "rested-ms": done.rested, "status": done.status,
        });
        return Ok(output::json(&answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&match done.lines {
        Some(lines) => format!(
            "Moved agency `{agency}`: {} lines. It rested for {}.{} seconds.",
            thousands(lines),
            done.rested / 1_000,
            done.rested / 100 % 10
        ),
        None => format!("Agency `{agency}` had come already: its move is ended."),
    });
    page.line(&format!(
        "It is {} there, and closed here; clients log in again. Keys and webhooks of a service don't come along: make them there anew.",
        if done.status == "active" { "at work" } else { &done.status }
    ));
    if !done.findings.is_empty() {
        agency_file::list(&mut page, &done.findings);
    }
    page.line(&format!("Next: clientdesk log verify --agency {agency}{}", other.option()));
    Ok(page.print()?)
}
