//! How many calls run at once. Each has a thread of a pool for itself, since the component and its
//! store block; beyond so many, callers are told to come again instead of being kept waiting.
//!
//! | seats | for |
//! | --- | --- |
//! | calls | whoever has a good key: nobody without one takes them, and no agency all of them |
//! | visits | what portals' pages ask; of one agency's portal, not all of them |
//! | passwords | what hashes a password for whoever asks: it takes long, so there are few |
//! | checks | whether a key is good: that is quick, so all wait their turn |

use std::sync::Arc;
use std::time::Instant;

use clientdesk_host::observed;
use tokio::sync::Semaphore;
use tokio::task;

use crate::known::note;
use crate::places::{Place, Places};
use crate::problem::Problem;

/// How many keys are looked up at once.
const CHECKS: usize = 4;

/// The seats.
#[derive(Clone)]
pub(crate) struct Seats {
    calls: Places,
    visits: Places,
    passwords: Places,
    checks: Arc<Semaphore>,
}

/// What a visitor of a portal needs a seat for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A call that is soon done.
    Quick,
    /// One that hashes a password.
    Password,
}

impl Seats {
    /// So many for calls, and for visitors; half as many again for passwords.
    pub(crate) fn new(calls: usize, visits: usize) -> Seats {
        Seats {
            calls: Places::new(calls),
            visits: Places::new(visits),
            passwords: Places::new((visits / 2).max(1)),
            checks: Arc::new(Semaphore::new(CHECKS)),
        }
    }

    /// How many calls run.
    pub(crate) fn taken(&self) -> usize {
        self.calls.taken() + self.visits.taken() + self.passwords.taken()
    }

    /// Does something that blocks, if there is a seat, for a key of this agency; none: for the platform. Whoever
    /// stops waiting for it doesn't stop it: the seat is free once it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        agency: Option<&str>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        run(Instant::now(), place(&self.calls, agency)?, work).await
    }

    /// The same for a visitor of an agency's portal; none: for whoever looks which one it is.
    pub(crate) async fn visit<T: Send + 'static>(
        &self,
        need: Need,
        agency: Option<&str>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let places = match need {
            Need::Quick => &self.visits,
            Need::Password => &self.passwords,
        };
        run(Instant::now(), place(places, agency)?, work).await
    }

    /// The same for whoever isn't known yet, in turn.
    pub(crate) async fn check<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let came = Instant::now();
        // Never closed.
        let turn = Arc::clone(&self.checks).acquire_owned().await.map_err(|_| Problem::busy())?;
        run(came, turn, work).await
    }
}

fn place(places: &Places, agency: Option<&str>) -> Result<Place, Problem> {
    let share = agency.map(|agency| places.most(agency));
    places.take(share.as_slice()).ok_or_else(Problem::busy)
}

/// Does something on a thread of its own, and keeps the seat until it is done.
async fn run<T: Send + 'static>(
    came: Instant,
    seat: impl Send + 'static,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let span = tracing::Span::current();
    let done = task::spawn_blocking(move || {
        let waited = came.elapsed();
        let done = span.in_scope(|| observed(work));
        drop(seat);
        (done, waited)
    });
    let ((done, asked), waited) = done.await.map_err(|error| {
        tracing::error!(%error, "a call panicked");
        Problem::internal("the call failed; the service's log says how")
    })?;
    note(|known| {
        known.asked.add(&asked);
        known.waited += waited;
    });
    Ok(done)
}
