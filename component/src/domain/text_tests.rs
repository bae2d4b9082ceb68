//! Names and notes: what is refused, and what is the same.

use proptest::prelude::*;

use super::*;

#[test]
fn names_are_one_bounded_line() {
    let long = "ä".repeat(201);
    for (text, name) in [
        ("  Nike ", Ok("Nike")),
        ("", Err(TextError::Empty)),
        (" \t\n", Err(TextError::Empty)),
        ("a\nb", Err(TextError::Control('\n'))),
        (long.as_str(), Err(TextError::TooLong { max: 200, len: 201 })),
        ("株式会社", Ok("株式会社")),
    ] {
        assert_eq!(Name::parse(text), name.map(|name| Name(name.into())), "{text:?}");
    }
    assert!(Name::parse(&"ä".repeat(200)).is_ok());
}

#[test]
fn names_are_in_one_spelling() {
    for (text, name) in [
        ("Socie\u{301}te\u{301}  Ge\u{301}ne\u{301}rale", "Société Générale"),
        ("Nike\u{a0}Inc\u{3000}", "Nike Inc"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("👩\u{200d}👧 & Co", "👩\u{200d}👧 & Co"),
    ] {
        assert_eq!(Name::parse(text), Ok(Name(name.into())), "{text:?}");
    }
}

#[test]
fn what_nobody_sees_is_refused_by_name() {
    for (text, message) in [
        (
            "\u{200b}\u{200b}",
            "must not be empty: it has nothing that can be seen, only U+200B (zero width space)",
        ),
        ("An\u{200b}n", "must not contain U+200B (zero width space): leave it out"),
        ("\u{202e}nnA", "must not contain U+202E (right-to-left override): leave it out"),
    ] {
        let refused = Name::parse(text).map_err(|error| error.to_string());
        assert_eq!(refused, Err(message.to_owned()), "{text:?}");
    }
}

#[test]
fn names_of_before_are_found_and_respelled() {
    let before = Name("Socie\u{301}te\u{301}".to_owned());
    let today = Name::parse("SOCIÉTÉ").unwrap();
    assert!(today.key_hashes().contains(&before.key_hash()));
    assert_eq!(before.respelled(), Name::parse("Société").unwrap());
    assert_eq!(Name::parse("Nike").unwrap().key_hashes().len(), 1, "ASCII costs one look");
}

#[test]
fn names_are_the_same_whatever_their_case() {
    let hash = |text| Name::parse(text).unwrap().key_hash();
    assert_eq!(hash("NIKE"), hash("nike"));
    assert_eq!(hash("ÉCOLE"), hash("école"));
    assert_ne!(hash("Nike"), hash("Nike 2"));
}

#[test]
fn notes_keep_their_lines() {
    for (text, note) in
        [("", Ok(None)), (" a\r\nb\t", Ok(Some("a\nb"))), ("a\u{0}", Err(TextError::Control('\0')))]
    {
        assert_eq!(Note::parse(text), note.map(|note| note.map(|text| Note(text.into()))));
    }
    assert!(Note::parse(&"x".repeat(2_001)).is_err());
}

#[test]
fn notes_may_have_marks_but_nothing_that_misleads() {
    let note = |text| Note::parse(text).map(|note| note.map(|note| note.0));
    assert_eq!(note("שלום\u{200f}!"), Ok(Some("שלום\u{200f}!".to_owned())));
    assert_eq!(note("cafe\u{301}"), Ok(Some("café".to_owned())));
    assert_eq!(note("\u{feff}\u{200b}\n"), Ok(None));
    let refused = note("a\u{202e}b").unwrap_err().to_string();
    assert_eq!(refused, "must not contain U+202E (right-to-left override): leave it out");
}

proptest! {
    #[test]
    fn a_name_stays_as_it_is(text in ".*") {
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(&Name::parse(name.as_str()).unwrap(), &name);
            prop_assert_eq!(&Name::parse(&decomposed(&text)).unwrap(), &name);
            prop_assert_eq!(name.respelled(), name);
        }
    }
}

#[test]
fn what_programs_name_things_with_is_printable() {
    let (most, long) = ("x".repeat(128), "x".repeat(129));
    for (text, problem) in [
        ("req 1/~", None),
        (&most, None),
        ("", Some(TextError::Empty)),
        (&long, Some(TextError::TooLong { max: 128, len: 129 })),
        ("a\nb", Some(TextError::NotPrintable)),
        ("é", Some(TextError::NotPrintable)),
        ("\u{7f}", Some(TextError::NotPrintable)),
    ] {
        assert_eq!(printable(text, 128).err(), problem, "{text:?}");
    }
}

#[test]
fn an_address_is_in_lines() {
    for (text, expected) in [
        ("", Some("")),
        (" \r\n ", Some("")),
        ("1 Main St\r\n  Springfield ", Some("1 Main St\nSpringfield")),
        ("Weg 1\n\n12345\u{a0}Ort", Some("Weg 1\n12345 Ort")),
        ("123456789\n", Some("123456789")),
        ("12345678901234567890\n1", None),
        ("a\tb", None),
        ("a\u{0}", None),
        ("a\u{200b}b", None),
        ("a\u{202e}b", None),
    ] {
        assert_eq!(lines(text, 21).ok().as_deref(), expected, "{text:?}");
    }
}
