//! What is stored of a webhook, and what becomes of it when a message was taken or not.

use std::time::Duration;

use clientdesk_contract::times;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::NewWebhook;

/// How long to wait after each failure in a row; the last counts for all that follow.
const WAITS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
];
/// How long the same message may fail: then the webhook is given up.
const PATIENCE: Duration = Duration::from_secs(3 * 24 * 60 * 60);
/// How long a receiver may ask to be left alone.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a process has a webhook to itself without saying so again. Longer than a message may take.
const LEASE: u64 = 30_000;

/// What is stored of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Row {
    pub(super) agency: String,
    pub(super) url: String,
    kinds: Vec<String>,
    pub(super) anywhere: bool,
    /// The id of the key that its secret is derived from.
    key: String,
    created_at: u64,
    /// The number of the last entry that was taken, or passed over.
    pub(super) position: u64,
    failing: Option<Failing>,
    /// Since when nothing is sent any more, since it failed for too long.
    off_since: Option<u64>,
    lease: Option<Lease>,
}

/// A message that isn't taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Failing {
    since: u64,
    attempts: u32,
    next_at: u64,
    problem: String,
}

/// The process that has it to itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    by: String,
    until: u64,
}

/// Why a message wasn't taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// In words, without anything that a receiver said.
    pub(crate) problem: String,
    /// For how long it asks to be left alone.
    pub(crate) wait: Option<Duration>,
    /// Whether it says that it is gone for good.
    pub(crate) is_gone: bool,
}

impl Row {
    pub(super) fn new(new: &NewWebhook, key: String, position: u64, now: u64) -> Row {
        Row {
            agency: new.agency.clone(),
            url: new.url.clone(),
            kinds: new.kinds.clone(),
            anywhere: new.anywhere,
            key,
            created_at: now,
            position,
            failing: None,
            off_since: None,
            lease: None,
        }
    }

    /// Whether both were asked for in the same words.
    pub(super) fn is_same_wish(&self, other: &Row) -> bool {
        (&self.agency, &self.url, &self.kinds, self.anywhere)
            == (&other.agency, &other.url, &other.kinds, other.anywhere)
    }

    /// Whether entries of this kind are sent.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }

    /// Whether something may be sent now, by this process.
    pub(crate) fn is_free(&self, by: &str, now: u64) -> bool {
        let waits = self.failing.as_ref().is_some_and(|failing| now < failing.next_at);
        let is_others = self.lease.as_ref().is_some_and(|lease| {
            // One that is far ahead was written by a clock that was wrong.
            lease.by != by && now < lease.until && lease.until <= now.saturating_add(LEASE)
        });
        self.off_since.is_none() && !waits && !is_others
    }

    /// This process has it to itself for a while; says whether it may.
    pub(crate) fn take(&mut self, by: &str, now: u64) -> bool {
        let is_free = self.is_free(by, now);
        if is_free {
            self.lease = Some(Lease { by: by.to_owned(), until: now.saturating_add(LEASE) });
        }
        is_free
    }

    /// Whether it is still this process's.
    pub(crate) fn is_held(&self, by: &str) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.by == by)
    }

    /// Others may have it.
    pub(crate) fn let_go(&mut self, by: &str) -> bool {
        let is_held = self.is_held(by);
        if is_held {
            self.lease = None;
        }
        is_held
    }

    /// All up to an entry was taken, or passed over.
    pub(crate) fn taken(&mut self, by: &str, number: u64, now: u64) -> bool {
        if !self.is_held(by) {
            return false;
        }
        (self.position, self.failing) = (number, None);
        self.lease = Some(Lease { by: by.to_owned(), until: now.saturating_add(LEASE) });
        true
    }

    /// A message wasn't taken: it is tried again later, or the webhook is given up.
    pub(crate) fn refused(&mut self, by: &str, refusal: &Refusal, now: u64) -> bool {
        if !self.let_go(by) {
            return false;
        }
        let (since, before) =
            self.failing.as_ref().map_or((now, 0), |failing| (failing.since, failing.attempts));
        let nth = usize::try_from(before).unwrap_or(usize::MAX).min(WAITS.len() - 1);
        let usual = WAITS.get(nth).copied().unwrap_or(WAIT_MAX);
        let wait = refusal.wait.unwrap_or_default().min(WAIT_MAX).max(usual);
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.failing = Some(Failing {
            since,
            attempts: before.saturating_add(1),
            next_at: now.saturating_add(millis(wait)),
            problem: refusal.problem.clone(),
        });
        if refusal.is_gone || now.saturating_sub(since) >= millis(PATIENCE) {
            self.off_since = Some(now);
        }
        true
    }

    /// It is tried again at once.
    pub(crate) fn resume(&mut self) -> bool {
        (self.failing, self.off_since) = (None, None);
        true
    }
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    id: String,
    row: Row,
}

