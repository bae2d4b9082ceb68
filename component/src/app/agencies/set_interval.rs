//! `agencies.set-interval`

use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::agency::IntervalAsked;
use crate::domain::log::Event;
use crate::domain::period::Interval;
use crate::domain::time::Timestamp;

/// Plans another interval from the end of the running period on, or takes back what was planned.
/// Gives from when on the interval counts.
pub fn set_interval(ports: &Ports, call: &Call, interval: Interval) -> Result<Timestamp, Error> {
    let caller = Caller::of(call, functions::AGENCIES_SET_INTERVAL)?;
    command(ports, &caller, &interval, Vec::new(), |tx| {
        let (agency, now) = (tx.agency().clone(), tx.now());
        match agency.ask_interval(interval, now) {
            IntervalAsked::Unchanged => {}
            IntervalAsked::TakenBack { agency, interval } => {
                tx.log(Event::IntervalChangeDropped { interval })?;
                tx.write(keys::agency(&agency.id), &*agency)?;
            }
            IntervalAsked::Planned { agency, from } => {
                tx.log(Event::IntervalChangePlanned { interval, from })?;
                tx.write(keys::agency(&agency.id), &*agency)?;
            }
        }
        let periods = agency.periods();
        Ok(if periods.interval(now) == interval { now } else { periods.at(now).end })
    })
}
