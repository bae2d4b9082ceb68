//! What searches and orders take for the same: case, accents, width, ligatures, apostrophes
//! and runs of spaces fold away.

use serde::{Deserialize, Serialize};
use unicode_normalization::char::canonical_combining_class;

use super::spelling::{decomposed, is_hidden, plain_letters};

/// By which rules the rows that lead to a client were folded. It stands in the client's row, so
/// that they are found again when they are to change, whatever the rules are by then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Folding {
    /// Those of the releases that didn't say: width, ligatures and apostrophes counted, and 40
    /// bytes were all that names were sorted by.
    #[default]
    First,
    /// Those of [`fold`].
    Second,
}

impl Folding {
    /// Those of this release.
    pub const CURRENT: Folding = Folding::Second;

    /// Whether they are those of the releases that didn't say.
    pub const fn is_first(&self) -> bool {
        matches!(self, Folding::First)
    }

    /// The text folded by these rules.
    pub fn fold(self, text: &str) -> String {
        match self {
            Folding::First => fold_first(text),
            Folding::Second => fold(text),
        }
    }
}

/// The text without case, accents, width, ligatures, kinds of apostrophes and hyphens, hidden
/// characters and runs of spaces: `Élodie  ÅS` and `elodie as` fold to the same.
///
/// What can't stand in a search's block as it is (control characters, quotes, the separators)
/// becomes a space, also in what is searched for.
#[inline(never)]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| put(&mut folded, c.to_ascii_lowercase()));
    } else {
        // An accent that stands alone is an apostrophe; decomposed, it would be a space.
        let text = plain_letters(&text.replace(['´', '\u{1ffd}'], "'"));
        // Letter by letter, so that a final sigma is like any other. Lower case may bring
        // accents of its own (`İ`), so they are taken off twice.
        let lower: String = bare(&text).flat_map(char::to_lowercase).collect();
        bare(&plain_letters(&lower)).for_each(|c| put(&mut folded, c));
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// The text's characters but for accents and what nobody sees.
fn bare(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| canonical_combining_class(*c) == 0 && !is_hidden(*c))
}

#[inline(never)]
fn put(folded: &mut String, c: char) {
    match c {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ς' => folded.push('σ'),
        '`' | '‘' | '’' | '‚' | '‛' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ʾ' | 'ʿ' | 'ˈ' | '′' | 'ꞌ' =>
        {
            folded.push('\'');
        }
        '‐'..='―' | '−' | '⁃' => folded.push('-'),
        '"' | '\\' | '|' | '“' | '”' | '„' | '«' | '»' => space(folded),
        c if c.is_control() || c.is_whitespace() => space(folded),
        c => folded.push(c),
    }
}

fn space(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// What the releases before folded to. Rows that they wrote lie there.
fn fold_first(text: &str) -> String {
    let plain = |c: char| if c.is_control() || "\"\\|".contains(c) { ' ' } else { c };
    if text.is_ascii() {
        return text.chars().map(|c| plain(c.to_ascii_lowercase())).collect();
    }
    let lower = decomposed(&text.to_lowercase());
    let bare = lower.chars().filter(|c| canonical_combining_class(*c) == 0);
    let spelled = bare.flat_map(|c| match c {
        'ß' => ['s', 's'],
        'æ' => ['a', 'e'],
        'œ' => ['o', 'e'],
        'ø' => ['o', '\0'],
        'ł' => ['l', '\0'],
        'đ' => ['d', '\0'],
        'ı' => ['i', '\0'],
        other => [plain(other), '\0'],
    });
    spelled.filter(|c| *c != '\0').collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::spelling::composed;

    #[test]
    fn what_people_take_for_the_same_folds_to_the_same() {
        for (text, folded) in [
            ("Ann Lee", "ann lee"),
            ("Élodie ÅSTRÖM", "elodie astrom"),
            ("Straße STRASSE ẞ", "strasse strasse ss"),
            ("Łukasz Ørsted", "lukasz orsted"),
            ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
            ("e\u{301}", "e"),
            ("株式会社", "株式会社"),
            ("a|b\"c\\d\n", "a b c d"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς οδυσσευσ", "οδυσσευσ οδυσσευσ οδυσσευσ"),
            ("Ｙａｍａｄａ　ﾔﾏﾀﾞ ヤマダ", "yamada ヤマタ ヤマタ"),
            ("ﬁrst oﬃce ﬀ", "first office ff"),
            (
                "O’Neil O'Neil O´Neil O`Neil OʼNeil O＇Neil",
                "o'neil o'neil o'neil o'neil o'neil o'neil",
            ),
            ("  Nike \t  Inc\u{a0}", "nike inc"),
            ("a–b a‑b a-b", "a-b a-b a-b"),
            ("A\u{200b}n\u{ad}n\u{202e}", "ann"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("№ 1² Ⅳ", "no 12 iv"),
            ("ŉ", "'n"),
            ("", ""),
            ("\u{200b}\u{301} ", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn rows_of_before_are_found_where_they_were_put() {
        for (text, folded) in [
            ("O’Neil", "o’neil"),
            ("Ｙａｍａｄａ", "ｙａｍａｄａ"),
            ("İstanbul  x", "istanbul  x"),
            ("Straße|", "strasse "),
        ] {
            assert_eq!(Folding::First.fold(text), folded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_is_done_once(text in "\\PC*|.*") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded.as_str());
            prop_assert_eq!(fold(&decomposed(&text)), folded.as_str());
            prop_assert_eq!(fold(&composed(&text)), folded.as_str());
            prop_assert!(!folded.contains(['"', '\\', '|']) && !folded.contains(char::is_control));
        }

        #[test]
        fn case_folds_away(text in "\\PC*") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text.to_uppercase().to_lowercase()));
        }
    }
}
