//! What calls cost with the host in Rust, as the row of the table in `examples/README.md`: the other hosts there measure the same.
//!
//! `cargo bench -- row` measures nothing else.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, SqliteStorage, Storage, Write,
};
use clientdesk_host::bindings::exports::clientdesk::core::types::PageRequest;
use clientdesk_host::{Host, Instances};

use super::invites::temporary;
use super::world;

/// What tells this program that it is a new process, which gives one answer and ends.
pub const FIRST: &str = "first-answer";

const CLIENTS: u64 = 1_000;
const PAGE: u32 = 50;

/// Prints the row.
pub fn print() {
    let memory = measure(Arc::new(MemoryStorage::new()));
    let file = temporary().join("store.sqlite");
    let sqlite = measure(Arc::new(SqliteStorage::open(file).unwrap()));
    let code = temporary();
    let (cold, _) = first_answer(&code);
    let mut cached: Vec<_> = (0..5).map(|_| first_answer(&code)).collect();
    cached.sort_by_key(|(took, _)| *took);
    let (warm, megabytes) = &cached[2];
    let both = |show: fn(&Measured) -> String| format!("{} · {}", show(&memory), show(&sqlite));
    let cells = [
        "Rust".to_owned(),
        micros(memory.empty, 2),
        micros(memory.fresh, 0),
        both(|measured| micros(measured.invite, 0)),
        both(|measured| format!("{}, {}", millis(measured.page), millis(measured.beyond))),
        format!("{:.1} s", cold.as_secs_f64()),
        format!("{:.0} ms", warm.as_secs_f64() * 1e3),
        format!("{megabytes} MB"),
    ];
    println!("| {} |", cells.join(" | "));
}

struct Measured {
    empty: Duration,
    fresh: Duration,
    invite: Duration,
    page: Duration,
    /// Of a page, what isn't the store's.
    beyond: Duration,
}

fn measure(storage: Arc<dyn Storage>) -> Measured {
    let timed = Arc::new(Timed { storage, spent: Mutex::default() });
    let host = world::warm_host(Arc::clone(&timed) as Arc<dyn Storage>);
    world::prepare(&world::ports(Arc::clone(&timed) as Arc<dyn Storage>));
    for _ in 1..CLIENTS {
        world::invite(&host);
    }
    let fresh_host =
        world::host_of(host.sharing(), Arc::clone(&timed) as Arc<dyn Storage>, Instances::Fresh);
    let (page, beyond) = timed.middle(100, 1, || {
        list(&host);
    });
    Measured {
        empty: timed.middle(30, 1_000, || schema(&host)).0,
        fresh: timed.middle(50, 10, || schema(&fresh_host)).0,
        invite: timed.middle(50, 10, || world::invite(&host)).0,
        page,
        beyond,
    }
}

fn schema(host: &Host) {
    host.typed(|exports, store| exports.clientdesk_core_system().call_schema(store)).unwrap();
}

fn list(host: &Host) {
    let (call, page) = (world::call(), PageRequest { limit: PAGE, cursor: None });
    let listed = host.typed(|exports, store| {
        exports.clientdesk_core_clients().call_list(store, &call, None, None, &page)
    });
    assert_eq!(listed.unwrap().unwrap().clients.len(), PAGE as usize);
}

/// A new process, from its start to the first answer, and how many MB it has had at most.
fn first_answer(code: &Path) -> (Duration, u64) {
    let began = Instant::now();
    let program = env::current_exe().unwrap();
    let said = Command::new(program).arg(FIRST).arg(code).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    let kib: u64 = String::from_utf8(said.stdout).unwrap().trim().parse().unwrap();
    (began.elapsed(), kib / 1_024)
}

/// That process: its code lies in the folder which is the last argument.
pub fn answer_first() {
    let folder = env::args().next_back().unwrap();
    let host = Host::builder().code_cache(folder).build().unwrap();
    assert!(host.call("system.schema", &[]).unwrap().is_number());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = most.and_then(|most| most.split_whitespace().next()).unwrap_or("0");
    println!("{kib}");
}

fn micros(time: Duration, digits: usize) -> String {
    format!("{:.digits$} µs", time.as_secs_f64() * 1e6)
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// A store that adds up the time that it takes.
struct Timed {
    storage: Arc<dyn Storage>,
    spent: Mutex<Duration>,
}

impl Timed {
    /// What a call takes, and what of that isn't the store's: the middle of so many rounds of so many calls.
    fn middle(&self, rounds: u32, calls: u32, act: impl Fn()) -> (Duration, Duration) {
        let mut took = Vec::new();
        let mut beyond = Vec::new();
        for _ in 0..rounds {
            *self.spent.lock().unwrap() = Duration::ZERO;
            let began = Instant::now();
            for _ in 0..calls {
                act();
            }
            let whole = began.elapsed();
            took.push(whole / calls);
            beyond.push(whole.saturating_sub(*self.spent.lock().unwrap()) / calls);
        }
        let middle = |mut values: Vec<Duration>| {
            values.sort();
            values[values.len() / 2]
        };
        (middle(took), middle(beyond))
    }

    fn timed<T>(&self, act: impl FnOnce(&dyn Storage) -> T) -> T {
        let began = Instant::now();
        let answer = act(self.storage.as_ref());
        *self.spent.lock().unwrap() += began.elapsed();
        answer
    }
}

impl Storage for Timed {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.timed(|storage| storage.get(keys))
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.timed(|storage| storage.scan(start, end, limit, reverse))
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.timed(|storage| storage.commit(checks, writes))
    }

    fn scrub(&self) -> Result<(), Error> {
        self.timed(|storage| storage.scrub())
    }
}
