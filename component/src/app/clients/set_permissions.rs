//! `clients.set-permissions`

use super::super::caller::{Call, Caller, Function};
use super::super::command::command;
use super::super::error::Error;
use super::super::fields::Fields;
use super::super::keys;
use super::super::ports::Ports;
use super::load::{load, parse_id};
use super::offer::{self, RawPermissions};
use super::save;
use crate::domain::actor::Role;
use crate::domain::client::Client;
use crate::domain::log::Event;

const FUNCTION: Function = Function { name: "clients.set-permissions", least: Role::Manager };

/// Changes what a client may do.
///
/// # Errors
///
/// When something is malformed or unknown, there is no such client, or the store fails.
pub fn set_permissions(
    ports: &Ports,
    call: &Call,
    id: &str,
    permissions: &RawPermissions,
) -> Result<(), Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let parsed = parse_id(id)?;
    let mut fields = Fields::default();
    let wanted = offer::parse_permissions(&mut fields, "permissions", Some(permissions));
    let wanted = fields.finish(wanted.flatten())?;
    let keys = vec![keys::client(&caller.agency, parsed).into_text()];
    command(ports, &caller, &(id, permissions), keys, |tx| {
        let loaded = load(tx, parsed)?;
        let mut fields = Fields::default();
        let settings = &tx.agency().settings;
        offer::check_features(&mut fields, "permissions", Some(&wanted), settings);
        fields.finish(Some(()))?;
        if loaded.client.permissions == wanted {
            return Ok(());
        }
        let next = Client { permissions: wanted.clone(), ..loaded.client.clone() };
        tx.log(Event::PermissionsChanged { client: next.id, permissions: wanted.clone() })?;
        save(tx, Some(&loaded.stored), Some(&next))
    })
}
