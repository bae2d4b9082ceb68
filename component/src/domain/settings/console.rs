//! The agency's console: the pages where its staff look after clients.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::web_address::{WebAddress, WebAddressError};
use crate::domain::id::ClientId;

/// Where the agency's console is. Its pages are the host's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Console {
    /// The page about a client; none: mails to the agency have no links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_address: Option<ClientAddress>,
}

/// The address of a page about a client, with a place for its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientAddress(WebAddress);

/// Why a text is no address of pages about clients.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientAddressError {
    /// It is no address at all.
    #[error(transparent)]
    Address(#[from] WebAddressError),
    /// It is the same for all clients, or a client's id would be a part of the host's name, or
    /// it has other places.
    #[error(
        "must have `{{client}}` once after the host's name, where a client's id goes, and no other braces: such as `https://app.example/clients/{{client}}`"
    )]
    Place,
}

impl ClientAddress {
    /// Where the client's id goes: a place of level 1 in RFC 6570.
    const PLACE: &'static str = "{client}";

    /// The address that `text` spells.
    ///
    /// # Errors
    ///
    /// As for other addresses, and when the place isn't there once, after the host.
    pub fn parse(text: &str) -> Result<ClientAddress, ClientAddressError> {
        let address = WebAddress::parse(text)?;
        let (_, after_scheme) = address.as_str().split_once("//").unwrap_or_default();
        let path =
            after_scheme.find(['/', '?', '#']).and_then(|at| after_scheme.split_at_checked(at));
        let (host, path) = path.ok_or(ClientAddressError::Place)?;
        let (before, after) = path.split_once(Self::PLACE).ok_or(ClientAddressError::Place)?;
        if [host, before, after].iter().any(|part| part.contains(['{', '}'])) {
            return Err(ClientAddressError::Place);
        }
        Ok(ClientAddress(address))
    }

    /// The address, with the place for the id.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address of the page about this client.
    pub fn of(&self, client: ClientId) -> String {
        self.as_str().replace(Self::PLACE, &client.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_address_of_pages_about_clients() {
        for (text, good) in [
            ("https://app.example/clients/{client}", true),
            (" https://app.example/?client={client}&tab=1 ", true),
            ("http://localhost:8080/#/{client}/health", true),
            ("https://app.example?{client}", true),
            ("https://app.example/clients/", false),
            ("https://app.example", false),
            ("https://{client}.example/", false),
            ("https://{client}.example/{client}", false),
            ("https://{client}", false),
            ("https://app.example/{client}/{client}", false),
            ("https://app.example/{client}/{brand}", false),
            ("https://app.example/{{client}}", false),
            ("https://app.example/{id}", false),
            ("https://app.example/{Client}", false),
            ("javascript:alert('{client}')", false),
            ("//app.example/{client}", false),
            ("https://app.example/ {client}", false),
            ("https://app.example/\"{client}", false),
        ] {
            assert_eq!(ClientAddress::parse(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn the_id_takes_its_place() {
        let address = ClientAddress::parse("https://app.example/c/{client}?tab=1").unwrap();
        let client = ClientId::from_bytes([7; 16]);
        assert_eq!(address.of(client), format!("https://app.example/c/{client}?tab=1"));
    }
}
