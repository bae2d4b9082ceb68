//! Mails kept in a list.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Handover, Mail, Message};

/// Keeps the mails that were handed over, and refuses them when it is told to.
#[derive(Default)]
pub struct RecordingMail {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: Vec<Message>,
    attempts: usize,
    refusals_left: usize,
    refusal: Option<Handover>,
}

impl RecordingMail {
    /// A list without mails that takes everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// The mails that were taken, oldest first, each id once.
    pub fn messages(&self) -> Vec<Message> {
        self.state().taken.clone()
    }

    /// How often a mail was handed over, refused and repeated ones included.
    pub fn attempts(&self) -> usize {
        self.state().attempts
    }

    /// Answers the next `count` mails with `answer`, and takes those after them again.
    pub fn answer_next(&self, count: usize, answer: Handover) {
        let mut state = self.state();
        state.refusals_left = count;
        state.refusal = Some(answer);
    }

    /// Forgets the mails that were taken.
    pub fn clear(&self) {
        self.state().taken.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mail for RecordingMail {
    fn send(&self, message: Message) -> Handover {
        let mut state = self.state();
        state.attempts += 1;
        let answer = state.next_answer();
        let known = state.taken.iter().any(|taken| taken.id == message.id);
        if matches!(answer, Handover::Accepted) && !known {
            state.taken.push(message);
        }
        answer
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.state().taken.retain(|mail| !ids.contains(&mail.id));
        Ok(())
    }
}

impl State {
    fn next_answer(&mut self) -> Handover {
        match (&self.refusal, self.refusals_left.checked_sub(1)) {
            (Some(refusal), Some(left)) => {
                self.refusals_left = left;
                refusal.clone()
            }
            _ => Handover::Accepted,
        }
    }
}

/// Shows how many mails there are, not what they say: their links are secrets.
impl fmt::Debug for RecordingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingMail")
            .field("taken", &self.state().taken.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::mail::tests::message;

    #[test]
    fn takes_each_mail_once() {
        let mail = RecordingMail::new();
        for id in ["m1", "m2", "m1"] {
            assert_eq!(mail.send(message(id)), Handover::Accepted);
        }
        let ids: Vec<String> = mail.messages().into_iter().map(|m| m.id).collect();
        assert_eq!(ids, ["m1", "m2"]);
        assert_eq!(mail.attempts(), 3);
        assert!(!format!("{mail:?}").contains("secret-link"));
    }

    #[test]
    fn refuses_as_often_as_told() {
        let mail = RecordingMail::new();
        let later = Handover::TryLater("down".into());
        mail.answer_next(2, later.clone());
        let answers: Vec<Handover> = (0..3).map(|_| mail.send(message("m1"))).collect();
        assert_eq!(answers, [later.clone(), later, Handover::Accepted]);
        assert_eq!(mail.messages().len(), 1);
    }
}
