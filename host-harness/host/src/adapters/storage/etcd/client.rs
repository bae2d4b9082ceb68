//! Asking the cluster: over one of the connections, and the next server where one doesn't answer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cause::{Failed, Kind, Loss, lasting};
use super::link::{Answer, Link};
use super::options::EtcdOptions;
use super::wire::{Authenticate, Authenticated};
use crate::adapters::storage::remote::{Connections, Deadline, Pool, lock};

pub(super) const RANGE: &str = "/v3/kv/range";
pub(super) const TXN: &str = "/v3/kv/txn";
pub(super) const GRANT: &str = "/v3/lease/grant";
pub(super) const COMPACT: &str = "/v3/kv/compaction";
pub(super) const DEFRAGMENT: &str = "/v3/maintenance/defragment";
pub(super) const STATUS: &str = "/v3/maintenance/status";
const AUTHENTICATE: &str = "/v3/auth/authenticate";

/// Until when in an operation connections are still tried again of which none can be made: while a server is
/// restarted, it refuses them.
const PATIENCE_PERCENT: u32 = 40;

/// What of the deadline one server may take to answer while there are others.
const TURN_PERCENT: u32 = 30;

/// The same of what is large.
const LARGE_TURN_PERCENT: u32 = 60;
const LARGE_BYTES: usize = 512 * 1024;

/// What of the deadline one server may take to be connected to while there are others.
const CONNECTING_PERCENT: u32 = 15;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// The cluster.
pub(super) struct Client {
    pub(super) options: EtcdOptions,
    links: Pool<Link>,
    /// Counts up each time that a server didn't answer; tells which one is asked.
    turn: AtomicUsize,
    token: Mutex<Option<String>>,
    /// How often a connection was lost, or was too slow.
    lost: AtomicU64,
}

/// An answer, and whether a try before it may have come to something, or still may.
pub(super) struct Told<T> {
    pub(super) answer: Result<T, Failed>,
    pub(super) unsure: bool,
}

impl Client {
    pub(super) fn new(options: EtcdOptions) -> Self {
        let links = Pool::new(options.connections);
        Self {
            options,
            links,
            turn: AtomicUsize::new(0),
            token: Mutex::new(None),
            lost: AtomicU64::new(0),
        }
    }

    /// How its connections are.
    pub(super) fn connections(&self) -> Connections {
        Connections { lost: self.lost.load(Ordering::Relaxed), ..self.links.connections() }
    }

