//! Texts as they stand in cells, and what was meant.

use super::records::Records;

/// Without white space and the invisible characters that come with copied texts, and without
/// the apostrophe before what a spreadsheet would take for a formula.
pub(super) fn cleaned(cell: &str) -> String {
    let is_nothing = |letter: char| {
        letter.is_whitespace()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
    };
    let text = cell.trim_matches(is_nothing);
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => {
            rest.to_owned()
        }
        _ => text.to_owned(),
    }
}

/// Without quotes that a program has put around the cell's text itself.
pub(super) fn unquoted(text: &str) -> &str {
    let within = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    within.filter(|text| !text.contains('"')).map_or(text, str::trim)
}

/// With single spaces only.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of a row that stands within a cell, as one; none if its quotes are wrong.
pub(super) fn row_within(text: &str, delimiter: char) -> Option<Vec<String>> {
    let mut records = Records::of(text, delimiter, 1);
    let record = records.next()?;
    (record.fault.is_none() && records.next().is_none()).then_some(record.cells)
}

/// The name from its parts. In some rosters `name` is the whole name beside its parts, in
/// others (`Nom`, `Prénom`) it is the part that has no column of its own.
pub(super) fn full_name(
    name: Option<String>,
    first: Option<String>,
    last: Option<String>,
    family_first: bool,
) -> Option<String> {
    match (name, first, last) {
        (_, Some(first), Some(last)) if family_first => Some(format!("{last} {first}")),
        (_, Some(first), Some(last)) => Some(format!("{first} {last}")),
        (Some(name), Some(first), None) if !contains(&name, &first) => {
            Some(format!("{first} {name}"))
        }
        (Some(name), None, Some(last)) if family_first && !contains(&name, &last) => {
            Some(format!("{last} {name}"))
        }
        (Some(name), None, Some(last)) if !contains(&name, &last) => Some(format!("{name} {last}")),
        (Some(name), _, _) => Some(name),
        (None, first, last) => first.or(last),
    }
}

fn contains(name: &str, part: &str) -> bool {
    name.to_lowercase().contains(&part.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_add_is_taken_away() {
        for (cell, text) in [
            ("\u{a0}ann@x.example\u{200b} ", "ann@x.example"),
            ("'=1+1", "=1+1"),
            ("'＝1+1", "＝1+1"),
            ("'+49", "+49"),
            ("'-Ben", "-Ben"),
            ("'@sum", "@sum"),
            ("'tis", "'tis"),
            ("''=", "''="),
        ] {
            assert_eq!(cleaned(cell), text, "{cell:?}");
        }
        for (cell, text) in [
            ("\"Ann Lee\"", "Ann Lee"),
            ("Gómez \"El Rápido\"", "Gómez \"El Rápido\""),
            ("\"a\",\"b\"", "\"a\",\"b\""),
            ("\"", "\""),
        ] {
            assert_eq!(unquoted(cell), text, "{cell:?}");
        }
        let cells = |text| row_within(text, ',').map(|cells| cells.join("|"));
        assert_eq!(cells("\"Nike\",\"Puma, Inc\"").as_deref(), Some("Nike|Puma, Inc"));
        assert_eq!(cells("\"Nike"), None);
        assert_eq!(cells("Nike\nPuma"), None);
    }

    #[test]
    fn names_are_put_together() {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        for (name, first, last, family_first, whole) in [
            ("Ann B.", "", "", false, "Ann B."),
            ("", "Ann", "B.", false, "Ann B."),
            ("", "", "B.", false, "B."),
            ("", "Ann", "", false, "Ann"),
            ("", "", "", false, ""),
            ("Ann B.", "Ann", "", false, "Ann B."),
            ("B.", "Ann", "", false, "Ann B."),
            ("Ann", "", "B.", false, "Ann B."),
            ("Nike Inc.", "Ann", "B.", false, "Ann B."),
            ("", "花子", "山田", true, "山田 花子"),
            ("花子", "", "山田", true, "山田 花子"),
        ] {
            let found = full_name(text(name), text(first), text(last), family_first);
            assert_eq!(found, text(whole), "{name}/{first}/{last}");
        }
    }
}