impl Webhook {
    pub(crate) fn of(id: String, row: Row) -> Webhook {
        Webhook { id, row }
    }

    /// What it is called in lists: 12 characters.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whose log it is about.
    pub fn agency(&self) -> &str {
        &self.row.agency
    }

    /// Where messages go.
    pub fn url(&self) -> &str {
        &self.row.url
    }

    /// The id of the key that its secret is derived from: without it, its messages can't be signed any more.
    pub fn key(&self) -> &str {
        &self.row.key
    }

    /// `active`, `failing` while a message isn't taken, or `given-up` after three days of that.
    pub fn state(&self) -> &'static str {
        match (&self.row.off_since, &self.row.failing) {
            (Some(_), _) => "given-up",
            (None, Some(_)) => "failing",
            (None, None) => "active",
        }
    }

    /// When it was made, and its id: by this, lists are sorted.
    pub(crate) fn order(&self) -> (u64, &str) {
        (self.row.created_at, &self.id)
    }

    pub(crate) fn row(&self) -> &Row {
        &self.row
    }

    /// The webhook as the service shows it, with times as texts.
    pub fn in_json(&self) -> Value {
        let failing = self.row.failing.as_ref().map(|failing| {
            json!({
                "since": times::full(failing.since),
                "attempts": failing.attempts,
                "next-at": self.row.off_since.is_none().then(|| times::full(failing.next_at)),
                "problem": failing.problem,
            })
        });
        json!({
            "id": self.id,
            "agency": self.row.agency,
            "url": self.row.url,
            "kinds": self.row.kinds,
            "created-at": times::full(self.row.created_at),
            "delivered": self.row.position,
            "state": self.state(),
            "failing": failing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let new = NewWebhook {
            agency: "acme".into(),
            url: "https://crm.example/".into(),
            kinds: vec!["brand-created".into()],
            after: None,
            anywhere: false,
            repeated_by: None,
        };
        Row::new(&new, "k1".into(), 7, 1_000)
    }

    fn refusal(wait: Option<u64>, is_gone: bool) -> Refusal {
        let wait = wait.map(Duration::from_secs);
        Refusal { problem: "it answered 500".into(), wait, is_gone }
    }

    #[test]
    fn waits_grow_until_it_is_given_up_and_where_it_was_is_kept() {
        let (mut row, mut now, mut waits) = (row(), 1_000, Vec::new());
        while row.off_since.is_none() {
            assert!(row.take("a", now), "at {now}");
            assert!(row.refused("a", &refusal(None, false), now));
            let next = row.failing.as_ref().unwrap().next_at;
            assert!(row.off_since.is_some() || !row.is_free("a", next - 1));
            waits.push((next - now) / 1_000);
            now = next;
        }
        assert_eq!(&waits[..8], [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
        assert!(waits.iter().sum::<u64>() >= 3 * 24 * 60 * 60 && waits.len() == 14, "{waits:?}");
        assert!(!row.is_free("a", now * 2));
        row.resume();
        assert!(row.is_free("a", now) && row.position == 7);
    }

    #[test]
    fn a_receiver_says_how_long_and_that_it_is_gone() {
        let mut row = row();
        row.take("a", 0);
        row.refused("a", &refusal(Some(100), false), 0);
        assert!(!row.is_free("a", 99_999) && row.is_free("a", 100_000));
        row.take("a", 100_000);
        row.refused("a", &refusal(Some(u64::MAX), false), 100_000);
        assert!(row.is_free("a", 100_000 + 24 * 60 * 60 * 1_000), "a day at most");
        row.resume();
        row.take("a", 0);
        row.refused("a", &refusal(None, true), 0);
        assert!(row.off_since.is_some(), "at once");
    }

    #[test]
    fn one_process_has_it_at_a_time_and_loses_it_when_it_says_nothing() {
        let mut row = row();
        assert!(row.take("a", 0) && row.take("a", 1) && !row.take("b", 2));
        assert!(!row.taken("b", 8, 3) && row.position == 7);
        assert!(row.taken("a", 8, 3) && row.position == 8);
        assert!(!row.take("b", 30_002) && row.take("b", 30_003));
        assert!(!row.taken("a", 9, 30_004) && !row.refused("a", &refusal(None, false), 30_004));
        assert!(row.let_go("b") && row.take("a", 30_005));
        assert!(row.take("b", 1), "written by a clock that was ahead");
    }
}
