//! Connections that are used again, and how many there may be.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::session::Session;

/// How long a connection waits for another mail.
const IDLE_MAX: Duration = Duration::from_secs(15);

/// A connection that a mail went over.
pub(super) enum Used {
    Clean(Session),
    /// The server refused the mail: it is to forget it first.
    Refused(Session),
}

/// The connections that no mail goes over now.
pub(super) struct Pool {
    idle: Mutex<Vec<(Session, Instant)>>,
    places: Arc<Semaphore>,
}

impl Pool {
    pub(super) fn new(connections: usize) -> Self {
        Self { idle: Mutex::default(), places: Arc::new(Semaphore::new(connections)) }
    }

    /// Room for a connection; none: there will never be any.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// One that was used lately.
    pub(super) fn take(&self) -> Option<Session> {
        let (session, since) = self.idle().pop()?;
        // The later ones lie on top: those below are older.
        (since.elapsed() < IDLE_MAX).then_some(session)
    }

    /// Keeps one for the next mail, or says goodbye over it. Its place is free after that, and nobody waits for it.
    pub(super) fn give_back(self: &Arc<Self>, used: Used, place: OwnedSemaphorePermit) {
        match used {
            Used::Clean(session) if !session.is_worn() => self.keep(session),
            Used::Clean(session) => drop(tokio::spawn(async move {
                session.quit().await;
                drop(place);
            })),
            Used::Refused(mut session) => {
                let pool = Arc::clone(self);
                tokio::spawn(async move {
                    if session.reset().await {
                        pool.keep(session);
                    }
                    drop(place);
                });
            }
        }
    }

    fn keep(self: &Arc<Self>, session: Session) {
        self.idle().push((session, Instant::now()));
        let pool = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE_MAX).await;
            pool.let_go().await;
        });
    }

    /// Gives all of them up: the server ended one, and may have ended the others.
    pub(super) fn drop_all(&self) {
        self.idle().clear();
    }

    /// Says goodbye over those that have waited for long enough.
    async fn let_go(&self) {
        let old: Vec<Session> = {
            let mut idle = self.idle();
            let fresh = idle.partition_point(|(_, since)| since.elapsed() >= IDLE_MAX);
            idle.drain(..fresh).map(|(session, _)| session).collect()
        };
        for session in old {
            session.quit().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Session, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
