//! `clients.set-permissions`

use super::load::{load_for_change, parse_id};
use super::new_invite::{self, RawPermissions};
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
    let caller = Caller::of(call, functions::CLIENTS_SET_PERMISSIONS)?;
    let parsed = parse_id(id)?;
    let mut fields = Fields::default();
    let wanted = new_invite::parse_permissions(&mut fields, "permissions", Some(permissions));
    let wanted = fields.finish(wanted.flatten())?;
    let keys = vec![keys::client(&caller.agency, parsed).into_text()];
    command(ports, &caller, &(id, permissions), keys, |tx| {
        let loaded = load_for_change(tx, parsed)?;
        let mut fields = Fields::default();
        let settings = &tx.agency().settings;
        new_invite::check_features(&mut fields, "permissions", Some(&wanted), settings);
        fields.finish(Some(()))?;
        if loaded.client.permissions == wanted {
            return Ok(());
        }
        let next = Client { permissions: wanted.clone(), ..loaded.client.clone() };
        tx.log(Event::PermissionsChanged { client: next.id, permissions: wanted.clone() })?;
        save(tx, Some(&loaded.stored), Some(&next))
    })
}
