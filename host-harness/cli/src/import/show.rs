//! A report as people read it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::report::{Report, RowReport};
use super::row::Outcome;
use crate::format::{count, cut, quoted, some_quoted, thousands};
use crate::show::{Page, Shown};

/// How many stretches of lines a row of the summary names.
const STRETCHES: usize = 8;

/// How many columns are told that something is read from.
const COLUMNS: usize = 20;

/// The outcomes that a summary names in any case, in their order.
const ALWAYS: [Outcome; 2] = [Outcome::Invited, Outcome::AlreadyThere];

/// An outcome, and why in a few words.
type Group<'r> = (Outcome, Option<&'r str>);

/// The first and the last line of a row.
type Lines = (u64, u64);

/// What was understood of the file, what became of its rows, and which of them need somebody.
pub(super) fn show(page: &mut Page, report: &Report, elapsed: Duration) {
    columns(page, report);
    if !report.new_brands.is_empty() {
        let verb = if report.dry_run { "would be created" } else { "created" };
        let names = quoted(report.new_brands.iter().map(String::as_str));
        page.line(&format!("{} {verb}: {names}", count(report.new_brands.len(), "brand")));
    }
    if report.dry_run {
        each_row(page, report);
    }
    let tense = if report.dry_run { "would happen" } else { "happened" };
    page.heading(&format!("What {tense} to the rows"));
    page.table(&["Outcome", "Rows", "Lines"], &summary(report));
    problems(page, "Refused", report, |row| row.outcome == Outcome::Refused);
    let is_remarkable = |row: &RowReport| {
        !row.remarks.is_empty() && !matches!(row.outcome, Outcome::Refused | Outcome::Skipped)
    };
    problems(page, "Worth a look", report, is_remarkable);
    page.line(&format!("\n{}", sum(report)));
    if report.dry_run {
        page.line("Nothing was changed or sent. Without --dry-run, this is what happens.");
    } else {
        page.line(&format!("It took {:.1} seconds.", elapsed.as_secs_f64()));
    }
}

fn columns(page: &mut Page, report: &Report) {
    let used = report.columns.iter().take(COLUMNS);
    let used = used.map(|column| format!("{} from `{}`", column.field, cut(&column.header)));
    let mut used: Vec<String> = used.collect();
    let more = report.columns.len() - used.len();
    if more > 0 {
        used.push(format!("and so on from {} more", thousands(more as u64)));
    }
    let unused = match report.ignored.as_slice() {
        [] => String::new(),
        unused => format!("; ignored: {}", some_quoted(unused)),
    };
    let rows = count(usize::try_from(report.read).unwrap_or(usize::MAX), "row");
    page.line(&format!("{rows} in `{}`: {}{unused}", report.file, used.join(", ")));
    if report.encoding_guessed {
        page.line(
            "It isn't UTF-8, so it was read as Windows-1252: check that the names look right.",
        );
    }
}

/// Every row that would be sent.
fn each_row(page: &mut Page, report: &Report) {
    let is_sent = |row: &&RowReport| {
        !matches!(row.outcome, Outcome::Refused | Outcome::Skipped | Outcome::NotReached)
    };
    let shown = |row: &RowReport| {
        vec![
            Shown::Count(thousands(row.line)),
            Shown::Text(row.email.clone()),
            Shown::Text(row.name.clone().unwrap_or_default()),
            Shown::Text(row.brands.join(", ")),
            Shown::Text(row.outcome.words().to_owned()),
        ]
    };
    let rows: Vec<Vec<Shown>> = report.rows.iter().filter(is_sent).map(shown).collect();
    if !rows.is_empty() {
        page.heading("What would be sent");
        page.table(&["Line", "E-mail", "Name", "Brands", "Outcome"], &rows);
    }
}

/// A row for each outcome and kind of reason, with the lines.
fn summary(report: &Report) -> Vec<Vec<Shown>> {
    let always = ALWAYS.map(|outcome| ((outcome, None), (0, Vec::new())));
    let mut groups: BTreeMap<Group, (u64, Vec<Lines>)> = always.into();
    for row in &report.rows {
        let (rows, lines) = groups.entry((row.outcome.clone(), row.kind)).or_default();
        *rows += row.rows;
        lines.push((row.line, row.last_line));
    }
    let shown = |((outcome, kind), (rows, lines)): (Group, (u64, Vec<Lines>))| {
        let words = match kind {
            Some(kind) => format!("{}: {kind}", outcome.words()),
            None => outcome.words().to_owned(),
        };
        vec![Shown::Text(words), Shown::Count(thousands(rows)), Shown::Text(stretches(&lines))]
    };
    groups.into_iter().map(shown).collect()
}

/// Lines as `2–4, 9`: each row's own, in one stretch with those that follow it.
fn stretches(lines: &[Lines]) -> String {
    let mut stretches: Vec<Lines> = Vec::new();
    for (line, last) in lines {
        match stretches.last_mut() {
            Some((_, end)) if *end + 1 == *line => *end = *last,
            _ => stretches.push((*line, *last)),
        }
    }
    let more = stretches.len().saturating_sub(STRETCHES);
    stretches.truncate(STRETCHES);
    let mut texts: Vec<String> = stretches.iter().map(|(line, last)| span(*line, *last)).collect();
    if more > 0 {
        texts.push(format!("and {more} more"));
    }
    texts.join(", ")
}

fn span(line: u64, last: u64) -> String {
    if line == last {
        thousands(line)
    } else {
        format!("{}–{}", thousands(line), thousands(last))
    }
}

fn problems(page: &mut Page, heading: &str, report: &Report, which: impl Fn(&RowReport) -> bool) {
    let shown = |row: &RowReport| {
        vec![
            Shown::Count(span(row.line, row.last_line)),
            Shown::Text(row.email.clone()),
            Shown::Text(row.remarks.join("; ")),
        ]
    };
    let rows: Vec<Vec<Shown>> = report.rows.iter().filter(|row| which(row)).map(shown).collect();
    if !rows.is_empty() {
        page.heading(heading);
        page.table(&["Line", "E-mail", "Why"], &rows);
    }
}

/// All rows in one sum.
fn sum(report: &Report) -> String {
    let of = |outcomes: &[Outcome]| outcomes.iter().map(|outcome| report.count(outcome)).sum();
    let there: u64 = of(&[Outcome::AlreadyThere, Outcome::FilledIn]);
    let refused: u64 = of(&[Outcome::Refused]);
    let skipped: u64 = of(&[Outcome::Skipped]);
    let missing: u64 = of(&[Outcome::NotReached]);
    let invited = report.read.saturating_sub(there + refused + skipped + missing);
    let not_reached = match missing {
        0 => String::new(),
        missing => format!(" + {} not reached", thousands(missing)),
    };
    format!(
        "{} read = {} invited or given brands + {} there already + {} refused + {} skipped{not_reached}",
        count(usize::try_from(report.read).unwrap_or(usize::MAX), "row"),
        thousands(invited),
        thousands(there),
        thousands(refused),
        thousands(skipped),
    )
}

#[cfg(test)]
#[path = "show_tests.rs"]
mod tests;
