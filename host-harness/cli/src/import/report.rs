//! What became of a file: one value, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::row::{Outcome, Settled};

/// What became of a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Report {
    /// The file, as it was named.
    pub(super) file: String,
    /// True if nothing was done: it says what would be.
    pub(super) dry_run: bool,
    /// Which header was read as what.
    pub(super) columns: Vec<ColumnRead>,
    /// The headers of the other columns.
    pub(super) ignored: Vec<String>,
    /// True if the file isn't UTF-8, and what it is written in was guessed.
    pub(super) encoding_guessed: bool,
    /// The names of the brands that were made.
    pub(super) new_brands: Vec<String>,
    /// How many rows were read: the sum of `counts`.
    pub(super) read: u64,
    /// How many rows had which outcome.
    pub(super) counts: BTreeMap<Outcome, u64>,
    /// All rows, in the order of the file.
    pub(super) rows: Vec<RowReport>,
    /// Why it stopped before its end.
    pub(super) stopped: Option<Stop>,
}

/// A column that was read.
#[derive(Debug, Serialize)]
pub(crate) struct ColumnRead {
    pub(super) field: &'static str,
    pub(super) header: String,
}

/// What became of a row.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RowReport {
    /// The line of the file where it begins, from 1 on.
    pub(super) line: u64,
    pub(super) last_line: u64,
    /// How many rows it counts for.
    pub(super) rows: u64,
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(super) brands: Vec<String>,
    pub(super) outcome: Outcome,
    /// Why it was refused or skipped: the same for all rows alike.
    pub(super) kind: Option<&'static str>,
    /// Why, and what else there is to say.
    pub(super) remarks: Vec<String>,
}

/// Where an import stopped, and why.
#[derive(Debug, Serialize)]
pub(crate) struct Stop {
    /// The line of the first row that may be missing.
    pub(super) line: u64,
    pub(super) because: String,
}

impl Report {
    /// Takes over what became of the rows.
    pub(super) fn settle(&mut self, mut settled: Vec<Settled>) {
        settled.sort_by_key(|row| row.source.line);
        for row in &settled {
            *self.counts.entry(row.outcome.clone()).or_default() += row.source.rows;
            self.read += row.source.rows;
        }
        self.rows.extend(settled.into_iter().map(RowReport::of));
    }

    /// How many rows had the outcome.
    pub(super) fn count(&self, outcome: &Outcome) -> u64 {
        self.counts.get(outcome).copied().unwrap_or_default()
    }
}

impl RowReport {
    fn of(row: Settled) -> RowReport {
        let Settled { source, email, name, brands, outcome, kind, remarks } = row;
        let (line, last_line, rows) = (source.line, source.last, source.rows);
        RowReport { line, last_line, rows, email, name, brands, outcome, kind, remarks }
    }
}
