//! `agencies.set-interval`

use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::agency::Agency;
use crate::domain::log::Event;
use crate::domain::period::Interval;
use crate::domain::time::Timestamp;

/// Plans another interval from the end of the running period on, or takes back what was planned.
/// Gives from when on the interval counts.
pub fn set_interval(ports: &Ports, call: &Call, interval: Interval) -> Result<Timestamp, Error> {
    let caller = Caller::of(call, functions::AGENCIES_SET_INTERVAL)?;
    command(ports, &caller, &interval, Vec::new(), |tx| {
        let (agency, now) = (tx.agency().clone(), tx.now());
        let (periods, running) = (agency.periods(), agency.planned_interval(now));
        if periods.interval(now) == interval {
            if let Some(planned) = running {
                let event = Event::IntervalChangeDropped { interval: planned.interval };
                tx.log(event)?;
                let kept = agency.without_planned_interval(now);
                tx.write(keys::agency(&kept.id), &kept)?;
            }
            return Ok(now);
        }
        let from = periods.at(now).end;
        if running.is_none() {
            tx.log(Event::IntervalChangePlanned { interval, from })?;
            let changed: Agency = agency.with_interval(interval, from);
            tx.write(keys::agency(&changed.id), &changed)?;
        }
        Ok(from)
    })
}
