//! Addresses on the web.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that isn't a web address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "must be an `https://` or `http://` address without spaces or a user, of at most 500 characters"
)]
pub struct WebAddressError;

/// An address on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebAddress(String);

impl WebAddress {
    const BYTES_MAX: usize = 500;

    /// The address that `text` spells.
    ///
    /// # Errors
    ///
    /// When it isn't `http` or `https`, names no host, names somebody at a host (which passes one host off
    /// as another), or has characters that don't belong.
    pub fn parse(text: &str) -> Result<WebAddress, WebAddressError> {
        let address = text.trim();
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))
            .ok_or(WebAddressError)?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"<>\"\\'".contains(&b);
        if names_a_host(rest) && address.len() <= Self::BYTES_MAX && rest.bytes().all(plain) {
            Ok(WebAddress(address.to_owned()))
        } else {
            Err(WebAddressError)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether what follows `https://` begins with a host: not with somebody at one, nor with half an address of IPv6.
pub fn names_a_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let begins = authority.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    begins && !authority.contains('@') && authority.starts_with('[') == authority.contains(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_web_address() {
        for (text, good) in [
            ("https://acme.example/logo.png?v=2", true),
            ("http://localhost:8080/a", true),
            ("acme.example/logo.png", false),
            ("javascript:alert(1)", false),
            ("https://acme.example/a b.png", false),
            ("https://acme.example/\"onload=x", false),
            ("https://", false),
            ("https://acme.example/@mia?to=a@b#c@d", true),
            ("https://acme.example@evil.example/", false),
            ("https://acme.example:secret@evil.example", false),
            ("https://acme.example@evil.example?a", false),
            ("https://[::1]:8443/a", true),
            ("https://[::1/a]", false),
            ("https://acme.example]/", false),
        ] {
            assert_eq!(WebAddress::parse(text).is_ok(), good, "{text}");
        }
    }
}
