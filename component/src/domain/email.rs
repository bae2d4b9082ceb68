//! E-mail addresses.

use core::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that isn't an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("must be an e-mail address, such as `ann@nike.example`")]
pub struct EmailError;

/// An e-mail address as it was typed, at most 254 bytes.
///
/// Two spellings that differ in case only are the same address: mailboxes that tell them
/// apart are rarer than people who type a capital.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    const BYTES_MAX: usize = 254;

    /// The address that `text` spells, without white space around it.
    ///
    /// # Errors
    ///
    /// When it isn't `local@domain.tld`: comments, display names, address literals and
    /// domains of one label are refused too, since a client's mail never needs them.
    pub fn parse(text: &str) -> Result<Email, EmailError> {
        let text = text.trim();
        let strict =
            Options::default().with_required_tld().without_display_text().without_domain_literal();
        if text.len() > Self::BYTES_MAX || text.contains(char::is_control) {
            return Err(EmailError);
        }
        // The library lets a domain have characters that none can have.
        let named = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        match EmailAddress::parse_with_options(text, strict) {
            Ok(address) if address.domain().chars().all(named) => Ok(Email(text.to_owned())),
            Ok(_) | Err(_) => Err(EmailError),
        }
    }

    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spelling that all spellings of this address share.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// Whether it is an address of `domain` itself, not of one below it.
    pub fn is_of(&self, domain: &Domain) -> bool {
        self.folded().rsplit_once('@').is_some_and(|(_, own)| own == domain.0)
    }

    /// The address as part of a key: see [`key_hash`](super::text::key_hash).
    pub fn key_hash(&self) -> String {
        super::text::key_hash(&self.folded())
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    /// Hides the person: debug output ends up in a host's own logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// A text that isn't a domain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("must be a domain, such as `nike.example`")]
pub struct DomainError;

/// The part of an address after the `@`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// The domain that `text` spells; an `@` before it is left out.
    ///
    /// # Errors
    ///
    /// When no address could be of it.
    pub fn parse(text: &str) -> Result<Domain, DomainError> {
        let text = text.trim();
        let domain = text.strip_prefix('@').unwrap_or(text).to_lowercase();
        Email::parse(&format!("x@{domain}")).map(|_| Domain(domain)).map_err(|_| DomainError)
    }

    /// The domain's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("", false),
            (long.as_str(), false),
        ] {
            assert_eq!(Email::parse(text).is_ok(), good, "{text:?}");
        }
    }

    #[test]
    fn case_makes_no_other_address() {
        let hash = |text| Email::parse(text).unwrap().key_hash();
        assert_eq!(hash("Ann@Nike.example"), hash("ann@nike.example"));
        assert_ne!(hash("ann@nike.example"), hash("ann+1@nike.example"));
    }

    #[test]
    fn an_address_is_of_its_own_domain_only() {
        let domain = Domain::parse(" @Nike.example").unwrap();
        for (email, of) in [
            ("ann@nike.example", true),
            ("ann@NIKE.example", true),
            ("ann@eu.nike.example", false),
            ("ann@notnike.example", false),
        ] {
            assert_eq!(Email::parse(email).unwrap().is_of(&domain), of, "{email}");
        }
        for text in ["", "nike", "nike.example/x", "a@nike.example", "nike .example"] {
            assert!(Domain::parse(text).is_err(), "{text}");
        }
    }
}
