//! `clientdesk check-host`: what a host promises the component, tried out by a component.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use clientdesk_host::{CHECK_HOST, CallError, Host};
use serde_json::{Value, json};

use super::answer::{at, rows_of, string};
use super::failure::Failure;
use super::format::count;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store;

const EXAMPLES: &str = "\
Examples:
  clientdesk check-host
      checks this program's own host, on a store that is made for it
  clientdesk check-host --store s.db
      checks it on a store that is in use
  clientdesk check-host --component older.wasm
      runs other checks, such as those of an earlier release
  clientdesk check-host --out check-host.wasm
      writes the checks into a file, for a host in any language to load";

/// Checks what a host promises: storage, mail, clock and secrets, as docs/hosting.md says them
///
/// The checks are a component of their own, `clientdesk:check-host`, which imports what Clientdesk
/// imports. A host in any language loads it, gives it what it would give Clientdesk, and calls `list`
/// and `run`. It reads and writes keys that begin with `check-host/` only, leaves none behind, and
/// may run beside a store that is in use. Its mails go to nobody@check-host.invalid.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckHostArgs {
    /// The store, a file that is there, with its keys and mails; one in the folder for temporary
    /// files without it
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    store: Option<PathBuf>,
    /// Writes the component into this file, for hosts in other languages, and checks nothing
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const COLUMNS: [Column; 4] = [
    Column::stays("Kept"),
    Column::may_go("Interface", 2),
    Column::stays_whole("Check"),
    Column::may_go("Promise", 1),
];

pub(crate) fn run(
    component: &ComponentArgs,
    args: &CheckHostArgs,
    form: Form,
) -> Result<(), Failure> {
    match &args.out {
        Some(_) if component.file().is_some() => Err(Failure::Usage(
            "`--out` writes the built-in checks: leave `--component` (CLIENTDESK_COMPONENT) out"
                .to_owned(),
        )),
        Some(file) => write(file, form),
        None => check(component, args.store.as_deref(), form),
    }
}

fn write(file: &Path, form: Form) -> Result<(), Failure> {
    output::file(file, CHECK_HOST)?;
    if form.is_json() {
        let answer = json!({"file": file.display().to_string(), "size": CHECK_HOST.len()});
        return Ok(output::json(&answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "`{}` exports `list` and `run` of `clientdesk:check-host/checks@0.1.0`.",
        file.display()
    ));
    Ok(page.print()?)
}

fn check(component: &ComponentArgs, store: Option<&Path>, form: Form) -> Result<(), Failure> {
    let builder = component.host_or(CHECK_HOST)?;
    let mut temporary = None;
    let builder = match store {
        Some(store) => store::open_in(builder, store)?,
        None => {
            let folder = tempfile::Builder::new().prefix("clientdesk-check-").tempdir()?;
            let path = folder.path().join("store.sqlite");
            temporary = Some(folder);
            store::create_in(builder, &path)?
        }
    };
    let host = builder.build()?;
    if let Some(file) = component.file()
        && host.function("checks.list").is_err()
    {
        return Err(Failure::Usage(format!(
            "`{}` has no `checks` to run; without `--component` (CLIENTDESK_COMPONENT), the built-in ones are run",
            file.display()
        )));
    }
    let checks = tried_out(&host)?;
    drop(temporary);
    let broken = checks.iter().filter(|check| !is_kept(check)).count();
    print(&checks, broken, form)?;
    match broken {
        0 => Ok(()),
        _ => Err(Failure::failed(format!(
            "{} of {} aren't kept",
            broken,
            count(checks.len(), "promise")
        ))),
    }
}

/// All checks, each with what came of it.
fn tried_out(host: &Host) -> Result<Vec<Value>, Failure> {
    let list = host.call("checks.list", &[]).map_err(refusal::failed)?;
    let mut checks = rows_of(&json!({"checks": list}), "checks")?;
    for check in &mut checks {
        let found = failure(host.call("checks.run", &[at(check, "name").clone()]));
        if let Some(fields) = check.as_object_mut() {
            fields.insert("kept".to_owned(), json!(found.is_null()));
            for field in ["expected", "found", "advice"] {
                fields.insert(field.to_owned(), at(&found, field).clone());
            }
        }
    }
    Ok(checks)
}

/// What isn't as it should be; null for a promise that is kept.
fn failure(ran: Result<Value, CallError>) -> Value {
    match ran {
        Ok(_) => Value::Null,
        Err(CallError::Refused { error, .. }) => error,
        Err(stopped) => json!({
            "expected": "an answer to each call",
            "found": stopped.to_string(),
            "advice": "A host answers what goes wrong as the interface says, and never by ending the call.",
        }),
    }
}

fn is_kept(check: &Value) -> bool {
    at(check, "kept") == true
}

fn print(checks: &[Value], broken: usize, form: Form) -> Result<()> {
    if form.is_json() {
        return output::json(&output::list(checks.to_vec(), None));
    }
    let mut page = Page::on_standard_output();
    let text = |check: &Value, field| Shown::Text(string(check, field));
    let rows = checks.iter().map(|check| {
        let kept = if is_kept(check) { "yes" } else { "no" };
        vec![
            Shown::Text(kept.to_owned()),
            text(check, "subject"),
            text(check, "name"),
            text(check, "promise"),
        ]
    });
    page.table(&COLUMNS, &rows.collect::<Vec<_>>());
    for check in checks.iter().filter(|check| !is_kept(check)) {
        page.heading(&string(check, "name"));
        for (what, field) in
            [("expected", "expected"), ("found", "found"), ("what to do", "advice")]
        {
            page.line(&format!("  {what}: {}", string(check, field)));
        }
    }
    if broken == 0 {
        page.line(&format!("All {} are kept.", count(checks.len(), "promise")));
    }
    Ok(page.print()?)
}
