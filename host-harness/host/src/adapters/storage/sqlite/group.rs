//! Commits of several threads in one transaction.
//!
//! Whoever commits while nobody else does so commits at once, in its own thread: alone, a
//! commit waits for nobody. Those who come meanwhile stand in a line, and when the
//! transaction is done, the first of them commits for all who stand there. So the more
//! threads commit, the more of them share a transaction, and with it the wait for the disk.
//!
//! What is promised of a commit stays the same: it is checked and made as if it were alone,
//! after those that stood before it, and answered when its transaction is on its way to the
//! disk, or there, as [`SqliteSync`](super::SqliteSync) says.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::writer::{Commit, Writer};
use crate::adapters::storage::{Error, Outcome};

/// The most checks and writes of one transaction, unless a single commit has more: so that
/// nobody waits for long behind others.
const ROWS_MAX: usize = 2_000;

type Answer = Result<Outcome, Error>;

/// The threads that commit, and the connection that does it for them.
pub(super) struct Group {
    line: Mutex<Line>,
    /// Used by whoever leads, and nobody else.
    writer: Mutex<Writer>,
    /// How many commits were brought, and in how many transactions they were made.
    commits: AtomicU64,
    transactions: AtomicU64,
}

/// Who waits for a transaction.
#[derive(Default)]
struct Line {
    waiting: Vec<(Commit, Arc<Place>)>,
    /// Whether somebody commits right now.
    is_led: bool,
}

impl Line {
    /// Those from the front of the line whose commits fit into one transaction.
    fn next(&mut self) -> Vec<(Commit, Arc<Place>)> {
        let mut rows = 0_usize;
        let fits = |(commit, _): &&(Commit, Arc<Place>)| {
            let is_first = rows == 0;
            rows = rows.saturating_add(commit.rows().max(1));
            is_first || rows <= ROWS_MAX
        };
        let count = self.waiting.iter().take_while(fits).count();
        self.waiting.drain(..count).collect()
    }
}

/// A place in the line.
#[derive(Default)]
struct Place {
    turn: Mutex<Turn>,
    turned: Condvar,
}

#[derive(Default)]
enum Turn {
    #[default]
    Waits,
    /// To commit for all who stand in the line.
    Leads,
    Answered(Answer),
}

impl Place {
    /// Waits; the answer, or none for who is to lead.
    fn wait(&self) -> Option<Answer> {
        let mut turn = lock(&self.turn);
        loop {
            match std::mem::take(&mut *turn) {
                Turn::Answered(answer) => return Some(answer),
                Turn::Leads => return None,
                Turn::Waits => {
                    turn = self.turned.wait(turn).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn turn_to(&self, next: Turn) {
        *lock(&self.turn) = next;
        self.turned.notify_one();
    }
}

impl Group {
    pub(super) fn new(writer: Writer) -> Self {
        Self {
            line: Mutex::default(),
            writer: Mutex::new(writer),
            commits: AtomicU64::default(),
            transactions: AtomicU64::default(),
        }
    }

    /// How many commits were brought, and in how many transactions they were made.
    pub(super) fn made(&self) -> (u64, u64) {
        (self.commits.load(Ordering::Relaxed), self.transactions.load(Ordering::Relaxed))
    }

    /// How many wait for a transaction.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.line).waiting.len()
    }

    /// Commits, with others or alone; `made` is called once for each transaction.
    pub(super) fn commit(&self, commit: Commit, made: impl FnOnce()) -> Answer {
        let place = Arc::new(Place::default());
        let is_first = {
            let mut line = lock(&self.line);
            line.waiting.push((commit, Arc::clone(&place)));
            !std::mem::replace(&mut line.is_led, true)
        };
        if !is_first && let Some(answer) = place.wait() {
            return answer;
        }
        self.lead();
        made();
        // It stood at the front of the line.
        place.wait().unwrap_or_else(|| Err(interrupted()))
    }

    /// Commits for those who stand in the line, and lets the next one lead.
    fn lead(&self) {
        let (commits, places): (Vec<Commit>, Vec<_>) = lock(&self.line).next().into_iter().unzip();
        self.commits.fetch_add(u64::try_from(commits.len()).unwrap_or(0), Ordering::Relaxed);
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let mut led = Led { group: self, places };
        let made = lock(&self.writer).commit_all(&commits);
        match made {
            Ok(answers) => led.end(answers),
            Err(error) => led.give_up(&error),
        }
    }
}

/// A transaction that is being made. However it ends, nobody waits for ever.
struct Led<'a> {
    group: &'a Group,
    places: Vec<Arc<Place>>,
}

impl Led<'_> {
    fn end(&mut self, answers: Vec<Answer>) {
        // Before the answers: the next transaction needn't wait for them.
        self.pass_on();
        for (place, answer) in self.places.drain(..).zip(answers) {
            place.turn_to(Turn::Answered(answer));
        }
    }

    /// Nobody could commit for as long as one may wait. Those who came meanwhile have waited,
    /// too: they are answered now, and not each after as long again.
    fn give_up(&mut self, error: &Error) {
        let mut line = lock(&self.group.line);
        self.places.extend(line.waiting.drain(..).map(|(_, place)| place));
        line.is_led = false;
        drop(line);
        for place in self.places.drain(..) {
            place.turn_to(Turn::Answered(Err(error.clone())));
        }
    }

    fn pass_on(&self) {
        let mut line = lock(&self.group.line);
        match line.waiting.first() {
            Some((_, place)) => place.turn_to(Turn::Leads),
            None => line.is_led = false,
        }
    }
}

impl Drop for Led<'_> {
    /// Those who are still here are so because of a panic.
    fn drop(&mut self) {
        if self.places.is_empty() {
            return;
        }
        self.pass_on();
        for place in self.places.drain(..) {
            place.turn_to(Turn::Answered(Err(interrupted())));
        }
    }
}

fn interrupted() -> Error {
    Error::Unavailable("the commit was interrupted; read to see whether it was made".into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
