//! A copy of all that a host gives, on which commands are carried out to see what they come to.
//! Nothing comes of it: no row is written, and no mail goes out.

mod overlay;

use std::rc::Rc;

use self::overlay::Overlay;
use super::ports::{Clock, KnownOffsets, Mail, Message, Ports, Rehearsal};
use crate::domain::mail::Handover;
use crate::domain::time::Timestamp;

/// The same host at the time `now`, whatever its clock says, and what is noted of commands there.
/// They are priced at `priced_at`, where that is another instant.
pub fn copy_of(
    ports: &Ports,
    now: Timestamp,
    priced_at: Option<Timestamp>,
) -> (Ports, Rc<Rehearsal>) {
    let rehearsal = Rc::new(Rehearsal::priced_at(priced_at));
    let copy = Ports {
        storage: Rc::new(Overlay::new(Rc::clone(&ports.storage))),
        mail: Rc::new(Nobody),
        clock: Rc::new(At { now, clock: Rc::clone(&ports.clock) }),
        secrets: Rc::clone(&ports.secrets),
        zones: KnownOffsets::default(),
        rehearsal: Some(Rc::clone(&rehearsal)),
    };
    (copy, rehearsal)
}

/// The same copy at another time: what is written there is written in `copy`.
pub fn at_time(copy: &Ports, now: Timestamp) -> Ports {
    Ports {
        storage: Rc::clone(&copy.storage),
        mail: Rc::clone(&copy.mail),
        clock: Rc::new(At { now, clock: Rc::clone(&copy.clock) }),
        secrets: Rc::clone(&copy.secrets),
        zones: KnownOffsets::default(),
        rehearsal: copy.rehearsal.clone(),
    }
}

/// A clock that stands.
struct At {
    now: Timestamp,
    clock: Rc<dyn Clock>,
}

impl Clock for At {
    fn now(&self) -> u64 {
        self.now.millis()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        self.clock.offset(zone, at)
    }
}

/// Takes mails, and drops them.
struct Nobody;

impl Mail for Nobody {
    fn send(&self, _: Message) -> Handover {
        Handover::Accepted
    }

    fn forget(&self, _: &[String]) -> Result<(), String> {
        Ok(())
    }
}
