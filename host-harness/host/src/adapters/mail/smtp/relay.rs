//! A mail, over one connection or another, until its time is up.

use std::sync::Arc;

use lettre::Address;
use tokio::time::timeout;

use super::options::SmtpOptions;
use super::pause::Pause;
use super::pool::{Pool, Used};
use super::session::Session;
use super::stage::{Failure, Fate, Progress, Stage};
use super::taken::Taken;
use super::words::told;
use super::{Handover, Message};

/// What hands mails over to one server.
pub(super) struct Relay {
    options: SmtpOptions,
    pool: Arc<Pool>,
    taken: Taken,
    pause: Pause,
}

impl Relay {
    pub(super) fn new(options: SmtpOptions) -> Self {
        let pool = Arc::new(Pool::new(options.connections));
        Self { options, pool, taken: Taken::default(), pause: Pause::default() }
    }

    pub(super) async fn send(&self, message: &Message) -> Handover {
        if self.taken.has(&message.id) {
            return Handover::Accepted;
        }
        let Ok(to) = message.to.parse::<Address>() else {
            return Handover::Never("the address isn't one that mails can be sent to".into());
        };
        if let Err(why) = self.pause.enter() {
            return Handover::TryLater(why);
        }
        let progress = Progress::default();
        let sent = self.in_time(&progress, self.over_two(message, &to, &progress)).await;
        match sent {
            Ok(()) => {
                self.pause.is_there();
                self.taken.remember(&message.id);
                Handover::Accepted
            }
            Err(missed) => self.refused(message, progress.stage(), missed),
        }
    }

    /// Whether the server lets us in.
    pub(super) async fn check(&self) -> Result<(), String> {
        let progress = Progress::default();
        let opened = async {
            let place = self.pool.place().await;
            Ok((Session::open(&self.options, &progress).await?, place))
        };
        let (session, place) = self
            .in_time(&progress, opened)
            .await
            .map_err(|missed| told(progress.stage(), &missed.failure, None))?;
        if let Some(place) = place {
            self.pool.give_back(Used::Clean(session), place);
        }
        Ok(())
    }

    /// What comes of it, within the time that a mail has.
    async fn in_time<T>(
        &self,
        progress: &Progress,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Missed> {
        let done = timeout(self.options.deadline, work).await;
        match done {
            Ok(done) => done.map_err(|failure| Missed { failure, in_time: true }),
            Err(_) => {
                let seconds = self.options.deadline.as_secs();
                let why = match progress.stage() {
                    Stage::Waiting => format!("none was free within {seconds} seconds"),
                    _ => format!("it wasn't done within {seconds} seconds"),
                };
                Err(Missed { failure: Failure::Broken(why), in_time: false })
            }
        }
    }

    /// Sends it, over another connection where the first one broke too early for the mail to have been taken.
    async fn over_two(
        &self,
        message: &Message,
        to: &Address,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let Some(place) = self.pool.place().await else {
            return Err(Failure::Broken("there are none".into()));
        };
        let known = self.pool.take();
        let reused = known.is_some();
        let mut over = self.over_one(known, message, to, progress).await;
        if let Err(failure) = &over.sent
            && failure.is_worth_another_try(progress.stage(), reused)
        {
            self.pool.drop_all();
            over = self.over_one(None, message, to, progress).await;
        }
        if let Some(used) = over.used {
            self.pool.give_back(used, place);
        }
        over.sent
    }

    /// Sends it over this connection, or a new one.
    async fn over_one(
        &self,
        known: Option<Session>,
        message: &Message,
        to: &Address,
        progress: &Progress,
    ) -> Over {
        let reused = known.is_some();
        let mut session = match known {
            Some(session) => session,
            None => match Session::open(&self.options, progress).await {
                Ok(session) => session,
                Err(failure) => return Over { sent: Err(failure), used: None },
            },
        };
        let sent = session.send(&self.options, message, to, reused, progress).await;
        let used = match &sent {
            Ok(()) => Some(Used::Clean(session)),
            Err(failure) if failure.leaves_connection() => Some(Used::Refused(session)),
            Err(_) => None,
        };
        Over { sent, used }
    }

    /// What becomes of a mail that wasn't taken, which is told to whoever operates the host.
    fn refused(&self, message: &Message, stage: Stage, missed: Missed) -> Handover {
        let Missed { failure, in_time } = missed;
        let why = told(stage, &failure, Some(message));
        match stage.is_of_the_server() || !in_time {
            true => self.pause.is_away(&why),
            false => self.pause.is_there(),
        }
        match failure.fate(stage) {
            Fate::Later => {
                tracing::warn!(mail = message.id, why, "a mail has to come later");
                Handover::TryLater(why)
            }
            Fate::Never => {
                tracing::info!(mail = message.id, why, "a mail was refused");
                Handover::Never(why)
            }
        }
    }
}

/// What came of a mail over one connection, and the connection if it is good for others.
struct Over {
    sent: Result<(), Failure>,
    used: Option<Used>,
}

/// Why it came to nothing; `in_time`: not because its time was up.
struct Missed {
    failure: Failure,
    in_time: bool,
}
