//! What is said of a mail that wasn't taken, without anything of what the mail holds: servers repeat addresses, and
//! some of what they were sent.

use std::error::Error as _;

use lettre::transport::smtp::Error;

use super::Message;
use super::stage::{Failure, Refusal, Stage};
use crate::adapters::mail::said;

/// From how many letters on a word of the mail's own is known again.
const OWN_MIN: usize = 3;

/// What went wrong, at this stage.
pub(super) fn failure_of(error: &Error) -> Failure {
    let source = || error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status() {
        let text = source();
        let enhanced = text.split(' ').next().and_then(enhanced);
        return Failure::Refused(Refusal { code: code.into(), enhanced, text });
    }
    Failure::Broken(if error.is_response() {
        // What it was would be repeated here.
        match source().as_str() {
            "incomplete response" => "the connection was closed".into(),
            "SMTP response line too long" | "SMTP response too large" => {
                "its answer is too long".into()
            }
            _ => "its answer makes no sense".into(),
        }
    } else if error.is_client() {
        "it offers no way to log in that is known here: PLAIN or LOGIN".into()
    } else {
        innermost(error)
    })
}

/// The words of what is behind an error: those of the system, or of TLS.
fn innermost(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    advised(text)
}

/// With what to do about it.
pub(super) fn advised(mut text: String) -> String {
    // What is a link to a manual isn't for whoever operates the host.
    if let Some((said, _)) = text.split_once(" without sending TLS close_notify") {
        text = said.to_owned();
    }
    if text.contains("UnknownIssuer") {
        text.push_str("; `ca=FILE` names whose certificates are good");
    }
    text
}

/// The subject and the detail of a code such as `5.1.1`.
fn enhanced(word: &str) -> Option<(u16, u16)> {
    let mut parts = word.split('.');
    let class: u16 = parts.next()?.parse().ok()?;
    let found = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (matches!(class, 4 | 5) && parts.next().is_none()).then_some(found)
}

/// What went wrong with a mail, for people: in the outbox, and in the log of whoever operates the host.
pub(super) fn told(stage: Stage, failure: &Failure, message: Option<&Message>) -> String {
    let why = match failure {
        Failure::Unfit(why) => return (*why).to_owned(),
        Failure::Broken(why) => why.clone(),
        Failure::Refused(refusal) => {
            format!("it said {} {}", refusal.code, without(&refusal.text, message))
        }
    };
    let why = why.trim_end();
    match (stage, failure) {
        (Stage::Taking, Failure::Broken(_)) => format!(
            "{stage} failed: {why}; it may have been taken, and comes again with the same Message-ID"
        ),
        _ => format!("{stage} failed: {why}"),
    }
}

/// A server's words without those that could be the mail's: addresses, links, names, and what its subject holds.
fn without(text: &str, message: Option<&Message>) -> String {
    let own: Vec<String> = message.map(own_words).unwrap_or_default();
    said::without(text, |word| {
        let word = plain(word);
        own.contains(&word) || own.iter().any(|own| own.len() > 6 && word.contains(own.as_str()))
    })
}

/// The words that a mail is known by, but for the commonest.
fn own_words(message: &Message) -> Vec<String> {
    let local = message.to.rsplit_once('@').map_or("", |(local, _)| local);
    let texts = [&message.sender_name, &message.subject, &message.to];
    let split = |text: &str| -> Vec<String> {
        text.split(|letter: char| !letter.is_alphanumeric()).map(plain).collect()
    };
    let mut words: Vec<String> = texts.into_iter().flat_map(|text| split(text)).collect();
    words.push(plain(local));
    words.extend(message.text.split_whitespace().filter(|word| word.len() > 12).map(plain));
    words.retain(|word| word.chars().count() >= OWN_MIN && !COMMON.contains(&word.as_str()));
    words
}

fn plain(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase()
}

/// Words that servers say, and that tell nothing of a mail.
const COMMON: [&str; 24] = [
    "the",
    "you",
    "your",
    "are",
    "and",
    "for",
    "not",
    "that",
    "this",
    "with",
    "has",
    "have",
    "mail",
    "mailbox",
    "message",
    "user",
    "address",
    "recipient",
    "sender",
    "domain",
    "com",
    "org",
    "net",
    "rejected",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::mail::tests::message;

    fn said(text: &str) -> String {
        without(text, Some(&message("m1")))
    }

    #[test]
    fn a_servers_words_are_kept_and_the_mails_arent() {
        for (text, kept) in [
            ("5.1.1 User unknown", "5.1.1 User unknown"),
            (
                "5.1.1 <ada@client.example>: Recipient address rejected",
                "5.1.1 … Recipient address rejected",
            ),
            ("no mailbox ada here", "no mailbox … here"),
            ("Ada has no mailbox", "… has no mailbox"),
            ("spam: You are invited - come in", "spam: You are … - … in"),
            ("see https://x.example/?to=ada%40client.example", "see …"),
            ("read Follow secret-link again", "read Follow secret-link again"),
            ("one\r\ntwo\u{0}three", "one two three"),
        ] {
            assert_eq!(said(text), kept, "{text}");
        }
    }

    #[test]
    fn a_secret_of_the_text_is_known_again() {
        let mut mail = message("m1");
        mail.text = "Open https://x.example/i#t=AbCdEfGhIjKlMnOp now, Longerlastname".into();
        for word in ["Longerlastname", "x.example/i#t=AbCdEfGhIjKlMnOp"] {
            let said = without(&format!("refused {word} for good"), Some(&mail));
            assert!(!said.contains(word), "{said}");
        }
    }

    #[test]
    fn enhanced_codes_are_read() {
        for (word, found) in [
            ("5.1.1", Some((1, 1))),
            ("4.7.650", Some((7, 650))),
            ("2.0.0", None),
            ("5.1", None),
            ("5.1.1.1", None),
            ("x", None),
        ] {
            assert_eq!(enhanced(word), found, "{word}");
        }
    }
}
