//! Great commits, and ranges from either end.

use super::*;
use crate::adapters::storage::{COMMIT_BYTES_MAX, COMMIT_ROWS_MAX, VALUE_BYTES_MAX};

/// A key of that length.
fn long(number: usize, bytes: usize) -> String {
    format!("{number:05}{}", "k".repeat(bytes - 5))
}

/// As much as a commit may have, however it is made up: values, or keys that are checked, below the longest prefix.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn the_greatest_commits_are_made() {
    let name = format!("test-{}-great", std::process::id());
    let place = Fresh::named(&format!("{name}{}", "p".repeat(128 - name.len())));
    let storage = EtcdStorage::open(&place.with("deadline=60")).unwrap();
    let value = "v".repeat(VALUE_BYTES_MAX);
    let values: Vec<Write> = (0..63).map(|number| write(&format!("{number:05}"), &value)).collect();
    assert_eq!(storage.commit(vec![], values), Ok(Outcome::Committed));
    let half = COMMIT_ROWS_MAX / 2;
    let value = "v".repeat(COMMIT_BYTES_MAX / half - 2 * 512);
    let checks: Vec<Check> =
        (0..half).map(|number| Check { key: long(number + half, 512), version: None }).collect();
    let writes: Vec<Write> = (0..half).map(|number| write(&long(number, 512), &value)).collect();
    assert_eq!(storage.commit(checks, writes), Ok(Outcome::Committed));
    let checks = (0..COMMIT_ROWS_MAX - 1)
        .map(|number| Check { key: long(number, 512), version: None })
        .collect();
    let done = storage.commit(checks, vec![write("n", "1")]);
    let Ok(Outcome::Conflict(keys)) = done else { panic!("{done:?}") };
    assert_eq!(keys.len(), half, "those that are there");
    assert_eq!(storage.dump().unwrap().len(), 63 + half);
}

/// Many rows are given in pieces, and more than one may read at once isn't.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn great_reads_come_in_pieces() {
    let place = Fresh::new();
    let storage = EtcdStorage::open(&place.with("deadline=60")).unwrap();
    let keys: Vec<String> = (0..1_800).map(|number| format!("{number:05}")).collect();
    for keys in keys.chunks(600) {
        let writes = keys.iter().map(|key| write(key, key)).collect();
        assert_eq!(storage.commit(vec![], writes), Ok(Outcome::Committed));
    }
    let found = storage.get(keys.clone()).unwrap();
    assert!(found.iter().zip(&keys).all(|(row, key)| row.as_ref().unwrap().value == *key));
    for reverse in [false, true] {
        let page = storage.scan("", "\u{7f}", 1_700, reverse).unwrap();
        let mut found: Vec<String> = page.entries.into_iter().map(|row| row.key).collect();
        if reverse {
            found.reverse();
            assert_eq!(found, keys[100..]);
            assert_eq!(page.next.as_ref(), keys.get(100));
        } else {
            assert_eq!(found, keys[..1_700]);
            assert_eq!(page.next.as_ref(), keys.get(1_700));
        }
    }
}

/// Rows of which etcd would read all to give the last ones: the same ones come, wherever they are asked from.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn the_last_rows_of_a_great_range_are_found() {
    let place = Fresh::new();
    let storage = EtcdStorage::open(&place.with("deadline=60")).unwrap();
    let mut keys: Vec<String> = (0..1_400).map(|number| format!("log/{number:010}")).collect();
    keys.extend((0..700).map(|number| format!("log/b/{number}/{}", "x".repeat(number % 40))));
    keys.extend(["log".into(), "log/".into(), "log/~".into(), "m".into(), "a".into()]);
    for keys in keys.chunks(700) {
        let writes = keys.iter().map(|key| write(key, "{}")).collect();
        assert_eq!(storage.commit(vec![], writes), Ok(Outcome::Committed));
    }
    keys.sort_unstable();
    let ends = ["log/0000000700", "log/0000001400", "log/b/3", "log0", "\u{7f}", "log/", "log/0"];
    for start in ["", "log/", "log/0000000003", "log/b/699"] {
        for end in ends {
            for limit in [0, 1, 50] {
                let page = storage.scan(start, end, limit, true).unwrap();
                let found: Vec<&str> = page.entries.iter().map(|row| row.key.as_str()).collect();
                let within =
                    keys.iter().map(String::as_str).filter(|key| *key >= start && *key < end);
                let within: Vec<&str> = within.collect();
                let rows = limit as usize;
                let expected: Vec<&str> = within.iter().rev().take(rows).copied().collect();
                assert_eq!(found, expected, "{start:?} to {end:?}, {limit}");
                assert_eq!(
                    page.next.is_some(),
                    within.len() > rows,
                    "{start:?} to {end:?}, {limit}"
                );
            }
        }
    }
}

/// Somebody compacts the cluster while a range is read: it is read anew.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn reads_outlive_compactions() {
    let place = Fresh::new();
    let storage = place.open();
    let keys: Vec<String> = (0..999).map(|number| format!("{number:05}")).collect();
    let writes = keys.iter().map(|key| write(key, "0")).collect();
    assert_eq!(storage.commit(vec![], writes), Ok(Outcome::Committed));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                // Often, but not all the time: others read beside.
                std::thread::sleep(Duration::from_millis(50));
                put(&storage, "00000", "1");
                let deadline = Deadline::after(Duration::from_secs(9));
                let now: Ranged = client().ask(RANGE, &Range::key("k"), deadline).unwrap();
                let revision = now.header.revision;
                let compaction = wire::Compaction { revision, physical: false };
                // Another test compacts, too.
                let _ = client().ask::<wire::Anything>(client::COMPACT, &compaction, deadline);
            }
        });
        for _ in 0..10 {
            assert_eq!(storage.scan("", "\u{7f}", 2_000, false).unwrap().entries.len(), 999);
            assert_eq!(storage.scan("", "\u{7f}", 700, true).unwrap().entries.len(), 700);
        }
    });
}
