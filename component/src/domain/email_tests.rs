//! What is an address, and which spellings are the same one.

use proptest::prelude::*;

use super::*;

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

#[test]
fn what_is_an_address() {
    let long = format!("{}@nike.example", "x".repeat(250));
    for (text, good) in [
        ("ann@nike.example", true),
        (" Ann.O'Neil+shoes@Mail.Nike.example ", true),
        ("ännchen@käse.example", true),
        ("ann", false),
        ("ann@", false),
        ("@nike.example", false),
        ("ann@nike", false),
        ("ann@@nike.example", false),
        ("ann@nike..example", false),
        ("Ann <ann@nike.example>", false),
        ("ann@[127.0.0.1]", false),
        ("ann@nike.example/x", false),
        ("ann@nike.example\nBcc: all@nike.example", false),
        ("ann@xn--nike.example", false),
        ("", false),
        (long.as_str(), false),
    ] {
        assert_eq!(Email::parse(text).is_ok(), good, "{text:?}");
    }
}

#[test]
fn an_address_is_written_in_one_way() {
    for (text, written) in [
        (" Ann@NIKE.example ", "Ann@nike.example"),
        ("ann@käse.example", "ann@xn--kse-qla.example"),
        ("ann@ka\u{308}se.example", "ann@xn--kse-qla.example"),
        ("jose\u{301}@nike.example", "josé@nike.example"),
        ("ann@ｎｉｋｅ。example", "ann@nike.example"),
    ] {
        assert_eq!(email(text).as_str(), written, "{text:?}");
    }
}

#[test]
fn hidden_characters_are_refused_by_name() {
    for (text, name) in [
        ("an\u{200b}n@nike.example", "U+200B (zero width space)"),
        ("\u{202e}nna@nike.example", "U+202E (right-to-left override)"),
        ("ann@ni\u{ad}ke.example", "U+00AD (soft hyphen)"),
    ] {
        let error = Email::parse(text).unwrap_err().to_string();
        assert!(error.contains(name), "{text:?}: {error}");
    }
    let error = Domain::parse("ni\u{200b}ke.example").unwrap_err().to_string();
    assert!(error.contains("U+200B"), "{error}");
}

#[test]
fn spellings_of_an_address_share_their_place() {
    for (one, other) in [
        ("Ann@Nike.example", "ann@nike.example"),
        ("ann@käse.example", "ANN@xn--kse-qla.example"),
        ("JOSÉ@nike.example", "jose\u{301}@nike.example"),
    ] {
        assert_eq!(email(one).key_hash(), email(other).key_hash(), "{one}");
        assert_eq!(email(one).folded(), email(other).folded(), "{one}");
    }
    let (ann, other) = (email("ann@nike.example"), email("ann+1@nike.example"));
    assert_ne!(ann.key_hash(), other.key_hash());
}

#[test]
fn rows_of_before_are_found_and_are_the_same() {
    // As earlier releases stored what was typed.
    for (stored, typed) in [
        ("ann@käse.example", "ann@xn--kse-qla.example"),
        ("Ann@KÄSE.example", "ann@käse.example"),
        ("jose\u{301}@nike.example", "josé@nike.example"),
        ("jose\u{301}@ka\u{308}se.example", "José@xn--kse-qla.example"),
        ("ann@nike.example", "ANN@nike.example"),
    ] {
        let (stored, typed) = (Email(stored.to_owned()), email(typed));
        assert!(typed.key_hashes().contains(&stored.key_hash()), "{stored}");
        assert_eq!(stored.folded(), typed.folded(), "{stored}");
    }
    assert_eq!(email("ann@nike.example").key_hashes().len(), 1, "ASCII costs one look");
}

#[test]
fn people_find_the_letters_of_a_domain() {
    assert_eq!(email("ann@KÄSE.example").with_letters().as_deref(), Some("ann@käse.example"));
    assert_eq!(email("ann@nike.example").with_letters(), None);
}

#[test]
fn an_address_is_of_its_own_domain_only() {
    let domain = Domain::parse(" @Nike.example").unwrap();
    for (address, of) in [
        ("ann@nike.example", true),
        ("ann@NIKE.example", true),
        ("ann@eu.nike.example", false),
        ("ann@notnike.example", false),
    ] {
        assert_eq!(email(address).is_of(&domain), of, "{address}");
    }
    let typed = Domain::parse("Käse.example").unwrap();
    assert_eq!(typed.as_str(), "xn--kse-qla.example");
    for domain in [typed, Domain("käse.example".to_owned())] {
        assert!(email("ann@käse.example").is_of(&domain));
        assert!(email("ann@xn--kse-qla.example").is_of(&domain));
    }
    for text in ["", "nike", "nike.example/x", "a@nike.example", "nike .example"] {
        assert!(Domain::parse(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn an_address_stays_as_it_is(local in "[a-zä-ü\u{300}-\u{304}]{1,8}", name in "[a-zà-ÿ]{1,8}") {
        let text = format!("{local}@{name}.example");
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(&Email::parse(email.as_str()).unwrap(), &email);
            prop_assert_eq!(&Email::parse(&decomposed(&text)).unwrap(), &email);
            prop_assert_eq!(&Email::parse(&composed(&text)).unwrap(), &email);
        }
    }
}
