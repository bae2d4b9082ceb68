//! What the log remembers of a person, until the client is erased.

use crate::domain::client::Client;

/// What a log entry about the client says about the person.
pub fn personal(client: &Client) -> Vec<(&'static str, String)> {
    let email = client.email.as_ref().map(|email| ("email", email.as_str().to_owned()));
    let name = client.name.as_ref().map(|name| ("name", name.to_string()));
    email.into_iter().chain(name).collect()
}
