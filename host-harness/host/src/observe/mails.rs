//! Mails that were handed over, and which of them wait.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::figures::MailFigures;
use crate::adapters::mail::{Handover, Mail, Message};

/// How many mails that wait are known; the oldest are what matters.
const KNOWN_MAX: usize = 1_000;

/// How long a mail is known that isn't tried again: the component tries each once a day at least, so another host
/// has handed it over.
const KNOWN_FOR: Duration = Duration::from_hours(25);

/// What became of mails.
#[derive(Default)]
pub(crate) struct MailCounters {
    accepted: AtomicU64,
    later: AtomicU64,
    never: AtomicU64,
    /// When each was written, by its id, and when it was last tried.
    waiting: Mutex<BTreeMap<String, (u64, Instant)>>,
}

impl MailCounters {
    fn answered(&self, id: String, answer: &Handover) {
        let (number, waits) = match answer {
            Handover::Accepted => (&self.accepted, false),
            Handover::TryLater(_) => (&self.later, true),
            Handover::Never(_) => (&self.never, false),
        };
        number.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.waiting();
        match (waits, written_at(&id)) {
            (true, Some(at)) if waiting.len() < KNOWN_MAX || waiting.contains_key(&id) => {
                waiting.insert(id, (at, Instant::now()));
            }
            (true, _) => {}
            (false, _) => drop(waiting.remove(&id)),
        }
    }

    fn forget(&self, ids: &[String]) {
        self.waiting().retain(|id, _| !ids.contains(id));
    }

    pub(super) fn figures(&self) -> MailFigures {
        let mut waiting = self.waiting();
        waiting.retain(|_, (_, tried)| tried.elapsed() < KNOWN_FOR);
        MailFigures {
            accepted: self.accepted.load(Ordering::Relaxed),
            later: self.later.load(Ordering::Relaxed),
            never: self.never.load(Ordering::Relaxed),
            oldest_waiting: waiting.values().map(|(at, _)| *at).min(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, (u64, Instant)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a mail was written, in milliseconds since 1970: its id is a UUID that begins with it (version 7).
fn written_at(id: &str) -> Option<u64> {
    let mut digits = id.chars().filter(|c| *c != '-');
    let time: String = digits.by_ref().take(12).collect();
    (digits.next() == Some('7')).then(|| u64::from_str_radix(&time, 16).ok()).flatten()
}

/// Mails, counted on their way.
pub(crate) struct CountedMail {
    pub(crate) mail: Arc<dyn Mail>,
    pub(crate) counters: Arc<MailCounters>,
}

impl Mail for CountedMail {
    fn send(&self, message: Message) -> Handover {
        let id = message.id.clone();
        let answer = self.mail.send(message);
        self.counters.answered(id, &answer);
        answer
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.counters.forget(ids);
        self.mail.forget(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made at 1,788,220,800,000 ms and a second later.
    const IDS: [&str; 2] =
        ["01a05a43-fc00-7000-8000-000000000001", "01a05a43-ffe8-7000-8000-000000000002"];

    #[test]
    fn the_oldest_mail_that_waits_is_known_until_it_is_taken() {
        let mails = MailCounters::default();
        let [first, second] = IDS.map(|id| written_at(id).unwrap());
        assert_eq!(second - first, 1_000);
        let later = Handover::TryLater("421".into());
        for id in [IDS[1], IDS[0], IDS[0], "no-uuid"] {
            mails.answered(id.into(), &later);
        }
        assert_eq!(mails.figures().oldest_waiting, Some(first));
        mails.answered(IDS[0].into(), &Handover::Accepted);
        assert_eq!(mails.figures().oldest_waiting, Some(second));
        mails.answered(IDS[1].into(), &Handover::Never("no such mailbox".into()));
        let expected = MailFigures { accepted: 1, later: 4, never: 1, oldest_waiting: None };
        assert_eq!(mails.figures(), expected);
    }
}
