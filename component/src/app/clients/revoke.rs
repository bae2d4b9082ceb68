//! `clients.revoke`

use super::super::caller::{Call, Caller, Function};
use super::super::command::command;
use super::super::error::Error;
use super::super::keys;
use super::super::ports::Ports;
use super::{get::parse_id, save};
use crate::domain::actor::Role;
use crate::domain::log::Event;

const FUNCTION: Function = Function { name: "clients.revoke", least: Role::Manager };

/// Removes all access of a client.
///
/// Its sessions end with it without being touched: they are worth what the client is.
///
/// # Errors
///
/// When there is no such client, it has no access, or the store fails.
pub fn revoke(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let agency = &caller.agency;
    let key = keys::client(agency, parse_id(id)?);
    let keys = vec![key.text().to_owned(), keys::payer(agency).into_text()];
    command(ports, &caller, &id, keys, |tx| {
        let unknown = || Error::NotFound(format!("client `{id}`"));
        let client = tx.view().read(&key)?.ok_or_else(unknown)?;
        let now = tx.now();
        let revoked = client.revoke(now).map_err(|refusal| Error::client(refusal, "revoke"))?;
        let brands = client.grants.iter().map(|grant| grant.brand.clone()).collect();
        let personal = vec![("email", client.email.as_str().to_owned())];
        tx.log_with(Event::ClientRevoked { client: client.id, brands }, personal)?;
        save(tx, Some(&client), &revoked)
    })
}
