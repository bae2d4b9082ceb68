//! Rosters as people keep them and as programs export them, in `tests/fixtures/rosters`:
//! `outcomes.txt` there says what becomes of every row, and is compared here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::report::RowReport;
use super::tests::Desk;

/// Each file with the brands that are there before, and the options. The name of a file may
/// stand twice; each has an agency of its own.
const ROSTERS: &[(&str, &[&str], &[&str])] = &[
    ("hand-kept.csv", &["Nike"], &["--create-brands"]),
    ("hand-kept.csv", &["Nike", "Puma"], &["--similar-brands", "use"]),
    ("stray-quotes.csv", &["Nike"], &[]),
    ("open-quote.csv", &["Nike"], &[]),
    ("composed-differently.csv", &[], &["--create-brands"]),
    ("excel-unicode-text.txt", &["Nike"], &[]),
    ("excel-windows-1252.csv", &["Nike"], &[]),
    ("rows-in-a-cell.csv", &["Nike"], &[]),
    ("several-rows-a-person.csv", &["Nike", "Puma", "Fila"], &[]),
    ("export.csv", &["Nike", "=1+1"], &[]),
    ("activecampaign.csv", &["Nike", "Puma"], &["--column", "brands=Tags"]),
    ("brevo.csv", &["Nike"], &["--brand", "Nike"]),
    ("google-contacts.csv", &["Nike", "Puma"], &["--column", "brands=Labels"]),
    ("hubspot.csv", &["Nike"], &["--create-brands", "--column", "brands=Associated Company"]),
    ("mailchimp.csv", &["Nike", "Puma"], &["--column", "brands=TAGS", "--column", "note="]),
    ("notion.csv", &["Nike", "Puma"], &[]),
    ("outlook.csv", &["Nike"], &["--brand", "Nike"]),
    ("pipedrive.csv", &["Nike"], &["--column", "brands=Person - Organization"]),
    ("salesforce.csv", &["Nike"], &[]),
    ("zoho.csv", &["Nike"], &[]),
];

const HEAD: &str = "\
What becomes of the rows of these files, as `clientdesk import` reports it: `+` is done, `=` was
there, `!` is refused, `-` is skipped. A test prints this list.
";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/rosters")
}

fn shown(row: &RowReport) -> String {
    let outcome = json!(row.outcome);
    let outcome = outcome.as_str().unwrap();
    let sign = match outcome {
        "refused" => '!',
        "skipped" => '-',
        "already-there" => '=',
        _ => '+',
    };
    let lines = if row.line == row.last_line {
        row.line.to_string()
    } else {
        format!("{}–{}", row.line, row.last_line)
    };
    let mut text = format!("  {sign} {lines} {outcome}");
    if !row.email.is_empty() {
        write!(text, ": {}", row.email).unwrap();
    }
    if let Some(name) = &row.name {
        write!(text, ", {name}").unwrap();
    }
    if !row.brands.is_empty() {
        write!(text, " -> {}", row.brands.join(" | ")).unwrap();
    }
    for remark in &row.remarks {
        write!(text, "\n      {remark}").unwrap();
    }
    text
}

#[test]
fn every_roster_has_its_outcomes() {
    let mut outcomes = HEAD.to_owned();
    for (name, brands, words) in ROSTERS {
        let desk = Desk::with(brands);
        let dry = desk.import(&folder().join(name), &[*words, &["--dry-run"]].concat()).unwrap();
        let report = desk.import(&folder().join(name), words).unwrap();
        assert_eq!((&dry.rows, &dry.new_brands), (&report.rows, &report.new_brands), "{name}");
        let again = desk.import(&folder().join(name), words).unwrap();
        let is_old = |row: &RowReport| {
            ["already-there", "refused", "skipped"].contains(&json!(row.outcome).as_str().unwrap())
        };
        assert!(again.rows.iter().all(is_old), "{name}: {:?}", again.rows);
        writeln!(outcomes, "\n{name} {} (there: {})", words.join(" "), brands.join(", ")).unwrap();
        if !report.new_brands.is_empty() {
            writeln!(outcomes, "  created: {}", report.new_brands.join(" | ")).unwrap();
        }
        let rows: Vec<String> = report.rows.iter().map(shown).collect();
        writeln!(outcomes, "{}", rows.join("\n")).unwrap();
    }
    let file = folder().join("outcomes.txt");
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(outcomes == expected, "{} should hold:\n{outcomes}", file.display());
}
