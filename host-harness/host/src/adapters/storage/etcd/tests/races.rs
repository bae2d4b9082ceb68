//! Several that write at once: threads, hosts, processes.

use std::process::Command;

use super::*;
use crate::adapters::storage::remote::trials::{self, INCREMENTS, THREADS};

/// Names the prefix to the process that is started beside the test.
const PREFIX: &str = "CLIENTDESK_TEST_PREFIX";

/// The other process: not a test by itself.
#[test]
#[ignore = "is started by the test of two processes"]
fn the_other_process() {
    if let Ok(place) = std::env::var(PREFIX) {
        let fresh = Fresh::named(&place);
        trials::increment_in_threads(&fresh.open());
        // It is the other one's.
        std::mem::forget(fresh);
    }
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn sixteen_threads_of_two_processes_lose_no_update() {
    let name = format!("test-{}-processes", std::process::id());
    let place = Fresh::named(&name);
    let storage = place.open();
    let test = "adapters::storage::etcd::tests::races::the_other_process";
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(PREFIX, &name)
        .spawn()
        .unwrap();
    trials::increment_in_threads(&storage);
    assert!(other.wait().unwrap().success());
    let sum: u64 = row(&storage, "sum").unwrap().value.parse().unwrap();
    assert_eq!(sum, 2 * THREADS as u64 * INCREMENTS);
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn of_two_commits_that_check_what_the_other_writes_one_is_made() {
    let place = Fresh::new();
    trials::one_of_two_that_check_each_other_is_made(&[place.open(), place.open()]);
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn what_was_overtaken_isnt_made_after_the_one_that_overtook_it_was_seen() {
    let place = Fresh::new();
    trials::what_was_overtaken_isnt_seen_later(&place.open());
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn sixteen_threads_that_have_nothing_in_common_have_no_conflict() {
    let place = Fresh::new();
    let storage = place.open();
    let rows = trials::those_that_have_nothing_in_common_are_all_made(&storage);
    assert_eq!(storage.dump().unwrap().len(), rows);
}
