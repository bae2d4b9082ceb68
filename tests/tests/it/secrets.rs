//! Looks for secrets that got out while a story ran, and for names that shouldn't show.
//!
//! Secrets are the tokens in mailed links, the sessions, and the passwords that people typed,
//! wrong ones included. They may stand in the mail's body and in the answers that give a
//! session or a link, and nowhere else: neither in rows nor in their records' debug
//! output, nor in errors, nor in other answers.

use std::collections::BTreeSet;
use std::fmt::Debug;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clientdesk_component::app::record::{self, Record};
use clientdesk_component::domain::agency::Agency;
use clientdesk_component::domain::client::Client;
use clientdesk_component::domain::identity::Identity;
use clientdesk_component::domain::log::Block;
use clientdesk_component::domain::mail::OutboxMail;
use clientdesk_component::domain::session::Session;
use clientdesk_scenario::report::{Called, Seen};
use clientdesk_scenario::{TargetError, Watcher, token};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("secrets/the_search_finds_secrets_in_every_form", finds_secrets_in_every_form)]
}

/// Watches a story. What it finds is told at the end.
#[derive(Default)]
pub struct SecretSearch {
    secrets: BTreeSet<String>,
    found: Vec<String>,
}

/// White-label: no client ever reads this.
const VENDOR: &str = "clientdesk";

impl SecretSearch {
    /// Says what was found.
    pub fn finish(self) -> Result<(), String> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found.join("\n")) }
    }

    /// Remembers the secrets that a call was given, gave, or mailed.
    fn learn(&mut self, called: &Called<'_>) {
        for (name, value) in called.arguments {
            // What is short or an address may stand anywhere by chance.
            let typed = value.as_str().filter(|text| (12..200).contains(&text.len()));
            if let ("password" | "current", Some(text)) = (name.as_str(), typed)
                && !text.contains('@')
            {
                self.secrets.insert(text.to_owned());
            }
        }
        for name in ["session", "token"] {
            let field = called.answer.as_ref().ok().and_then(|answer| answer.get(name));
            if let Some(token) = field.and_then(Value::as_str) {
                self.learn_token(token);
            }
        }
        for mail in called.mails {
            if let Some(token) = token(&mail.text) {
                self.learn_token(token);
            }
        }
    }

    /// A token's last 32 bytes are what nobody can guess: they are looked for in other forms
    /// as well.
    fn learn_token(&mut self, token: &str) {
        self.secrets.insert(token.to_owned());
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).expect("tokens are base64url");
        let secret = &bytes[bytes.len() - 32..];
        self.secrets.insert(BASE64_URL_SAFE_NO_PAD.encode(secret));
        self.secrets.insert(secret.iter().map(|byte| format!("{byte:02x}")).collect());
        self.secrets.insert(serde_json::to_string(secret).expect("bytes are JSON"));
    }

    fn search(&mut self, place: &str, text: &str) {
        if let Some(secret) = self.secrets.iter().find(|secret| text.contains(secret.as_str())) {
            self.found.push(format!("{place} holds the secret {secret}: {text}"));
        }
    }

    fn search_for_vendor(&mut self, place: &str, text: &str) {
        if text.to_lowercase().contains(VENDOR) {
            self.found.push(format!("{place} names {VENDOR}: {text}"));
        }
    }

    fn search_call(&mut self, step: &str, called: &Called<'_>) {
        let Called { function, answer, mails, .. } = called;
        let text = match answer {
            Ok(answer) => without_tokens(answer),
            Err(TargetError::Refused(error)) => error.to_string(),
            Err(TargetError::Broken(problem)) => problem.clone(),
        };
        let place = format!("{step}: the answer of {function}");
        self.search(&place, &text);
        self.search_for_vendor(&place, &text);
        for mail in *mails {
            self.search(&format!("{step}: a mail's subject"), &mail.subject);
            let whole =
                format!("{} {} {} {}", mail.sender_name, mail.subject, mail.text, mail.html);
            self.search_for_vendor(&format!("{step}: a mail"), &whole);
        }
    }
}

fn without_tokens(answer: &Value) -> String {
    let mut answer = answer.clone();
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("session");
        fields.remove("token");
        fields.remove("url");
    }
    answer.to_string()
}

/// How the record in a row shows itself to somebody who debugs a host; none for rows that hold
/// nothing of a person.
fn debug_of(key: &str, value: &str) -> Option<String> {
    fn shown<R: Record + Debug>(key: &str, value: &str) -> Option<String> {
        Some(format!("{:?}", record::decode::<R>(key, value).ok()?))
    }
    let kind = key.split('/').nth(if key.starts_with("a/") { 2 } else { 0 });
    match kind? {
        "agency" => shown::<Agency>(key, value),
        "client" => shown::<Client>(key, value),
        "identity" => shown::<Identity>(key, value),
        "mail" => shown::<OutboxMail>(key, value),
        "session" => shown::<Session>(key, value),
        "log" => shown::<Block>(key, value),
        _ => None,
    }
}

impl Watcher for SecretSearch {
    fn saw(&mut self, seen: &Seen<'_>) {
        let Some(called) = &seen.called else { return };
        let known = self.secrets.len();
        self.learn(called);
        let step = format!("{}:{}", seen.scenario.file, seen.step.line);
        self.search_call(&step, called);
        let last = seen.number == seen.scenario.steps.len();
        if last || self.secrets.len() > known || called.answer.is_err() {
            for (key, value) in seen.world.rows().expect("the store answers") {
                self.search(&format!("{step}: the row {key}"), &format!("{key} {value}"));
                if let Some(debug) = last.then(|| debug_of(&key, &value)).flatten() {
                    self.search(&format!("{step}: the debug output of {key}"), &debug);
                }
            }
        }
    }
}

fn finds_secrets_in_every_form() {
    let token = BASE64_URL_SAFE_NO_PAD.encode([&[1; 20], &[0xab; 32][..]].concat());
    let bytes = ["171"; 32].join(",");
    for (text, found) in [
        ("nothing of the kind", false),
        (token.as_str(), true),
        (&format!("{{\"token\":\"{token}\"}}"), true),
        (&BASE64_URL_SAFE_NO_PAD.encode([0xab; 32]), true),
        (&"ab".repeat(32), true),
        (&format!("[{bytes}]"), true),
        ("the correct horse", false),
        ("a correct horse battery!", true),
    ] {
        let mut search = SecretSearch::default();
        search.learn_token(&token);
        search.secrets.insert("correct horse battery".to_owned());
        search.search("here", text);
        assert_eq!(search.finish().is_err(), found, "{text}");
    }
}
