//! Inviting somebody by e-mail: mail, indexes, counters, billing and log included.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clientdesk_host::adapters::storage::{MemoryStorage, SqliteStorage, Storage};
use criterion::Criterion;

use super::raw::{RawSqlite, Recording, replay_on_map};
use super::table::{Goal, Row};
use super::world;

/// How many invites are recorded to be replayed; a replay that needs more begins anew.
const RECORDED: usize = 4_000;
/// How many invites the slowest hundredth is taken from.
const TIMED: usize = 4_000;

/// The slowest hundredth in nanoseconds: through the component, and raw.
static SLOWEST: Mutex<Option<(f64, f64)>> = Mutex::new(None);

pub fn measure(criterion: &mut Criterion) {
    let recording = Recording::new(RECORDED);
    in_memory(criterion, &recording);
    on_sqlite(criterion, &recording);
}

fn in_memory(criterion: &mut Criterion, recording: &Recording) {
    let mut group = criterion.benchmark_group("invite-memory");
    group.bench_function("map", |b| {
        b.iter_custom(|count| {
            replays(count, recording, || recording.before.clone(), replay_on_map)
        });
    });
    let native = world::ports(Arc::new(MemoryStorage::new()));
    world::prepare(&native);
    group.bench_function("native", |b| b.iter(|| world::invite_natively(&native)));
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    world::prepare(&world::ports(Arc::clone(&storage)));
    let host = world::warm_host(storage);
    group.bench_function("warm", |b| b.iter(|| world::invite(&host)));
    group.finish();
}

fn on_sqlite(criterion: &mut Criterion, recording: &Recording) {
    let mut group = criterion.benchmark_group("invite-sqlite");
    group.bench_function("raw", |b| {
        b.iter_custom(|count| {
            let fresh = || RawSqlite::create(&temporary().join("raw.sqlite"), &recording.before);
            replays(count, recording, fresh, RawSqlite::replay)
        });
    });
    let storage = Arc::new(SqliteStorage::open(temporary().join("store.sqlite")).unwrap());
    world::prepare(&world::ports(Arc::clone(&storage) as Arc<dyn Storage>));
    let host = world::warm_host(storage);
    group.bench_function("warm", |b| b.iter(|| world::invite(&host)));
    group.finish();

    let ours = slowest_hundredth(|_| world::invite(&host));
    let mut raw = RawSqlite::create(&temporary().join("raw.sqlite"), &recording.before);
    let raw = slowest_hundredth(|index| {
        raw.replay(&recording.steps[index]);
    });
    *SLOWEST.lock().unwrap() = Some((ours, raw));
}

pub fn rows() -> Vec<Row> {
    let (map, native) = ("invite-memory/map", "invite-memory/native");
    let (warm, sqlite) = ("invite-memory/warm", "invite-sqlite/warm");
    let same_writes = ("the same reads and writes, raw", "invite-sqlite/raw");
    let slowest = *SLOWEST.lock().unwrap();
    vec![
        Row::new(
            "invite, in memory",
            warm,
            ("the same on an ordered map", map),
            Goal::Nanos(30_000.0),
        ),
        Row::new("invite, in memory", warm, ("native code", native), Goal::Ratio(3.0)),
        Row::new("invite, SQLite", sqlite, same_writes, Goal::Ratio(1.5)),
        Row::of(
            "invite, SQLite, slowest hundredth",
            slowest.map(|(ours, _)| ours),
            "raw, automatic checkpoints",
            slowest.map(|(_, raw)| raw),
            Goal::Nanos(1_000_000.0),
        ),
    ]
}

/// The time that `count` replays take, beginning with a fresh store whenever the recording
/// is at its end. Making stores isn't timed.
pub fn replays<S, T>(
    count: u64,
    recording: &Recording,
    fresh: impl Fn() -> S,
    replay: impl Fn(&mut S, &[super::raw::Asked]) -> T,
) -> Duration {
    let mut left = usize::try_from(count).unwrap();
    let mut taken = Duration::ZERO;
    while left > 0 {
        let mut store = fresh();
        let now = left.min(recording.steps.len());
        let start = Instant::now();
        for asked in &recording.steps[..now] {
            std::hint::black_box(replay(&mut store, asked));
        }
        taken += start.elapsed();
        left -= now;
    }
    taken
}

fn slowest_hundredth(mut invite: impl FnMut(usize)) -> f64 {
    let mut times: Vec<Duration> = (0..TIMED)
        .map(|index| {
            let start = Instant::now();
            invite(index);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[TIMED * 99 / 100].as_nanos() as f64
}

/// A folder of its own, on the disk that the build is on.
pub fn temporary() -> std::path::PathBuf {
    tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap().keep()
}
