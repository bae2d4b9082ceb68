//! What is counted, for whoever watches the service.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use clientdesk_host::{CALL_SECONDS, Host};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use serde_json::Value;

use crate::figures::HostCollector;

/// A figure that goes up and down.
type Level = Gauge<u64, AtomicU64>;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was refused, for what was asked.
    Refused,
    /// It failed, for reasons of the service.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    place: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Message {
    outcome: &'static str,
}

/// The counters.
pub(crate) struct Counts {
    registry: Registry,
    requests: Family<Request, Counter>,
    took: Histogram,
    waited: Histogram,
    running: Level,
    followers: Level,
    pub(crate) webhooks_failing: Level,
    messages: Family<Message, Counter>,
    /// Whether the key ring couldn't be read again.
    pub(crate) keys_unread: Level,
    store: StoreLevels,
}

/// What the store says of itself when it is asked.
struct StoreLevels {
    is_up: Level,
    mails: Level,
    oldest_mail: Level,
    due: Level,
    overdue: Level,
    stuck: Level,
}

impl Counts {
    /// Counters of a service of this host.
    pub(crate) fn new(host: &Arc<Host>) -> Counts {
        let mut registry = Registry::with_prefix("clientdesk");
        let store = host.figures().store.kind;
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION")), ("store", store)]);
        registry.register("build", "Which release it is, and on which kind of store", build);
        let requests = Family::default();
        registry.register("requests", "Requests by place and status", requests.clone());
        let took = Histogram::new(CALL_SECONDS);
        registry.register("request_seconds", "How long requests took", took.clone());
        let waited = Histogram::new(CALL_SECONDS);
        let help = "How long calls of requests waited for a thread";
        registry.register("request_wait_seconds", help, waited.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Level::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let since = gauge("start_time_seconds", "When it was started, in seconds since 1970");
        since.set(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs());
        let running = gauge("calls_running", "Calls of requests that run just now");
        let followers = gauge("followers", "Who follows events just now");
        let webhooks_failing = gauge(
            "webhooks_failing",
            "Webhooks whose messages aren't taken, or that were given up",
        );
        let keys_unread = gauge(
            "keys_unread",
            "Whether the key ring couldn't be read again (1), and the one that was read goes on",
        );
        let store = StoreLevels {
            is_up: gauge(
                "store_up",
                "1 where the store answers; where it doesn't, what follows is old",
            ),
            mails: gauge("mails_waiting", "Mails that wait in the outbox, 6,400 at most"),
            oldest_mail: gauge(
                "mails_oldest_seconds",
                "How long ago the oldest mail was written that this process couldn't hand over",
            ),
            due: gauge("jobs_due", "Jobs that are due, 6,400 at most"),
            overdue: gauge("jobs_overdue_seconds", "How long the oldest due job has waited"),
            stuck: gauge("jobs_stuck", "Jobs that were set aside after failing ten times"),
        };
        let messages = Family::default();
        let help = "Messages to webhooks by outcome (done, refused)";
        registry.register("webhook_messages", help, messages.clone());
        registry.register_collector(Box::new(HostCollector(Arc::clone(host))));
        Counts {
            registry,
            requests,
            took,
            waited,
            running,
            followers,
            webhooks_failing,
            messages,
            keys_unread,
            store,
        }
    }

    /// Counts a request that was answered. `place`: where it went, as the router has it; `waited`: how long its
    /// calls waited, where it made any.
    pub(crate) fn answered(
        &self,
        place: Option<&str>,
        status: StatusCode,
        took: Duration,
        waited: Option<Duration>,
    ) {
        let place = place.unwrap_or("none").to_owned();
        self.requests.get_or_create(&Request { place, status: status.as_u16() }).inc();
        self.took.observe(took.as_secs_f64());
        if let Some(waited) = waited {
            self.waited.observe(waited.as_secs_f64());
        }
    }

    /// Counts messages to webhooks: so many were taken, and so many weren't.
    pub(crate) fn delivered(&self, taken: u32, refused: u32) {
        for (outcome, number) in [("done", taken), ("refused", refused)] {
            self.messages.get_or_create(&Message { outcome }).inc_by(number.into());
        }
    }

    /// Notes how things are just now: calls that run, who follows, and what the store says (`system.status`), none
    /// where it doesn't answer.
    pub(crate) fn now(
        &self,
        running: usize,
        followers: usize,
        host: &Host,
        status: Option<&Value>,
    ) {
        let level = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.running.set(level(running));
        self.followers.set(level(followers));
        self.store.is_up.set(u64::from(status.is_some()));
        let Some(status) = status else { return };
        let number = |path: &str| status.pointer(path).and_then(Value::as_u64);
        let now = number("/now").unwrap_or_default();
        let since = |at: Option<u64>| at.map_or(0, |at| now.saturating_sub(at) / 1_000);
        let mails = number("/mails/number").unwrap_or_default();
        self.store.mails.set(mails);
        // What this process knows of may have been handed over by another.
        let oldest = host.figures().mails.oldest_waiting.filter(|_| mails > 0);
        self.store.oldest_mail.set(since(oldest));
        self.store.due.set(number("/due/number").unwrap_or_default());
        self.store.overdue.set(since(number("/oldest-due/due-at")));
        self.store.stuck.set(number("/stuck/number").unwrap_or_default());
    }

    /// All of it, as OpenMetrics.
    pub(crate) fn show(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
