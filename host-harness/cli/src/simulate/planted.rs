//! Bugs that are planted, and after how many steps each is found.

use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_simulate::planted::{BUGS, Bug};
use clientdesk_simulate::run::{self, Options};
use clientdesk_simulate::tally::Tally;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::format::{quoted, thousands};
use crate::output::{self, Form};
use crate::show::{Column, Page, Shown};
use crate::terminal;

const COLUMNS: [Column; 4] = [
    Column::stays("Bug"),
    Column::may_go("What it breaks", 1),
    Column::stays("Steps"),
    Column::may_go("Found by", 2),
];

/// Plants one, or all if the name is empty.
pub(super) fn run(host: &Host, name: &str, options: Options, form: Form) -> Result<(), Failure> {
    let bugs: Vec<&'static Bug> =
        BUGS.iter().filter(|bug| name.is_empty() || bug.name == name).collect();
    if bugs.is_empty() {
        let known = quoted(BUGS.iter().map(|bug| bug.name));
        return Err(Failure::failed(format!("no bug `{name}`; there are {known}")));
    }
    let (mut rows, mut items, mut missed) = (Vec::new(), Vec::new(), Vec::new());
    for bug in bugs {
        let options = Options { bug: Some(bug), shorten: false, threads: 1, ..options.clone() };
        let found = run::run(host, &options, &Arc::new(Tally::default()), &|_| {}).err();
        if found.is_none() {
            missed.push(bug.name);
        }
        let (seed, steps) =
            (found.as_ref().map(|one| one.seed), found.as_ref().map(|one| one.steps));
        let why = found.map(|one| one.why);
        if !form.is_json() {
            tell(bug, steps, why.as_deref());
        }
        rows.push(row(bug, steps, why.as_deref()));
        items.push(json!({
            "name": bug.name, "breaks": bug.breaks, "found": why, "seed": seed, "steps": steps,
        }));
    }
    show(rows, items, form)?;
    if missed.is_empty() {
        return Ok(());
    }
    let text = format!("not found in {} steps: {}", thousands(options.steps), quoted(missed));
    Err(Failure::failed(text))
}

/// Says what became of one at once: all of them take a while.
fn tell(bug: &Bug, steps: Option<u64>, why: Option<&str>) {
    let found = match (steps, why) {
        (Some(steps), Some(why)) => format!("found after {} steps: {why}", thousands(steps)),
        _ => "not found".to_owned(),
    };
    eprintln!("{}", terminal::shown(&format!("{}: {found}", bug.name)));
}

fn row(bug: &Bug, steps: Option<u64>, why: Option<&str>) -> Vec<Shown> {
    let steps = steps.map_or_else(|| "not found".to_owned(), thousands);
    // What kind of thing was wrong, without the rows.
    let why = why.and_then(|why| why.split([':', '{']).next()).unwrap_or_default();
    vec![
        Shown::Strong(bug.name.to_owned()),
        Shown::Text(bug.breaks.to_owned()),
        Shown::Count(steps),
        Shown::Text(why.to_owned()),
    ]
}

fn show(rows: Vec<Vec<Shown>>, items: Vec<Value>, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::json(&output::list(items, None))?);
    }
    let mut page = Page::on_standard_output();
    page.table(&COLUMNS, &rows);
    Ok(page.print()?)
}
