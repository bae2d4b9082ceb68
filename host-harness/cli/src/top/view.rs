//! What is shown: what became of the figures between two looks at them.

use std::time::Duration;

use serde_json::{Value, json};

use super::scraped::{Scraped, quantile};

/// How a service is, and what it did since the look before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct View {
    pub(super) version: String,
    pub(super) store: String,
    /// For how many seconds it runs.
    pub(super) uptime: u64,
    /// Whether its store answers.
    pub(super) store_up: bool,
    /// Calls of the component a second.
    pub(super) calls: Rates,
    pub(super) calls_took: Quantiles,
    /// Those by function, the most frequent first.
    pub(super) functions: Vec<FunctionView>,
    /// Requests a second, those that failed (5xx), and how long they took and waited, in milliseconds.
    pub(super) requests: f64,
    pub(super) requests_failed: f64,
    pub(super) took: Quantiles,
    pub(super) waited: Quantiles,
    /// Just now.
    pub(super) running: u64,
    pub(super) followers: u64,
    /// A second.
    pub(super) conflicts: f64,
    pub(super) host_failures: f64,
    pub(super) rows_read: f64,
    pub(super) rows_written: f64,
    /// How long the store took for each call, in milliseconds; none: nothing was called.
    pub(super) store_millis: Option<f64>,
    /// Instances: how many there are, wait, and are made in a second.
    pub(super) instances: u64,
    pub(super) instances_idle: u64,
    pub(super) instances_made: f64,
    /// Mails: how many wait, for how many seconds, and how many are taken in a second.
    pub(super) mails_waiting: u64,
    pub(super) mails_oldest: u64,
    pub(super) mails_sent: f64,
    /// Jobs.
    pub(super) jobs_due: u64,
    pub(super) jobs_overdue: u64,
    pub(super) jobs_stuck: u64,
    pub(super) webhooks_failing: u64,
    /// What the store tells of itself: its numbers, and what grows of them in a second.
    pub(super) store_figures: Vec<(String, f64)>,
}

/// How often something came out how, in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    pub(super) all: f64,
    pub(super) refused: f64,
    pub(super) failed: f64,
}

/// How long something took, in milliseconds: half of it no longer, and all but a hundredth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Quantiles {
    pub(super) p50: Option<f64>,
    pub(super) p99: Option<f64>,
}

/// Calls of a function.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FunctionView {
    pub(super) name: String,
    pub(super) rates: Rates,
    pub(super) took: Quantiles,
}

/// Two looks at the same service.
struct Between<'s> {
    old: &'s Scraped,
    new: &'s Scraped,
    seconds: f64,
}

impl Between<'_> {
    /// By how much a number that only grows did in a second.
    fn rate(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let grown = self.new.sum(name, labels) - self.old.sum(name, labels);
        grown.max(0.0) / self.seconds
    }

    fn quantiles(&self, name: &str, labels: &[(&str, &str)]) -> Quantiles {
        let old = self.old.buckets(name, labels);
        let before = |bound: f64| {
            old.iter().find(|(known, _)| known.total_cmp(&bound).is_eq()).map_or(0.0, |one| one.1)
        };
        let new = self.new.buckets(name, labels).into_iter();
        let grown: Vec<(f64, f64)> =
            new.map(|(bound, count)| (bound, (count - before(bound)).max(0.0))).collect();
        let millis = |part: f64| quantile(part, &grown).map(|seconds| seconds * 1_000.0);
        Quantiles { p50: millis(0.5), p99: millis(0.99) }
    }

    fn rates(&self, labels: &[(&str, &str)]) -> Rates {
        let outcome =
            |outcome: &str| self.rate("calls_total", &[labels, &[("outcome", outcome)]].concat());
        let (refused, failed) = (outcome("refused"), outcome("failed"));
        Rates { all: self.rate("calls_total", labels), refused, failed }
    }

    fn functions(&self) -> Vec<FunctionView> {
        let names = self.new.values("calls_total", "function").into_iter();
        let mut all: Vec<FunctionView> = names
            .map(|name| {
                let labels = [("function", name)];
                let took = self.quantiles("call_seconds", &labels);
                FunctionView { name: name.to_owned(), rates: self.rates(&labels), took }
            })
            .filter(|function| function.rates.all > 0.0)
            .collect();
        all.sort_by(|one, other| other.rates.all.total_cmp(&one.rates.all));
        all
    }

    fn store_figures(&self) -> Vec<(String, f64)> {
        let names = self.new.names("store_").into_iter().filter(|name| name != "store_up");
        let figure = |name: String| {
            let plain = name.trim_start_matches("store_").replace('_', " ");
            match plain.strip_suffix(" total") {
                Some(grows) => (format!("{grows}/s"), self.rate(&name, &[])),
                None => (plain, self.new.sum(&name, &[])),
            }
        };
        names.map(figure).collect()
    }
}

