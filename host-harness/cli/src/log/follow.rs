//! The log as it grows.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::names::Names;
use super::show;
use crate::agency_api::{AgencyApi, PAGE_ROWS_MAX};
use crate::answer::{at, elements, number, rows_of};
use crate::failure::Failure;
use crate::output::{self, Form};
use crate::show::{Page, Shown};

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows entries as they are written. A host that fails now may answer later: only the first
/// look must succeed.
pub(super) fn run(api: &impl AgencyApi, filter: &Value, form: Form) -> Result<(), Failure> {
    let mut after = number(&api.get("audit.head", &[])?, "number");
    if let Some(since) = at(filter, "since").as_u64() {
        after = before(api, since, after)?;
    }
    let (mut names, mut problem) = (Names::default(), String::new());
    loop {
        let found = next(api, after, filter).and_then(|(entries, last)| {
            names.learn(api, &entries)?;
            Ok((entries, last))
        });
        match found {
            Ok((entries, last)) => {
                after = last;
                problem.clear();
                for entry in entries {
                    tell(entry, &names, form)?;
                }
            }
            // The same problem is said once.
            Err(failure) if failure.to_string() == problem => {}
            Err(failure) => {
                problem = failure.to_string();
                failure.report(form);
            }
        }
        thread::sleep(PAUSE);
    }
}

/// The number of the last entry before a time.
fn before(api: &impl AgencyApi, since: u64, head: u64) -> Result<u64, Failure> {
    let arguments = [json!({"since": since}), json!("forward"), json!({"limit": 1})];
    let page = api.get("audit.list", &arguments)?;
    let first = elements(&page, "entries").first().map(|entry| number(entry, "number"));
    Ok(first.map_or(head, |first| first.saturating_sub(1)))
}

/// The entries behind a number that are wanted, and the number to go on from.
fn next(api: &impl AgencyApi, after: u64, filter: &Value) -> Result<(Vec<Value>, u64), Failure> {
    let feed = api.get("audit.read", &[json!(after), json!(PAGE_ROWS_MAX)])?;
    let mut entries = rows_of(&feed, "entries")?;
    entries.retain(|entry| fits(entry, filter));
    Ok((entries, number(&feed, "after")))
}

/// Whether an entry is what a filter asks for: the feed has none of its own.
fn fits(entry: &Value, filter: &Value) -> bool {
    let wanted = |field: &str| Some(at(filter, field)).filter(|wanted| !wanted.is_null());
    let about = |kind: &str| {
        wanted(kind).is_none_or(|id| elements(entry, "about").iter().any(|one| at(one, kind) == id))
    };
    let actor = at(entry, "actor");
    let ids = [at(at(actor, "operator"), "id"), at(actor, "client")];
    wanted("kind").is_none_or(|kind| at(entry, "kind") == kind)
        && wanted("actor-id").is_none_or(|id| ids.contains(&id))
        && about("client")
        && about("brand")
}

/// An entry in a line.
fn tell(entry: Value, names: &Names, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::answer_line(entry)?);
    }
    let text = |cell: &Shown| match cell {
        Shown::Text(text) | Shown::Strong(text) | Shown::Count(text) => text.clone(),
        Shown::Amount { text, .. } | Shown::Badge { status: text, .. } => text.clone(),
    };
    let cells: Vec<String> = show::row(&entry, names).iter().map(text).collect();
    let mut page = Page::on_standard_output();
    page.line(&cells.join("  "));
    Ok(page.print()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_told() {
        let entry = json!({"kind": "signed-in", "actor": {"client": "c"},
            "about": [{"client": "c"}, {"brand": "b"}]});
        for (filter, is_told) in [
            (json!({}), true),
            (json!({"kind": "signed-in", "client": "c", "brand": "b", "actor-id": "c"}), true),
            (json!({"kind": "signed-out"}), false),
            (json!({"client": "d"}), false),
            (json!({"brand": "d"}), false),
            (json!({"actor-id": "d"}), false),
        ] {
            assert_eq!(fits(&entry, &filter), is_told, "{filter}");
        }
    }
}
