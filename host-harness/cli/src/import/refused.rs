//! Refused rows as a file to correct and import again.

use std::path::Path;

use anyhow::{Context as _, Result};
use csv::WriterBuilder;

use super::row::{Outcome, Settled};

/// Writes the refused rows with the headers of their file, and with their lines and what is
/// wrong with them in columns behind.
pub(super) fn write(path: &Path, headers: &[String], settled: &[Settled]) -> Result<()> {
    let text = csv_of(headers, settled)?;
    std::fs::write(path, text).with_context(|| format!("can't write `{}`", path.display()))
}

fn csv_of(headers: &[String], settled: &[Settled]) -> Result<Vec<u8>> {
    let refused = || settled.iter().filter(|row| row.outcome == Outcome::Refused);
    let width = headers.len();
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let filled = |cells: &[String]| -> Vec<String> {
        cells.iter().cloned().chain(std::iter::repeat(String::new())).take(width).collect()
    };
    let mut top = filled(headers);
    top.extend(["refused line".to_owned(), "refused because".to_owned()]);
    writer.write_record(&top)?;
    for row in refused() {
        let mut cells: Vec<String> = row.source.cells.iter().map(|cell| as_text(cell)).collect();
        cells = filled(&cells);
        cells.extend([row.source.line.to_string(), row.remarks.join("; ")]);
        writer.write_record(&cells)?;
    }
    Ok(writer.into_inner()?)
}

/// A cell that no spreadsheet mistakes for a formula, and that is read back as it was.
fn as_text(cell: &str) -> String {
    let computed = cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if computed { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::row::{Reason, Source};

    #[test]
    fn refused_rows_keep_their_cells() {
        let row = |line, cells: &[&str], outcome| {
            let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
            let source = Source { line, last: line, rows: 1, cells };
            Settled::unread(source, String::new(), outcome, Reason::new("kind", "it is, bad"))
        };
        let settled = [
            row(2, &["a@x", "=1"], Outcome::Refused),
            row(3, &["b@x"], Outcome::Skipped),
            row(4, &["c\nd"], Outcome::Refused),
        ];
        let headers = ["email".to_owned(), "brand".to_owned()];
        let text = String::from_utf8(csv_of(&headers, &settled).unwrap()).unwrap();
        assert_eq!(
            text,
            "email,brand,refused line,refused because\na@x,'=1,2,\"it is, bad\"\n\
             \"c\nd\",,4,\"it is, bad\"\n"
        );
    }
}
