//! A view as a page: what to look at first above, functions below, as many as fit.

use super::view::{Quantiles, View};
use crate::format::thousands;
use crate::show::{Column, Page, Shown};

/// The lines above and below the functions' rows.
const LINES_ASIDE: usize = 15;
/// How many functions are shown where nothing says how many fit.
const FUNCTIONS: usize = 20;

/// How a mail, a job or a webhook stands that nobody has to look at.
const WELL: &str = "green";
const ILL: &str = "red";

/// Puts a view on a page that has room for so many lines; none: for all.
pub(super) fn put(page: &mut Page, address: &str, view: &View, lines: Option<usize>) {
    let up = uptime(view.uptime);
    page.heading(&format!("Clientdesk {} at {address}: {}, up {up}", view.version, view.store));
    page.table(&[Column::stays("What"), "Now".into(), "In detail".into()], &rows(view));
    for (badge, line) in alarms(view) {
        page.coloured(badge, &line);
    }
    let room = lines.map_or(FUNCTIONS, |lines| lines.saturating_sub(LINES_ASIDE).max(3));
    functions(page, view, room);
}

fn rows(view: &View) -> Vec<Vec<Shown>> {
    let calls = format!(
        "{}, {} refused/s, {} failed/s",
        took(view.calls_took),
        rate(view.calls.refused),
        rate(view.calls.failed)
    );
    let requests = format!(
        "{}, {} with 5xx/s, {} run, {} follow",
        took(view.took),
        rate(view.requests_failed),
        view.running,
        view.followers
    );
    let store = format!(
        "{} rows read/s, {} written/s, {} a call{}",
        rate(view.rows_read),
        rate(view.rows_written),
        millis(view.store_millis),
        own(view)
    );
    let instances = format!(
        "{} idle, {} made/s, calls waited p99 {}",
        view.instances_idle,
        rate(view.instances_made),
        millis(view.waited.p99)
    );
    let mails = match view.mails_waiting {
        0 => format!("{} sent/s", rate(view.mails_sent)),
        _ => format!("{} sent/s, the oldest for {}", rate(view.mails_sent), age(view.mails_oldest)),
    };
    let jobs = format!("late by {}, {} set aside", age(view.jobs_overdue), view.jobs_stuck);
    [
        ("Calls", format!("{}/s", rate(view.calls.all)), calls),
        ("Requests", format!("{}/s", rate(view.requests)), requests),
        ("Conflicts", format!("{}/s", rate(view.conflicts)), failures(view)),
        ("Store", if view.store_up { "up" } else { "down" }.to_owned(), store),
        ("Instances", thousands(view.instances), instances),
        ("Outbox", format!("{} wait", thousands(view.mails_waiting)), mails),
        ("Jobs", format!("{} due", thousands(view.jobs_due)), jobs),
    ]
    .map(|(what, now, detail)| {
        vec![Shown::Text(what.to_owned()), Shown::Strong(now), Shown::Text(detail)]
    })
    .into()
}

fn failures(view: &View) -> String {
    format!("store, mails or keys failed {}/s", rate(view.host_failures))
}

/// What the store tells of itself.
fn own(view: &View) -> String {
    let told = view.store_figures.iter().map(|(name, value)| format!(", {} {name}", rate(*value)));
    told.collect()
}

/// What somebody has to look at; one line, where there is nothing.
fn alarms(view: &View) -> Vec<(&'static str, String)> {
    let mut alarms = Vec::new();
    for (is_so, line) in [
        (!view.store_up, "The store doesn't answer: what is said of mails and jobs is old."),
        (view.jobs_overdue > 600, "Jobs are late: does a process run them?"),
        (view.jobs_stuck > 0, "Jobs were set aside after failing ten times: `clientdesk jobs`."),
        (view.mails_oldest > 3_600, "Mails have waited for more than an hour: `clientdesk mails`."),
        (view.webhooks_failing > 0, "Webhooks fail: `clientdesk webhooks`."),
        (view.calls.failed > 0.0, "Calls fail: the service's log says why."),
    ] {
        if is_so {
            alarms.push((ILL, line.to_owned()));
        }
    }
    if alarms.is_empty() {
        alarms.push((WELL, "Nothing to look at.".to_owned()));
    }
    alarms
}

fn functions(page: &mut Page, view: &View, room: usize) {
    let columns = [
        Column::stays("Function"),
        "Calls/s".into(),
        "p50".into(),
        "p99".into(),
        Column::may_go("Refused/s", 1),
        Column::may_go("Failed/s", 2),
    ];
    let row = |function: &super::view::FunctionView| {
        vec![
            Shown::Text(function.name.clone()),
            Shown::Count(rate(function.rates.all)),
            Shown::Count(millis(function.took.p50)),
            Shown::Count(millis(function.took.p99)),
            Shown::Count(rate(function.rates.refused)),
            Shown::Count(rate(function.rates.failed)),
        ]
    };
    let rows: Vec<Vec<Shown>> = view.functions.iter().take(room).map(row).collect();
    if rows.is_empty() {
        return page.line("Nothing was called.");
    }
    page.table(&columns, &rows);
    let more = view.functions.len().saturating_sub(rows.len());
    if more > 0 {
        page.line(&format!("… and {more} functions that are called less often"));
    }
}

fn took(took: Quantiles) -> String {
    format!("p50 {}, p99 {}", millis(took.p50), millis(took.p99))
}

/// How often in a second.
fn rate(number: f64) -> String {
    match number {
        number if number >= 99.95 => thousands_of(number),
        0.0 => "0".to_owned(),
        number if number < 0.05 => "<0.1".to_owned(),
        number => format!("{number:.1}"),
    }
}

fn thousands_of(number: f64) -> String {
    let text = format!("{number:.0}");
    text.parse().map_or(text, thousands)
}

fn millis(number: Option<f64>) -> String {
    match number {
        None => "–".to_owned(),
        Some(number) if number >= 1_000.0 => format!("{:.1} s", number / 1_000.0),
        Some(number) if number >= 10.0 => format!("{number:.0} ms"),
        Some(number) if number >= 1.0 => format!("{number:.1} ms"),
        Some(number) => format!("{number:.2} ms"),
    }
}

fn age(seconds: u64) -> String {
    if seconds < 120 { format!("{seconds} s") } else { uptime(seconds) }
}

/// `2 d 3 h`, `3 h 4 min`, `4 min`.
fn uptime(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
        (days, hours, _) => format!("{days} d {} h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.0, "0"),
            (0.01, "<0.1"),
            (0.25, "0.2"),
            (12.34, "12.3"),
            (99.96, "100"),
            (12_345.6, "12,346"),
        ] {
            assert_eq!(rate(number), text);
        }
        let all = [None, Some(0.043), Some(1.25), Some(12.6), Some(2_500.0)];
        assert_eq!(all.map(millis), ["–", "0.04 ms", "1.2 ms", "13 ms", "2.5 s"]);
        assert_eq!([59, 61, 3_700, 90_000].map(uptime), ["59 s", "1 min", "1 h 1 min", "1 d 1 h"]);
    }
}
