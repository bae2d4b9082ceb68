//! Names of hosts, which have letters of any alphabet for people and ASCII for machines (IDNA).
//!
//! The tables of the whole standard would be a twelfth of the component. What they add to
//! composing and to the properties of letters is for registries: which of two look-alikes
//! somebody may register. A test compares what is here with a library that has them.

use thiserror::Error;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::punycode;
use super::spelling::{Hidden, composed, plain_letters};

/// Why a text is no host's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HostNameError {
    /// No host can be called that.
    #[error("is no name of a host")]
    Malformed,
    /// It has a character that nobody sees.
    #[error("must not contain {0}")]
    Hidden(Hidden),
}

/// The most letters of a label in ASCII, and of a whole name.
const LABEL_MAX: usize = 63;
const NAME_MAX: usize = 253;
const MARK: &str = "xn--";

/// The name in ASCII and lower case, whichever way it was typed: `Käse.example` and
/// `xn--kse-qla.example` are the same host's.
///
/// # Errors
///
/// When no host could have it, or it has characters that nobody sees.
#[inline(never)]
pub fn to_ascii(name: &str) -> Result<String, HostNameError> {
    if let Some(hidden) = Hidden::find(name) {
        return Err(HostNameError::Hidden(hidden));
    }
    let mapped = mapped(name);
    let labels: Option<Vec<String>> = mapped.split('.').map(ascii_label).collect();
    let ascii = labels.map(|labels| labels.join(".")).filter(|name| name.len() <= NAME_MAX);
    ascii.ok_or(HostNameError::Malformed)
}

/// The name as people write it.
pub fn to_unicode(ascii: &str) -> String {
    let label = |label: &str| unicode_label(label).unwrap_or_else(|| label.to_owned());
    ascii.split('.').map(label).collect::<Vec<_>>().join(".")
}

/// Case, width and the kinds of full stops don't matter in a name.
#[inline(never)]
fn mapped(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let mut lower = String::with_capacity(name.len());
    for c in name.chars() {
        // The sigma at a word's end is a letter of its own; forms of it for mathematics aren't.
        let is_form = |part| part == 'ς' && c != 'ς';
        decompose_compatible(c, |part| {
            lower.extend(lower_case(if is_form(part) { 'σ' } else { part }))
        });
    }
    composed(&plain_letters(&lower)).replace('。', ".")
}

/// A letter in the case that domains have: the lower one, but for Cherokee. Letters that are
/// other forms of one are that one.
fn lower_case(c: char) -> impl Iterator<Item = char> {
    let upper = |c: char| c.to_uppercase().next().unwrap_or(c);
    let (one, is_done) = match c {
        '\u{345}' => ('ι', true),
        '\u{1c80}'..='\u{1c88}' => (upper(c), false),
        '\u{13a0}'..='\u{13f5}' => (c, true),
        '\u{13f8}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => (upper(c), true),
        _ => (c, false),
    };
    let done = is_done.then_some(one);
    done.into_iter().chain(one.to_lowercase().filter(move |_| !is_done))
}

fn ascii_label(label: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let ascii = if label.is_ascii() {
        if label.starts_with(MARK) {
            unicode_label(label)?;
        }
        label.to_owned()
    } else {
        format!("{MARK}{}", punycode::encode(label).filter(|_| is_spelled(label))?)
    };
    let whole = !ascii.is_empty() && !ascii.starts_with('-') && !ascii.ends_with('-');
    (whole && ascii.len() <= LABEL_MAX && ascii.bytes().all(plain)).then_some(ascii)
}

/// The label that one in ASCII stands for, if there is no other way to write it.
fn unicode_label(ascii: &str) -> Option<String> {
    let label = punycode::decode(ascii.strip_prefix(MARK)?)?;
    let only = !label.is_ascii() && mapped(&label) == label && is_spelled(&label);
    let back = punycode::encode(&label)?;
    (only && ascii.strip_prefix(MARK) == Some(&back)).then_some(label)
}

