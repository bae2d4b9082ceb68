//! E-mail addresses, each of which people type in more than one way.

use core::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::host_name::{self, HostNameError};
use super::spelling::{Hidden, composed, decomposed};
use super::text::key_hash;

/// Why a text isn't an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EmailError {
    /// It doesn't look like one.
    #[error("must be an e-mail address, such as `ann@nike.example`")]
    Malformed,
    /// It has a character that nobody sees.
    #[error("must not contain {0}: type the address anew")]
    Hidden(Hidden),
}

/// An e-mail address, at most 254 bytes: what stands before the `@` as it was typed, composed,
/// and the domain in ASCII (IDNA).
///
/// All spellings of an address are that address. Case doesn't matter before the `@` either:
/// mailboxes that tell it apart are rarer than people who type a capital. The domain is in
/// ASCII wherever it is shown too: there is one form to compare and to copy, mail servers of
/// any age take it, and letters that look like others don't mislead anybody.
///
/// Rows of earlier releases hold addresses as they were typed then. They stay so, and are the
/// same addresses.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl Email {
    const BYTES_MAX: usize = 254;

    /// The address that `text` spells, without white space around it.
    ///
    /// # Errors
    ///
    /// When it isn't `local@domain.tld`: comments, display names, address literals and
    /// domains of one label are refused too, since a client's mail never needs them. And when
    /// a character in it can't be seen.
    #[inline(never)]
    pub fn parse(text: &str) -> Result<Email, EmailError> {
        let text = text.trim();
        let blank = |c: char| c.is_control() || c.is_whitespace() && c != ' ';
        if text.contains(blank) || text.len() > Self::BYTES_MAX * 4 {
            return Err(EmailError::Malformed);
        }
        if let Some(hidden) = Hidden::find(text) {
            return Err(EmailError::Hidden(hidden));
        }
        let address = canonical(text).ok_or(EmailError::Malformed)?;
        let strict =
            Options::default().with_required_tld().without_display_text().without_domain_literal();
        let whole = EmailAddress::parse_with_options(&address, strict);
        if address.len() > Self::BYTES_MAX || whole.is_err() {
            return Err(EmailError::Malformed);
        }
        Ok(Email(address))
    }

    /// The address, as it is shown and as mail goes there.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spelling that all spellings of this address share.
    pub fn folded(&self) -> String {
        if self.0.is_ascii() {
            return self.0.to_ascii_lowercase();
        }
        canonical(&self.0).unwrap_or_else(|| self.0.clone()).to_lowercase()
    }

    /// Whether it is an address of `domain` itself, not of one below it.
    pub fn is_of(&self, domain: &Domain) -> bool {
        self.folded().rsplit_once('@').is_some_and(|(_, own)| own == domain.folded())
    }

    /// The address with its domain as people write it, if that differs: they may search for
    /// either.
    pub fn with_letters(&self) -> Option<String> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let shown = host_name::to_unicode(domain);
        (shown != domain).then(|| format!("{local}@{shown}"))
    }

    /// The address as part of the keys that its own row leads from: see [`key_hash`]. It
    /// follows from how the row spells it, so that a row is left where it was put.
    pub fn key_hash(&self) -> String {
        key_hash(&self.0.to_lowercase())
    }

    /// Where rows with this address may lie: today's place first, then those of the releases
    /// that took each spelling for an address of its own. Only letters outside ASCII have more
    /// than one.
    #[inline(never)]
    pub fn key_hashes(&self) -> Vec<String> {
        let mut places = vec![self.key_hash()];
        let shown = self.with_letters();
        if shown.is_none() && self.0.is_ascii() {
            return places;
        }
        let shown = shown.unwrap_or_else(|| self.0.clone()).to_lowercase();
        for spelling in [composed(&shown), decomposed(&shown)] {
            let place = key_hash(&spelling);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

/// The one way to write an address; none when nothing can be its domain.
#[inline(never)]
fn canonical(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    Some(format!("{}@{}", composed(local), host_name::to_ascii(domain).ok()?))
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

/// Why a text isn't a domain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DomainError {
    /// No address could be of it.
    #[error("must be a domain, such as `nike.example`")]
    Malformed,
    /// It has a character that nobody sees.
    #[error("must not contain {0}: type the domain anew")]
    Hidden(Hidden),
}

/// The part of an address after the `@`, in lower case and ASCII (IDNA).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// The domain that `text` spells; an `@` before it is left out.
    ///
    /// # Errors
    ///
    /// When no address could be of it, or a character in it can't be seen.
    pub fn parse(text: &str) -> Result<Domain, DomainError> {
        let text = text.trim();
        let domain = host_name::to_ascii(text.strip_prefix('@').unwrap_or(text));
        let domain = domain.map_err(|error| match error {
            HostNameError::Hidden(hidden) => DomainError::Hidden(hidden),
            HostNameError::Malformed => DomainError::Malformed,
        })?;
        let address = Email::parse(&format!("x@{domain}"));
        address.map(|_| Domain(domain)).map_err(|_| DomainError::Malformed)
    }

    /// The domain's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spelling that all spellings share: earlier releases stored what was typed.
    fn folded(&self) -> String {
        host_name::to_ascii(&self.0).unwrap_or_else(|_| self.0.clone())
    }
}

#[cfg(test)]
#[path = "email_tests.rs"]
mod tests;
