//! Tables as CSV, as spreadsheets and programs read it.

use csv::{Terminator, WriterBuilder};

pub use csv::Error as CsvError;

/// The rows in whole lines, below a heading where there is one.
///
/// # Errors
///
/// Never for texts; the writer's signature allows for files that are full.
pub fn lines<const COLUMNS: usize>(
    heading: Option<[&str; COLUMNS]>,
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> Result<String, CsvError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    if let Some(heading) = heading {
        writer.write_record(heading)?;
    }
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8(bytes).map_err(std::io::Error::other)?)
}

/// A cell that no spreadsheet mistakes for a formula: full-width operators begin one where
/// people type in that width, and white space before it doesn't hide it from all of them.
pub fn shown_as_text(cell: &str) -> String {
    let computed = cell.starts_with(['\t', '\r', '\n'])
        || cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−']);
    if computed { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = [["a, b", "say \"hi\""], ["two\nlines", "ö"]].map(|row| row.map(str::to_owned));
        let text = "\"a, b\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",ö\r\n";
        assert_eq!(lines(None, rows.clone()).unwrap(), text);
        assert_eq!(lines(Some(["x", "y"]), rows).unwrap(), format!("x,y\r\n{text}"));
    }

    #[test]
    fn formulas_are_shown_as_text() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("＝1+1", "'＝1+1"),
            ("＋49", "'＋49"),
            ("－1", "'－1"),
            ("−1", "'−1"),
            ("＠sum", "'＠sum"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            (" =1", "' =1"),
            ("\u{3000}=1", "'\u{3000}=1"),
            ("’s", "’s"),
            ("Ann = Lee", "Ann = Lee"),
            ("", ""),
        ] {
            assert_eq!(shown_as_text(cell), shown);
        }
    }
}
