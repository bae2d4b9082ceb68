//! What must not reach a terminal as it is: texts of the store, of files and of errors are
//! other people's, and some characters steer the terminal, turn the text around or hide.
//!
//! Everything that is printed goes through here: `show.rs` for pages and tables, `failure.rs`
//! for errors, `output.rs` for data. JSON and WAVE keep their meaning, since they have escapes
//! of their own.

use std::fmt::Write as _;

/// The text with such characters as escapes: `\u{202e}`. Line breaks and tabs stay.
pub(crate) fn shown(text: &str) -> String {
    escaped(text, |text, c| {
        let _ = write!(text, "{}", c.escape_unicode());
    })
}

/// The same on one line, for a cell of a table: white space is a space.
pub(crate) fn shown_in_line(text: &str) -> String {
    shown(&text.replace(['\n', '\r', '\t'], " "))
}

/// JSON that says the same with JSON's escapes.
pub(crate) fn json(text: &str) -> String {
    escaped(text, |text, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    })
}

/// A text that is to stand among others in one line, with what keeps a terminal from turning
/// them around together: an isolate around what is written from right to left.
pub(crate) fn isolated(text: &str) -> String {
    if text.chars().any(is_right_to_left) {
        return format!("\u{2068}{text}\u{2069}");
    }
    text.to_owned()
}

/// Whether a letter is of a script that is written from right to left.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

fn escaped(text: &str, escape: fn(&mut String, char)) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_dangerous(c) { escape(&mut shown, c) } else { shown.push(c) }
    }
    shown
}

/// Whether a character steers the terminal, turns text around, or can't be seen. What emoji
/// and the scripts that join letters are spelled with is none of these.
fn is_dangerous(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}' => {
            true
        }
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &[(&str, &str, &str)] = &[
        ("An\u{1b}[2Jn", "An\\u{1b}[2Jn", "An\\u001b[2Jn"),
        ("\u{202e}evil", "\\u{202e}evil", "\\u202eevil"),
        ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}", "a\\u2066b\\u2069"),
        ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}", "a\\u200bb\\ufeff"),
        ("a\u{9b}31m", "a\\u{9b}31m", "a\\u009b31m"),
        ("a\u{2028}b\u{7f}\r", "a\\u{2028}b\\u{7f}\\u{d}", "a\\u2028b\\u007f\\u000d"),
        ("a\u{e0041}", "a\\u{e0041}", "a\\udb40\\udc41"),
        (
            "Zoë 株式会社 👩\u{200d}👧 می\u{200c}خواهم",
            "Zoë 株式会社 👩\u{200d}👧 می\u{200c}خواهم",
            "Zoë 株式会社 👩\u{200d}👧 می\u{200c}خواهم",
        ),
        ("two\nlines\t", "two\nlines\t", "two\nlines\t"),
    ];

    #[test]
    fn nothing_steers_turns_or_hides() {
        for (text, safe, in_json) in HOSTILE {
            assert_eq!(shown(text), *safe);
            assert_eq!(json(text), *in_json);
        }
        assert_eq!(shown_in_line("two\r\nlines\t."), "two  lines .");
    }

    #[test]
    fn json_keeps_its_meaning() {
        for (text, ..) in HOSTILE {
            let written = json(&serde_json::to_string(text).unwrap());
            assert_eq!(&serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
