//! `agencies.reset-clock`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::jobs::begin_anew;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::AgencyId;
use crate::domain::log::Event;
use crate::domain::time::Timestamp;

/// What resetting the clock did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReset {
    /// The latest time from here on.
    pub now: Timestamp,
    /// The latest time before.
    pub was: Timestamp,
}

/// Makes the agency's latest time what the host's clock says, and gives both times.
pub fn reset_clock(ports: &Ports, id: &str) -> Result<ClockReset, Error> {
    let unknown = |_| Error::not_found("agency", id);
    let tenant = Tenant::Existing(AgencyId::parse(id).map_err(unknown)?);
    let now = view::clock(ports)?;
    transact(ports, &tenant, Actor::Platform, &[], |tx| {
        let was = tx.view().head().latest;
        tx.reset_clock(now);
        tx.log(Event::ClockReset { from: was, to: now })?;
        let reset = tx.agency().clone().with_clock_reset(now);
        tx.write(keys::agency(&reset.id), &reset)?;
        begin_anew(tx, now)?;
        Ok(ClockReset { now, was })
    })
}
