//! `clients.set-permissions`

use super::arguments::{self, RawPermissions};
use super::load::{load_for_change, parse_id};
use super::save;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::client::Client;
use crate::domain::log::Event;

/// Changes what a client may do.
pub fn set_permissions(
    ports: &Ports,
    call: &Call,
    id: &str,
    permissions: &RawPermissions,
) -> Result<(), Error> {
    let wanted = |fields: &mut Fields| {
        arguments::parse_permissions(fields, "permissions", Some(permissions)).flatten()
    };
    let (caller, wanted) = Caller::within_with(call, functions::CLIENTS_SET_PERMISSIONS, wanted)?;
    let parsed = parse_id(id)?;
    let keys = vec![keys::client(&caller.agency, parsed).into_text()];
    command(ports, &caller, &(id, permissions), keys, |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let mut fields = Fields::default();
        let settings = &tx.agency().settings;
        arguments::check_features(&mut fields, "permissions", Some(&wanted), settings);
        fields.finish(Some(()))?;
        if loaded.client.permissions == wanted {
            return Ok(());
        }
        let next = Client { permissions: wanted.clone(), ..loaded.client.clone() };
        tx.log(Event::PermissionsChanged { client: next.id, permissions: wanted.clone() })?;
        save(tx, Some(&loaded.stored), Some(&next))
    })
}
