//! `agencies.suspend`, `agencies.resume`, `agencies.close`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::jobs::schedule_digest;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::agency::status::{Next, Step};
use crate::domain::agency::{Agency, Standing, Status};
use crate::domain::id::AgencyId;
use crate::domain::log::{Event, StandsSince};
use crate::domain::text::Name;

/// Puts an agency to rest: nobody signs in, and operators only read.
///
/// # Errors
///
/// When it is closed.
pub fn suspend(ports: &Ports, id: &str, reason: &str) -> Result<(), Error> {
    take(ports, id, Step::Suspend, reason)
}

/// Lets an agency work again.
///
/// # Errors
///
/// When it is closed.
pub fn resume(ports: &Ports, id: &str, reason: &str) -> Result<(), Error> {
    take(ports, id, Step::Resume, reason)
}

/// Closes an agency for good: what runs is paid for to the end of its term, and isn't renewed.
pub fn close(ports: &Ports, id: &str, reason: &str) -> Result<(), Error> {
    take(ports, id, Step::Close, reason)
}

fn take(ports: &Ports, id: &str, step: Step, reason: &str) -> Result<(), Error> {
    let unknown = |_| Error::not_found("agency", id);
    let tenant = Tenant::Existing(AgencyId::parse(id).map_err(unknown)?);
    let mut fields = Fields::default();
    let reason = fields.take("reason", Name::parse(reason));
    let reason = fields.finish(reason)?;
    transact(ports, &tenant, Actor::Platform, &[], |tx| {
        match tx.agency().standing.status.next(step) {
            Next::Same => Ok(()),
            Next::Becomes(status) => becomes(tx, status, &reason),
            Next::Refused => Err(refused(step)),
        }
    })
}

fn becomes(tx: &mut Tx<'_>, status: Status, reason: &Name) -> Result<(), Error> {
    let (before, now) = (tx.agency().clone(), tx.now());
    let standing = before.standing.becomes(status, reason.clone(), now);
    let stands = StandsSince { reason: reason.clone() };
    tx.log(match status {
        Status::Suspended => Event::AgencySuspended(stands),
        Status::Active => Event::AgencyResumed(stands),
        Status::Closed => Event::AgencyClosed(stands),
    })?;
    let after = match status {
        Status::Closed => without_plans(tx, before, standing)?,
        Status::Active | Status::Suspended => Agency { standing, ..before },
    };
    tx.write(keys::agency(&after.id), &after)?;
    match status {
        // Summaries begin again.
        Status::Active => schedule_digest(tx, &after.settings),
        Status::Suspended | Status::Closed => Ok(()),
    }
}

/// The closed agency: nothing is billed by another interval any more.
fn without_plans(tx: &mut Tx<'_>, before: Agency, standing: Standing) -> Result<Agency, Error> {
    let now = tx.now();
    let Some(planned) = before.planned_interval(now) else {
        return Ok(Agency { standing, ..before });
    };
    tx.log(Event::IntervalChangeDropped { interval: planned.interval })?;
    Ok(Agency { standing, ..before.without_planned_interval(now) })
}

fn refused(step: Step) -> Error {
    let event = step.name();
    let message = format!("`{event}` isn't possible: the agency is closed, which is for good");
    Error::Conflict { state: Status::Closed.name(), event, message }
}
