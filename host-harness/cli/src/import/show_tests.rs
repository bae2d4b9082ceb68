//! What people see of an import.

use std::collections::BTreeMap;

use super::*;
use crate::import::report::{ColumnRead, Stop};
use crate::import::row::{Settled, Source};

fn settled(
    line: u64,
    last: u64,
    outcome: Outcome,
    kind: Option<&'static str>,
    why: &str,
) -> Settled {
    let source = Source { line, last, rows: last - line + 1, cells: Vec::new() };
    Settled {
        source,
        email: format!("p{line}@x"),
        name: None,
        brands: vec!["Nike".into()],
        outcome,
        kind,
        remarks: if why.is_empty() { Vec::new() } else { vec![why.into()] },
    }
}

fn report(dry_run: bool) -> Report {
    let mut report = Report {
        file: "r.csv".into(),
        dry_run,
        columns: vec![ColumnRead { field: "e-mail", header: "Mail".into() }],
        ignored: vec!["Phone".into()],
        encoding_guessed: false,
        new_brands: vec!["Nike".into()],
        read: 0,
        counts: BTreeMap::new(),
        rows: Vec::new(),
        stopped: None,
    };
    report.settle(vec![
        settled(6, 8, Outcome::Refused, Some("a quote"), "a quote is open"),
        settled(2, 2, Outcome::Invited, None, ""),
        settled(3, 4, Outcome::Refused, Some("a quote"), "another quote"),
        settled(5, 5, Outcome::Invited, None, ""),
        settled(9, 9, Outcome::AlreadyThere, None, "the name is kept"),
        settled(10, 10, Outcome::Skipped, Some("an empty row"), "the row is empty"),
    ]);
    report
}

/// The page's words in a line each, without the rules of tables.
fn lines(report: &Report) -> Vec<String> {
    let mut page = Page::plain();
    show(&mut page, report, Duration::from_millis(12_345));
    let lines = page.text().lines().filter(|line| !line.contains('─') && !line.trim().is_empty());
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_row_is_in_the_sum() {
    assert_eq!(
        lines(&report(false)),
        [
            "9 rows in `r.csv`: e-mail from `Mail`; ignored: `Phone`",
            "1 brand created: `Nike`",
            "What happened to the rows",
            "Outcome Rows Lines",
            "invited 2 2, 5",
            "already there: nothing changed 1 9",
            "refused: a quote 5 3–4, 6–8",
            "skipped: an empty row 1 10",
            "Refused",
            "Line E-mail Why",
            "3–4 p3@x another quote",
            "6–8 p6@x a quote is open",
            "Worth a look",
            "Line E-mail Why",
            "9 p9@x the name is kept",
            "9 rows read = 2 invited or given brands + 1 there already + 5 refused + 1 skipped",
            "It took 12.3 seconds.",
        ]
    );
}

#[test]
fn a_dry_run_shows_each_row() {
    let text = lines(&report(true)).join("\n");
    for part in [
        "1 brand would be created: `Nike`",
        "2 p2@x Nike invited",
        "9 p9@x Nike already there: nothing changed",
        "What would happen to the rows",
        "Nothing was changed or sent.",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

#[test]
fn lines_that_follow_each_other_are_a_stretch() {
    assert_eq!(stretches(&[(2, 2), (3, 5), (6, 6), (8, 8), (1_000, 1_001)]), "2–6, 8, 1,000–1,001");
    let many: Vec<(u64, u64)> = (1..=10).map(|line| (2 * line, 2 * line)).collect();
    assert_eq!(stretches(&many), "2, 4, 6, 8, 10, 12, 14, 16, and 2 more");
}

#[test]
fn programs_get_the_same() {
    let mut report = report(true);
    report.stopped = Some(Stop { line: 9, because: "the disk is full".into() });
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["read"], 9);
    let counts = serde_json::json!({"invited": 2, "already-there": 1, "refused": 5, "skipped": 1});
    assert_eq!(json["counts"], counts);
    assert_eq!(json["rows"][1]["last-line"], 4);
    assert_eq!(json["stopped"]["line"], 9);
}