/// Whether a label has letters, digits and marks on them, and what some languages put between
/// those, where they put it.
#[inline(never)]
fn is_spelled(label: &str) -> bool {
    let letters: Vec<char> = label.chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| letters.get(place)).copied();
    let fits = |(place, c): (usize, &char)| {
        let (before, after) = (at(place.checked_sub(1)), at(place.checked_add(1)));
        match c {
            '-' | '\u{200c}' | '\u{200d}' => true,
            '·' => before == Some('l') && after == Some('l'),
            '׳' | '״' => before.is_some_and(|c| matches!(c, 'א'..='ת')),
            '・' => letters.iter().any(|c| matches!(c, 'ぁ'..='ヺ' | '一'..='鿿')),
            c => c.is_alphanumeric() || is_combining_mark(*c),
        }
    };
    let edge = |c: Option<&char>| c != Some(&'-');
    !label.starts_with(MARK)
        && edge(letters.first())
        && edge(letters.last())
        && letters.first().is_some_and(|c| !is_combining_mark(*c))
        && Hidden::find(label).is_none()
        && letters.iter().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_host_has_one_name() {
        for (name, ascii) in [
            ("nike.example", Some("nike.example")),
            ("NIKE.Example", Some("nike.example")),
            ("käse.example", Some("xn--kse-qla.example")),
            ("ka\u{308}se.example", Some("xn--kse-qla.example")),
            ("KÄSE.example", Some("xn--kse-qla.example")),
            ("xn--kse-qla.example", Some("xn--kse-qla.example")),
            ("XN--KSE-QLA.example", Some("xn--kse-qla.example")),
            ("ｎｉｋｅ．ｅｘａｍｐｌｅ", Some("nike.example")),
            ("例え。テスト", Some("xn--r8jz45g.xn--zckzah")),
            ("straße.example", Some("xn--strae-oqa.example")),
            ("ΟΔΟΣ.example", Some("xn--pxavbq.example")),
            ("col·legi.example", Some("xn--collegi-xma.example")),
            ("हिन्दी.example", Some("xn--j2bd4cyah0f.example")),
            ("ไทย.example", Some("xn--o3cw4h.example")),
            ("a.b.c", Some("a.b.c")),
            ("", None),
            ("nike..example", None),
            ("nike.example.", None),
            ("-nike.example", None),
            ("nike-.example", None),
            ("ni_ke.example", None),
            ("ni ke.example", None),
            ("xn--.example", None),
            ("xn--nike.example", None),
            ("xn--a.example", None),
            ("xn--kse-QLA!.example", None),
            ("xn--kse-qla\u{301}.example", None),
            ("\u{301}a.example", None),
            ("a·b.example", None),
            ("❤.example", None),
        ] {
            assert_eq!(to_ascii(name).ok().as_deref(), ascii, "{name:?}");
            agrees(name).unwrap();
        }
        let long = format!("{}.example", "ä".repeat(60));
        assert_eq!(to_ascii(&long), Err(HostNameError::Malformed));
        let hidden = to_ascii("ni\u{200b}ke.example").map_err(|error| error.to_string());
        assert_eq!(hidden, Err("must not contain U+200B (zero width space)".to_owned()));
    }

    #[test]
    fn people_see_their_letters() {
        for (ascii, shown) in [
            ("xn--kse-qla.example", "käse.example"),
            ("nike.example", "nike.example"),
            ("xn--nike.example", "xn--nike.example"),
        ] {
            assert_eq!(to_unicode(ascii), shown);
        }
    }

    /// What both accept, they write alike.
    fn agrees(name: &str) -> Result<(), TestCaseError> {
        if let (Ok(own), Ok(known)) = (to_ascii(name), idna::domain_to_ascii_strict(name)) {
            prop_assert_eq!(own, known, "{:?}", name);
        }
        Ok(())
    }

    #[test]
    fn every_letter_is_written_as_the_standard_says() {
        for c in ('\u{80}'..=char::MAX).filter(|c| c.is_alphanumeric()) {
            agrees(&format!("{c}.example")).unwrap();
            agrees(&format!("a{c}b.example")).unwrap();
        }
    }

    proptest! {
        #[test]
        fn letters_are_written_as_the_standard_says(name in "[a-zA-Zäöüßéñçøåæ·\u{300}-\u{36f}α-ωΑ-Ωа-яА-Яא-תا-يक-ह्あ-んア-ン一-丏가-갏ａ-ｚ\u{200c}\u{200d}-]{1,12}\\.example") {
            agrees(&name)?;
        }

        #[test]
        fn whatever_is_typed_is_written_as_the_standard_says(name in "\\PC{1,8}\\.example") {
            agrees(&name)?;
        }

        #[test]
        fn the_name_in_ascii_is_its_own(name in "\\PC{1,8}\\.\\PC{1,3}") {
            if let Ok(ascii) = to_ascii(&name) {
                prop_assert_eq!(to_ascii(&ascii).unwrap(), ascii.as_str());
                prop_assert_eq!(to_ascii(&to_unicode(&ascii)).unwrap(), ascii);
            }
        }
    }
}
