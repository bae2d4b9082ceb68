//! What is counted, for whoever watches the service.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use clientdesk_host::Host;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// A figure that goes up and down.
type Level = Gauge<u64, AtomicU64>;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Outcome {
    /// It was answered.
    Done,
    /// It was refused, for what was asked.
    Refused,
    /// It failed, for reasons of the service.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    function: String,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Message {
    outcome: Outcome,
}

/// The counters.
pub(crate) struct Counts {
    registry: Registry,
    calls: Family<Call, Counter>,
    took: Histogram,
    /// Calls that run.
    pub(crate) running: Level,
    /// Mails that wait.
    pub(crate) mails: Level,
    /// Jobs that were set aside.
    pub(crate) stuck: Level,
    /// Webhooks that fail, or were given up.
    pub(crate) webhooks_failing: Level,
    messages: Family<Message, Counter>,
    /// Whether the key ring couldn't be read again.
    pub(crate) keys_unread: Level,
    /// For how many seconds the oldest due job has waited.
    pub(crate) overdue: Level,
}

impl Counts {
    pub(crate) fn new() -> Counts {
        let mut registry = Registry::with_prefix("clientdesk");
        let calls = Family::default();
        registry.register("calls", "Calls by function and outcome", calls.clone());
        // From a tenth of a millisecond to six seconds.
        let took = Histogram::new(exponential_buckets(0.0001, 2.0, 17));
        registry.register("call_seconds", "How long calls took", took.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Level::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let running = gauge("calls_running", "Calls that run just now");
        let mails = gauge("mails_waiting", "Mails that wait in the outbox");
        let stuck = gauge("jobs_stuck", "Jobs that were set aside after failing ten times");
        let overdue = gauge("jobs_overdue_seconds", "How long the oldest due job has waited");
        let webhooks_failing = gauge(
            "webhooks_failing",
            "Webhooks whose messages aren't taken, or that were given up",
        );
        let keys_unread = gauge(
            "keys_unread",
            "Whether the key ring couldn't be read again (1), and the one that was read goes on",
        );
        let messages = Family::default();
        registry.register("webhook_messages", "Messages to webhooks by outcome", messages.clone());
        Counts {
            registry,
            calls,
            took,
            running,
            mails,
            stuck,
            webhooks_failing,
            messages,
            keys_unread,
            overdue,
        }
    }

    /// Counts a call. A name that is no function's is counted under none: names are bounded so.
    pub(crate) fn called(&self, host: &Host, name: &str, outcome: Outcome, took: Duration) {
        let function =
            if host.function(name).is_ok() { name.to_owned() } else { "none".to_owned() };
        self.calls.get_or_create(&Call { function, outcome }).inc();
        self.took.observe(took.as_secs_f64());
    }

    /// Counts messages to webhooks: so many were taken, and so many weren't.
    pub(crate) fn delivered(&self, taken: u32, refused: u32) {
        for (outcome, number) in [(Outcome::Done, taken), (Outcome::Refused, refused)] {
            self.messages.get_or_create(&Message { outcome }).inc_by(number.into());
        }
    }

    /// All of it, as OpenMetrics.
    pub(crate) fn show(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
