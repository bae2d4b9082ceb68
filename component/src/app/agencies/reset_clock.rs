//! `agencies.reset-clock`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::jobs::begin_anew;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::AgencyId;
use crate::domain::log::Event;
use crate::domain::time::Timestamp;

/// Makes the agency's latest time what the host's clock says, and gives that time.
pub fn reset_clock(ports: &Ports, id: &str) -> Result<Timestamp, Error> {
    let unknown = |_| Error::not_found("agency", id);
    let tenant = Tenant::Existing(AgencyId::parse(id).map_err(unknown)?);
    let to = view::clock(ports)?;
    transact(ports, &tenant, Actor::Platform, &[], |tx| {
        let from = tx.view().head().latest;
        tx.reset_clock(to);
        tx.log(Event::ClockReset { from, to })?;
        begin_anew(tx, to)?;
        Ok(to)
    })
}
