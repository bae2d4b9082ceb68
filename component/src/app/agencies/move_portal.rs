//! `agencies.move-portal`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::actor::Actor;
use crate::domain::agency::{Agency, PortalAddress};
use crate::domain::id::AgencyId;
use crate::domain::log::Event;

/// Moves an agency's portal to another address.
pub fn move_portal(ports: &Ports, id: &str, address: &str) -> Result<(), Error> {
    let unknown = |_| Error::not_found("agency", id);
    let tenant = Tenant::Existing(AgencyId::parse(id).map_err(unknown)?);
    let mut fields = Fields::default();
    let address = fields.take("portal-address", PortalAddress::parse(address));
    let address = fields.finish(address)?;
    transact(ports, &tenant, Actor::Platform, &[], |tx| {
        let agency = tx.agency().clone();
        if agency.portal_address == address {
            return Ok(());
        }
        tx.log(Event::SettingsChanged { changed: vec!["portal-address"] })?;
        let moved = Agency { portal_address: address.clone(), ..agency };
        tx.write(keys::agency(&moved.id), &moved)
    })
}
