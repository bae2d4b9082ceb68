//! Several that write at once: threads, hosts, processes.

use std::process::Command;

use super::*;
use crate::adapters::storage::remote::trials::{self, INCREMENTS, THREADS};

/// Names the schema to the process that is started beside the test.
const SCHEMA: &str = "CLIENTDESK_TEST_SCHEMA";

/// The other process: not a test by itself.
#[test]
#[ignore = "is started by the test of two processes"]
fn the_other_process() {
    if let Ok(schema) = std::env::var(SCHEMA) {
        let fresh = Fresh::named(&schema);
        trials::increment_in_threads(&fresh.open());
        // It is the other one's.
        std::mem::forget(fresh);
    }
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn sixteen_threads_of_two_processes_lose_no_update() {
    let name = format!("Test {} processes", std::process::id());
    let schema = Fresh::named(&name);
    let storage = schema.open();
    let test = "adapters::storage::postgres::tests::races::the_other_process";
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(SCHEMA, &name)
        .spawn()
        .unwrap();
    trials::increment_in_threads(&storage);
    assert!(other.wait().unwrap().success());
    let sum: u64 = row(&storage, "sum").unwrap().value.parse().unwrap();
    assert_eq!(sum, 2 * THREADS as u64 * INCREMENTS);
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn of_two_commits_that_check_what_the_other_writes_one_is_made() {
    let schema = Fresh::new();
    trials::one_of_two_that_check_each_other_is_made(&[schema.open(), schema.open()]);
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn what_was_overtaken_isnt_made_after_the_one_that_overtook_it_was_seen() {
    let schema = Fresh::new();
    trials::what_was_overtaken_isnt_seen_later(&schema.open());
}

/// Whatever PostgreSQL takes for a race.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn sixteen_threads_that_have_nothing_in_common_have_no_conflict() {
    let schema = Fresh::new();
    let storage = schema.open();
    let rows = trials::those_that_have_nothing_in_common_are_all_made(&storage);
    assert_eq!(storage.dump().unwrap().len(), rows);
}
