//! The mails, kept to be looked at, with a switch for what is said to them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clientdesk_host::adapters::mail::{Handover, Mail, Message};

use crate::hearing::{self, Hearing};

/// How many mails' texts are kept.
const MAILS_MAX: usize = 2_000;

/// What is said to mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Saying {
    /// They are taken.
    #[default]
    Accepted,
    /// They are to come again.
    TryLater,
    /// They are refused for good.
    Never,
}

impl Saying {
    pub(super) const ALL: [Saying; 3] = [Saying::Accepted, Saying::TryLater, Saying::Never];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Saying::Accepted => "accepted",
            Saying::TryLater => "try-later",
            Saying::Never => "never",
        }
    }
}

/// What became of a mail's hand-overs.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate {
    pub(super) agency: String,
    /// How often it was told to come again.
    pub(super) refused: u32,
    /// When for the first time, by the component's clock.
    pub(super) refused_at: Option<u64>,
    /// How often it was taken.
    pub(super) taken: u32,
    /// When for the first time.
    pub(super) taken_at: Option<u64>,
    /// Whether it was refused for good.
    pub(super) given_up: bool,
}

/// Takes mails as another does, but for those that are to be refused, and keeps them.
pub(super) struct KeptMail {
    below: Arc<dyn Mail>,
    hearing: Arc<Hearing>,
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    saying: Saying,
    /// What is said to single mails, in place of the rest.
    single: BTreeMap<String, Saying>,
    messages: BTreeMap<String, Message>,
    order: VecDeque<String>,
    fates: BTreeMap<String, Fate>,
}

impl KeptMail {
    pub(super) fn new(
        below: Arc<dyn Mail>,
        hearing: Arc<Hearing>,
        now: Box<dyn Fn() -> u64 + Send + Sync>,
    ) -> KeptMail {
        KeptMail { below, hearing, now, kept: Mutex::default() }
    }

    /// From here on, this is said to mails.
    pub(super) fn say(&self, saying: Saying) {
        self.kept().saying = saying;
    }

    pub(super) fn saying(&self) -> Saying {
        self.kept().saying
    }

    /// What is said to one mail the next time that it comes.
    pub(super) fn say_to(&self, id: &str, saying: Saying) {
        self.kept().single.insert(id.to_owned(), saying);
    }

    pub(super) fn message(&self, id: &str) -> Option<Message> {
        self.kept().messages.get(id).cloned()
    }

    /// The subjects of the mails that are kept, by their ids.
    pub(super) fn subjects(&self) -> BTreeMap<String, String> {
        let kept = self.kept();
        kept.messages.iter().map(|(id, mail)| (id.clone(), mail.subject.clone())).collect()
    }

    /// What became of each mail since fates were forgotten.
    pub(super) fn fates(&self) -> BTreeMap<String, Fate> {
        self.kept().fates.clone()
    }

    pub(super) fn forget_fates(&self) {
        self.kept().fates.clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, message: &Message) {
        if self.messages.insert(message.id.clone(), message.clone()).is_none() {
            self.order.push_back(message.id.clone());
        }
        if self.order.len() > MAILS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.messages.remove(&oldest);
        }
    }

    fn note(&mut self, message: &Message, answer: &Handover, now: u64) {
        let fate = self.fates.entry(message.id.clone()).or_default();
        fate.agency.clone_from(&message.agency);
        match answer {
            Handover::Accepted => {
                fate.taken += 1;
                fate.taken_at.get_or_insert(now);
            }
            Handover::TryLater(_) => {
                fate.refused += 1;
                fate.refused_at.get_or_insert(now);
            }
            Handover::Never(_) => fate.given_up = true,
        }
    }
}

impl Mail for KeptMail {
    fn send(&self, message: Message) -> Handover {
        let saying = {
            let mut kept = self.kept();
            kept.keep(&message);
            kept.single.remove(&message.id).unwrap_or(kept.saying)
        };
        let answer = match saying {
            Saying::Accepted => self.below.send(message.clone()),
            Saying::TryLater => Handover::TryLater("the workbench says: try later".to_owned()),
            Saying::Never => Handover::Never("the workbench says: never".to_owned()),
        };
        self.kept().note(&message, &answer, (self.now)());
        hearing::note(|traces| traces.mails.push((message, answer.clone())));
        answer
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.hearing.forget(ids);
        let mut kept = self.kept();
        for id in ids {
            kept.messages.remove(id);
        }
        kept.order.retain(|id| !ids.contains(id));
        drop(kept);
        self.below.forget(ids)
    }
}
