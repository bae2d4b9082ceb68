//! One text, one spelling: what people type the same is stored the same.
//!
//! Accents are composed (NFC), white space is one plain space, and characters that can't be
//! seen, or that turn the text around, are found by name. What is compared more loosely still,
//! in searches, is folded: see [`fold`](super::fold).

use core::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

/// The text in Unicode's composed form: `e` and an accent become `é`.
// Not inlined, as other functions about texts: they are large, and have many callers.
#[inline(never)]
pub fn composed(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// The same text with each accent apart, as older Macs type and store it.
#[inline(never)]
pub fn decomposed(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfd().collect() }
}

/// The same text with each accent apart, and with the plain letters that forms of letters stand
/// for: full width, ligatures, small and raised ones.
#[inline(never)]
pub fn plain_letters(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfkd().collect() }
}

/// The text composed, with each run of white space as one plain space, and none around it.
///
/// No-break, thin and ideographic spaces come with texts that are copied from web pages: they
/// look like spaces, and so they are.
#[inline(never)]
pub fn one_line(text: &str) -> String {
    let composed = composed(text);
    let mut line = String::with_capacity(composed.len());
    for word in composed.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The text composed and on one line, with a space for whatever controls something or can't be
/// seen: for what programs say, which can't be refused.
pub fn legible(text: &str) -> String {
    let legible = |c: char| if c.is_control() || is_hidden(c) { ' ' } else { c };
    one_line(&text.chars().map(legible).collect::<String>())
}

/// A character that can't be seen, or that changes the direction of what stands around it.
///
/// It shows as its number and its name: `U+200B (zero width space)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden(char);

impl Hidden {
    /// The first in `text` that has no place in a name.
    ///
    /// Joiners and selectors that stand where a script or an emoji needs them are part of its
    /// spelling: without them, Persian words and families of emoji would fall apart.
    #[inline(never)]
    pub fn find(text: &str) -> Option<Hidden> {
        if text.is_ascii() {
            return None;
        }
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if name_of(c).is_some() && !belongs(before, c, chars.peek().copied()) {
                return Some(Hidden(c));
            }
            before = Some(c);
        }
        None
    }

    /// The first in `text` that has no place anywhere: those that turn what follows around, and
    /// tags, which hide whole texts.
    pub fn find_misleading(text: &str) -> Option<Hidden> {
        let misleads = |c: &char| {
            matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
                || is_noncharacter(*c)
        };
        text.chars().find(misleads).map(Hidden)
    }

    /// Whether `text` has nothing else in it, but for white space.
    pub fn is_all_of(text: &str) -> bool {
        text.chars().all(|c| c.is_whitespace() || name_of(c).is_some())
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X} ({})", u32::from(self.0), name_of(self.0).unwrap_or("hidden"))
    }
}

/// Whether a character can't be seen, or turns the text around.
pub fn is_hidden(c: char) -> bool {
    !c.is_ascii() && name_of(c).is_some()
}

/// What a hidden character is called. These are Unicode's default ignorable code points, the
/// separators of lines and paragraphs, and two letters that look like a space; Unicode
/// promises that no others will ever be ignorable.
#[inline(never)]
const fn name_of(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{ad}' => "soft hyphen",
        '\u{34f}' => "combining grapheme joiner",
        '\u{61c}' => "Arabic letter mark",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "Hangul filler",
        '\u{17b4}' | '\u{17b5}' => "Khmer inherent vowel",
        '\u{180b}'..='\u{180d}' | '\u{180f}' => "Mongolian variation selector",
        '\u{180e}' => "Mongolian vowel separator",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2061}'..='\u{2065}' => "invisible operator",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{206a}'..='\u{206f}' => "deprecated format character",
        '\u{2800}' => "blank Braille pattern",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "variation selector",
        '\u{feff}' => "zero width no-break space",
        '\u{fff0}'..='\u{fff8}' => "ignorable code point",
        '\u{fff9}'..='\u{fffb}' => "interlinear annotation",
        '\u{fffc}' => "object replacement character",
        '\u{13430}'..='\u{1343f}' => "Egyptian hieroglyph format control",
        '\u{1bca0}'..='\u{1bca3}' => "shorthand format control",
        '\u{1d159}' => "musical symbol null notehead",
        '\u{1d173}'..='\u{1d17a}' => "musical symbol format control",
        '\u{e0020}'..='\u{e007f}' => "tag character",
        '\u{e0000}'..='\u{e0fff}' => "ignorable code point",
        _ if is_noncharacter(c) => "noncharacter",
        _ => return None,
    })
}

const fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe
}

