//! Numbers and lists in sentences.

/// The number with its thousands apart: `10,000`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many of something: `1 row`, `10,000 rows`.
pub(crate) fn count(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number as u64))
}

/// The names in backticks: `` `a`, `b` ``.
pub(crate) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// How many names of a list that may be long are told.
const NAMES_MAX: usize = 20;

/// The same of names that somebody gave: twenty of them, each as far as an error repeats it.
pub(crate) fn some_quoted(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| cut(name)).collect();
    let mut text = quoted(shown.iter().map(String::as_str));
    match names.len().saturating_sub(NAMES_MAX) {
        0 => {}
        more => text.push_str(&format!(" and {} more", thousands(more as u64))),
    }
    text
}

/// How much of what somebody gave an error repeats.
const ECHO_MAX: usize = 200;

/// The first 200 characters of what somebody gave, to be repeated in an error.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(ECHO_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
    }
}

/// How many characters a full bar has.
const BAR: u64 = 20;

/// A bar of `part` in `whole`.
pub(crate) fn bar(part: u64, whole: u64) -> String {
    let full = (part * BAR + whole / 2).checked_div(whole).unwrap_or(0).min(BAR);
    let full = usize::try_from(full).unwrap_or(0);
    let empty = usize::try_from(BAR).unwrap_or(0) - full;
    format!("{}{}", "█".repeat(full), "░".repeat(empty))
}

/// The text as a shell takes it: quoted only where it must be.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// How long, in its largest unit that says enough.
pub(crate) fn span(millis: u64) -> String {
    const MINUTE: u64 = 60_000;
    let (number, unit) = match millis / MINUTE {
        minutes @ 0..120 => (minutes, "minute"),
        minutes @ 120..2_880 => (minutes / 60, "hour"),
        minutes => (minutes / 1_440, "day"),
    };
    count(usize::try_from(number).unwrap_or(usize::MAX), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(thousands(number), text);
        }
        for (number, text) in [(0, "0 rows"), (1, "1 row"), (2_000, "2,000 rows")] {
            assert_eq!(count(number, "row"), text);
        }
        assert_eq!(quoted(["a", "b"]), "`a`, `b`");
        let names = |number: usize| vec!["a".to_owned(); number];
        assert_eq!(some_quoted(&names(2)), "`a`, `a`");
        assert!(some_quoted(&names(20)).ends_with("`a`, `a`"));
        assert!(some_quoted(&names(2_020)).ends_with("`a`, `a` and 2,000 more"));
        assert_eq!(some_quoted(&["ü".repeat(300)]).chars().count(), 203);
    }

    #[test]
    fn shells_read_words_as_they_are() {
        for (text, word) in [
            ("/srv/s.db", "/srv/s.db"),
            ("", "''"),
            ("my store", "'my store'"),
            ("Ann's", r"'Ann'\''s'"),
            ("$HOME", "'$HOME'"),
            ("~x", "'~x'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }

    #[test]
    fn echoes_are_short() {
        for (letters, shown) in [(200, 200), (201, 201), (5_000, 201)] {
            assert_eq!(cut(&"ü".repeat(letters)).chars().count(), shown);
        }
        assert!(cut(&"ü".repeat(201)).ends_with("ü…"));
    }

    #[test]
    fn a_span_is_told_in_its_largest_unit_that_says_enough() {
        for (minutes, said) in [
            (0, "0 minutes"),
            (1, "1 minute"),
            (119, "119 minutes"),
            (120, "2 hours"),
            (2_879, "47 hours"),
            (2_880, "2 days"),
        ] {
            assert_eq!(span(minutes * 60_000), said);
        }
    }
}
