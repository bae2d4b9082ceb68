//! An invoice as plain text of at most 80 columns.

use core::fmt::{self, Write as _};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Row, Section, Sheet, Signed, Sum};

/// The widest line.
const WIDTH: usize = 80;
/// How wide the column of what a line does is, with its indent.
const WHAT: usize = 36;
/// How wide the column of days is.
const DAYS: usize = 25;
/// How wide the column of amounts is: what is left but for two gaps.
const AMOUNT: usize = WIDTH - WHAT - DAYS - 2;

pub(super) fn written(sheet: &Sheet) -> Result<String, fmt::Error> {
    let mut out = String::new();
    writeln!(out, "INVOICE {}", sheet.number)?;
    writeln!(out)?;
    for party in &sheet.parties {
        signed(&mut out, party)?;
    }
    for (what, value) in &sheet.facts {
        for (index, line) in wrapped(value, WIDTH - 12).iter().enumerate() {
            let what = if index == 0 { *what } else { "" };
            writeln!(out, "{what:<12}{line}")?;
        }
    }
    writeln!(out)?;
    for part in &sheet.sections {
        section(&mut out, part)?;
    }
    writeln!(out, "{}", "─".repeat(WIDTH))?;
    for total in &sheet.sums {
        sum(&mut out, total)?;
    }
    writeln!(out)?;
    writeln!(out, "Days and times are in UTC. A period that ends at midnight ends with the day")?;
    writeln!(out, "before.")?;
    Ok(out)
}

fn signed(out: &mut String, party: &Signed) -> fmt::Result {
    let lines = [&party.name].into_iter().chain(&party.address);
    let lines = lines.filter(|line| !line.is_empty()).flat_map(|line| wrapped(line, WIDTH - 12));
    for (index, line) in lines.enumerate() {
        let role = if index == 0 { party.role } else { "" };
        writeln!(out, "{role:<12}{line}")?;
    }
    writeln!(out)
}

fn section(out: &mut String, section: &Section) -> fmt::Result {
    for line in wrapped(&section.title.to_string(), WIDTH) {
        writeln!(out, "{line}")?;
    }
    for row in &section.rows {
        columns(out, row)?;
    }
    if let Some(subtotal) = &section.subtotal {
        ending_with(out, "", "Subtotal", subtotal)?;
    }
    writeln!(out)
}

fn columns(out: &mut String, row: &Row) -> fmt::Result {
    let indent = if row.is_discount { "    " } else { "  " };
    let what = wrapped(&row.what.to_string(), WHAT - indent.width());
    let (first, more) = match what.split_first() {
        Some((first, more)) => (first.as_str(), more),
        None => ("", [].as_slice()),
    };
    let gap = " ".repeat(WHAT.saturating_sub(indent.width() + first.width()));
    let begin = format!("{indent}{first}{gap} {}", row.days);
    ending_with(out, &begin, "", &row.amount)?;
    for line in more {
        writeln!(out, "{indent}{line}")?;
    }
    if let Some(working) = &row.working {
        for line in wrapped(working, WIDTH - 6) {
            writeln!(out, "{indent}  {line}")?;
        }
    }
    Ok(())
}

fn sum(out: &mut String, sum: &Sum) -> fmt::Result {
    let lines = wrapped(&sum.what.to_string(), WIDTH - AMOUNT - 1);
    let Some((last, before)) = lines.split_last() else { return Ok(()) };
    for line in before {
        ending_with(out, "", line, "")?;
    }
    ending_with(out, "", last, &sum.amount)
}

/// A line with an amount at its end and words before it, aligned with what stands above; the
/// amount goes into a line of its own where it is that long.
fn ending_with(out: &mut String, begin: &str, words: &str, amount: &str) -> fmt::Result {
    if amount.width() > AMOUNT {
        ending_with(out, begin, words, "")?;
        return writeln!(out, "{}{amount}", " ".repeat(WIDTH.saturating_sub(amount.width())));
    }
    let column = WIDTH - AMOUNT - 1;
    let gap = " ".repeat(column.saturating_sub(begin.width() + words.width()));
    let space = " ".repeat(AMOUNT - amount.width());
    writeln!(out, "{}", format!("{begin}{gap}{words} {space}{amount}").trim_end())
}

/// The text in lines of at most `width` columns, broken between words; a word that is longer is
/// broken where the line is full.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(core::mem::take(&mut line));
        }
        for letter in word.chars() {
            if line.width() + letter.width().unwrap_or(0) > width {
                lines.push(core::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    lines.push(line);
    lines
}
