//! The mails that went out, and how often.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clientdesk_host::adapters::mail::{Handover, Mail, Message};

use super::gate::{Gate, MailWay};
use crate::planted::Bug;

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The mail as it was taken first.
    pub message: Message,
    /// How often it was taken.
    pub times: u32,
    /// Something failed before the component could note that it is out: it may come again.
    pub unnoted: bool,
}

/// All mails of a history, by their ids.
#[derive(Default)]
pub struct Post {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sent: BTreeMap<String, Sent>,
    /// The ids in the order in which they came.
    order: Vec<String>,
}

impl Post {
    /// How many mails were taken, repeated ones too.
    pub fn count(&self) -> usize {
        self.state().order.len()
    }

    /// The mails that were taken after the first so many.
    pub fn after(&self, count: usize) -> Vec<Message> {
        let state = self.state();
        let ids = state.order.iter().skip(count);
        ids.filter_map(|id| state.sent.get(id)).map(|sent| sent.message.clone()).collect()
    }

    /// Those that were taken after the first so many may not have been noted.
    pub fn trouble_since(&self, count: usize) {
        let mut state = self.state();
        let State { sent, order } = &mut *state;
        for id in order.iter().skip(count) {
            if let Some(sent) = sent.get_mut(id) {
                sent.unnoted = true;
            }
        }
    }

    /// A mail by its id.
    pub fn sent(&self, id: &str) -> Option<Sent> {
        self.state().sent.get(id).cloned()
    }

    /// Those that came more than once, although nothing had failed.
    pub fn repeated(&self) -> Vec<String> {
        let state = self.state();
        let often = state.sent.iter().filter(|(_, sent)| sent.times > 1 && !sent.unnoted);
        often.map(|(id, _)| id.clone()).collect()
    }

    /// How many came again after something had failed.
    pub fn came_again(&self) -> usize {
        self.state().sent.values().filter(|sent| sent.times > 1).count()
    }

    fn take(&self, message: Message) {
        let mut state = self.state();
        state.order.push(message.id.clone());
        let sent = Sent { message, times: 0, unnoted: false };
        let sent = state.sent.entry(sent.message.id.clone()).or_insert(sent);
        sent.times += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where one host hands its mails over.
pub struct Letterbox {
    /// Where they go.
    pub post: Arc<Post>,
    /// What becomes of each.
    pub gate: Arc<Gate>,
    /// What is planted.
    pub bug: Option<&'static Bug>,
}

impl Mail for Letterbox {
    fn send(&self, message: Message) -> Handover {
        match self.gate.mail() {
            MailWay::Later => return Handover::TryLater("the simulation says so".to_owned()),
            MailWay::Never => return Handover::Never("no such mailbox".to_owned()),
            MailWay::Passes | MailWay::Last => {}
        }
        for _ in 0..self.bug.map_or(1, |bug| bug.copies_of(&message)) {
            self.post.take(message.clone());
        }
        Handover::Accepted
    }

    fn forget(&self, _: &[String]) -> Result<(), String> {
        Ok(())
    }
}