/// Whether a hidden character stands where it has a meaning.
fn belongs(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    let next = |fits: fn(char) -> bool| after.is_some_and(fits);
    match c {
        // Persian, Urdu and the scripts of India and around part letters, or join them.
        '\u{200c}' => is_joined(before) && next(is_joined),
        '\u{200d}' => is_joined(before) && next(is_joined) || ends_emoji(before) && next(is_emoji),
        // An emoji in colour or as text; also a keycap.
        '\u{fe0e}' | '\u{fe0f}' => is_emoji(before) || next(|c| c == '\u{20e3}') && is_key(before),
        // Which form of an ideograph a Japanese name is written with.
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => is_ideograph(before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

/// Whether it is a letter, or a mark on one, of a script whose letters join.
fn is_joined(c: char) -> bool {
    let script = matches!(c,
        '\u{620}'..='\u{6ff}' | '\u{700}'..='\u{7ff}' | '\u{840}'..='\u{8ff}'
        | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'
        | '\u{1820}'..='\u{18aa}' | '\u{1b00}'..='\u{1b4b}' | '\u{a8e0}'..='\u{a8ff}'
        | '\u{fb50}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}' | '\u{11000}'..='\u{11fff}');
    script && (c.is_alphabetic() || canonical_combining_class(c) != 0)
}

/// Whether it shows as a picture. Symbols are counted in that could: nobody is misled by a
/// selector behind an arrow.
const fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}'
        | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// What an emoji may end with before it is joined to the next: itself, a skin tone, a selector.
const fn ends_emoji(c: char) -> bool {
    is_emoji(c) || c == '\u{fe0f}'
}

const fn is_key(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

const fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_the_same_is_spelled_the_same() {
        for (text, line) in [
            ("Socie\u{301}te\u{301}", "Société"),
            ("  Nike \u{a0}\u{2009} Inc\u{3000}", "Nike Inc"),
            ("A\u{30a}ngstro\u{308}m", "Ångström"),
            ("\u{212b}", "Å"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("Nike", "Nike"),
            (" ", ""),
        ] {
            assert_eq!(one_line(text), line, "{text:?}");
        }
    }

    #[test]
    fn what_programs_say_is_made_legible() {
        assert_eq!(
            legible("550 \u{1b}[31mno\r\n such\u{202e} mailbox\0"),
            "550 [31mno such mailbox"
        );
    }

    #[test]
    fn hidden_characters_are_found_by_name() {
        for (text, found) in [
            ("Ann\u{200b}Lee", "U+200B (zero width space)"),
            ("\u{202e}eninA", "U+202E (right-to-left override)"),
            ("Ann\u{2066}", "U+2066 (left-to-right isolate)"),
            ("Ann\u{200f}", "U+200F (right-to-left mark)"),
            ("\u{feff}Ann", "U+FEFF (zero width no-break space)"),
            ("so\u{ad}ft", "U+00AD (soft hyphen)"),
            ("\u{3164}", "U+3164 (Hangul filler)"),
            ("a\u{2028}b", "U+2028 (line separator)"),
            ("A\u{e0041}", "U+E0041 (tag character)"),
            ("A\u{ffff}", "U+FFFF (noncharacter)"),
            ("A\u{1fffe}", "U+1FFFE (noncharacter)"),
            // Joiners and selectors where they mean nothing.
            ("An\u{200d}n", "U+200D (zero width joiner)"),
            ("\u{200c}می", "U+200C (zero width non-joiner)"),
            ("می\u{200c}", "U+200C (zero width non-joiner)"),
            ("A\u{fe0f}", "U+FE0F (variation selector)"),
            ("A\u{e0100}", "U+E0100 (variation selector)"),
            ("👩\u{200d}A", "U+200D (zero width joiner)"),
        ] {
            let hidden = Hidden::find(text).map(|hidden| hidden.to_string());
            assert_eq!(hidden.as_deref(), Some(found), "{text:?}");
        }
    }

    #[test]
    fn what_scripts_and_emoji_are_spelled_with_belongs() {
        for text in [
            "Ann",
            "Zoë",
            "株式会社",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ශ්\u{200d}රී",
            "👩\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}💻",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}城",
            "🇩🇪",
        ] {
            assert_eq!(Hidden::find(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_turns_text_around_is_misleading_wherever_it_stands() {
        for (text, misleads) in [
            ("a\u{202e}b", true),
            ("a\u{2067}b\u{2069}", true),
            ("a\u{e0041}", true),
            ("שלום\u{200f} hello", false),
            ("a\u{200b}b", false),
            ("plain", false),
        ] {
            assert_eq!(Hidden::find_misleading(text).is_some(), misleads, "{text:?}");
        }
        assert!(Hidden::is_all_of("\u{200b} \u{feff}") && !Hidden::is_all_of("\u{200b}a"));
    }

    proptest! {
        #[test]
        fn a_spelling_stays_as_it_is(text in ".*") {
            let line = one_line(&text);
            prop_assert_eq!(&one_line(&line), &line);
            prop_assert_eq!(one_line(&decomposed(&text)), line);
            prop_assert_eq!(composed(&decomposed(&text)), composed(&text));
        }
    }
}
