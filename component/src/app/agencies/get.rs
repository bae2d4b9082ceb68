//! `agencies.get`

use crate::app::command::look;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::domain::agency::Agency;
use crate::domain::id::AgencyId;
use crate::domain::time::Timestamp;

/// An agency, and the latest time that it has seen.
pub struct AgencyView {
    /// The agency.
    pub agency: Agency,
    /// The latest time that a command of it has seen.
    pub latest_time: Timestamp,
    /// The time.
    pub now: Timestamp,
}

/// An agency; none where there is none.
pub fn get(ports: &Ports, id: &str) -> Result<Option<AgencyView>, Error> {
    let Ok(id) = AgencyId::parse(id) else { return Ok(None) };
    match look(ports, &id, Vec::new()) {
        Ok(view) => {
            let (agency, latest_time) = (view.agency().clone(), view.head().latest);
            Ok(Some(AgencyView { agency, latest_time, now: view.now() }))
        }
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
