//! What must hold whatever a roster holds: it is refused with a reason, or every line of it is in a row. For fuzzing.

use super::roster::Roster;
use super::text;

/// The longest reason: it repeats some headers, and of each no more than an error repeats.
pub(super) const REASON_CHARS_MAX: usize = 5_000;

/// Whether a reason says something, and not at the length of a file.
pub(super) fn is_reason(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= REASON_CHARS_MAX
}

/// Reads a roster. Gives how many rows it has; none if it is refused.
///
/// # Errors
///
/// What must not be.
pub(super) fn examine(bytes: &[u8]) -> Result<Option<usize>, String> {
    let refused = |error: &dyn std::fmt::Display| match is_reason(&error.to_string()) {
        true => Ok(None),
        false => Err("a file is refused without a word, or with too many".to_owned()),
    };
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(error) => return refused(&error),
    };
    let roster = match Roster::read(&text.content, &[]) {
        Ok(roster) => roster,
        Err(error) => return refused(&error),
    };
    let settled = roster.settled.iter();
    if let Some(row) = settled
        .clone()
        .find(|row| row.remarks.is_empty() || !row.remarks.iter().all(|it| is_reason(it)))
    {
        return Err(format!(
            "line {} is settled without a reason that can be read",
            row.source.line
        ));
    }
    let rows = roster.rows.iter().map(|row| &row.source);
    let mut lines: Vec<(u64, u64)> = rows
        .chain(settled.map(|row| &row.source))
        .map(|source| (source.line, source.last))
        .collect();
    lines.sort_unstable();
    let mut next = lines.first().map_or(0, |(first, _)| *first);
    for (first, last) in &lines {
        if *first != next || last < first {
            return Err(format!(
                "a row is in lines {first} to {last}, and the one before ended before {next}"
            ));
        }
        next = last + 1;
    }
    let all = lines_of(&text.content);
    if next != all + 1 {
        return Err(format!("the last row ends before line {next}, and the file has {all}"));
    }
    Ok(Some(lines.len()))
}

/// How many lines a text has, however they end.
fn lines_of(text: &str) -> u64 {
    text.replace("\r\n", "\n").replace('\r', "\n").lines().count() as u64
}
