//! A server that is away isn't asked for each mail.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long it is left alone.
const PAUSE: Duration = Duration::from_secs(10);

/// Whether the server is there, as far as is known.
#[derive(Default)]
pub(super) struct Pause(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    There,
    /// It is asked again at this time, by one mail: the others wait for what comes of that.
    Away { until: Instant, why: String, asking: bool },
}

impl Pause {
    /// Whether it may be asked; else why not.
    pub(super) fn enter(&self) -> Result<(), String> {
        match &mut *self.state() {
            State::There => Ok(()),
            State::Away { until, asking, .. } if Instant::now() >= *until && !*asking => {
                *asking = true;
                Ok(())
            }
            State::Away { why, .. } => Err(format!("{why} (it is asked again in some seconds)")),
        }
    }

    /// It answered.
    pub(super) fn is_there(&self) {
        *self.state() = State::There;
    }

    /// It didn't.
    pub(super) fn is_away(&self, why: &str) {
        let until = Instant::now() + PAUSE;
        *self.state() = State::Away { until, why: why.to_owned(), asking: false };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_pause_one_asks_and_the_others_wait() {
        let pause = Pause::default();
        pause.enter().unwrap();
        pause.is_away("no");
        assert_eq!(pause.enter().unwrap_err(), "no (it is asked again in some seconds)");
        let over = State::Away { until: Instant::now(), why: "no".into(), asking: false };
        *pause.state() = over;
        pause.enter().unwrap();
        pause.enter().unwrap_err();
        pause.is_there();
        pause.enter().unwrap();
        pause.enter().unwrap();
    }
}
