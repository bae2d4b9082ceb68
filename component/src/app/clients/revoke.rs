//! `clients.revoke`

use super::load::{load_for_change, parse_id, personal};
use super::owning::pass_on;
use super::save;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::log::Event;

/// Removes all access of a client. The accounts that it owns are nobody's then.
///
/// Its sessions end with it without being touched: they are worth what the client is.
///
/// # Errors
///
/// When the client has no access.
pub fn revoke(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::within(call, functions::CLIENTS_REVOKE)?;
    let agency = &caller.agency;
    let parsed = parse_id(id)?;
    let keys = [
        keys::client(agency, parsed).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
    ];
    command(ports, &caller, &id, keys.to_vec(), |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let client = &loaded.client;
        let revoked = client.revoke(tx.now()).map_err(|why| Error::client(why, "revoke"))?;
        let brands = client.grants.iter().map(|grant| grant.brand.clone()).collect();
        tx.log_with(Event::ClientRevoked { client: client.id, brands }, personal(client))?;
        save(tx, Some(&loaded.stored), Some(&revoked))?;
        pass_on(tx, parsed, None, false)
    })
}
