//! Activity, scores and jobs, in an agency of many clients on SQLite.
//!
//! Jobs change what they find, so that no two runs are alike: each figure is the median of
//! some runs by hand, with the clock moved on in between.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_host::bindings::exports::clientdesk::core::clients::{ClientOrder, ClientSort};
use clientdesk_host::bindings::exports::clientdesk::core::jobs::RunReport;
use clientdesk_host::bindings::exports::clientdesk::core::portal::PageView;
use clientdesk_host::bindings::exports::clientdesk::core::types::PageRequest;
use serde_json::json;

use super::invites::temporary;
use super::raw::RawSqlite;
use super::table::{Goal, Row};
use super::{roster, world};

/// How many clients the agency has.
const CLIENTS: usize = 100_000;
/// How many clients one call of `jobs.run(100)` scores: seven commits of 150.
const IN_A_CALL: usize = 1_050;
/// As many as there are clients for: the first second after a quiet time is no measure.
const RUNS: usize = 50;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The agency, and the host that serves it.
struct Stage {
    host: Host,
    clock: ManualClock,
    file: std::path::PathBuf,
}

pub fn rows() -> Vec<Row> {
    let stage = Stage::new();
    stage.all_jobs();
    let mut rows = recording(&stage);
    rows.extend(rescoring(&stage));
    rows.push(digest(&stage));
    rows.push(overview(&stage));
    rows
}

impl Stage {
    fn new() -> Stage {
        let file = temporary().join("store.sqlite");
        let storage = Arc::new(SqliteStorage::open(&file).unwrap());
        world::prepare(&world::ports(Arc::clone(&storage) as _));
        roster::fill(storage.as_ref(), "acme", CLIENTS);
        let clock = ManualClock::at(world::NOW);
        let host = world::host_at(storage, clock.clone());
        let call = json!({
            "agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"},
        });
        let features: Vec<_> = roster::FEATURES
            .iter()
            .map(|key| json!({"key": key, "label": key, "on": true}))
            .collect();
        let digest = json!({"on": true, "weekday": "monday", "hour": 8, "recipients": []});
        let changes = json!({"features": features, "digest": digest});
        host.call("agencies.update", &[call, changes]).unwrap();
        Stage { host, clock, file }
    }

    fn jobs(&self, limit: u32) -> RunReport {
        let run =
            self.host.typed(|exports, store| exports.clientdesk_core_jobs().call_run(store, limit));
        let report = run.unwrap().unwrap();
        assert_eq!(report.failed, 0);
        report
    }

    fn all_jobs(&self) {
        while self.jobs(200).more {}
    }

    /// To this hour of the next day that comes.
    fn to_hour(&self, hour: u32) {
        use clientdesk_host::adapters::clock::Clock as _;
        let day = u64::try_from(DAY.as_millis()).unwrap();
        let now = self.clock.now();
        self.clock.set(now - now % day + day + u64::from(hour) * 3_600_000);
    }
}

/// Recording page views: one by one, and a thousand at once.
fn recording(stage: &Stage) -> Vec<Row> {
    let session = world::sign_up(&stage.host);
    let one = timed(200, || {
        let viewed = stage.host.typed(|exports, store| {
            exports.clientdesk_core_portal().call_view_page(store, &session, roster::FEATURES[0])
        });
        viewed.unwrap().unwrap();
    });
    let view = |number: usize| PageView {
        feature: roster::FEATURES[number % roster::FEATURES.len()].to_owned(),
        at: None,
    };
    let views: Vec<PageView> = (0..1_000).map(view).collect();
    let many = timed(RUNS, || {
        let recorded = stage.host.typed(|exports, store| {
            exports.clientdesk_core_portal().call_record(store, &session, &views)
        });
        assert_eq!(recorded.unwrap().unwrap().len(), 1_000);
    });
    stage.to_hour(3);
    stage.all_jobs();
    vec![
        Row::of("view a page, recorded", Some(one), "", None, Goal::None),
        Row::of(
            "record 1,000 page views",
            Some(many),
            "one by one",
            Some(one * 1_000.0),
            Goal::Nanos(5e6),
        ),
    ]
}