/// What became of the figures between two looks; none: it was started anew between them.
pub(super) fn between(old: &Scraped, new: &Scraped, now: Duration) -> Option<View> {
    let started = new.sum("start_time_seconds", &[]);
    if started.total_cmp(&old.sum("start_time_seconds", &[])).is_ne() {
        return None;
    }
    let seconds = new.at.saturating_duration_since(old.at).as_secs_f64().max(0.001);
    let both = Between { old, new, seconds };
    let level = |name: &str| whole(new.sum(name, &[]));
    let build = |label: &str| {
        let found = new.values("build_info", label).into_iter().next();
        found.unwrap_or_default().to_owned()
    };
    let calls = both.rates(&[]);
    let store = |function: &str| {
        let function = format!("storage.{function}");
        both.rate("host_call_seconds_total", &[("function", &function)])
    };
    let store: f64 = ["get", "scan", "commit", "scrub"].map(store).into_iter().sum();
    let statuses = new.values("requests_total", "status").into_iter();
    let failed = statuses.filter(|status| status.starts_with('5'));
    Some(View {
        version: build("version"),
        store: build("store"),
        uptime: whole(now.as_secs_f64() - started),
        store_up: new.sum("store_up", &[]) > 0.0,
        calls,
        calls_took: both.quantiles("call_seconds", &[]),
        functions: both.functions(),
        requests: both.rate("requests_total", &[]),
        requests_failed: failed
            .map(|status| both.rate("requests_total", &[("status", status)]))
            .sum(),
        took: both.quantiles("request_seconds", &[]),
        waited: both.quantiles("request_wait_seconds", &[]),
        running: level("calls_running"),
        followers: level("followers"),
        conflicts: both.rate("conflicts_total", &[]),
        host_failures: both.rate("host_failures_total", &[]),
        rows_read: both.rate("rows_read_total", &[]),
        rows_written: both.rate("rows_written_total", &[]),
        store_millis: (calls.all > 0.0).then(|| store / calls.all * 1_000.0),
        instances: level("instances"),
        instances_idle: level("instances_idle"),
        instances_made: both.rate("instances_made_total", &[]),
        mails_waiting: level("mails_waiting"),
        mails_oldest: level("mails_oldest_seconds"),
        mails_sent: both.rate("mails_total", &[("outcome", "accepted")]),
        jobs_due: level("jobs_due"),
        jobs_overdue: level("jobs_overdue_seconds"),
        jobs_stuck: level("jobs_stuck"),
        webhooks_failing: level("webhooks_failing"),
        store_figures: both.store_figures(),
    })
}

/// A number that has no parts.
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}

impl View {
    /// The same for programs.
    pub(super) fn in_json(&self) -> Value {
        let took = |took: Quantiles| json!({"p50-millis": took.p50, "p99-millis": took.p99});
        let functions: Vec<Value> = self
            .functions
            .iter()
            .map(|function| {
                json!({
                    "function": function.name, "per-second": function.rates.all,
                    "refused-per-second": function.rates.refused,
                    "failed-per-second": function.rates.failed, "took": took(function.took),
                })
            })
            .collect();
        let store: serde_json::Map<String, Value> =
            self.store_figures.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "version": self.version, "uptime-seconds": self.uptime,
            "calls": {
                "per-second": self.calls.all, "refused-per-second": self.calls.refused,
                "failed-per-second": self.calls.failed, "running": self.running,
                "took": took(self.calls_took), "functions": functions,
            },
            "requests": {
                "per-second": self.requests, "failed-per-second": self.requests_failed,
                "took": took(self.took), "waited": took(self.waited), "followers": self.followers,
            },
            "store": {
                "kind": self.store, "answers": self.store_up,
                "conflicts-per-second": self.conflicts, "failures-per-second": self.host_failures,
                "rows-read-per-second": self.rows_read, "rows-written-per-second": self.rows_written,
                "millis-a-call": self.store_millis, "own": store,
            },
            "instances": {
                "live": self.instances, "idle": self.instances_idle,
                "made-per-second": self.instances_made,
            },
            "mails": {
                "waiting": self.mails_waiting, "oldest-seconds": self.mails_oldest,
                "sent-per-second": self.mails_sent,
            },
            "jobs": {
                "due": self.jobs_due, "overdue-seconds": self.jobs_overdue,
                "stuck": self.jobs_stuck,
            },
            "webhooks": {"failing": self.webhooks_failing},
        })
    }
}
