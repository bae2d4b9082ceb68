//! Three servers that lose each other, under load. `.ci/etcd-cluster.sh` starts them, names their address by
//! `CLIENTDESK_ETCD_CLUSTER` and what lets them fail by `CLIENTDESK_ETCD_CLUSTER_TOOL`.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::*;

/// How many threads commit at once; half of them through a host of their own.
const THREADS: usize = 6;

/// How long the load goes on after something failed, and after it was healed.
const WHILE_FAILED: Duration = Duration::from_millis(3_500);
const WHILE_WELL: Duration = Duration::from_millis(500);

/// What lets servers fail.
struct Tool(String);

impl Tool {
    fn run(&self, doing: &str, number: &str) -> String {
        let (program, folder) = self.0.split_once(' ').unwrap();
        let done = Command::new(program).args([doing, folder, number]).output().unwrap();
        assert!(done.status.success(), "{doing}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn leader(&self) -> String {
        loop {
            let leader = self.run("leader", "");
            if !leader.is_empty() {
                return leader;
            }
        }
    }
}

/// What the load has seen.
#[derive(Default)]
struct Seen {
    /// When commits were acknowledged.
    acknowledged: Mutex<Vec<Instant>>,
    /// How many calls ended in an error, by what it says.
    errors: Mutex<BTreeMap<String, usize>>,
    unknown: AtomicUsize,
    ends: AtomicBool,
}

/// Counts up, each time with a row that tells of it; gives how far it came. What was acknowledged must be there, and
/// what wasn't is there or not, for good.
fn count_up(storage: &EtcdStorage, thread: usize, seen: &Seen) -> u64 {
    let sum = format!("sum/{thread}");
    let mut reached = 0;
    let mut version = None;
    while !seen.ends.load(Ordering::Relaxed) {
        let next = (reached + 1).to_string();
        let told = format!("told/{thread}/{next}");
        let checks =
            vec![Check { key: sum.clone(), version }, Check { key: told.clone(), version: None }];
        let done = storage.commit(checks, vec![write(&sum, &next), write(&told, "1")]);
        let known = match done {
            Ok(Outcome::Committed) => {
                seen.acknowledged.lock().unwrap().push(Instant::now());
                Some(true)
            }
            Ok(Outcome::Conflict(keys)) => panic!("nobody else writes {keys:?}"),
            Err(Error::Unavailable(why)) => {
                let is_unknown = why.contains("isn't known");
                seen.unknown.fetch_add(usize::from(is_unknown), Ordering::Relaxed);
                *seen.errors.lock().unwrap().entry(why).or_default() += 1;
                (!is_unknown).then_some(false)
            }
            Err(error) => panic!("{error:?}"),
        };
        // It is read until there is an answer.
        let found = loop {
            match storage.get(vec![sum.clone(), told.clone()]) {
                Ok(found) => break found,
                Err(Error::Unavailable(why)) => {
                    *seen.errors.lock().unwrap().entry(why).or_default() += 1
                }
                Err(error) => panic!("{error:?}"),
            }
        };
        let stands: u64 = found[0].as_ref().map_or(0, |row| row.value.parse().unwrap());
        let is_made = stands == reached + 1;
        assert!(is_made || stands == reached, "{thread}: {stands} after {reached}");
        assert_eq!(found[1].is_some(), is_made, "both or none");
        assert!(known.is_none_or(|known| known == is_made), "{thread}: told {known:?}");
        reached = stands;
        version = found[0].as_ref().map(|row| row.version);
    }
    reached
}

/// The longest time from `begun` on in which nobody's commit was acknowledged.
fn longest(acknowledged: &[Instant], begun: Instant, ended: Instant) -> Duration {
    let mut times: Vec<Instant> =
        acknowledged.iter().copied().filter(|time| (begun..ended).contains(time)).collect();
    times.sort_unstable();
    times.insert(0, begun);
    times.push(ended);
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
}

#[test]
#[ignore = "needs servers: .ci/etcd-cluster.sh"]
fn nothing_is_lost_or_done_twice_while_servers_fail() {
    let Ok(address) = std::env::var("CLIENTDESK_ETCD_CLUSTER") else { return };
    let tool = Tool(std::env::var("CLIENTDESK_ETCD_CLUSTER_TOOL").unwrap());
    let rounds: usize = std::env::var("CLIENTDESK_ETCD_ROUNDS").unwrap().parse().unwrap();
    let open = || EtcdStorage::open(&format!("{address}/load")).unwrap();
    let hosts = [open(), open()];
    let seen = Seen::default();
    let mut silent: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let reached: Vec<u64> = thread::scope(|scope| {
        let counting: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (hosts, seen) = (&hosts, &seen);
                scope.spawn(move || count_up(&hosts[thread % 2], thread, seen))
            })
            .collect();
        for round in 0..rounds {
            let begun = seen.acknowledged.lock().unwrap().len();
            for fault in ["kill", "cut", "part"] {
                // The leader is killed; cut off is it, too, or whoever comes next.
                let leader = tool.leader();
                let hit = match fault {
                    "kill" => leader,
                    _ if round % 2 == 0 => leader,
                    _ => (round % 3 + 1).to_string(),
                };
                let failed = Instant::now();
                tool.run(fault, &hit);
                thread::sleep(WHILE_FAILED);
                tool.run(if fault == "kill" { "revive" } else { "heal" }, &hit);
                tool.run("wait", "");
                thread::sleep(WHILE_WELL);
                let times = longest(&seen.acknowledged.lock().unwrap(), failed, Instant::now());
                silent.entry(fault).or_default().push(times);
            }
            let made = seen.acknowledged.lock().unwrap().len() - begun;
            println!("round {}: {made} commits", round + 1);
        }
        seen.ends.store(true, Ordering::Relaxed);
        counting.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let rows = open().dump().unwrap();
    for (thread, reached) in reached.iter().enumerate() {
        assert_eq!(rows.get(&format!("sum/{thread}")), Some(&reached.to_string()));
        let told = format!("told/{thread}/");
        let told = rows.range(told.clone()..format!("{told}~")).count();
        assert_eq!(told as u64, *reached, "each once");
    }
    assert!(hosts.iter().all(|host| host.writers.has_no_doubts()));
    println!(
        "{} commits, {} acknowledged, {} of unknown outcome",
        reached.iter().sum::<u64>(),
        seen.acknowledged.lock().unwrap().len(),
        seen.unknown.load(Ordering::Relaxed)
    );
    for (error, times) in seen.errors.lock().unwrap().iter() {
        println!("  {times} times: {error}");
    }
    for (fault, mut times) in silent {
        times.sort_unstable();
        let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "{fault}: {} times, nobody got an answer for {} ms (median), {} ms (at most)",
            times.len(),
            median.as_millis(),
            most.as_millis()
        );
    }
}