/// Scoring everybody anew, and what lists cost before and while it happens.
fn rescoring(stage: &Stage) -> Vec<Row> {
    stage.to_hour(0);
    // The first calls settle what else fell due at midnight.
    stage.jobs(100);
    let call = timed(RUNS, || assert!(stage.jobs(100).more));
    let mut raw = RawSqlite::open(&stage.file);
    let yardstick = timed(5, || raw.rescore(IN_A_CALL));
    stage.all_jobs();
    let quiet = timed(100, || by_health(&stage.host));
    stage.to_hour(0);
    let done = AtomicBool::new(false);
    let busy = thread::scope(|scope| {
        scope.spawn(|| {
            let mut more = true;
            while more && !done.load(Ordering::Relaxed) {
                more = stage.jobs(10).more;
            }
        });
        let reader = reader(&stage.file, &stage.clock);
        let busy = timed(100, || by_health(&reader));
        done.store(true, Ordering::Relaxed);
        busy
    });
    stage.all_jobs();
    let per_client = |figure: f64| figure / IN_A_CALL as f64;
    vec![
        Row::of(
            "score a client anew",
            Some(per_client(call)),
            "same rows, raw",
            Some(per_client(yardstick)),
            Goal::Nanos(50_000.0),
        ),
        Row::of(
            "jobs.run, limit 100",
            Some(call),
            "same rows, raw",
            Some(yardstick),
            Goal::Nanos(50e6),
        ),
        Row::of("50 by health, 100,000 clients", Some(quiet), "", None, Goal::Nanos(250_000.0)),
        Row::of("the same while jobs run", Some(busy), "alone", Some(quiet), Goal::Ratio(1.5)),
    ]
}

/// Another host on the same file.
fn reader(file: &Path, clock: &ManualClock) -> Host {
    world::host_at(Arc::new(SqliteStorage::open(file).unwrap()), clock.clone())
}

fn by_health(host: &Host) {
    let (call, page) = (world::call(), PageRequest { limit: 50, cursor: None });
    let order = Some(ClientOrder { sort: ClientSort::Health, descending: false });
    let answer = host.typed(|exports, store| {
        exports.clientdesk_core_clients().call_list(store, &call, None, order, &page)
    });
    assert_eq!(answer.unwrap().unwrap().clients.len(), 50);
}

/// The weekly summary, with nothing else due at its time.
fn digest(stage: &Stage) -> Row {
    let mut figures = Vec::new();
    for _ in 0..5 {
        loop {
            stage.to_hour(7);
            stage.all_jobs();
            if is_monday(stage) {
                break;
            }
        }
        stage.clock.advance(HOUR - Duration::from_millis(1));
        stage.all_jobs();
        stage.clock.advance(Duration::from_millis(1));
        let began = Instant::now();
        let report = stage.jobs(100);
        figures.push(began.elapsed().as_secs_f64() * 1e9);
        assert!(report.done >= 1, "a summary was due");
    }
    Row::of("jobs.run with a digest due", Some(middle(figures)), "", None, Goal::Nanos(50e6))
}

fn is_monday(stage: &Stage) -> bool {
    use clientdesk_host::adapters::clock::Clock as _;
    // The epoch's day was a Thursday.
    (stage.clock.now() / 86_400_000 + 3).is_multiple_of(7)
}

fn overview(stage: &Stage) -> Row {
    let call = world::call();
    let figure = timed(100, || {
        let health = stage
            .host
            .typed(|exports, store| exports.clientdesk_core_health().call_overview(store, &call));
        assert!(health.unwrap().unwrap().average.is_some());
    });
    Row::of("health.overview, 100,000 clients", Some(figure), "", None, Goal::None)
}

/// The median of so many runs, in nanoseconds.
pub fn timed(runs: usize, mut run: impl FnMut()) -> f64 {
    let time = |_| {
        let began = Instant::now();
        run();
        began.elapsed().as_secs_f64() * 1e9
    };
    middle((0..runs).map(time).collect())
}

/// The median.
pub fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
