//! What PostgreSQL can't keep as it is: it has no NUL in texts.
//!
//! JSON has none either, so values stand in the table as they were written, and SQL can ask them. A value that isn't
//! JSON and has one is kept behind a mark, and comes back byte for byte all the same.

use std::borrow::Cow;

/// Begins a value that stands otherwise than it was written. No JSON text begins so.
const MARK: char = '\u{1}';

/// The least and the greatest character of a key.
const KEY_CHARS: std::ops::RangeInclusive<char> = '!'..='~';

/// The value as the table has it.
pub(super) fn kept(value: &str) -> Cow<'_, str> {
    if !value.contains('\0') && !value.starts_with(MARK) {
        return Cow::Borrowed(value);
    }
    let mut kept = String::with_capacity(value.len() + 8);
    kept.push(MARK);
    for char in value.chars() {
        match char {
            '\0' => kept.extend([MARK, '0']),
            MARK => kept.extend([MARK, '1']),
            other => kept.push(other),
        }
    }
    Cow::Owned(kept)
}

/// The value as it was written.
pub(super) fn written(kept: String) -> String {
    let Some(marked) = kept.strip_prefix(MARK) else { return kept };
    let mut written = String::with_capacity(marked.len());
    let mut chars = marked.chars();
    while let Some(char) = chars.next() {
        match char {
            MARK if chars.next() == Some('0') => written.push('\0'),
            other => written.push(other),
        }
    }
    written
}

/// A bound between the same keys as this one, of which PostgreSQL takes every character.
///
/// Keys have only characters from `!` to `~`. So the first other one decides, and nothing after it: a smaller one is
/// as good as the least key that begins alike, a greater one as good as the end of all keys that do.
pub(super) fn bound(bound: &str) -> Cow<'_, str> {
    let Some((at, char)) = bound.char_indices().find(|(_, char)| !KEY_CHARS.contains(char)) else {
        return Cow::Borrowed(bound);
    };
    let alike = bound.get(..at).unwrap_or_default();
    Cow::Owned(format!("{alike}{}", if char < '!' { '!' } else { '\u{7f}' }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_and_json_stands_as_it_is() {
        for value in
            ["", "{}", "\"a\u{0}b\"", "\u{0}", "\u{1}", "\u{1}0", "\u{0}\u{1}1\u{0}0", "a\u{1}"]
        {
            let stands = kept(value).into_owned();
            assert!(!stands.contains('\0'), "{value:?}");
            assert_eq!(written(stands), value);
        }
        assert!(matches!(kept("{\"a\":\"\u{1}\"}"), Cow::Borrowed(_)));
    }

    #[test]
    fn bounds_lie_between_the_same_keys() {
        let keys = ["!", "!!", "A", "A!", "A~", "A~~", "B", "a", "~", "~~"];
        for text in [
            "", "\0", "A", "A\0", "A ", "A !", "A\u{7f}", "A~\u{e9}", "é", "😀", "\u{7f}", "A\0~",
            "~\n",
        ] {
            for key in keys {
                assert_eq!(key < text, key < &*bound(text), "{key:?} and {text:?}");
            }
        }
    }
}