    /// When an operation that begins now has to be over.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::after(self.options.deadline)
    }

    /// Asks, as often as it takes: whatever is asked may be asked twice.
    pub(super) fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        deadline: Deadline,
    ) -> Result<T, Failed> {
        self.tell(path, question, deadline, deadline.end()).answer
    }

    /// The same, until then; it tells whether a try may have come to something of which there is no answer.
    pub(super) fn tell<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        deadline: Deadline,
        until: Instant,
    ) -> Told<T> {
        let mut unsure = false;
        let mut before: Option<Failed> = None;
        let body = match serde_json::to_vec(question) {
            Ok(body) => Bytes::from(body),
            Err(error) => return Told { answer: Err(lasting(error.to_string())), unsure },
        };
        let percent = if body.len() > LARGE_BYTES { LARGE_TURN_PERCENT } else { TURN_PERCENT };
        loop {
            let turn_until = match self.options.endpoints.len() {
                1 => until,
                _ => until.min(Instant::now() + self.options.deadline / 100 * percent),
            };
            let failed = match self.once(path, &body, deadline, turn_until) {
                Ok(answer) => {
                    let answer = parsed(&answer);
                    // Nobody knows what came of what was answered so.
                    return Told { unsure: unsure || answer.is_err(), answer };
                }
                Err(failed) => failed,
            };
            unsure |= !failed.is_without_effect();
            let patience =
                if is_unmade(&failed) { until.min(deadline.at(PATIENCE_PERCENT)) } else { until };
            if !failed.may_pass() || Instant::now() + PAUSE >= patience {
                let telling = before.filter(|_| failed.says_little());
                return Told { answer: Err(telling.unwrap_or(failed)), unsure };
            }
            if before.is_none() || !failed.says_little() {
                before = Some(failed);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Another token, and the one before.
    #[cfg(test)]
    pub(super) fn forge_token(&self, token: &str) -> Option<String> {
        lock(&self.token).replace(token.into())
    }

    /// Asks this server, once.
    pub(super) fn ask_only<T: DeserializeOwned>(
        &self,
        endpoint: usize,
        path: &str,
        question: &impl Serialize,
        until: Instant,
    ) -> Result<T, Failed> {
        let body = serde_json::to_vec(question).map_err(|error| lasting(error.to_string()))?;
        let mut link = self.open(endpoint, until)?;
        parsed(&self.over(&mut link, path, &Bytes::from(body), until)?)
    }

    /// One try, over a connection that is idle or new.
    fn once(
        &self,
        path: &str,
        body: &Bytes,
        deadline: Deadline,
        until: Instant,
    ) -> Result<Answer, Failed> {
        let (place, idle) = self
            .links
            .lend(deadline)
            .map_err(|most| lasting(format!("all {most} connections are in use")))?;
        let turn = self.turn.load(Ordering::Relaxed);
        let mut link = match idle {
            Some(idle) => idle,
            None => self.open_any(turn, until)?,
        };
        let endpoint = link.endpoint;
        let done = self.over(&mut link, path, body, until);
        match &done {
            Err(failed) if failed.is_the_servers() => {
                drop(link);
                self.lost.fetch_add(1, Ordering::Relaxed);
                self.leave(endpoint);
            }
            Ok(_) | Err(_) => place.give_back(link),
        }
        done
    }

    /// A connection to the server whose turn it is, or to the first of the next ones that takes it.
    fn open_any(&self, turn: usize, until: Instant) -> Result<Link, Failed> {
        let count = self.options.endpoints.len();
        let mut failures = Vec::new();
        for endpoint in (turn..turn + count).map(|turn| turn % count) {
            let most = self.options.deadline / 100 * CONNECTING_PERCENT;
            let until = if count == 1 { until } else { until.min(Instant::now() + most) };
            match self.open(endpoint, until) {
                Ok(link) => return Ok(link),
                Err(Failed::Lost(loss)) => {
                    self.leave(endpoint);
                    failures.push(loss);
                }
                Err(failed) => return Err(failed),
            }
        }
        let lasts = failures.iter().all(|loss| loss.lasts);
        let why: Vec<String> = failures.into_iter().map(|loss| loss.why).collect();
        Err(Failed::Lost(Loss { why: why.join("; "), lasts, unsent: true }))
    }

    fn open(&self, number: usize, until: Instant) -> Result<Link, Failed> {
        match self.options.endpoints.get(number) {
            Some(endpoint) => Link::open(&self.options, number, endpoint, until),
            None => Err(lasting("there is no such server".into())),
        }
    }

    /// This server didn't answer: the next one is asked, unless somebody else has seen to that.
    fn leave(&self, endpoint: usize) {
        let turn = self.turn.load(Ordering::Relaxed);
        if turn % self.options.endpoints.len() == endpoint {
            let next = turn.wrapping_add(1);
            let _ = self.turn.compare_exchange(turn, next, Ordering::Relaxed, Ordering::Relaxed);
        }
        self.links.forget_idle();
    }

    /// Asks over the connection, with a token where the servers want one.
    fn over(
        &self,
        link: &mut Link,
        path: &str,
        body: &Bytes,
        until: Instant,
    ) -> Result<Answer, Failed> {
        let token = self.token(link, None, until)?;
        let answer = checked(link.call(path, body.clone(), token.as_deref(), until)?);
        match answer {
            Err(failed) if failed.is(Kind::Token) && token.is_some() => {
                let token = self.token(link, token, until)?;
                checked(link.call(path, body.clone(), token.as_deref(), until)?)
            }
            answer => answer,
        }
    }

    /// What tells the servers who asks; another one than `bad`.
    fn token(
        &self,
        link: &mut Link,
        bad: Option<String>,
        until: Instant,
    ) -> Result<Option<String>, Failed> {
        let Some(name) = &self.options.user else { return Ok(None) };
        let known = lock(&self.token).clone();
        if known.is_some() && known != bad {
            return Ok(known);
        }
        let password = self.options.password.as_deref().unwrap_or_default();
        let body = serde_json::to_vec(&Authenticate { name, password })
            .map_err(|error| lasting(error.to_string()))?;
        let answer = checked(link.call(AUTHENTICATE, body.into(), None, until)?)?;
        let Authenticated { token } = parsed(&answer)?;
        *lock(&self.token) = Some(token.clone());
        Ok(Some(token))
    }
}

fn is_unmade(failed: &Failed) -> bool {
    matches!(failed, Failed::Lost(Loss { unsent: true, .. }))
}

fn checked(answer: Answer) -> Result<Answer, Failed> {
    match answer.status.is_success() {
        true => Ok(answer),
        false => Err(Failed::refused(answer.status.as_u16(), &answer.body)),
    }
}

fn parsed<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failed> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| lasting(format!("the server's answer isn't etcd's: {error}")))
}
